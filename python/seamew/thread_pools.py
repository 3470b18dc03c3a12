"""Pools of threads, by the names that their threads have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["pools"]

_NUMBER = re.compile(r"\d+")
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


def pools(names: Iterable[str]) -> dict[str, str]:
    """The pool of each thread name.

    That is `pool-3-thread-*` if others differ in the last number only, else `pool-*-thread-*` if
    others differ in numbers, else the name itself.
    """
    counted = Counter(names)
    last = {name: _LAST_NUMBER.sub("*", name) for name in counted}
    every = {name: _NUMBER.sub("*", name) for name in counted}
    by_last, by_every = Counter(last.values()), Counter(every.values())

    def pool(name: str) -> str:
        if by_last[last[name]] > 1:
            return last[name]
        return every[name] if by_every[every[name]] > 1 else name

    return {name: pool(name) for name in counted}
