"""The settings of a running JVM: system properties, environment, arguments; secrets left out.

The JVM is asked for its properties alone, which takes it a few milliseconds of Java code; the
environment is that in which it was started. Source of the properties' form: the documentation of
java.util.Properties.store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seamew.masking import masked

from .attaching import AttachClient
from .command_line import read_options, read_words
from .discover import JvmProcess

__all__ = ["ARGUMENT", "ENVIRONMENT", "SYSTEM", "JvmSetting", "parse_properties", "read_settings"]

SYSTEM, ENVIRONMENT, ARGUMENT = "system", "environment", "argument"

_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_PARTED = re.compile(r"((?:[^\\=:]|\\.)*)[=:](.*)")
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True)
class JvmSetting:
    """A setting. `source` is system (property), environment or argument (of the JVM).

    `is_masked`: it may be a secret, and what is shown of it is not all.
    """

    source: str
    name: str
    value: str
    is_masked: bool


def read_settings(
    client: AttachClient, *, timeout_seconds: float, show_secrets: bool = False
) -> tuple[JvmSetting, ...]:
    """Properties and environment by name, then arguments in their order.

    What may be a secret is masked unless `show_secrets`. Raises as `AttachClient.execute`.
    """
    text = client.execute("properties", timeout_seconds=timeout_seconds)
    sources = (
        (SYSTEM, sorted(parse_properties(text).items())),
        (ENVIRONMENT, sorted(_environment(client.jvm))),
        (ARGUMENT, _arguments(client.jvm)),
    )
    return tuple(
        _setting(source, name, value, show_secrets=show_secrets)
        for source, entries in sources
        for name, value in entries
    )


def parse_properties(text: str) -> dict[str, str]:
    """Names and values of a text in the form of a properties file, escapes resolved."""
    found = {}
    for line in text.splitlines():
        parted = None if line.startswith(("#", "!")) else _PARTED.fullmatch(line)
        if parted is not None:
            found[_unescaped(parted.group(1))] = _unescaped(parted.group(2))
    return found


def _environment(jvm: JvmProcess) -> Iterable[tuple[str, str]]:
    for word in read_words(jvm.pid, "environ", jvm.proc):
        name, _, value = word.partition("=")
        yield name, value


def _arguments(jvm: JvmProcess) -> Iterable[tuple[str, str]]:
    return [(f"[{number}]", option) for number, option in enumerate(read_options(jvm))]


def _setting(source: str, name: str, value: str, *, show_secrets: bool) -> JvmSetting:
    if show_secrets:
        return JvmSetting(source, name, value, is_masked=False)
    shown, is_masked = masked(name, value)
    return JvmSetting(source, name, shown, is_masked)


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(_character, text)
    # Java writes a character beyond 16 bits as two halves.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    escaped = found.group(1)
    if len(escaped) > 1:
        return chr(int(escaped[1:], 16))
    return _LETTERS.get(escaped, escaped)
