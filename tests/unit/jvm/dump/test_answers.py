"""What JVMs say after a dump, all with a result code of success."""

from __future__ import annotations

import pytest

from seamew.errors import JvmCommandError, NoRoomError
from seamew.jvm.dump.answers import DumpNotCreatedError, check_answer

DUMPING = "Dumping heap to /tmp/a: b.hprof ...\n"


def test_success_with_and_without_the_bytes() -> None:
    made = DUMPING + "Heap dump file created [1952996 bytes in 0.006 secs]\n"
    assert check_answer(1, made) == 1952996
    assert check_answer(1, "Heap dump file created\n") is None  # JDK 8


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (
            "Unable to create /tmp/a: b.hprof: File exists",
            DumpNotCreatedError,
            "could not make the file: File exists",
        ),
        (
            "Unable to create /no/such/x: No such file or directory",
            DumpNotCreatedError,
            "No such file or directory",
        ),
        (
            "Dump file is incomplete: No space left on device",
            NoRoomError,
            "to its end: No space left on device",
        ),
        ("Dump file is incomplete: File too large", NoRoomError, "File too large"),
        ("Dump file is incomplete: Broken pipe", JvmCommandError, "Broken pipe"),
        (
            "Dump file is incomplete: Failed to merge segmented heap file",
            JvmCommandError,
            "Failed to merge",
        ),
        ("Permission denied", DumpNotCreatedError, "could not make the file: Permission denied"),
        ("File exists", DumpNotCreatedError, "could not make the file: File exists"),
        ("No space left on device", NoRoomError, "to its end: No space left on device"),
        ("Input/output error", JvmCommandError, "took no dump, but says: Input/output error"),
        ("Something new", JvmCommandError, "took no dump, but says: Something new"),
    ],
)
def test_failures_that_come_as_success(said: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        check_answer(4711, DUMPING + said + "\n")
    assert type(caught.value) is kind
    assert "JVM 4711" in str(caught.value)


def test_no_words_at_all() -> None:
    with pytest.raises(JvmCommandError, match="says: nothing"):
        check_answer(1, "\n")
