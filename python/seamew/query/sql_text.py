"""The text of a query before DuckDB reads it: hex numbers, and names that need quotes.

DuckDB takes `0x1f` for a 0 with an alias, `references` for a word of its own, and the dots in
`java.util.HashMap` for schemas. What is changed keeps the places of errors right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["SqlText", "Token", "tokens"]

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")
_BEFORE_TABLES = frozenset({"from", "join", ","})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `kind` is keyword, identifier, numeric_const, string_const ..."""

    start: int
    text: str
    kind: str

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """What an identifier says, without its quotes."""
        if self.text.startswith('"'):
            return self.text.strip('"').replace('""', '"')
        return self.text


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def tokens(text: str) -> list[Token]:
    """The pieces of a query, without spaces and comments."""
    import duckdb  # noqa: PLC0415 (an extra)

    encoded = text.encode("utf-8", "replace")
    found = duckdb.tokenize(encoded.decode("utf-8"))
    ends = [*(start for start, _ in found[1:]), len(encoded)][: len(found)]
    pieces = []
    for (start, kind), end in zip(found, ends, strict=True):
        piece = encoded[start:end].decode("utf-8", "replace").rstrip()
        if kind.name != "comment" and piece:
            before = len(encoded[:start].decode("utf-8", "replace"))
            pieces.append(Token(before, piece, kind.name))
    return pieces


class SqlText:
    """A query as DuckDB understands it: `text`, and the `names` of tables that it may mean.

    `is_class` tells the names of the heap's classes, `java.util.AbstractMap+` for one with those
    below it too.
    """

    def __init__(self, original: str, is_class: Callable[[str], bool]) -> None:
        self.original = original
        self._is_class = is_class
        pieces = tokens(original)
        self._edits = sorted(self._edits_of(pieces), key=lambda edit: edit.start)
        self.text = self._edited()
        self.words = frozenset(self._words(pieces))
        self.class_names = self._classes(pieces)

    def place(self, edited_place: int) -> int:
        """The place in the original of a place in the text."""
        shift = 0
        for edit in self._edits:
            if edit.start + shift >= edited_place:
                break
            grown = len(edit.text) - (edit.end - edit.start)
            if edited_place < edit.start + shift + len(edit.text):
                return edit.start
            shift += grown
        return edited_place - shift

    def _edited(self) -> str:
        parts, at = [], 0
        for edit in self._edits:
            parts += [self.original[at : edit.start], edit.text]
            at = edit.end
        return "".join([*parts, self.original[at:]])

    def _edits_of(self, pieces: Sequence[Token]) -> Iterator[_Edit]:
        makes_tables = any(piece.text.lower() == "create" for piece in pieces)
        for piece, following in pairwise(pieces):
            if _is_hex(piece, following):
                number = str(int(following.text[1:], 16))
                yield _Edit(piece.start, following.end, number)
        for piece in pieces:
            if piece.text.lower() == "references" and not makes_tables:
                yield _Edit(piece.start, piece.end, '"references"')
        for start, end, name in _dotted_names(pieces):
            if self._is_class(name):
                yield _Edit(start, end, f'"{name}"')

    def _classes(self, pieces: Sequence[Token]) -> tuple[str, ...]:
        named = [piece.name for piece in pieces if piece.kind == "identifier"]
        named += [name for _, _, name in _dotted_names(pieces)]
        return tuple(dict.fromkeys(name for name in named if self._is_class(name)))

    def _words(self, pieces: Sequence[Token]) -> Iterator[str]:
        """Names of columns that the query may mean; `*` for all."""
        for piece in pieces:
            word = piece.name.lower()
            yield "*" if word in {"describe", "show", "summarize", "columns", "natural"} else word


def _is_hex(piece: Token, following: Token) -> bool:
    return (
        piece.text == "0"
        and following.start == piece.end
        and following.text[:1] in {"x", "X"}
        and len(following.text) > 1
        and _HEX_DIGITS.issuperset(following.text[1:])
    )


def _dotted_names(pieces: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of unquoted names with dots where tables stand: `FROM a.b.C`."""
    for at, before in enumerate(pieces[:-1]):
        if before.text.lower() not in _BEFORE_TABLES:
            continue
        chain = [pieces[at + 1]]
        for piece in pieces[at + 2 :]:
            is_dot, follows_dot = piece.text == ".", chain[-1].text == "."
            if piece.start != chain[-1].end or is_dot == follows_dot:
                break
            chain.append(piece)
        name = "".join(piece.text for piece in chain)
        if "." in name and '"' not in name:
            yield chain[0].start, chain[-1].end, name
