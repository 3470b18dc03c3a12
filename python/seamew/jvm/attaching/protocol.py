"""The wire format of HotSpot's attach socket.

Version 1 (all JVMs): "1", the command and exactly three arguments, each ended by a zero byte; an
argument has at most 1024 bytes. Version 2 (JDK 24 and later, unless -Djdk.attach.compat=true):
"2", the length of the rest, the command and any number of arguments of any length; 256 KB in all.
A reply is a decimal result code on a line of its own, then text until the end of the stream.
Source: src/hotspot/share/services/attachListener.{hpp,cpp} of OpenJDK.
"""

from __future__ import annotations

from collections.abc import Sequence

from seamew.errors import JvmCommandError, UsageError

__all__ = [
    "CODE_LINE_BYTES",
    "MOST_ARGUMENT_BYTES",
    "agent_error",
    "check_request",
    "fits_version_1",
    "reply_error",
    "request_bytes",
    "result_code",
]

CODE_LINE_BYTES = 16
"""A result code and its newline take no more."""

_MOST_COMMAND_BYTES = 16
MOST_ARGUMENT_BYTES = 1024
_MOST_REQUEST_BYTES = 256 * 1024
_VERSION_1_ARGUMENTS = 3
_BAD_VERSION = 101
_AGENT_CODE = "return code:"
_SAID_CHARACTERS = 300


def check_request(command: str, arguments: Sequence[str]) -> None:
    """Raise UsageError for what no JVM could take."""
    parts = [text.encode("utf-8", "surrogateescape") for text in (command, *arguments)]
    if len(parts[0]) > _MOST_COMMAND_BYTES:
        raise UsageError(f"{command!r} is no attach command: it is too long")
    if any(b"\0" in part for part in parts):
        raise UsageError(f"{command}: a zero byte cannot be sent to a JVM")
    if sum(map(len, parts)) + len(parts) > _MOST_REQUEST_BYTES:
        raise UsageError(f"{command}: a request has at most {_MOST_REQUEST_BYTES} bytes")


def fits_version_1(arguments: Sequence[str]) -> bool:
    """Whether every JVM can be sent these arguments."""
    lengths = [len(text.encode("utf-8", "surrogateescape")) for text in arguments]
    return len(lengths) <= _VERSION_1_ARGUMENTS and all(
        length <= MOST_ARGUMENT_BYTES for length in lengths
    )


def request_bytes(command: str, arguments: Sequence[str]) -> bytes:
    """A request: of version 1 wherever it fits, padded to the three arguments a JVM waits for."""
    if fits_version_1(arguments):
        padding = [""] * (_VERSION_1_ARGUMENTS - len(arguments))
        return _joined(["1", command, *arguments, *padding])
    rest = _joined([command, *arguments])
    return _joined(["2", str(len(rest))]) + rest


def result_code(line: bytes) -> int | None:
    """The code of a reply's first line; None: it is none."""
    digits = line[1:] if line.startswith(b"-") else line
    return int(line) if digits.isdigit() and len(line) < CODE_LINE_BYTES else None


def reply_error(who: str, command: str, code: int, text: str) -> JvmCommandError:
    """What to raise for a reply with a code other than 0, with the words of the JVM."""
    if code == _BAD_VERSION:
        return JvmCommandError(f"{who} does not speak this version of the attach protocol")
    said = [line for line in text.splitlines() if line.strip()] or [f"result code {code}"]
    return JvmCommandError(f"{who} refuses {command}: {said[0].strip()[:_SAID_CHARACTERS]}")


def agent_error(text: str) -> str | None:
    """What a reply to `load` says that went wrong, its code being 0; None: nothing.

    JDK 8 answers with the agent's own code alone, later ones with a line `return code: N`.
    """
    lines = text.strip().splitlines() or ["nothing"]
    code = lines[0].replace(_AGENT_CODE, "").strip()
    return None if code == "0" else " ".join(lines)[:_SAID_CHARACTERS]


def _joined(texts: Sequence[str]) -> bytes:
    return b"".join(text.encode("utf-8", "surrogateescape") + b"\0" for text in texts)
