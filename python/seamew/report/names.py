"""Names of classes and objects cut to a width, so that the telling part stays.

Packages give way first, segment by segment, then a quoted value, then the middle of the simple
name; an address stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from .text import cell_width, cut_end, cut_middle

__all__ = ["fit_class_name"]

_CLASS = re.compile(
    r"(?:^|(?<=[ (]))"
    r"(?P<package>(?:[^\W\d][\w$-]*\.)+)"
    r"(?P<simple>[^\Wa-z\d][\w$./+-]*|\$[\w$./+-]*)"
)
_TAIL = re.compile(r"(?:\[\d*\])*(?: @ 0x[0-9a-f]+)?\)?$")
_LONGEST_TAIL = 80
_CLASS_OF_THREAD = re.compile(r" \(.+ (?P<address>@ 0x[0-9a-f]+)\)")
_LEAST_VALUE_CELLS = 12
_LEAST_NAME_CELLS = 4


def fit_class_name(name: str, width: int, ellipsis: str = "…") -> str:
    """A name, with address and value if it has them, in at most `width` cells."""
    if cell_width(name) <= width:
        return name
    parts = _Parts.of(name)
    if parts.quoted:
        for least, (head, tail) in product(parts.least_value_cells, parts.short_names(ellipsis)):
            room = width - cell_width(head) - cell_width(tail) - 2
            if room >= min(least, cell_width(parts.quoted)):
                return f'{head}"{cut_end(parts.quoted, room, ellipsis)}"{tail}'
        parts = parts.without_value(ellipsis)
    for head, tail in parts.short_names(ellipsis):
        if cell_width(head) + cell_width(tail) <= width:
            return head + tail
    return _cut_simple_name(parts, width, ellipsis)


def _cut_simple_name(parts: _Parts, width: int, ellipsis: str) -> str:
    """The name without its package, cut in the middle, with its address if there is room."""
    text = parts.bare()
    found = _TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))
    tail = found.group() if found else ""
    room = width - cell_width(tail)
    if tail and room > len(ellipsis):
        return cut_middle(text[: len(text) - len(tail)], room, ellipsis) + tail
    return cut_middle(text, width, ellipsis)


@dataclass(frozen=True, slots=True)
class _Parts:
    """`before` + quotes around `quoted` + `after`; a class name is in one of the outer parts."""

    before: str
    quoted: str
    after: str

    @staticmethod
    def of(text: str) -> _Parts:
        first, last = text.find('"'), text.rfind('"')
        if first == last:
            return _Parts(text, "", "")
        parts = _Parts(text[:first], text[first + 1 : last], text[last + 1 :])
        return parts if parts.quoted else parts.without_value("")

    @property
    def least_value_cells(self) -> tuple[int, ...]:
        """What must be left of a value; of a thread's name, which stands inside, less will do."""
        return (_LEAST_VALUE_CELLS, _LEAST_NAME_CELLS) if self.after else (_LEAST_VALUE_CELLS,)

    def without_value(self, ellipsis: str) -> _Parts:
        """A value at the end goes; inside a text a sign of it stays."""
        if not self.after:
            return _Parts(self.before.rstrip(), "", "")
        return _Parts(f'{self.before}"{ellipsis}"{self.after}', "", "")

    def short_names(self, ellipsis: str) -> Iterator[tuple[str, str]]:
        """(before, after), with the package shorter each time."""
        yield self.before, self.after
        for before in _shorter(self.before, ellipsis):
            yield before, self.after
        for after in _shorter(self.after, ellipsis):
            yield self.before, after
        found = _CLASS_OF_THREAD.fullmatch(self.after)
        if found:
            yield self.before, f" {found['address']}"

    def bare(self) -> str:
        """The text before and after without packages."""
        return "".join(
            _CLASS.sub(lambda found: found["simple"], text) for text in (self.before, self.after)
        )


def _shorter(text: str, ellipsis: str) -> Iterator[str]:
    """The text with one more package segment as a letter each time, at last without package."""
    found = _CLASS.search(text)
    if found is None:
        return
    segments = found["package"].split(".")[:-1]
    start, end = text[: found.start("package")], text[found.end("package") :]
    for count in range(1, len(segments) + 1):
        letters = [segment[0] for segment in segments[:count]]
        yield f"{start}{'.'.join([*letters, *segments[count:]])}.{end}"
    yield f"{start}{ellipsis}.{end}"
