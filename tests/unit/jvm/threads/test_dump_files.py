"""What Thread.dump_to_file writes, in JSON and in text, and what OpenJ9 writes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamew.jvm.threads import LockLine, json_stream, lock_waits, read_thread_dumps, stack_of
from seamew.jvm.threads.dump_files import json_dump
from seamew.jvm.threads.json_stream import CutOffError, JsonStream

PARK = "java.base/jdk.internal.misc.Unsafe.park(Native Method)"
RUN = "java.base/java.lang.VirtualThread.run(VirtualThread.java:460)"


def json_of(threads: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "threadDump": {
            "processId": "4711",
            "time": "2026-11-23T17:35:57.185681041Z",
            "runtimeVersion": "25.0.3+9-LTS",
            "threadContainers": [
                {"container": "<root>", "parent": None, "owner": None, "threads": threads},
                {"threads": [{"tid": "9", "name": "late", "stack": []}], "container": "pool"},
            ],
        }
    }


def test_json_of_java_25(tmp_path: Path) -> None:
    threads: list[dict[str, Any]] = [
        {
            "tid": "20",
            "time": "2026-11-23T17:35:57.205747224Z",
            "name": 'two\nlines "quoted"',
            "state": "BLOCKED",
            "blockedOn": "java.lang.StringBuilder@10ed1424",
            "stack": ["com.acme.Store.put(Store.java:1)", "com.acme.Main.main(Main.java:2)"],
            "monitorsOwned": [{"depth": 1, "locks": ["java.lang.Object@11d5d157", None]}],
        },
        {
            "tid": "64",
            "virtual": True,
            "name": "",
            "state": "WAITING",
            "parkBlocker": {"object": "java.util.concurrent.Semaphore@1", "owner": "20"},
            "carrier": "54",
            "stack": [PARK, RUN],
        },
    ]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(json_of(threads), indent=2), encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    blocked, virtual, late = dump.threads
    assert (dump.process_id, dump.vm, dump.losses) == (4711, "25.0.3+9-LTS", ())
    assert (blocked.name, blocked.state, blocked.is_virtual) == (
        'two\nlines "quoted"',
        "BLOCKED",
        False,
    )
    assert blocked.frames[0].locks == (
        LockLine("waiting to lock", "java.lang.StringBuilder@10ed1424", "java.lang.StringBuilder"),
    )
    assert [lock.action for lock in blocked.frames[1].locks] == ["locked"]
    assert (virtual.is_virtual, virtual.carrier, virtual.container) == (True, 54, "<root>")
    assert virtual.frames[0].locks[0].owner == "#20"
    assert stack_of(virtual)[0] == "jdk.internal.misc.Unsafe.park(Native Method)"
    assert (late.name, late.container) == ("late", "pool")


def test_json_of_java_21_tells_virtual_threads_by_their_stacks(tmp_path: Path) -> None:
    threads: list[dict[str, Any]] = [
        {"tid": "1", "name": "main", "stack": [PARK]},
        {"tid": 2, "name": "v", "stack": [PARK, RUN]},
    ]
    path = tmp_path / "dump.json"
    path.write_text(json.dumps(json_of(threads)), encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    assert [thread.is_virtual for thread in dump.threads] == [False, True, False]
    assert [thread.state for thread in dump.threads] == [None, None, None]


def test_json_that_is_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    threads = [{"tid": str(n), "name": f"worker-{n}", "stack": [PARK] * 5} for n in range(1000)]
    whole = json.dumps(json_of(threads), indent=2)
    path = tmp_path / "dump.json"
    path.write_text(whole[: len(whole) // 2], encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    assert 400 < len(dump.threads) < 600
    assert [thread.name for thread in dump.threads] == [
        f"worker-{n}" for n in range(len(dump.threads))
    ]
    assert dump.losses == ("the dump's end is missing: the file is cut off",)


OUTER_KEYS = ("threadDump", "threadContainers", "threads", "container")
THREAD_KEYS = ("name", "tid", "stack", "state", "blockedOn", "parkBlocker", "virtual", "carrier")
LOCK_KEYS = ("object", "owner", "monitorsOwned", "depth", "locks")
JSON_KEYS = st.sampled_from([*OUTER_KEYS, *THREAD_KEYS, *LOCK_KEYS])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(JSON_KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(ANY_JSON)
def test_json_of_another_shape_is_no_trouble(value: object) -> None:
    shapes = (value, {"threadContainers": value}, {"threadContainers": [{"threads": [value]}]})
    for shape in shapes:
        json_dump(io.StringIO(json.dumps({"threadDump": shape})))
    deep = "[" * 100_000
    text = '{"threadDump": {"x": ' + deep
    assert json_dump(io.StringIO(text)).losses


def test_json_is_never_in_memory_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_CHUNK", 64)
    items = [{"number": number} for number in range(10_000)]
    stream = JsonStream(io.StringIO(json.dumps({"a": 1, "items": items})))

    longest = 0
    names, found = [], []
    for name in stream.members():
        names.append(name)
        if name == "items":
            for _ in stream.items():
                found.append(stream.value())
                longest = max(longest, len(stream._text))
        else:
            stream.value()
    assert (names, found) == (["a", "items"], items)
    assert longest < 1000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def walked(stream: JsonStream, depth: int) -> Any:  # noqa: ANN401 (JSON)
    """The value, walked piece by piece down to a depth."""
    first = stream.next_character()
    if depth and first == "{":
        return {name: walked(stream, depth - 1) for name in stream.members()}
    if depth and first == "[":
        return [walked(stream, depth - 1) for _ in stream.items()]
    return stream.value()


@given(VALUES, st.integers(0, 4), st.integers(1, 50), st.sampled_from([None, 2]))
def test_walking_json_gives_what_it_says(
    value: object, depth: int, chunk: int, indent: int | None
) -> None:
    text = json.dumps(value, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_CHUNK", chunk)
        assert walked(JsonStream(io.StringIO(text)), depth) == value
        if text[:1] in '{["':
            with pytest.raises(CutOffError):
                walked(JsonStream(io.StringIO(text[:-1])), depth)


PLAIN_25 = """4711
2026-11-23T17:35:57.225682211Z
25.0.3+9-LTS

