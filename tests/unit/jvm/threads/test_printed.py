"""What HotSpot prints in special cases, and the texts around its dumps."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from seamew.errors import NotAThreadDumpError, TargetNotFoundError
from seamew.jvm.threads import (
    JavaThread,
    LockLine,
    ThreadDump,
    looks_like_text,
    read_thread_dumps,
    stack_of,
    thread_dumps_of_text,
)
from seamew.testing import HeapBuilder

START = "2026-11-23 17:35:03\nFull thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode):\n\n"
END = "JNI global refs: 7, weak refs: 0\n"
HEADER = '"{name}" #{number} prio=5 os_prio=0 tid=0x00007fa6d4017f90 nid=0x6bed runnable  [0x1]'


def one(text: str) -> ThreadDump:
    dumps = list(thread_dumps_of_text(text))
    assert len(dumps) == 1
    return dumps[0]


def thread_of(body: str, header: str = HEADER.format(name="main", number=1)) -> JavaThread:
    dump = one(f"{START}{header}\n{body}\n\n{END}")
    assert len(dump.threads) == 1
    return dump.threads[0]


def actions(thread: JavaThread) -> list[tuple[str, str | None]]:
    return [(lock.action, lock.lock_id) for frame in thread.frames for lock in frame.locks]


def test_the_header_of_java_17() -> None:
    thread = thread_of(
        "   java.lang.Thread.State: WAITING (on object monitor)",
        '"Finalizer" #3 daemon prio=8 os_prio=0 cpu=0.22ms elapsed=0.17s allocated=905K'
        " defined_classes=5 tid=0x00007fa6d40969b0 nid=0x6bf5 in Object.wait()  [0x00007fa6d3ffe]",
    )

    assert thread == JavaThread(
        name="Finalizer",
        number=3,
        native_id=0x6BF5,
        jvm_id="0x00007fa6d40969b0",
        is_daemon=True,
        priority=8,
        cpu_seconds=0.00022,
        elapsed_seconds=0.17,
        allocated_bytes=905 * 1024,
        activity="in Object.wait()",
        state="WAITING",
        state_detail="on object monitor",
    )


def test_a_thread_of_the_jvm_has_neither_number_nor_state() -> None:
    thread = thread_of(
        "",
        '"GC Thread#0" os_prio=0 cpu=0.09ms elapsed=0.22s tid=0x00007fa6d4 nid=27759 runnable ',
    )

    assert (thread.number, thread.native_id, thread.state) == (None, 27759, None)


def test_a_carrier_and_the_virtual_thread_on_it() -> None:
    thread = thread_of(
        "   Carrying virtual thread #85\n"
        "\tat jdk.internal.vm.Continuation.run(java.base@25.0.3/Continuation.java:251)\n"
        "   Mounted virtual thread #85\n"
        "\tat com.acme.Work.run(Work.java:9)\n"
        "\t- locked <0x00000000ffd1c5a0> (a java.lang.Object)",
        '"ForkJoinPool-1-worker-2" #65 [27999] daemon prio=5 os_prio=0 cpu=10.61ms elapsed=0.07s'
        " tid=0x00007f74ec10ab50  [0x00007f74a53fd000]",
    )

    assert (thread.carries, thread.native_id, thread.state) == (85, 27999, None)
    assert stack_of(thread) == (
        "com.acme.Work.run(Work.java:9)",
        "jdk.internal.vm.Continuation.run(Continuation.java:251)",
    )
    assert thread.mounted_frames[0].locks[0].lock_id == "0x00000000ffd1c5a0"


def test_locks_as_all_versions_write_them() -> None:
    thread = thread_of(
        "   java.lang.Thread.State: BLOCKED (on object monitor)\n"
        "\tat java.lang.Object.wait(java.base@11.0.6/Native Method)\n"
        "\t- waiting on <no object reference available>\n"
        "\tat com.acme.Queue.take(Queue.java:155)\n"
        "\t- waiting to re-lock in wait() <0x00000007d3e7a738> (a com.acme.Queue)\n"
        "\t- eliminated <owner is scalar replaced> (a com.acme.Guard)\n"
        "\t- locked <0x00000007d3e7a740> (a java.lang.Class for com.acme.Queue)\n"
        "\tat com.acme.Late.<clinit>(Late.java:3)\n"
        "\t- waiting on the Class initialization monitor for com.acme.Early"
    )

    assert actions(thread) == [
        ("waiting on", None),
        ("waiting to re-lock in wait()", "0x00000007d3e7a738"),
        ("eliminated", None),
        ("locked", "0x00000007d3e7a740"),
        ("waiting for the initialization of", None),
    ]
    assert thread.frames[1].locks[2].class_name == "java.lang.Class for com.acme.Queue"
    assert thread.frames[2].locks[0].class_name == "com.acme.Early"


def test_frames_are_the_same_in_all_forms() -> None:
    thread = thread_of(
        "\tat java.lang.Thread.run(java.base@17.0.15/Thread.java:840)\n"
        "\tat com.acme.Main$$Lambda$57/0x80000005e.run(my.module@1.0/Unknown Source)\n"
        "\tat com.acme.Main$$Lambda$3/245257410.run(Unknown Source)\n"
        "\tat app//com.acme.Main.main(Main.java)\n"
        "#011at com.acme.Main.logged(Main.java:1)"
    )

    assert stack_of(thread) == (
        "java.lang.Thread.run(Thread.java:840)",
        "com.acme.Main$$Lambda$57.run(Unknown Source)",
        "com.acme.Main$$Lambda$3.run(Unknown Source)",
        "com.acme.Main.main(Main.java)",
        "com.acme.Main.logged(Main.java:1)",
    )


def test_visualvm_names_the_owner() -> None:
    thread = thread_of(
        "   java.lang.Thread.State: BLOCKED\n"
        "\tat com.acme.Store.put(Store.java:42)\n"
        '\t- waiting to lock <58b34de1> (a java.lang.Object) owned by "main" t@1',
        '"worker" - Thread t@13',
    )

    assert (thread.name, thread.number, thread.state) == ("worker", 13, "BLOCKED")
    assert thread.frames[0].locks == (
        LockLine("waiting to lock", "58b34de1", "java.lang.Object", "#1"),
    )


def test_the_jvms_own_deadlocks() -> None:
    dump = one(
        f"{START}{END}\n\nFound one Java-level deadlock:\n=============================\n"
        '"left "1"":\n'
        "  waiting to lock monitor 0x00007f9178007080 (object 0x00000000fffcdf40, a com.acme.A),\n"
        '  which is held by "right"\n'
        '"right":\n'
        "  waiting for ownable synchronizer 0x00000000fffcde08, (a com.acme.B),\n"
        '  which is held by "left "1""\n'
        "\nJava stack information for the threads listed above:\n"
        '===================================================\n"left "1"":\n'
        "\tat com.acme.Main.run(Main.java:1)\n\nFound 1 deadlock.\n\nHeap\n PSYoungGen total 1K\n"
    )

    assert [
        (wait.thread_name, wait.lock_id, wait.class_name, wait.owner_name)
        for wait in dump.deadlocks[0].waits
    ] == [
        ('left "1"', "0x00000000fffcdf40", "com.acme.A", "right"),
        ("right", "0x00000000fffcde08", "com.acme.B", 'left "1"'),
    ]
    assert (dump.threads, dump.losses, len(dump.deadlocks)) == ((), (), 1)


def test_a_deadlock_with_an_unknown_owner_or_in_native_code() -> None:
    dump = one(
        f"{START}{END}Found one Java-level deadlock:\n=====\n"
        '"a":\n'
        "  waiting to lock monitor 0x01 (object 0x0a, a java.lang.Object)\n"
        '  in JNI, which is held by "b"\n'
        '"b":\n'
        "  waiting to lock monitor 0x02 (object 0x0b, a java.lang.Object),\n"
        "  which is held by UNKNOWN_owner_addr=0x00007f\n"
    )

    assert [(one.thread_name, one.owner_name) for one in dump.deadlocks[0].waits] == [
        ("a", "b"),
        ("b", None),
    ]


def test_an_exception_in_the_log_adds_no_frames() -> None:
    thread = thread_of(
        "\tat com.acme.Main.run(Main.java:1)\n"
        "10:00 INFO nothing to see\n"
        "\tat com.acme.Main.main(Main.java:2)\n"
        "java.lang.IllegalStateException: no\n"
        "\tat com.acme.Wrong.frame(Wrong.java:1)"
    )

    assert stack_of(thread) == ("com.acme.Main.run(Main.java:1)", "com.acme.Main.main(Main.java:2)")


def test_lines_that_docker_wrapped_in_json(tmp_path: Path) -> None:
    text = f"{START}{HEADER.format(name='订单', number=1)}\n\tat a.B.c(B.java:1)\n\n{END}"
    wrapped = [
        json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026"})
        for line in text.split("\n")
    ]
    path = tmp_path / "container-json.log"
    path.write_text("\n".join(wrapped), encoding="utf-8")

    (dump,) = read_thread_dumps(path)
    assert [(thread.name, len(thread.frames)) for thread in dump.threads] == [("订单", 1)]
    assert dump.losses == ()


def test_a_log_that_begins_amid_a_dump_says_so() -> None:
    prefix = "2026-11-23 17:35:03,123 INFO "
    header = HEADER.format(name="main", number=1)
    text = (
        f"{prefix}\tat lost.Frame.run(Frame.java)\n{prefix}{header}\n{prefix}\tat a.B.c(B.java:1)"
    )

    dump = one(text)
    assert [thread.name for thread in dump.threads] == ["main"]
    assert dump.losses == ("the dump's beginning is missing", "the dump's end is missing")


def test_fewer_threads_than_were_listed_are_a_loss() -> None:
    listed = "Threads class SMR info:\n_java_thread_list=0x00007f, length=52, elements={\n}\n\n"
    dump = one(f"{START}{listed}{HEADER.format(name='main', number=1)}\n\n{END}")

    assert dump.losses == ("of 52 threads 1 could be read",)


def test_jcmd_names_the_process_and_each_dump_its_line() -> None:
    whole = f"4711:\n{START}{END}"
    first, second = thread_dumps_of_text(whole + "order 1 placed\n" + whole)

    assert (first.process_id, first.line, second.line) == (4711, 3, 9)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gb18030", "订单处理-1"), ("latin-1", "Zähler-für-Aufträge"), ("utf-8", "naïve-订单")],
)
def test_old_encodings_are_told_by_their_bytes(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "dump.txt"
    path.write_bytes(f"{START}{HEADER.format(name=name, number=1)}\n\n{END}".encode(encoding))

    (dump,) = read_thread_dumps(path)
    assert dump.threads[0].name == name


def test_characters_beyond_16_bits_come_as_two_surrogates(tmp_path: Path) -> None:
    path = tmp_path / "dump.txt"
    surrogates = "smile \ud83d\ude00"
    text = f"{START}{HEADER.format(name=surrogates, number=1)}\n\n{END}"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    (dump,) = read_thread_dumps(path)
    assert dump.threads[0].name == "smile 😀"


def test_a_gzip_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    header = HEADER.format(name="main", number=1)
    threads = "".join(f"{header}\n\tat a.B{line}.c(B.java:{line})\n\n" for line in range(500))
    whole = gzip.compress(f"{START}{threads}{END}".encode())
    path = tmp_path / "log.gz"

    path.write_bytes(whole)
    (dump,) = read_thread_dumps(path)
    assert (len(dump.threads), dump.losses) == (500, ())

    path.write_bytes(whole[: len(whole) // 2])
    (dump,) = read_thread_dumps(path)
    assert 0 < len(dump.threads) < 500
    assert dump.losses == ("the dump's end is missing", "the gzip file is broken or cut off")


def test_a_file_without_a_dump_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(NotAThreadDumpError, match="no thread dump"):
        list(read_thread_dumps(path))
    with pytest.raises(TargetNotFoundError):
        list(read_thread_dumps(tmp_path / "missing"))


def test_heap_dumps_do_not_look_like_text(tmp_path: Path, builder: HeapBuilder) -> None:
    heap = builder.write(tmp_path / "heap.hprof")
    packed = tmp_path / "heap.hprof.gz"
    packed.write_bytes(gzip.compress(heap.read_bytes()))
    text = tmp_path / "log.gz"
    text.write_bytes(gzip.compress(START.encode()))
    wide = tmp_path / "wide.txt"
    wide.write_bytes(START.encode("utf-16"))

    paths = [heap, packed, text, wide, tmp_path, tmp_path / "missing"]
    assert [looks_like_text(path) for path in paths] == [False, False, True, True, False, False]


AGENT = """\
Attaching to process ID 17632, please wait...
Debugger attached successfully.
Server compiler detected.
JVM version is 17.0.15+6
Deadlock Detection:

