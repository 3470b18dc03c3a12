#!/usr/bin/env python3
"""Third-party jars of the leak programs: fetched with Maven, checked, kept in a cache.

A program's `jars.txt` has one line for each jar of its runtime closure: `group:artifact:version`,
a space, and the SHA-256 of the jar. This prints such lines for the libraries named:

Usage: lab/jars.py GROUP:ARTIFACT:VERSION ...
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

FETCH_SECONDS = 600
POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>lab</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
</project>
"""
DEPENDENCY = """
    <dependency>
      <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
      {exclusions}
    </dependency>"""
NOTHING_ELSE = """<exclusions>
        <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
      </exclusions>"""


class JarsUnavailableError(Exception):
    """The jars of a program cannot be had; the message says why, and what to do."""


@dataclass(frozen=True)
class Jar:
    """An artifact of a Maven repository."""

    group: str
    artifact: str
    version: str

    @classmethod
    def parse(cls, coordinates: str) -> Jar:
        """Read `group:artifact:version`; anything else is a ValueError."""
        parts = coordinates.split(":")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"not group:artifact:version: {coordinates!r}")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def path(self) -> Path:
        """Where it lies in the cache."""
        folder = cache_directory().joinpath(*self.group.split("."), self.artifact, self.version)
        return folder / f"{self.artifact}-{self.version}.jar"


def cache_directory() -> Path:
    """The Maven repository that serves as the cache; the live tests use the same."""
    configured = os.environ.get("SEAMEW_JAR_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "seamew" / "jars"


def read_list(jars_txt: Path) -> dict[Jar, str]:
    """Return the jars of a program, in the order of its class path, with their SHA-256."""
    listed: dict[Jar, str] = {}
    for number, line in enumerate(jars_txt.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split()
        if not fields or line.startswith("#"):
            continue
        try:
            coordinates, sha256 = fields
            listed[Jar.parse(coordinates)] = sha256
        except ValueError as error:
            message = f"{jars_txt}, line {number}: wanted `group:artifact:version sha256`: {error}"
            raise JarsUnavailableError(message) from error
    return listed


def class_path(listed: dict[Jar, str], *, fetch: bool) -> list[Path]:
    """Return the files of these jars, each checked; with `fetch` missing ones are fetched."""
    missing = [jar for jar in listed if not jar.path.exists()]
    if missing and not fetch:
        raise JarsUnavailableError(f"{missing[0]} is not in the cache: run again without --offline")
    if missing:
        fetch_jars(missing)
    for jar, sha256 in listed.items():
        found = sha256_of(jar.path)
        if found != sha256:
            raise JarsUnavailableError(
                f"{jar} has the SHA-256 {found}, not {sha256}: delete {jar.path} and run again; "
                "if it stays so, the repository that Maven uses serves another file"
            )
    return [jar.path for jar in listed]


def fetch_jars(wanted: Iterable[Jar]) -> None:
    """Fetch these jars, and nothing they depend on, into the cache: one run of Maven."""
    jars = list(wanted)
    with tempfile.TemporaryDirectory() as folder:
        maven(Path(folder), jars, NOTHING_ELSE)
    for jar in jars:
        if not jar.path.exists():
            raise JarsUnavailableError(f"Maven ended well, but {jar} is not at {jar.path}")


def closure(roots: Iterable[Jar]) -> list[Jar]:
    """Return these jars and all that they need at run time, fetched."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        maven(project, list(roots), "")
        copied = (project / "jars").rglob("*.jar")
        jars = [of_repository_path(path.relative_to(project / "jars")) for path in copied]
    return sorted(jars, key=str)


def of_repository_path(path: Path) -> Jar:
    """Return the jar of `group/as/folders/artifact/version/file.jar`."""
    *group, artifact, version, _file = path.parts
    return Jar(".".join(group), artifact, version)


def maven(project: Path, jars: list[Jar], exclusions: str) -> None:
    """Let Maven copy the jars to `project/jars`, by way of the cache."""
    command = shutil.which("mvn")
    if command is None:
        raise JarsUnavailableError(f"there is no mvn to fetch {jars[0]} with: install Maven")
    dependencies = "".join(dependency(jar, exclusions) for jar in jars)
    (project / "pom.xml").write_text(POM.format(dependencies=dependencies), encoding="utf-8")
    arguments = [
        "--batch-mode",
        "--quiet",
        "-Dstyle.color=never",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        "-Dmdep.useRepositoryLayout=true",
        f"-DoutputDirectory={project / 'jars'}",
        f"-Dmaven.repo.local={cache_directory()}",
    ]
    try:
        outcome = subprocess.run(
            [command, *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise JarsUnavailableError(
            f"Maven did not end in {FETCH_SECONDS} s fetching {jars[0]}: is the network slow? "
            "Run again: what was fetched is kept"
        ) from error
    if outcome.returncode != 0:
        lines = (outcome.stdout + outcome.stderr).strip().splitlines() or ["no reason given"]
        raise JarsUnavailableError(
            f"Maven cannot fetch {jars[0]}: {lines[0]}. Without a network, copy {cache_directory()} "
            "from a machine that has run this, or name a repository in Maven's settings.xml"
        )


def dependency(jar: Jar, exclusions: str) -> str:
    """Return one jar as a pom names it."""
    return DEPENDENCY.format(
        group=escape(jar.group),
        artifact=escape(jar.artifact),
        version=escape(jar.version),
        exclusions=exclusions,
    )


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    """Print the lines of a jars.txt for the libraries named."""
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        for jar in closure(Jar.parse(text) for text in arguments):
            print(jar, sha256_of(jar.path))
    except (ValueError, JarsUnavailableError) as error:
        print(f"lab/jars.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
