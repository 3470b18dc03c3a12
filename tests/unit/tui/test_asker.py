"""What the JVM on the screen is asked, how often, and when no more."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import Any

import pytest

from seamew.errors import AttachRefusedError, SeamewError
from seamew.jvm.attaching import AttachClient
from seamew.jvm.discover import JvmProcess
from seamew.tui import asker as asker_module
from seamew.tui.asker import AskerOptions, JvmAsker
from seamew.tui.news import Said
from seamew.tui.view import Classes, ThreadNames
from support.fake_jvm import FakeJvm

SECONDS = 30
DUMP = """2026-01-31 12:00:00
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode):

"http-nio-8080-exec-1" #30 daemon prio=5 os_prio=0 cpu=1.00ms elapsed=9.00s tid=0x00007f nid=0x64 runnable  [0x00007f]
   java.lang.Thread.State: RUNNABLE
	at com.acme.Work.run(Work.java:7)
"""  # noqa: E501 (as HotSpot writes it)
HISTOGRAMS = [
    " num     #instances         #bytes  class name (module)\n"
    "-------------------------------------------------------\n"
    f"   1:           {count}           {count}00  [B (java.base@17)\n"
    f"Total           {count}           {count}00\n"
    for count in (7, 9)
]
HEAP_INFO = "ZHeap           used 4M, capacity 256M, max capacity 256M\n"


@dataclass
class FakeClient(AttachClient):
    """Answers what it is given, or raises it."""

    jvm: JvmProcess
    answers: dict[str, list[str | SeamewError]]
    asked: list[str] = field(default_factory=list)

    def execute(self, command: str, *arguments: str, **_: Any) -> str:  # noqa: ANN401
        """The next answer to a command; the last one again and again."""
        name = arguments[0] if command == "jcmd" else command
        self.asked.append(name)
        answers = self.answers[name]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, SeamewError):
            raise answer
        return answer

    def jcmd(self, line: str, **_: Any) -> str:  # noqa: ANN401
        """As a JVM takes it."""
        return self.execute("jcmd", line)


@dataclass
class Asked:
    """An asker at work, and what it has told."""

    asker: JvmAsker
    client: FakeClient
    lock: threading.Lock
    told: queue.SimpleQueue[object]

    def next(self, kind: type) -> Any:  # noqa: ANN401 (of that kind)
        """The next news of a kind."""
        while True:
            news = self.told.get(timeout=SECONDS)
            if isinstance(news, kind):
                return news


@pytest.fixture
def process(tmp_path: Path) -> JvmProcess:
    return FakeJvm(tmp_path).build()


@contextmanager
def asking(
    process: JvmProcess,
    options: AskerOptions | None = None,
    answers: Mapping[str, list[str | SeamewError]] | None = None,
) -> Iterator[Asked]:
    known: dict[str, list[str | SeamewError]] = {
        "threaddump": [DUMP],
        "inspectheap": list(HISTOGRAMS),
        "GC.heap_info": [HEAP_INFO],
    }
    client = FakeClient(process, {**known, **(answers or {})})
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    lock = threading.Lock()
    asker = JvmAsker(client, lock, options or AskerOptions(), told.put)
    asker.start()
    try:
        yield Asked(asker, client, lock, told)
    finally:
        asker.stop(SECONDS)
        assert not asker._thread.is_alive()


def due_in(at: float) -> float:
    return at - time.monotonic()


def refusal() -> list[str | SeamewError]:
    return [AttachRefusedError("JVM 4711 lets nobody attach", hint="as root")]


def test_a_dump_names_the_threads_now_and_every_ten_seconds(process: JvmProcess) -> None:
    with asking(process) as asked:
        names = asked.next(ThreadNames)
        asked.asker.stop(SECONDS)

        assert names.taken_at is not None
        assert [one.name for one in asked.asker.dump.threads] == ["http-nio-8080-exec-1"]
        assert 9 < due_in(asked.asker._names_due) <= 10
        assert asked.client.asked == ["threaddump"]


@pytest.mark.parametrize(("pause", "seconds"), [(0.001, 10), (0.05, 10), (2.0, 400)])
def test_dumps_that_stop_the_jvm_for_long_are_rare(
    process: JvmProcess, monkeypatch: pytest.MonkeyPatch, pause: float, seconds: float
) -> None:
    @contextmanager
    def stopped(_: JvmProcess) -> Iterator[Callable[[], float]]:
        yield lambda: pause

    monkeypatch.setattr(asker_module, "stopped_seconds", stopped)
    with asking(process) as asked:
        assert asked.next(ThreadNames).pause_seconds == pause
        asked.asker.stop(SECONDS)

        assert seconds - 1 < due_in(asked.asker._names_due) <= seconds


def test_names_may_be_asked_for_never(process: JvmProcess) -> None:
    with asking(process, AskerOptions(names_every_seconds=0)) as asked:
        asked.asker.count_classes()
        asked.next(Classes)

        assert asked.client.asked == ["inspectheap"]


def test_who_refuses_is_not_asked_again_unless_a_key_says_so(process: JvmProcess) -> None:
    answers = {"threaddump": refusal(), "inspectheap": refusal()}
    with asking(process, answers=answers) as asked:
        names = asked.next(ThreadNames)
        said = asked.next(Said)
        assert (names.taken_at, names.why_none) == (None, "JVM 4711 lets nobody attach")
        assert said.text == "JVM 4711 lets nobody attach; as root"
        assert asked.asker._names_due == inf

        asked.asker.count_classes()
        asked.next(Said)
        assert "no histogram: JVM 4711 lets nobody attach" in asked.next(Said).text
        assert asked.client.asked == ["threaddump", "inspectheap"]
        assert asked.asker._classes_due == inf


def test_who_has_answered_before_is_asked_again_after_a_minute(process: JvmProcess) -> None:
    with asking(process, answers={"threaddump": [DUMP, *refusal()]}) as asked:
        asked.next(ThreadNames)
        asked.asker._names_due = 0.0
        asked.asker._wake.set()
        assert asked.next(ThreadNames).why_none
        asked.asker.stop(SECONDS)

        assert 50 < due_in(asked.asker._names_due) <= 60
        assert len(asked.asker.dump.threads) == 1


def test_a_stopped_jvm_is_not_asked_until_it_goes_on(tmp_path: Path) -> None:
    jvm = FakeJvm(tmp_path)
    process = jvm.build()
    replace(jvm, state="T (stopped)").write_status()
    with asking(process) as asked:
        assert "is stopped" in asked.next(ThreadNames).why_none
        assert asked.client.asked == []
        jvm.write_status()
        asked.asker._names_due = 0.0
        asked.asker._wake.set()
        assert asked.next(ThreadNames).taken_at is not None


def test_histograms_say_what_has_grown(process: JvmProcess) -> None:
    with asking(process) as asked:
        asked.asker.count_classes()
        first = asked.next(Classes)
        asked.asker.count_classes()
        second = asked.next(Classes)

        assert first.growth == ()
        assert [row.shallow_bytes_grown for row in second.growth] == [200]
        assert asked.asker._classes_due == inf


def test_histograms_every_minute_until_they_are_no_more_wanted(process: JvmProcess) -> None:
    with asking(process) as asked:
        asked.asker.count_classes_every(60)
        asked.next(Classes)
        asked.asker.stop(SECONDS)
        assert 50 < due_in(asked.asker._classes_due) <= 60

        asked.asker.count_classes_every(0)
        assert asked.asker._classes_due == inf


def test_the_heap_is_asked_for_after_another_answer_only(process: JvmProcess) -> None:
    with asking(process, AskerOptions(names_every_seconds=0)) as asked:
        assert asked.asker.heap_used() is None
        asked.asker.count_classes()
        asked.next(Classes)
        asked.asker.stop(SECONDS)

        assert asked.asker.heap_used() == 4 << 20
        with asked.lock:
            assert asked.asker.heap_used() is None
        assert asked.client.asked == ["inspectheap", "GC.heap_info"]


def test_a_jvm_too_busy_to_tell_its_heap_is_left_alone(process: JvmProcess) -> None:
    with asking(process, answers={"GC.heap_info": refusal()}) as asked:
        asked.next(ThreadNames)
        asked.asker.stop(SECONDS)

        assert asked.asker.heap_used() is None
        assert asked.asker.heap_used() is None
        assert asked.client.asked == ["threaddump", "GC.heap_info"]


def test_it_waits_while_somebody_else_asks(process: JvmProcess) -> None:
    with asking(process, AskerOptions(names_every_seconds=0)) as asked:
        with asked.lock:
            asked.asker.count_classes()
            while asked.asker._classes_due == 0.0:
                time.sleep(0.001)
            assert asked.client.asked == []
        asked.next(Classes)
        assert asked.client.asked == ["inspectheap"]
