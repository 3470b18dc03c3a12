"""The commands that show each part of a page again."""

from __future__ import annotations

import shlex
from pathlib import Path

from seamew.model import HeapFacts

__all__ = ["dump_arguments"]


def dump_arguments(facts: HeapFacts) -> str:
    """The dump as a command names it, with the options that change what is seen of it."""
    words = [shlex.quote(Path(facts.path).name)]
    if facts.dump_count > 1:
        words.append(f"--dump {facts.dump_index}")
    if facts.keep_unreachable:
        words.append("--keep-unreachable")
    if facts.size_model != "gap":
        words.append(f"--size-model {facts.size_model}")
    return " ".join(words)
