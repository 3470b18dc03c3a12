"""The folder of a case: files that only their owner may read, with sizes and hashes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from seamew.errors import UsageError

from .manifest import MANIFEST_NAME, CapturedFile, Manifest

__all__ = ["CaseFolder", "archive_case"]

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_MOST_NAME_CHARACTERS = 60
_MOST_FOLDERS_OF_ONE_SECOND = 100


class CaseFolder:
    """A new folder; `most_bytes` limits all its files together but the manifest and heap dumps."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self.files: list[CapturedFile] = []
        self._bytes_left = most_bytes

    @classmethod
    def create(cls, parent: Path, name: str, most_bytes: int) -> CaseFolder:
        """A folder of that name, or with a number behind it where there is one already.

        Raises UsageError where none can be made.
        """
        safe = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)[:_MOST_NAME_CHARACTERS].lstrip(".")
        try:
            parent.mkdir(parents=True, exist_ok=True)
            for number in range(_MOST_FOLDERS_OF_ONE_SECOND):
                path = parent / (f"{safe}-{number}" if number else safe)
                with suppress(FileExistsError):
                    path.mkdir(_FOLDER_MODE)
                    path.chmod(_FOLDER_MODE)
                    return cls(path, most_bytes)
        except OSError as error:
            raise UsageError(
                f"no case folder can be made here: {error.strerror}",
                hint="name another folder with --output",
                path=str(parent),
            ) from error
        raise UsageError("too many cases of this second", path=str(parent))

    def write(self, step: str, name: str, parts: Iterable[bytes]) -> CapturedFile:
        """A new file below the folder, as much of it as the limit of the case leaves room for.

        What has been written stays where `parts` raises, and is noted as cut off.
        """
        path = self.folder(str(Path(name).parent)) / Path(name).name
        digest, size, is_whole = hashlib.sha256(), 0, False
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for part in parts:
                    kept = part[: self._bytes_left]
                    self._bytes_left -= len(kept)
                    file.write(kept)
                    digest.update(kept)
                    size += len(kept)
                    if len(kept) < len(part):
                        break
                else:
                    is_whole = True
        finally:
            self.files.append(CapturedFile(name, step, size, digest.hexdigest(), is_whole))
        return self.files[-1]

    def folder(self, name: str) -> Path:
        """A folder below the case's, made where there is none yet."""
        path = self.path / name
        path.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
        return path

    def adopt(self, step: str, name: str, *, is_whole: bool) -> CapturedFile:
        """A file that something else has written into the folder: a heap dump."""
        path = self.path / name
        path.chmod(_FILE_MODE)
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
                size += len(part)
        self.files.append(CapturedFile(name, step, size, digest.hexdigest(), is_whole))
        return self.files[-1]

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest; a reader sees the old one or the new one, and never half of it."""
        text = json.dumps(asdict(manifest), indent=2) + "\n"
        scratch = self.path / f".{MANIFEST_NAME}.part"
        with suppress(FileNotFoundError):
            scratch.unlink()
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
        scratch.replace(self.path / MANIFEST_NAME)


def archive_case(folder: Path) -> Path:
    """A .tar.gz of a case beside its folder, which stays; for its owner only, never overwriting.

    Raises UsageError where there is such a file already.
    """
    target = folder.with_name(folder.name + ".tar.gz")
    scratch = folder.with_name(f".{folder.name}.tar.gz.part")
    try:
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    except FileExistsError as error:
        raise UsageError("the file exists already", path=str(scratch)) from error
    try:
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
            tar.add(str(folder), folder.name)
        os.link(scratch, target)
    except FileExistsError as error:
        raise UsageError("the file exists already", path=str(target)) from error
    finally:
        with suppress(OSError):
            scratch.unlink()
    return target
