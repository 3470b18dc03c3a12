"""Lines of text files in the encodings that thread dumps come in, never a whole file at once."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from seamew.jvm.modified_utf8 import try_jvm_text

__all__ = ["decode_line", "is_cut_off", "open_binary", "text_lines", "utf_16_of"]

_GZIP = b"\x1f\x8b"
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SNIFFED_BYTES = 1 << 10
_CLEARLY_MORE = 8
_LONGEST_LINE = 1 << 20
_CHUNK_BYTES = 1 << 16
# Hanzi in GB 18030 are mostly pairs of high bytes; in Latin-1 two accents rarely meet.
_HIGH_PAIR = re.compile(rb"[\x81-\xfe][\x80-\xfe]")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


class _Unpacked(io.RawIOBase):
    """The content of a gzip file. Where it breaks off, the content ends and `is_cut_off`."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.is_cut_off = False
        self._file = gzip.open(path, "rb")  # noqa: SIM115 (`close` closes it)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill some of the buffer; 0 at the end."""
        try:
            data = self._file.read(len(buffer))
        except (EOFError, zlib.error):
            data = b""
            self.is_cut_off = True
        except OSError as error:
            if error.errno is not None:
                raise
            data = b""  # a wrong checksum
            self.is_cut_off = True
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file below too."""
        self._file.close()
        super().close()


def open_binary(path: Path) -> io.BufferedReader:
    """The file's bytes, unpacked if it is a gzip file."""
    file = path.open("rb")
    if file.read(len(_GZIP)) == _GZIP:
        file.close()
        return io.BufferedReader(_Unpacked(path))
    file.seek(0)
    return file


def is_cut_off(file: io.BufferedReader) -> bool:
    """Whether a gzip file that was read to its end is broken there."""
    return isinstance(file.raw, _Unpacked) and file.raw.is_cut_off


def text_lines(file: IO[bytes], start: bytes) -> Iterator[str]:
    """The lines without their ends. Lines of more than a megabyte come in parts.

    UTF-16 is told by its mark or by the zero bytes of `start`, the file's first bytes; else each
    line is UTF-8, GB 18030 or Latin-1 by its own bytes, for logs mix them.
    """
    wide = utf_16_of(start[:_SNIFFED_BYTES])
    if wide is not None:
        yield from _wide_lines(file, wide)
        return
    for raw in iter(lambda: file.readline(_LONGEST_LINE), b""):
        yield decode_line(raw[len(_UTF_8_MARK) :] if raw.startswith(_UTF_8_MARK) else raw)


def _wide_lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    for chunk in iter(lambda: file.read(_CHUNK_BYTES), b""):
        text = rest + decoder.decode(chunk)
        lines = text.split("\n")
        rest = lines.pop()
        yield from (line.lstrip("\ufeff").rstrip("\r") for line in lines)
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = ""
    if rest:
        yield rest.lstrip("\ufeff")


def utf_16_of(start: bytes) -> str | None:
    """Which UTF-16 the first bytes of a text are in; None: neither."""
    for mark, name in _UTF_16_MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) <= len(start) // 4 or min(even, odd) * _CLEARLY_MORE > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def decode_line(raw: bytes) -> str:
    """A line of bytes as text, without its end."""
    line = raw.rstrip(b"\r\n")
    text = try_jvm_text(line)
    if text is not None:
        return text
    pairs = len(_HIGH_PAIR.findall(line))
    if 2 * pairs > len(_HIGH_BYTE.findall(line)) // 2:
        try:
            return line.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return line.decode("latin-1")
