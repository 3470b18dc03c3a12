"""What people see of threads: narrow enough, nothing raw, deadlocks first."""

from __future__ import annotations

import csv
import io

import pytest

from seamew.errors import TargetNotFoundError
from seamew.jvm.threads import (
    JavaThread,
    LockLine,
    StackFrame,
    ThreadDump,
    busy_by_dumps,
    lock_waits,
    thread_changes,
    threads_in_state,
)
from seamew.report import Answer, csv_lines, envelope, markdown_lines, text_lines
from seamew.report.jvm.thread_frames import short_frame, simple_frame, simple_lock
from seamew.report.jvm.thread_locks import blocking_answer, deadlocks_answer
from seamew.report.jvm.thread_times import busy_answer, changes_answer
from seamew.report.jvm.threads import (
    dump_facts,
    groups_answer,
    raw_answer,
    thread_answer,
    thread_list_answer,
    threads_answer,
)

WIDTH = 80
SYNC = "java.util.concurrent.locks.ReentrantReadWriteLock$NonfairSync"
LONG = "com.acme.orders.warehouse.implementation.InventoryReservationServiceImplementation.reserve"
EVIL = "evil\x1b[31m\nname\u202e"


def thread(number: int, name: str, *locks: tuple[str, str], state: str = "BLOCKED") -> JavaThread:
    lines = tuple(LockLine(action, lock, SYNC) for action, lock in locks)
    frames = (StackFrame(f"{LONG}(InventoryReservationServiceImplementation.java:42)", lines),)
    return JavaThread(
        name, number, 1000 + number, f"0x{number}", state=state, frames=frames, cpu_seconds=0.5
    )


@pytest.fixture
def dump() -> ThreadDump:
    """A ring, a blocked pool, and names that nobody should see raw."""
    wait, held = "waiting to lock", "locked"
    name = "a-very-long-name-of-a-pool-that-says-what-it-does-and-for-whom-thread"
    return ThreadDump(
        "Thread.print",
        (
            thread(1, "left", (wait, "b"), (held, "a")),
            thread(2, EVIL, (wait, "a"), (held, "b")),
            thread(3, "owner", (held, "c"), state="RUNNABLE"),
            *(thread(10 + n, f"{name}-{n}", (wait, "c")) for n in range(40)),
            thread(60, "", state="WAITING"),
        ),
        taken_at="2026-11-23 17:35:03",
        vm="OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing)",
        process_id=4711,
    )


def narrow_answers(dump: ThreadDump) -> list[Answer]:
    facts, waits = dump_facts(dump), lock_waits(dump)
    return [
        threads_answer(dump, limit=25),
        *(groups_answer(dump, by, limit=25) for by in ("pool", "state", "stack")),
        thread_list_answer(dump, dump.threads, limit=25, stacks=False),
        blocking_answer(facts, waits, limit=25),
        deadlocks_answer(facts, waits),
        busy_answer(facts, busy_by_dumps([dump]), top=5, seconds=None),
        changes_answer(thread_changes([dump, dump]), limit=25),
    ]


def answers(dump: ThreadDump) -> list[Answer]:
    """The narrow ones, and those that show whole stacks."""
    blocked = thread_list_answer(dump, threads_in_state(dump, "blocked"), limit=25)
    return [*narrow_answers(dump), blocked, thread_answer(dump, "owner")]


def text(answer: Answer, width: int | None = WIDTH) -> str:
    return "\n".join(text_lines(answer, width, colour=False))


def test_every_answer_is_safe_in_every_form(dump: ThreadDump) -> None:
    for answer in answers(dump):
        for shown in (text(answer), "\n".join(markdown_lines(answer)), *csv_lines(answer.table)):
            assert "\x1b" not in shown
            assert "\u202e" not in shown
        assert '"schema": "seamew/1"' in envelope("threads", answer.result)
        assert list(csv.DictReader(io.StringIO("".join(csv_lines(answer.table)))))


def test_the_default_screen_fits_80_columns(dump: ThreadDump) -> None:
    for answer in narrow_answers(dump):
        assert [line for line in text(answer).split("\n") if len(line) > WIDTH] == []


def test_deadlocks_come_first(dump: ThreadDump) -> None:
    shown = text(threads_answer(dump, limit=25))

    headings = ["Deadlock of 2 threads, found by its locks", "Pools", "Who blocks whom"]
    places = [shown.index(heading) for heading in headings]
    assert places == sorted(places)
    assert '"left" waits for ReentrantReadWriteLock <b>, held by "evil\\x1b[31m\\nname\\u202e"' in (
        text(threads_answer(dump), None)
    )
    assert "and 31 more threads (--limit 0 shows all)" in shown
    assert "44: 42 BLOCKED, 1 RUNNABLE, 1 WAITING" in shown


def test_the_ring_is_not_told_again_among_who_blocks(dump: ThreadDump) -> None:
    overview = text(threads_answer(dump))
    whole = text(blocking_answer(dump_facts(dump), lock_waits(dump)))

    assert "left" not in overview[overview.index("Who blocks whom") :].partition("\n\n")[0]
    assert "left" in whole[whole.index("Who blocks whom") :]


def test_threads_by_name_and_number(dump: ThreadDump) -> None:
    assert thread_answer(dump, "#3").table.rows == thread_answer(dump, "owner").table.rows
    with pytest.raises(TargetNotFoundError, match="no thread is named nobody") as caught:
        thread_answer(dump, "nobody")
    assert caught.value.hint.startswith("there are left")
    with pytest.raises(TargetNotFoundError) as caught:
        thread_answer(dump, "OWN")
    assert caught.value.hint == "there are owner"


def test_threads_in_an_order(dump: ThreadDump) -> None:
    names = [row.name for row in thread_list_answer(dump, dump.threads, sort="name").table.rows]  # type: ignore[attr-defined]
    assert names == sorted(names)
    assert text(thread_list_answer(dump, ())) == "No such threads."


def test_a_quiet_dump_says_so() -> None:
    quiet = ThreadDump("test", (JavaThread("main", 1, state="RUNNABLE"),))

    assert text(deadlocks_answer({}, lock_waits(quiet))) == "No deadlocks."
    assert "No thread waits" in text(blocking_answer({}, lock_waits(quiet)))
    assert "Deadlock" not in text(threads_answer(quiet))


def test_raw_text_has_blanks_for_tabs() -> None:
    answer = raw_answer("a\n\tat b\x1b[0m\n")

    assert text(answer) == "a\n        at b\\x1b[0m"
    assert answer.result == {"text": "a\n\tat b\x1b[0m\n"}


@pytest.mark.parametrize(
    ("frame", "short", "simple"),
    [
        ("com.acme.Store.put(Store.java:42)", "com.acme.Store.put:42", "Store.put:42"),
        ("a.B.c(Native Method)", "a.B.c(Native Method)", "B.c(Native Method)"),
        ("a.B.c(Unknown Source)", "a.B.c", "B.c"),
        ("a.B.c(B.java)", "a.B.c(B.java)", "B.c(B.java)"),
        ("Main.main(Main.java:1)", "Main.main:1", "Main.main:1"),
        ("no frame at all", "no frame at all", "no frame at all"),
    ],
)
def test_short_frames(frame: str, short: str, simple: str) -> None:
    assert (short_frame(frame), simple_frame(frame)) == (short, simple)


def test_simple_locks() -> None:
    assert simple_lock(SYNC) == "ReentrantReadWriteLock"
    assert simple_lock("java.lang.Object") == "Object"
    assert simple_lock(None) is None
