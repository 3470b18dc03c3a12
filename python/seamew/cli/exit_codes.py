"""The exit codes of all commands, and which error gives which."""

from __future__ import annotations

from enum import IntEnum

from seamew import errors

__all__ = ["ExitCode", "exit_code_of"]


class ExitCode(IntEnum):
    """What a command's exit code says; docs/reference/exit-codes.md describes each."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    TARGET_NOT_FOUND = 3
    PERMISSION = 4
    READ_IN_PART = 5
    FINDINGS = 10
    TRY_AGAIN = 75
    INTERRUPTED = 130


_CODES: tuple[tuple[type[errors.SeamewError], ExitCode], ...] = (
    (errors.TargetNotFoundError, ExitCode.TARGET_NOT_FOUND),
    (errors.AccessRefusedError, ExitCode.PERMISSION),
    (errors.StillBeingWrittenError, ExitCode.TRY_AGAIN),
    (errors.JvmNotAnsweringError, ExitCode.TRY_AGAIN),
    (errors.UsageError, ExitCode.USAGE),
    (errors.CancelledError, ExitCode.INTERRUPTED),
)


def exit_code_of(error: errors.SeamewError) -> ExitCode:
    """The exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.ERROR)
