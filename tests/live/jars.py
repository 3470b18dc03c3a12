"""Libraries of the live tests' programs: fetched with Maven, checked, kept in a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FETCH_SECONDS = 240


@dataclass(frozen=True)
class Jar:
    """An artifact of a Maven repository, and the SHA-256 of its jar."""

    group: str
    name: str
    version: str
    sha256: str
    classifier: str = ""

    @property
    def coordinates(self) -> str:
        """As Maven names it."""
        kind = f":jar:{self.classifier}" if self.classifier else ""
        return f"{self.group}:{self.name}:{self.version}{kind}"

    @property
    def path(self) -> Path:
        """Where it lies in the cache."""
        folder = cache_directory().joinpath(*self.group.split("."), self.name, self.version)
        kind = f"-{self.classifier}" if self.classifier else ""
        return folder / f"{self.name}-{self.version}{kind}.jar"


JARS = (
    Jar(
        "com.google.guava",
        "guava",
        "33.3.1-jre",
        "4bf0e2c5af8e4525c96e8fde17a4f7307f97f8478f11c4c8e35a0e3298ae4e90",
    ),
    Jar(
        "com.google.guava",
        "failureaccess",
        "1.0.2",
        "8a8f81cf9b359e3f6dfa691a1e776985c061ef2f223c9b2c80753e1b458e8064",
    ),
    Jar(
        "com.github.ben-manes.caffeine",
        "caffeine",
        "3.1.8",
        "7dd15f9df1be238ffaa367ce6f556737a88031de4294dad18eef57c474ddf1d3",
    ),
    Jar(
        "io.netty",
        "netty-common",
        "4.1.115.Final",
        "39f1b5a2aaa4eab5d036dfd0486e35a4276df412e092d36b2d88b494705a134d",
    ),
    Jar(
        "io.netty",
        "netty-codec",
        "4.1.115.Final",
        "cd189afb70ec6eacfcdfdd3a5f472b4e705a5c91d5bd3ef0386421f2ae15ec77",
    ),
    Jar(
        "io.netty",
        "netty-codec-http",
        "4.1.115.Final",
        "e6dbe971c59373bbae9802021c63b9bc1d8800fead382863d67e79e79b023166",
    ),
    Jar(
        "it.unimi.dsi",
        "fastutil-core",
        "8.5.15",
        "379a73e00790fc865318acc0550e2e8d108934758295df18bce6719bd0038c6d",
    ),
    Jar(
        "org.jetbrains.kotlin",
        "kotlin-stdlib",
        "2.0.21",
        "f31cc53f105a7e48c093683bbd5437561d1233920513774b470805641bedbc09",
    ),
    Jar(
        "org.scala-lang",
        "scala-library",
        "2.13.15",
        "8e4dbc3becf70d59c787118f6ad06fab6790136a0699cd6412bc9da3d336944e",
    ),
    Jar(
        "org.springframework",
        "spring-core",
        "5.3.39",
        "3a1ddcf05420a9181bd9cacb6062a3edc493e14d555961ad50e1a6360eb1e75f",
    ),
    Jar(
        "org.springframework",
        "spring-jcl",
        "5.3.39",
        "adbe656fc622e2457fefa09529d4b7c1126a3c4ff1c9306907764fcc93f1b725",
    ),
)

EQUINOX = Jar(
    "org.eclipse.platform",
    "org.eclipse.osgi",
    "3.22.0",
    "e73e2ed1110f18e663dbe6a86048df586ee4d2ad70c38af726a1b5df0fb9f87a",
)
FELIX = Jar(
    "org.apache.felix",
    "org.apache.felix.framework",
    "7.0.5",
    "aba72932c5ffe52d1ae9fb735415474bc8305fd04f050e851f3a8f67da1834fd",
)


class JarUnavailableError(Exception):
    """A library cannot be had; the message is the reason."""


def cache_directory() -> Path:
    """The Maven repository of the tests."""
    configured = os.environ.get("SEAMEW_JAR_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "seamew" / "jars"


def find_jars(*, fetch: bool) -> list[Path]:
    """The libraries with collections; with ``fetch`` those not in the cache yet are fetched."""
    return [find_jar(jar, fetch=fetch) for jar in JARS]


def find_jar(jar: Jar, *, fetch: bool) -> Path:
    """One library."""
    if not jar.path.exists():
        if not fetch:
            message = f"{jar.coordinates} is not in the cache: run with SEAMEW_LIVE=all"
            raise JarUnavailableError(message)
        _fetch(jar)
    found = hashlib.sha256(jar.path.read_bytes()).hexdigest()
    if found != jar.sha256:
        message = f"{jar.coordinates} has the SHA-256 {found}, not {jar.sha256}"
        raise JarUnavailableError(message)
    return jar.path


def _fetch(jar: Jar) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        message = f"{jar.coordinates} is not in the cache, and there is no mvn to fetch it with"
        raise JarUnavailableError(message)
    command = [
        maven,
        "--batch-mode",
        "--quiet",
        "dependency:get",
        f"-Dartifact={jar.coordinates}",
        "-Dtransitive=false",
        f"-Dmaven.repo.local={cache_directory()}",
    ]
    try:
        outcome = subprocess.run(
            command, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JarUnavailableError(str(error)) from error
    if outcome.returncode != 0 or not jar.path.exists():
        lines = (outcome.stdout + outcome.stderr).strip().splitlines() or ["no reason given"]
        message = f"{jar.coordinates} cannot be fetched: {lines[0]}"
        raise JarUnavailableError(message)
