"""What dump is wanted, and where it shall be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from seamew.errors import AccessRefusedError, UsageError

from .estimate import GZ, RAW
from .files import PART_SUFFIX

__all__ = ["DumpWish"]

_PACKED = ".gz"


@dataclass(frozen=True)
class DumpWish:
    """A heap dump to be taken.

    `target` is the absolute path of the file; ".gz" is added or taken off as the dump is compressed
    or not. None: nowhere, the bytes are handed on (only for STREAM). `is_live` wants only what a
    full collection leaves. `method` is RAW, GZ or STREAM; `level` is gzip's, 1 to 9. `via` is a
    folder as the JVM sees it, where it shall write; None: it is chosen.
    """

    target: Path | None
    is_live: bool = False
    method: str = RAW
    is_compressed: bool = True
    level: int = 1
    via: str | None = None

    @property
    def raw_path(self) -> Path:
        """The file before it is compressed."""
        if self.target is None:
            raise UsageError("a stream has no file")
        return self.target.with_suffix("") if self.target.suffix == _PACKED else self.target

    @property
    def packed_path(self) -> Path:
        """The compressed file."""
        return self.raw_path.with_name(self.raw_path.name + _PACKED)

    @property
    def final_path(self) -> Path:
        """The file that shall be there in the end."""
        return self.packed_path if self.is_compressed else self.raw_path

    @property
    def first_path(self) -> Path:
        """The file that the dump becomes first, before this process compresses it."""
        return self.raw_path if self.method == RAW else self.final_path

    def check(self) -> None:
        """Raise UsageError or AccessRefusedError for what cannot be done at all."""
        if not self.is_compressed and self.method == GZ:
            raise UsageError("a dump that the JVM compresses cannot stay uncompressed")
        if self.target is None:
            return
        if not self.is_compressed and self.target.suffix == _PACKED:
            raise UsageError("an uncompressed dump should not end in .gz", path=str(self.target))
        folder = self.target.parent
        if not folder.is_dir():
            raise UsageError("there is no such folder", path=str(folder))
        for path in (self.first_path, self.final_path):
            for taken in (path, path.with_name(path.name + PART_SUFFIX)):
                if os.path.lexists(str(taken)):
                    raise UsageError(
                        "the file exists already, and nothing is overwritten",
                        hint="name another file, or move this one away",
                        path=str(taken),
                    )
        if not os.access(str(folder), os.W_OK | os.X_OK):
            raise AccessRefusedError("this user may not write to the folder", path=str(folder))
