"""The flags of a running JVM: value, type, where it is from, and setting the manageable ones.

Asked by `VM.flags -all`, a fraction of a millisecond; setting changes the JVM at once, and for as
long as it runs. Diagnostic and experimental flags are among them only where they are unlocked.
Source: JVMFlag::print_on, src/hotspot/share/runtime/flags/jvmFlag.cpp of OpenJDK.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from seamew.errors import JvmCommandError, TargetNotFoundError, UsageError
from seamew.units import parse_bytes

from .attaching import AttachClient

__all__ = [
    "FlagChange",
    "VmFlag",
    "parse_vm_flags",
    "pick_flags",
    "read_vm_flags",
    "set_vm_flags",
]

_COMMAND = "VM.flags -all"
_VALUE = r"(?P<value>.*?)\s*(?P<braces>(?:\{[^{}]*\} ?)*)"
_LINE = re.compile(rf"\s*(?P<type>\w+)\s+(?P<name>\w+)\s+(?P<sign>:?=) {_VALUE}")
_MORE = re.compile(rf"\s*(?P<name>\w+)\s+\+= {_VALUE}")
_BRACES = re.compile(r"\{([^{}]*)\}")
_MANAGEABLE = "manageable"
_DEFAULT, _CHANGED = "default", "changed"
_BOOL, _DOUBLE = "bool", "double"
_TEXTS = frozenset({"ccstr", "ccstrlist"})
_SWITCHES = {"true": "1", "false": "0", "1": "1", "0": "0", "on": "1", "off": "0"}
_SIMILAR = 0.6
_WILD = re.compile(r"[*?]")


@dataclass(frozen=True)
class VmFlag:
    """A flag. `type` is HotSpot's, `kinds` its words: product, manageable, diagnostic, C2, ...

    `origin` is where the value is from: default, command line, ergonomic, management, attach,
    environment; Java 8 tells no more than default or changed. Lists have one value a line.
    """

    name: str
    value: str
    type: str
    origin: str
    kinds: tuple[str, ...]

    @property
    def is_manageable(self) -> bool:
        """Whether it can be changed while the JVM runs."""
        return _MANAGEABLE in self.kinds

    @property
    def is_default(self) -> bool:
        """Whether nobody has changed it."""
        return self.origin == _DEFAULT


@dataclass(frozen=True)
class FlagChange:
    """What became of a flag, as the JVM shows it before and after."""

    name: str
    before: str
    after: str
    type: str


def parse_vm_flags(text: str) -> tuple[VmFlag, ...]:
    """The flags of an answer to VM.flags -all, by name. Raises JvmCommandError for another text."""
    flags: dict[str, VmFlag] = {}
    for line in text.splitlines():
        more = _MORE.fullmatch(line)
        if more is not None and more.group("name") in flags:
            name = more.group("name")
            flags[name] = _flag(more, flags[name].type, flags[name].value + "\n", "")
            continue
        found = _LINE.fullmatch(line)
        if found is not None:
            flags[found.group("name")] = _flag(found, found.group("type"), "", found.group("sign"))
    if not flags:
        first = (text.splitlines() or ["nothing"])[0]
        raise JvmCommandError(f"the JVM's answer to {_COMMAND} has no flags: {first}")
    return tuple(flags[name] for name in sorted(flags))


def read_vm_flags(client: AttachClient, *, timeout_seconds: float) -> tuple[VmFlag, ...]:
    """All flags of a JVM, by name. Raises as `AttachClient.execute`."""
    return parse_vm_flags(client.jcmd(_COMMAND, timeout_seconds=timeout_seconds))


def pick_flags(flags: Sequence[VmFlag], names: Sequence[str]) -> tuple[VmFlag, ...]:
    """The flags of these names or patterns (`*Dump*`, in any case of letters), in their order.

    Raises TargetNotFoundError, with the names that are like it, for one that no flag has.
    """
    picked: dict[str, VmFlag] = {}
    for name in names:
        if _WILD.search(name):
            pattern = name.lower()
            found = [flag for flag in flags if fnmatchcase(flag.name.lower(), pattern)]
        else:
            found = [flag for flag in flags if flag.name == name]
        if not found:
            raise _unknown(flags, name)
        picked.update((flag.name, flag) for flag in found)
    return tuple(picked.values())


def set_vm_flags(
    client: AttachClient, settings: Sequence[tuple[str, str]], *, timeout_seconds: float
) -> tuple[FlagChange, ...]:
    """Give manageable flags values: true, false; a number, 512m; a text. Tells what they were.

    Before anything is set it raises TargetNotFoundError for an unknown flag and UsageError for
    one that cannot be changed or a value that it cannot have; then JvmCommandError where the JVM
    does not take one, which says what has been set before.
    """
    flags = read_vm_flags(client, timeout_seconds=timeout_seconds)
    before = [_manageable(flags, name) for name, _ in settings]
    values = [_sent(flag, value) for flag, (_, value) in zip(before, settings)]  # noqa: B905 (3.6)
    for number, flag in enumerate(before):
        try:
            client.execute("setflag", flag.name, values[number], timeout_seconds=timeout_seconds)
        except JvmCommandError as error:
            done = ", ".join(one.name for one in before[:number])
            raise JvmCommandError(
                error.message, hint=f"set already: {done}" * bool(done)
            ) from error
    # A result code of success does not mean that it has become so.
    now = read_vm_flags(client, timeout_seconds=timeout_seconds)
    return tuple(_change(flag, value, now) for flag, value in zip(before, values))  # noqa: B905


def _manageable(flags: Sequence[VmFlag], name: str) -> VmFlag:
    (flag,) = pick_flags(flags, [name])
    if not flag.is_manageable:
        changeable = ", ".join(one.name for one in flags if one.is_manageable)
        raise UsageError(
            f"{name} cannot be changed in a running JVM", hint=f"these can: {changeable}"
        )
    return flag


def _change(before: VmFlag, sent: str, flags: Sequence[VmFlag]) -> FlagChange:
    (now,) = pick_flags(flags, [before.name])
    if not _is_same(now, sent):
        raise JvmCommandError(f"the JVM took {now.name}={sent}, but shows {now.value!r}")
    return FlagChange(now.name, before.value, now.value, now.type)


def _flag(found: re.Match[str], kind: str, before: str, sign: str) -> VmFlag:
    """Java 8 has one pair of braces and says by := that a value is not the default."""
    braces = _BRACES.findall(found.group("braces"))
    origin = braces[1] if len(braces) > 1 else _DEFAULT if sign == "=" else _CHANGED
    kinds = tuple(braces[0].split()) if braces else ()
    return VmFlag(found.group("name"), before + found.group("value"), kind, origin, kinds)


def _unknown(flags: Sequence[VmFlag], name: str) -> TargetNotFoundError:
    lower = {flag.name.lower(): flag.name for flag in flags}
    like = [lower[one] for one in get_close_matches(name.lower(), lower, 3, _SIMILAR)]
    locked = "diagnostic and experimental flags show only where they are unlocked"
    return TargetNotFoundError(
        f"the JVM has no flag {name}", hint=f"like it: {', '.join(like)}" if like else locked
    )


def _sent(flag: VmFlag, value: str) -> str:
    """A value as every JVM takes it: Java 8 knows neither true nor 512m."""
    if flag.type in _TEXTS:
        return value
    try:
        if flag.type == _BOOL:
            return _SWITCHES[value.lower()]
        if flag.type == _DOUBLE:
            return str(float(value))
        return str(int(value)) if value.startswith("-") else str(parse_bytes(value))
    except (KeyError, ValueError) as error:
        wanted = {_BOOL: "true or false", _DOUBLE: "a number"}.get(flag.type, "a whole number")
        raise UsageError(f"{flag.name} takes {wanted}, not {value!r}") from error


def _is_same(flag: VmFlag, sent: str) -> bool:
    if flag.type == _BOOL:
        return flag.value == ("true" if sent == "1" else "false")
    if flag.type == _DOUBLE:
        return abs(float(flag.value) - float(sent)) < 1e-6  # noqa: PLR2004 (it prints six digits)
    return flag.value == sent
