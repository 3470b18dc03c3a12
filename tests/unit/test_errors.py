"""The tree of exceptions, and the exit code of each."""

from __future__ import annotations

import re

import pytest

from seamew import errors
from seamew.cli.exit_codes import ExitCode, exit_code_of


def test_the_tree_drawn_on_top_is_the_tree() -> None:
    drawn = re.findall(r"^[│├└─ ]*(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    assert sorted(drawn) == sorted(errors.__all__)


def test_every_error_carries_its_advice() -> None:
    error = errors.DumpReadError("no more", hint="look", path="/x", offset=7)
    assert (error.message, error.hint, error.path, error.offset) == ("no more", "look", "/x", 7)
    assert str(error) == "no more"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.SeamewError, 1),
        (errors.NotAHeapDumpError, 1),
        (errors.DamagedDumpError, 1),
        (errors.MemoryLimitError, 1),
        (errors.UsageError, 2),
        (errors.DumpNotFoundError, 3),
        (errors.ObjectNotFoundError, 3),
        (errors.AccessRefusedError, 4),
        (errors.StillBeingWrittenError, 75),
        (errors.CancelledError, 130),
    ],
)
def test_exit_codes(kind: type[errors.SeamewError], code: int) -> None:
    assert exit_code_of(kind("x")) is ExitCode(code)
