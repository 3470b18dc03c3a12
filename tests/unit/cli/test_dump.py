"""`seamew dump`: what is refused before any JVM is asked."""

from __future__ import annotations

import os

import pytest

from .conftest import Run


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--yes takes the dump, --dry-run says what it costs"),
        (["--no-input"], "--yes takes the dump"),
        (["--gz", "--stream", "-y"], "--gz and --stream exclude each other"),
        (["--via", "tmp", "-y"], "--via takes a path from the root"),
        (["-o", "-", "-y"], "-o - goes with --stream"),
        (["-o", "-", "-y", "--stream", "--json"], "-o - goes with --stream, without --json"),
        (["--level", "10", "-y"], "10 is not in the range"),
    ],
)
def test_usage_errors(seamew: Run, options: list[str], words: str) -> None:
    done = seamew("dump", "1", *options)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_process_that_is_no_jvm(seamew: Run) -> None:
    done = seamew("dump", str(os.getpid()), "--dry-run")
    assert (done.code, done.out) == (3, "")
    assert "is no JVM" in done.err
