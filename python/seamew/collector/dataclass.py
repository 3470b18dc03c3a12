"""Stands in for the standard library's dataclasses in the collector: Python 3.6 has none.

What this project uses of them works alike: frozen values, defaults and default factories,
keyword-only fields, `__post_init__`, equality, order, hashes, `fields`, `replace` and `asdict`.
Slots are only a matter of memory, and ignored.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

__all__ = [
    "Field",
    "FrozenInstanceError",
    "asdict",
    "astuple",
    "dataclass",
    "field",
    "fields",
    "is_dataclass",
    "replace",
]

_FIELDS = "__dataclass_fields__"
_MISSING = object()
# Those of the class itself, where an old Python's attribute may be its base's.
_annotations_of = getattr(
    inspect, "get_annotations", lambda cls: vars(cls).get("__annotations__", {})
)


class FrozenInstanceError(AttributeError):
    """A frozen value is never changed."""


class Field:
    """A field of a dataclass: its name and how it gets its value."""

    def __init__(
        self,
        default: object = _MISSING,
        default_factory: Callable[[], object] | None = None,
        **parts: bool,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.init = parts.get("init", True)
        self.repr = parts.get("repr", True)
        self.compare = parts.get("compare", True)
        self.kw_only = parts.get("kw_only", False)

    def value(self) -> object:
        """What the field gets where nothing is given; `_MISSING` where something must be."""
        return self.default_factory() if self.default_factory else self.default


def field(**parts: Any) -> Any:  # noqa: ANN401 (it stands for a value of any type)
    """A field with a default, a factory of defaults, or no part in repr, comparison or init."""
    return Field(**parts)


def dataclass(cls: type | None = None, **options: bool) -> Any:  # noqa: ANN401
    """Make a class with annotated fields a dataclass."""
    return _made(cls, options) if cls else lambda one: _made(one, options)


def fields(value: object) -> tuple[Field, ...]:
    """The fields of a dataclass or of one of its values, in order."""
    try:
        found: dict[str, Field] = getattr(value, _FIELDS)
    except AttributeError:
        message = "must be called with a dataclass type or instance"
        raise TypeError(message) from None
    return tuple(found.values())


def is_dataclass(value: object) -> bool:
    """Whether this is a dataclass or a value of one."""
    return hasattr(value if isinstance(value, type) else type(value), _FIELDS)


def replace(value: Any, **changes: object) -> Any:  # noqa: ANN401
    """The value with other fields."""
    kept = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
    kept.update(changes)
    return type(value)(**kept)


def asdict(value: object) -> dict[str, Any]:
    """The value and the dataclasses in it as dicts."""
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def astuple(value: object) -> tuple[Any, ...]:
    """The fields' values."""
    return tuple(getattr(value, one.name) for one in fields(value))


def _plain(value: Any) -> Any:  # noqa: ANN401
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {_plain(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(one) for one in value)
    return value


def _made(cls: Any, options: dict[str, bool]) -> Any:  # noqa: ANN401
    found: dict[str, Field] = {}
    for base in reversed(cls.__mro__[1:]):
        found.update(base.__dict__.get(_FIELDS, {}))
    for name in _annotations_of(cls):
        found[name] = _own_field(cls, name, kw_only=options.get("kw_only", False))
    setattr(cls, _FIELDS, found)
    cls.__init__ = _initializer(tuple(found.values()))
    cls.__repr__ = _repr
    if options.get("eq", True):
        cls.__eq__ = _equal
        cls.__hash__ = _hash if options.get("frozen") else None
    if options.get("order"):
        cls.__lt__ = _less
    if options.get("frozen"):
        cls.__setattr__ = _refuse_change
        cls.__delattr__ = _refuse_change
    return cls


def _own_field(cls: Any, name: str, *, kw_only: bool) -> Field:  # noqa: ANN401
    default = cls.__dict__.get(name, _MISSING)
    one = default if isinstance(default, Field) else Field(default)
    one.name = name
    one.kw_only = one.kw_only or kw_only
    if isinstance(default, Field):
        # The class's own value of the name is the default, as in the real thing.
        if one.default is _MISSING:
            delattr(cls, name)
        else:
            setattr(cls, name, one.default)
    return one


def _initializer(known: tuple[Field, ...]) -> Callable[..., None]:
    positional = [one.name for one in known if one.init and not one.kw_only]
    by_name = {one.name for one in known if one.init}

    def initialize(self: Any, *args: object, **given: object) -> None:  # noqa: ANN401
        if len(args) > len(positional):
            message = f"{type(self).__name__} takes {len(positional)} values, not {len(args)}"
            raise TypeError(message)
        values = dict(zip(positional, args, strict=False))
        unknown = [name for name in given if name not in by_name or name in values]
        if unknown:
            message = f"{type(self).__name__} has no room for {', '.join(unknown)}"
            raise TypeError(message)
        values.update(given)
        for one in known:
            value = values[one.name] if one.name in values else one.value()
            if value is _MISSING:
                message = f"{type(self).__name__} needs {one.name}"
                raise TypeError(message)
            object.__setattr__(self, one.name, value)
        after = getattr(self, "__post_init__", None)
        if after:
            after()

    return initialize


def _compared(value: object) -> Iterator[object]:
    return (getattr(value, one.name) for one in fields(value) if one.compare)


def _equal(self: object, other: object) -> object:
    if type(other) is not type(self):
        return NotImplemented
    return tuple(_compared(self)) == tuple(_compared(other))


def _less(self: object, other: object) -> object:
    if type(other) is not type(self):
        return NotImplemented
    return tuple(_compared(self)) < tuple(_compared(other))


def _hash(self: object) -> int:
    return hash(tuple(_compared(self)))


def _repr(self: object) -> str:
    parts = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__name__}({', '.join(parts)})"


def _refuse_change(self: object, name: str, *_: object) -> None:
    message = f"cannot change {name} of {type(self).__name__}"
    raise FrozenInstanceError(message)