#20 "two
"quoted" lines" BLOCKED 2026-11-23T17:35:09.267973890Z
    at com.acme.Store.put(Store.java:1)
    - locked <java.lang.Object@15ad3bbe>
    - waiting to lock <java.lang.StringBuilder@5ce44231>
    at java.base/java.lang.Thread.run(Thread.java:1474)

#21 "holder" virtual WAITING 2026-11-23T17:35:09.282878729Z
    at java.base/java.lang.VirtualThread.park(VirtualThread.java:742)
    - parking to wait for <java.util.concurrent.CountDownLatch$Sync@6c9510db>
    at com.acme.Store.hold(Store.java:9)
    - locked <java.lang.StringBuilder@5ce44231>

"""
PLAIN_21 = """4711
2026-11-23T17:35:57.225682211Z
21.0.8+9-LTS

#1 "main"
      java.base/java.io.FileInputStream.readBytes(Native Method)
      com.acme.Main.main(Main.java:54)

#72 "virtual" virtual
      java.base/java.lang.VirtualThread.run(Unknown Source)
"""


def test_plain_text_of_java_25(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    path.write_text(PLAIN_25, encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    first, second = dump.threads
    assert (first.name, first.number, first.state) == ('two\n"quoted" lines', 20, "BLOCKED")
    assert (second.name, second.is_virtual, second.state) == ("holder", True, "WAITING")
    (row, below) = lock_waits(dump).blocking
    assert (row.thread_name, row.blocked, below.thread_name) == ("holder", 1, first.name)


def test_plain_text_of_java_21_and_two_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    path.write_text(PLAIN_21 + "\n" + PLAIN_21, encoding="utf-8")

    first, second = read_thread_dumps(path)
    assert first.threads == second.threads
    assert [(thread.name, thread.is_virtual) for thread in first.threads] == [
        ("main", False),
        ("virtual", True),
    ]
    assert stack_of(first.threads[0])[0] == "java.io.FileInputStream.readBytes(Native Method)"


BLOCKED = (
    "3XMTHREADBLOCK     Blocked on: java/lang/Object@0xB5666688"
    ' Owned by: "right" (J9VMThread:0x94501D00, java/lang/Thread:0xB56668D0)'
)
PARKED = (
    "3XMTHREADBLOCK     Parked on: java/util/concurrent/locks/ReentrantLock$NonfairSync@0xB5666698"
    ' Owned by: "left" (J9VMThread:0x92A3EC00, java/lang/Thread:0x2)'
)
JAVACORE = f"""\
0SECTION       TITLE subcomponent dump routine
NULL           ===============================
1TIDATETIME    Date: 2018/08/30 at 21:55:47:607
1CIJAVAVERSION JRE 9 Linux amd64-64 (build 9.0.4-internal)
1CIPROCESSID   Process ID: 30285 (0x764D)
0SECTION       THREADS subcomponent dump routine
1XMCURTHDINFO  Current thread
3XMTHREADINFO      "left" J9VMThread:0x92A3EC00, java/lang/Thread:0x2, state:B, prio=5
1XMTHDINFO     Thread Details
3XMTHREADINFO      "left" J9VMThread:0x92A3EC00, java/lang/Thread:0x2, state:B, prio=5
3XMJAVALTHREAD            (java/lang/Thread getId:0x13, isDaemon:false)
3XMTHREADINFO1            (native thread ID:0x52CF, native priority:0x5, native policy:UNKNOWN)
3XMCPUTIME               CPU usage total: 0.004365543 secs, current category="Application"
{BLOCKED}
3XMTHREADINFO3           Java callstack:
4XESTACKTRACE                at com/acme/Store.put(Store.java:35(Compiled Code))
5XESTACKTRACE                   (entered lock: java/lang/Object@0xB5666678, entry count: 1)
3XMTHREADINFO      "right" J9VMThread:0x94501D00, java/lang/Thread:0x4, state:P, prio=5
3XMJAVALTHREAD            (java/lang/Thread getId:0x14, isDaemon:true)
{PARKED}
4XESTACKTRACE                at sun/misc/Unsafe.park(Native Method)
3XMTHREADINFO      Anonymous native thread
"""


def test_a_javacore(tmp_path: Path) -> None:
    path = tmp_path / "javacore.20180830.215547.30285.0001.txt"
    path.write_text(JAVACORE + "1XMTHDSUMMARY  Threads CPU Usage Summary\n", encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    left, right = dump.threads
    assert (dump.process_id, dump.taken_at, dump.losses) == (30285, "2018/08/30 21:55:47:607", ())
    assert (left.number, left.native_id, left.state, left.is_daemon) == (
        19,
        0x52CF,
        "BLOCKED",
        False,
    )
    assert left.cpu_seconds == pytest.approx(0.004365543)
    assert stack_of(left) == ("com.acme.Store.put(Store.java:35(Compiled Code))",)
    assert (right.state, right.state_detail) == ("WAITING", "parking")
    (deadlock,) = lock_waits(dump).deadlocks
    assert [(step.thread_name, step.owner_name) for step in deadlock.steps] == [
        ("left", "right"),
        ("right", "left"),
    ]


def test_a_javacore_without_its_end_says_so(tmp_path: Path) -> None:
    path = tmp_path / "javacore.txt"
    path.write_text(JAVACORE, encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    assert dump.losses == ("the dump's end is missing",)
