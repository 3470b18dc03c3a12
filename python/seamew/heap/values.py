"""Questions about the values of many objects: texts, duplicates, arrays, groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from seamew import engine
from seamew.errors import UsageError
from seamew.model import (
    ArrayClassRow,
    ArrayFillRow,
    ArrayLengthRow,
    ArrayTable,
    ConstantArrayRow,
    ConstantArrays,
    DuplicateClassRow,
    DuplicateRow,
    Duplicates,
    HolderRow,
    TextRow,
    UnusedRoom,
    UnusedRow,
    ValueGroup,
    ValueGroups,
)

from .object_set import ObjectSet, What
from .sets import SetQuestions

__all__ = ["ValueQuestions"]

_TEXT_CHARACTERS = 256
_UNUSED_CHARACTERS = 50
_MOST_ROWS = 2**32


class ValueQuestions(SetQuestions):
    """Questions about the values of many objects. See `Heap`.

    Each reads the contents of the objects concerned in one or a few walks over the dump: a second
    or so a gigabyte.
    """

    def find_strings(
        self,
        pattern: str,
        what: What | None = None,
        *,
        ignore_case: bool = False,
        fixed: bool = False,
        arrays: bool = False,
    ) -> ObjectSet:
        """The strings in whose text the regular expression is found; among `what`, else all.

        `fixed` takes the pattern as it is. `arrays` searches char[] and byte[] too, bytes read as
        Latin-1. Of texts beyond 64 MiB only the beginning is searched. Raises UsageError for a
        pattern that is none, with the place.
        """
        members = self._members(what).native
        texts = self._ask_long(lambda native: native.texts_of(members, arrays=arrays))
        return ObjectSet(
            self._ask_reading(
                lambda native, progress: native.find_strings(
                    texts, pattern, ignore_case=ignore_case, fixed=fixed, progress=progress
                )
            )
        )

    def biggest(
        self, what: What, *, sort: str = "retained_bytes", limit: int | None = 100
    ) -> list[int]:
        """Indices of the biggest of the objects; `sort` is retained_bytes or shallow_bytes."""
        _check_word("sort", sort, ("retained_bytes", "shallow_bytes"))
        members = self.as_set(what).native
        return self._ask_long(lambda native: native.biggest(members, sort=sort, limit=_rows(limit)))

    def minimum_retained(self, what: What) -> int:
        """The least that the objects retain together: what each alone retains, no byte twice."""
        members = self.as_set(what).native
        return self._ask_long(lambda native: native.minimum_retained(members))

    def text_rows(
        self, objects: Iterable[int], *, characters: int = _TEXT_CHARACTERS
    ) -> tuple[TextRow, ...]:
        """The objects with their texts, at most so many characters of each."""
        indices = list(objects)
        found = self._ask_reading(
            lambda native, progress: native.text_rows(indices, characters, progress)
        )
        return engine.rows(TextRow, found)

    def duplicate_strings(
        self, what: What | None = None, *, sort: str = "lost_bytes", limit: int | None = 100
    ) -> Duplicates:
        """Strings of equal text; `sort` is lost_bytes or objects.

        Lost are all copies but one with their arrays. An array that strings share counts once; one
        of which a string uses a part (before JDK 7u6) does not count.
        """
        return self._duplicates("strings", what, sort, limit)

    def duplicate_arrays(
        self, what: What | None = None, *, sort: str = "lost_bytes", limit: int | None = 100
    ) -> Duplicates:
        """Primitive arrays of equal type and contents; `sort` is lost_bytes or objects."""
        return self._duplicates("arrays", what, sort, limit)

    def duplicate_objects(
        self, what: What | None = None, *, sort: str = "lost_bytes", limit: int | None = 100
    ) -> Duplicates:
        """Instances of equal class and fields; `sort` is lost_bytes or objects.

        References are equal where they lead to the same object.
        """
        return self._duplicates("objects", what, sort, limit)

    def _duplicates(self, kind: str, what: What | None, sort: str, limit: int | None) -> Duplicates:
        _check_word("sort", sort, ("lost_bytes", "objects"))
        members = self._members(what).native
        found = self._ask_reading(
            lambda native, progress: native.duplicates(
                members, kind, sort=sort, limit=_rows(limit), progress=progress
            )
        )
        classes = engine.rows(DuplicateClassRow, found["classes"])
        rows = tuple(_duplicate_row(row) for row in found["rows"])
        return Duplicates(**{**found, "classes": classes, "rows": rows})

    def arrays(self, what: What | None = None) -> ArrayTable:
        """The arrays among `what`, else all, by class and by length."""
        members = self._members(what).native
        found = self._ask_reading(lambda native, progress: native.array_table(members, progress))
        return ArrayTable(
            classes=engine.rows(ArrayClassRow, found["classes"]),
            lengths=engine.rows(ArrayLengthRow, found["lengths"]),
        )

    def array_fill(
        self, what: What | None = None, *, segments: int = 5
    ) -> tuple[ArrayFillRow, ...]:
        """Object arrays by the share of elements that are not null, those of length 0 first."""
        if segments < 1:
            message = f"segments must be at least 1, not {segments}"
            raise UsageError(message)
        members = self._members(what).native
        found = self._ask_reading(
            lambda native, progress: native.array_fill(members, segments, progress)
        )
        return engine.rows(ArrayFillRow, found)

    def constant_arrays(self, what: What | None = None) -> ConstantArrays:
        """Primitive arrays of two elements or more that are all the same."""
        members = self._members(what).native
        found = self._ask_reading(
            lambda native, progress: native.constant_arrays(members, progress)
        )
        return ConstantArrays(**{**found, "rows": engine.rows(ConstantArrayRow, found["rows"])})

    def unused_room(
        self,
        what: What | None = None,
        *,
        more_than: int = _UNUSED_CHARACTERS,
        limit: int | None = 100,
    ) -> UnusedRoom:
        """Arrays of strings and builders with `more_than` so many characters unused.

        Arrays that anything else refers to are left out: what of them is used is not known.
        """
        members = self._members(what).native
        found = self._ask_reading(
            lambda native, progress: native.unused_room(members, more_than, _rows(limit), progress)
        )
        return UnusedRoom(**{**found, "rows": engine.rows(UnusedRow, found["rows"])})

    def arrays_of(self, what: What | None = None) -> ObjectSet:
        """The arrays among `what`, else all."""
        members = self._members(what).native
        return ObjectSet(self._ask_long(lambda native: native.arrays_of(members)))

    def group_by(
        self,
        what: What,
        field: str | None = None,
        *,
        sort: str = "objects",
        limit: int | None = 100,
    ) -> ValueGroups:
        """The objects by readable value, or by what a path of fields (`owner.name`) leads to.

        `sort` is objects, shallow_bytes or retained_bytes. Raises ObjectNotFoundError where no
        object has such a field, with near names.
        """
        _check_word("sort", sort, ("objects", "shallow_bytes", "retained_bytes"))
        members = self.as_set(what).native
        found = self._ask_reading(
            lambda native, progress: native.group_by(
                members, field, sort=sort, limit=_rows(limit), progress=progress
            )
        )
        return ValueGroups(**{**found, "rows": engine.rows(ValueGroup, found["rows"])})

    def find(self, what: What, where: str | Sequence[str]) -> ObjectSet:
        """The objects that fulfil all conditions: `size>1000`, `owner.name~^tmp`, `next=null`.

        Operators are = != < <= > >= and ~ for a regular expression. Texts, numbers and names are
        compared by value, other objects by `@id` or `0xADDRESS`. Null differs from every value. An
        object without the field fulfils nothing. Raises UsageError for what is no condition.
        """
        conditions = [where] if isinstance(where, str) else list(where)
        members = self.as_set(what).native
        return ObjectSet(
            self._ask_reading(
                lambda native, progress: native.find_objects(members, conditions, progress)
            )
        )

    def _members(self, what: What | None) -> ObjectSet:
        return self.select() if what is None else self.as_set(what)


def _rows(limit: int | None) -> int:
    return _MOST_ROWS if limit is None else limit


def _check_word(name: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        message = f"{name} is one of {', '.join(words)}, not {word}"
        raise UsageError(message)


def _duplicate_row(native: dict[str, Any]) -> DuplicateRow:
    return DuplicateRow(**{**native, "holders": engine.rows(HolderRow, native["holders"])})
