"""A capture goes on whatever becomes of a step, of the JVM, of the line to it, or of its user."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from seamew.errors import (
    AttachRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
    SeamewError,
    UsageError,
)
from seamew.jvm import JvmProcess
from seamew.jvm.attaching import AttachClient
from seamew.jvm.capture import (
    STEPS,
    CaptureProgress,
    CaptureSettings,
    Case,
    capture_case,
    choose_steps,
)
from seamew.jvm.capture.line import Line
from seamew.jvm.capture.steps.counters import without_secrets
from seamew.jvm.capture.steps.gc_log import outputs
from seamew.jvm.capture.steps.old_objects import is_nearly_full
from seamew.jvm.pools import HeapUse
from support.fake_jvm import FakeJvm

STILL = CaptureSettings(interval_seconds=0, gc_log_seconds=0, old_objects_seconds=0)


class FakeClient:
    """Answers what a function says, and remembers what it was asked."""

    def __init__(self, jvm: JvmProcess, answer: Callable[[str], str]) -> None:
        self.jvm = jvm
        self.asked: list[str] = []
        self.seconds: list[float] = []
        self._answer = answer

    def execute(self, command: str, *arguments: str, timeout_seconds: float) -> str:
        line = " ".join(arguments) if command == "jcmd" else command
        self.asked.append(line)
        self.seconds.append(timeout_seconds)
        return self._answer(line)

    def jcmd(self, line: str, *, timeout_seconds: float) -> str:
        return self.execute("jcmd", line, timeout_seconds=timeout_seconds)


def raising(error: BaseException) -> Callable[[str], str]:
    def answer(_: str) -> str:
        raise error

    return answer


@pytest.fixture
def fake(tmp_path: Path) -> FakeJvm:
    fake = FakeJvm(tmp_path / "proc")
    fake.build()
    (fake.home / "net").mkdir()
    (fake.home / "fd").mkdir()
    for name in ("cgroup", "limits"):
        (fake.home / name).write_text("")
    return fake


def capture(
    fake: FakeJvm,
    answer: Callable[[str], str],
    *names: str,
    on_progress: Callable[[CaptureProgress], None] | None = None,
    **settings: Any,  # noqa: ANN401
) -> tuple[Case, FakeClient]:
    client = FakeClient(fake.build(), answer)
    parts = {**vars_of(STILL), "steps": names or None, **settings}
    case = capture_case(
        cast("AttachClient", client),
        fake.folder / "cases",
        CaptureSettings(**parts),
        timeout_seconds=30,
        on_progress=on_progress,
    )
    on_disk = json.loads((case.path / "manifest.json").read_text())
    assert on_disk["state"] == case.manifest.state
    assert [one["name"] for one in on_disk["steps"]] == [step.name for step in STEPS]
    return case, client


def vars_of(settings: CaptureSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def outcomes(case: Case) -> dict[str, str]:
    return {one.name: one.outcome for one in case.manifest.steps if one.outcome != "not_asked"}


def test_a_step_that_fails_keeps_no_other_from_being_taken(fake: FakeJvm) -> None:
    def answer(line: str) -> str:
        if line == "VM.flags -all":
            raise JvmCommandError("no")
        if line == "VM.events":
            raise JvmCommandError("JVM 4711 refuses: Unknown diagnostic command")
        return line

    case, client = capture(fake, answer, "flags", "events", "heap", "native-memory")

    assert outcomes(case) == {
        "flags": "failed",
        "events": "not_available",
        "heap": "collected",
        "native-memory": "collected",
    }
    assert case.manifest.state == "complete"
    assert (case.path / "jvm/heap.txt").read_text() == "GC.heap_info"
    problems = {one.name: one.problems for one in case.manifest.steps}
    assert problems["flags"] == ("no",)
    assert problems["events"] == ("this JVM has no VM.events",)
    assert [one.command for step in case.manifest.steps for one in step.commands] == client.asked


def test_a_jvm_that_never_answers_is_asked_once(fake: FakeJvm) -> None:
    case, client = capture(fake, raising(JvmNotAnsweringError("silence")))
    assert client.asked == ["help"]
    assert client.seconds == [10]
    found = outcomes(case)
    assert {found[name] for name in ("process", "network", "surroundings")} <= {
        "collected",
        "in_part",
    }
    assert found["threads"] == "in_part"  # CPU times are there
    assert found["histogram"] == found["vm-info"] == "failed"
    assert case.manifest.state == "complete"


def test_a_refusal_ends_the_questions_at_once(fake: FakeJvm) -> None:
    _, client = capture(fake, raising(AttachRefusedError("no")), "commands", "heap", "flags")
    assert len(client.asked) == 1


def test_two_silences_in_a_row_end_the_questions() -> None:
    said: list[str | SeamewError] = [
        "yes",
        JvmNotAnsweringError("late"),
        "yes",
        JvmNotAnsweringError("late"),
        JvmNotAnsweringError("late"),
    ]

    def answer(_: str) -> str:
        one = said.pop(0)
        if isinstance(one, SeamewError):
            raise one
        return one

    line = Line(cast("AttachClient", FakeClient(cast("JvmProcess", None), answer)))
    for fails in (False, True, False, True, True, True):
        if fails:
            with pytest.raises(JvmNotAnsweringError):
                line.ask("jcmd", "x", timeout_seconds=1)
        else:
            line.ask("jcmd", "x", timeout_seconds=1)
    assert said == []
    assert line.given_up == "not asked any more: late"


def test_the_end_of_the_jvm_ends_the_capture_with_a_valid_case(fake: FakeJvm) -> None:
    def answer(line: str) -> str:
        if line == "GC.heap_info":
            (fake.home / "stat").unlink()
            raise JvmNotFoundError("JVM 4711 has ended")
        return line

    case, _ = capture(fake, answer, "flags", "heap", "metaspace")
    assert case.manifest.state == "jvm_ended"
    assert outcomes(case) == {"flags": "collected", "heap": "failed"}
    assert case.manifest.steps[9].problems == ("the JVM had ended before",)
    assert case.manifest.finished_at_ms is not None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_capture_and_what_was_changed_is_put_back(
    fake: FakeJvm, number: signal.Signals
) -> None:
    def answer(line: str) -> str:
        if "what=gc" in line:
            os.kill(os.getpid(), number)
            assert not "the signal came"
        if "what=all=off" in line:
            os.kill(os.getpid(), number)  # comes too late to disturb
        return ""

    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    case, client = capture(fake, answer, "heap", "gc-log", "old-objects")
    assert case.manifest.state == "interrupted"
    assert outcomes(case) == {"heap": "collected", "gc-log": "interrupted"}
    assert client.asked[-1].endswith("what=all=off")
    assert [path.name for path in fake.tmp.iterdir()] == []
    assert handlers == [
        signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ]


def test_what_cannot_be_put_back_is_said_with_what_to_type(fake: FakeJvm) -> None:
    def answer(line: str) -> str:
        if "what=gc" in line:
            path = fake.home / "root" / line.split("output=/")[1].split(maxsplit=1)[0]
            path.write_text("log")
        if "what=all=off" in line:
            raise JvmNotAnsweringError("silence")
        return ""

    case, _ = capture(fake, answer, "gc-log")
    record = next(one for one in case.manifest.steps if one.name == "gc-log")
    assert record.outcome == "in_part"
    assert "type: seamew jcmd 4711 VM.log output=/tmp/" in record.problems[0]
    assert len(list(fake.tmp.iterdir())) == 1  # the JVM still writes to it


def test_log_settings_that_have_changed_are_said(fake: FakeJvm) -> None:
    listings = iter(["#0: stdout all=warning", "#0: stdout all=off"])

    def answer(line: str) -> str:
        if "what=gc" in line:
            (fake.home / "root" / line.split("output=/")[1].split(maxsplit=1)[0]).write_text("log")
        return next(listings) if line == "VM.log list" else ""

    case, _ = capture(fake, answer, "gc-log")
    record = next(one for one in case.manifest.steps if one.name == "gc-log")
    assert "log settings are not as they were" in record.problems[0]
    assert outputs("Log output configuration:\n #0: a\nx\n #1: b\n") == ["#0: a", "#1: b"]


def test_the_limit_is_said_where_it_cuts(fake: FakeJvm) -> None:
    case, _ = capture(fake, lambda line: line * 100, "heap", "metaspace", most_bytes=1300)
    records = {one.name: one for one in case.manifest.steps}
    assert (records["heap"].outcome, records["metaspace"].outcome) == ("collected", "in_part")
    assert records["metaspace"].problems == (
        "jvm/metaspace.txt is cut off: the case has reached its limit",
    )


def test_secrets_are_left_out_unless_they_are_asked_for(fake: FakeJvm) -> None:
    def answer(line: str) -> str:
        if line == "VM.system_properties":
            return "# now\ndb.password=very secret\nuser.name=x\nurl=jdbc://u:hunter2@host\n"
        if line == "VM.flags -all":
            flag = "uintx VeryLongFlagNameWithCapitalsAndDigits64 = 5 {product}"
            return f"{flag}\nccstr OnError = curl --password=hunter2 {{product}}\n"
        return "jvm_args: -Ddb.password=hunter2 -Xmx64m\n"

    names = ("command-line", "flags", "events", "vm-info", "properties")
    hidden, _ = capture(fake, answer, *names)
    shown, _ = capture(fake, answer, *names, show_secrets=True)

    def texts(case: Case) -> str:
        return "".join((case.path / one.name).read_text() for one in case.manifest.files)

    assert "hunter2" not in texts(hidden)
    assert "very secret" not in texts(hidden)
    assert texts(shown).count("hunter2") == 5
    assert "VeryLongFlagNameWithCapitalsAndDigits64" in (hidden.path / "jvm/flags.txt").read_text()
    properties = (hidden.path / "jvm/properties.txt").read_text()
    assert properties == "# now\ndb.password=***\nuser.name=x\nurl=jdbc://u:***@host\n"
    assert (hidden.manifest.secrets_shown, shown.manifest.secrets_shown) == (False, True)


def test_no_byte_of_the_counters_moves_when_secrets_are_masked() -> None:
    whole = (
        b"\xca\xfe\0\x01-Dpwd=a -Dtoken=verylongtoken\0\xff\xfe=\0name\0-Dx.pwd=\xfc\xfc\xfc\xfc\0"
    )
    masked = without_secrets(whole)
    assert len(masked) == len(whole)
    assert b"verylong" not in masked
    assert b"\xfc" not in masked
    assert masked.startswith(b"\xca\xfe\0\x01-Dpwd=*** -Dtoken=***\0")
    assert masked.index(b"name") == whole.index(b"name")


def test_steps_are_chosen_by_name() -> None:
    everything = choose_steps()
    assert choose_steps(("heap", "process")) == ("process", "heap")
    assert set(everything) - set(choose_steps((), ("heap",))) == {"heap"}
    for bad in ({"only": ("x",)}, {"skip": ("x",)}):
        with pytest.raises(UsageError, match="no step x"):
            choose_steps(**bad)


def test_names_of_steps_are_words_and_differ() -> None:
    names = [step.name for step in STEPS]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalpha() and name.islower() for name in names)


@pytest.mark.parametrize(
    ("left", "most", "expected"),
    [(96, 100, True), (95, 100, False), (None, 100, False), (96, None, False), (96, 0, False)],
)
def test_no_recorder_is_started_in_a_heap_that_is_nearly_full(
    left: int | None,
    most: int | None,
    expected: bool,  # noqa: FBT001
) -> None:
    assert is_nearly_full(HeapUse(None, None, most, left, True, ())) is expected  # noqa: FBT003


def test_a_heap_without_counters_is_not_said_to_be_full() -> None:
    assert not is_nearly_full(None)
