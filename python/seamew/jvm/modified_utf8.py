"""Text as JVMs write it: UTF-8 in which a character beyond 16 bits is two surrogates.

Source: Java Virtual Machine Specification, 4.4.7 (modified UTF-8); HotSpot prints names so.
"""

from __future__ import annotations

__all__ = ["decode_jvm_text", "try_jvm_text"]

_ZERO = (b"\xc0\x80", b"\x00")


def decode_jvm_text(raw: bytes) -> str:
    """The text of a JVM's answer; what is no UTF-8 of either kind becomes U+FFFD."""
    text = try_jvm_text(raw)
    return raw.decode("utf-8", "replace") if text is None else text


def try_jvm_text(raw: bytes) -> str | None:
    """The text of bytes in UTF-8 or modified UTF-8; None: they are neither."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = raw.replace(*_ZERO).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
