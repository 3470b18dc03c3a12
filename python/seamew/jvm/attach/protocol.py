"""The wire format of HotSpot's attach socket.

Version 1 (all JVMs): "1", the command and exactly three arguments, each ended by a zero byte; an
argument has at most 1024 bytes. Version 2 (JDK 24 and later) states its length and takes more. A
reply is a decimal result code on a line of its own, then text until the end of the stream.
Source: src/hotspot/share/services/attachListener.{hpp,cpp} of OpenJDK.
"""

from __future__ import annotations

from seamew.errors import JvmCommandError, JvmNotAnsweringError
from seamew.jvm.modified_utf8 import decode_jvm_text

__all__ = ["MOST_ARGUMENT_BYTES", "parse_reply", "request_bytes"]

MOST_ARGUMENT_BYTES = 1024
_VERSION_1_ARGUMENTS = 3


def request_bytes(command: str, *arguments: str) -> bytes:
    """A version 1 request; missing arguments are sent empty, for the JVM waits for three."""
    if len(arguments) > _VERSION_1_ARGUMENTS:
        raise JvmCommandError(f"{command} takes at most {_VERSION_1_ARGUMENTS} arguments")
    padded = [*arguments, *[""] * (_VERSION_1_ARGUMENTS - len(arguments))]
    parts = [text.encode() for text in ("1", command, *padded)]
    if any(b"\0" in part for part in parts):
        raise JvmCommandError(f"{command}: a zero byte cannot be sent to a JVM")
    if any(len(part) > MOST_ARGUMENT_BYTES for part in parts):
        raise JvmCommandError(f"{command}: an argument is longer than {MOST_ARGUMENT_BYTES} bytes")
    return b"".join(part + b"\0" for part in parts)


def parse_reply(reply: bytes) -> tuple[int, str]:
    """The result code and the text of a whole reply."""
    code, newline, text = reply.partition(b"\n")
    try:
        number = int(code)
    except ValueError as error:
        what = "nothing" if not reply else "something that is no reply"
        raise JvmNotAnsweringError(
            f"the JVM answered {what}", hint="it may be ending, or busy: try again"
        ) from error
    if not newline:
        raise JvmNotAnsweringError("the JVM's answer was cut off", hint="try again")
    return number, decode_jvm_text(text)