Found one Java-level deadlock:
=============================

"right":
  waiting to lock Monitor@0x00007f3ae80015a0 (Object@0x00000000ffd3e328, a java/lang/Object),
  which is held by "left"
"left":
 waiting for ownable synchronizer 0x00000000ffd3e420, (a java/util/concurrent/locks/Some$Sync),
 which is held by "right"

Found a total of 1 deadlock.

"left" #14 daemon prio=5 tid=0x00007f3b780bb0f0 nid=0x44f8 waiting on condition [0x00007f3b60]
   java.lang.Thread.State: WAITING (parking)
   JavaThread state: _thread_blocked
 - jdk.internal.misc.Unsafe.park(boolean, long) @bci=0 (Interpreted frame)
\t- parking to wait for <0x00000000ffd3e670> (a java/util/concurrent/locks/Some$Sync)
 - com.acme.Main$$Lambda$1+0x00007f3b0c000a08.run(int[]) @bci=12, line=7 (Compiled frame)
 - com.acme.Main.<init>() @bci=1, line=8 (Interpreted frame)

Locked ownable synchronizers:
    - <0x00000000ffd3e6b0>, (a java/util/concurrent/locks/Some$Sync)

Thread 17650: (state = BLOCKED)
 - java.lang.Object.wait(long) @bci=0 (Compiled frame; information may be imprecise)

"""


def test_the_serviceability_agent_prints_otherwise() -> None:
    """jhsdb jstack has names, jstack -F of JDK 8 has not."""
    dump = one(AGENT)
    left, nameless = dump.threads

    assert (dump.process_id, dump.vm, dump.losses) == (17632, "17.0.15+6", ())
    assert [(wait.thread_name, wait.class_name) for wait in dump.deadlocks[0].waits] == [
        ("right", "java.lang.Object"),
        ("left", "java.util.concurrent.locks.Some$Sync"),
    ]
    assert stack_of(left) == (
        "jdk.internal.misc.Unsafe.park(Unknown Source)",
        "com.acme.Main$$Lambda$1.run(Unknown Source:7)",
        "com.acme.Main.<init>(Unknown Source:8)",
    )
    assert actions(left) == [("parking to wait for", "0x00000000ffd3e670")]
    assert [lock.lock_id for lock in left.owned_synchronizers] == ["0x00000000ffd3e6b0"]
    assert (nameless.name, nameless.native_id, nameless.state, nameless.activity) == (
        "Thread 17650",
        17650,
        None,
        "BLOCKED",
    )
    assert stack_of(nameless) == ("java.lang.Object.wait(Unknown Source)",)
