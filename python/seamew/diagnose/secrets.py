"""A diagnosis without what may be secret in it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from seamew.heap import Heap
from seamew.holding import is_called_secret
from seamew.masking import MASK, masked_text
from seamew.model import (
    Diagnosis,
    Evidence,
    Finding,
    HeapFacts,
    LocalVariable,
    ObjectRow,
    RulesUsed,
    ThreadHolding,
)
from seamew.wording import Text

__all__ = ["without_secrets"]

_Said = TypeVar("_Said")
_AS_THEY_ARE = (HeapFacts, RulesUsed)


def without_secrets(heap: Heap, diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis with all masked that looks like a key, a token or a password.

    Values of objects, names of threads, and what sentences and commands say of them. Names in code
    stay, and so does the path of the dump.
    """
    known = {diagnosis.overview.path, *_names_in_code(diagnosis)}
    return _Masking(heap, frozenset(known)).of(diagnosis)


def _names_in_code(diagnosis: Diagnosis) -> Iterator[str]:
    for one in diagnosis.findings:
        yield from (name for name in (one.owner, one.element_class) if name)
        yield from (owner.name for owner in one.owners)
        yield from (step.class_name for step in one.path)
    yield from (row.class_name for row in diagnosis.consumers.objects)
    yield from (row.label for row in diagnosis.consumers.classes)


class _Masking:
    """`known` are words that are no secrets, whatever they look like."""

    def __init__(self, heap: Heap, known: frozenset[str]) -> None:
        self._heap = heap
        self._known = known

    def of(self, said: _Said) -> _Said:
        """A value of the model, and all in it."""
        return self._of(said)  # type: ignore[no-any-return]

    def _of(self, said: Any) -> Any:  # noqa: ANN401 (any part of the model)
        if isinstance(said, tuple):
            return tuple(map(self._of, said))
        if isinstance(said, Text):
            return said.with_values(self._word)
        if not is_dataclass(said) or isinstance(said, _AS_THEY_ARE):
            return said
        parts = {one.name: getattr(said, one.name) for one in fields(said)}
        changed = {name: self._of(value) for name, value in parts.items()} | self._own(said)
        return replace(said, **changed)  # type: ignore[type-var]

    def _own(self, said: object) -> dict[str, str | None]:
        """The fields of a value that hold text from the heap."""
        match said:
            case ObjectRow() | LocalVariable() if getattr(said, "kind", "") != "class":
                return {"value": self._value(said)}
            case ThreadHolding():
                return {"name": None if said.name is None else self._word(said.name)}
            case Finding():
                return {"id": self._id(said.id)}
            case Evidence(command=str(command)):
                return {"command": self._command(command)}
        return {}

    def _value(self, said: ObjectRow | LocalVariable) -> str | None:
        if said.value is None:
            return None
        secret = is_called_secret(self._heap, said.object_index)
        return MASK if secret else self._word(said.value)

    def _word(self, word: str) -> str:
        return word if word in self._known else masked_text(word)

    def _id(self, text: str) -> str:
        rule, slash, name = text.partition("/")
        return rule + slash + self._word(name)

    def _command(self, command: str) -> str:
        return shlex.join(map(self._word, shlex.split(command)))
