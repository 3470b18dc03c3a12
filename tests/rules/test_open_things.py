"""What is to be closed or ended: files, sockets, selectors, processes, loops, timers, @Async."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules import shapes
from rules.asking import findings
from seamew.model import Severity
from seamew.rules import (
    child_processes,
    event_loop_groups,
    open_files,
    open_sockets,
    spring_async_executor,
    unclosed_directories,
    unclosed_selectors,
    wheel_timers,
)
from seamew.testing import HeapBuilder, HeapObject

ASYNC = "org.springframework.core.task.SimpleAsyncTaskExecutor"
POOLED = "org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor"


def keep(heap: HeapBuilder, objects: list[HeapObject]) -> HeapBuilder:
    shapes.held(heap, "com.acme.Kept", ALL=shapes.array_list(heap, objects))
    return heap


def files_heap(opened: int, closed: int) -> HeapBuilder:
    heap = HeapBuilder()
    descriptor = shapes.kind(heap, "java.io.FileDescriptor", fd="int")
    stream = shapes.kind(heap, "java.io.FileInputStream", fd="object")
    numbers = [*range(3, 3 + opened), *([-1] * closed)]
    return keep(
        heap, [heap.instance(stream, fd=heap.instance(descriptor, fd=one)) for one in numbers]
    )


def test_files_that_are_not_closed(tmp_path: Path) -> None:
    (found,) = findings(open_files.RULE, files_heap(400, 100), tmp_path)
    assert (found.instances, found.severity) == (400, Severity.MEDIUM)
    assert (found.owner, found.element_class) == ("com.acme.Kept#ALL", "java.io.FileInputStream")


def test_files_that_are_closed(tmp_path: Path) -> None:
    assert findings(open_files.RULE, files_heap(99, 5_000), tmp_path) == []


def test_jars_of_the_class_path(tmp_path: Path) -> None:
    heap = HeapBuilder()
    descriptor = shapes.kind(heap, "java.io.FileDescriptor", fd="int")
    file = shapes.kind(heap, "java.io.RandomAccessFile", fd="object")
    source = shapes.kind(heap, "java.util.zip.ZipFile$Source", zfile="object")
    files = [
        heap.instance(file, fd=heap.instance(descriptor, fd=number)) for number in range(9, 400)
    ]
    keep(heap, [heap.instance(source, zfile=one) for one in files])
    assert findings(open_files.RULE, heap, tmp_path) == []


def sockets_heap(ports: list[int]) -> HeapBuilder:
    heap = HeapBuilder()
    descriptor = shapes.kind(heap, "java.io.FileDescriptor", fd="int")
    shapes.kind(heap, "java.net.SocketImpl", fd="object", port="int")
    kind = shapes.kind(heap, "sun.nio.ch.NioSocketImpl", superclass="java.net.SocketImpl")
    return keep(
        heap,
        [heap.instance(kind, fd=heap.instance(descriptor, fd=7), port=port) for port in ports],
    )


def test_connections_to_one_port(tmp_path: Path) -> None:
    (found,) = findings(open_sockets.RULE, sockets_heap([8080] * 350), tmp_path)
    assert (found.instances, found.severity) == (350, Severity.MEDIUM)
    assert str(found.title) == "350 open connections to port 8080"


def test_connections_of_many_callers(tmp_path: Path) -> None:
    heap = sockets_heap([*range(32_000, 33_000), *([5432] * 50)])
    assert findings(open_sockets.RULE, heap, tmp_path) == []


def selectors_heap(opened: int, closed: int, loops: int = 0) -> HeapBuilder:
    heap = HeapBuilder()
    shapes.kind(heap, "sun.nio.ch.SelectorImpl", closed="boolean")
    kind = shapes.kind(heap, "sun.nio.ch.EPollSelectorImpl", superclass="sun.nio.ch.SelectorImpl")
    loop = heap.klass("io.netty.channel.nio.NioEventLoop")
    flags = [False] * opened + [True] * closed
    selectors: list[HeapObject] = [heap.instance(kind, closed=one) for one in flags]
    return keep(heap, [*selectors, *(heap.instance(loop) for _ in range(loops))])


def test_selectors_that_are_not_closed(tmp_path: Path) -> None:
    (found,) = findings(unclosed_selectors.RULE, selectors_heap(150, 50), tmp_path)
    assert (found.instances, found.severity) == (150, Severity.MEDIUM)


@pytest.mark.parametrize("heap", [selectors_heap(49, 900), selectors_heap(200, 0, loops=200)])
def test_selectors_that_are_closed_or_of_event_loops(tmp_path: Path, heap: HeapBuilder) -> None:
    assert findings(unclosed_selectors.RULE, heap, tmp_path) == []


@pytest.mark.parametrize(("opened", "closed", "found"), [(25, 0, 1), (19, 300, 0)])
def test_directory_streams(tmp_path: Path, opened: int, closed: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(heap, "sun.nio.fs.UnixDirectoryStream", isClosed="boolean")
    flags = [False] * opened + [True] * closed
    keep(heap, [heap.instance(kind, isClosed=one) for one in flags])
    answers = findings(unclosed_directories.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [opened] * found


@pytest.mark.parametrize(("copies", "found"), [(1, 0), (30, 1)])
def test_archives(tmp_path: Path, copies: int, found: int) -> None:
    # a class path of forty jars, and one archive that is opened again and again
    heap = HeapBuilder()
    kind = shapes.kind(heap, "java.util.zip.ZipFile", name="object", closeRequested="boolean")
    names = [*(f"lib{number}.jar" for number in range(40)), *(["/data/map.zip"] * copies)]
    keep(heap, [heap.instance(kind, name=heap.string(one)) for one in names])
    answers = findings(unclosed_directories.RULE, heap, tmp_path)
    assert [one.instances for one in answers] == [copies] * found


@pytest.mark.parametrize("name", ["java.lang.ProcessImpl", "java.lang.UNIXProcess"])
@pytest.mark.parametrize(("running", "found"), [(9, 0), (40, 1)])
def test_processes(tmp_path: Path, name: str, running: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(heap, name, hasExited="boolean")
    flags = [False] * running + [True] * 50
    keep(heap, [heap.instance(kind, hasExited=one) for one in flags])
    answers = findings(child_processes.RULE, heap, tmp_path)
    assert [(one.instances, one.severity) for one in answers] == [
        (running, Severity.MEDIUM)
    ] * found


@pytest.mark.parametrize(("running", "ended", "found"), [(25, 5, 1), (2, 50, 0)])
def test_event_loop_groups(tmp_path: Path, running: int, ended: int, found: int) -> None:
    heap = HeapBuilder()
    promise = shapes.kind(heap, "io.netty.util.concurrent.DefaultPromise", result="object")
    shapes.kind(heap, "io.netty.channel.MultithreadEventLoopGroup", terminationFuture="object")
    kind = shapes.kind(
        heap,
        "io.netty.channel.nio.NioEventLoopGroup",
        superclass="io.netty.channel.MultithreadEventLoopGroup",
    )
    done = heap.string("done")
    results = [None] * running + [done] * ended
    keep(
        heap,
        [
            heap.instance(kind, terminationFuture=heap.instance(promise, result=one))
            for one in results
        ],
    )
    answers = findings(event_loop_groups.RULE, heap, tmp_path)
    assert [(one.instances, one.severity) for one in answers] == [
        (running, Severity.MEDIUM)
    ] * found


def timers_heap(count: int, pending: int) -> HeapBuilder:
    heap = HeapBuilder()
    kind = shapes.kind(
        heap, "io.netty.util.HashedWheelTimer", workerState="int", pendingTimeouts="object"
    )
    return keep(
        heap,
        [
            heap.instance(kind, workerState=1, pendingTimeouts=shapes.atomic(heap, pending, "Long"))
            for _ in range(count)
        ],
    )


@pytest.mark.parametrize(
    ("count", "pending", "instances"), [(9, 9_000, []), (30, 0, [30]), (1, 150_000, [150_000])]
)
def test_wheel_timers(tmp_path: Path, count: int, pending: int, instances: list[int]) -> None:
    answers = findings(wheel_timers.RULE, timers_heap(count, pending), tmp_path)
    assert [one.instances for one in answers] == instances


@pytest.mark.parametrize(("threads", "found"), [(49, 0), (120, 1)])
def test_threads_of_an_async_executor(tmp_path: Path, threads: int, found: int) -> None:
    heap = HeapBuilder()
    shapes.kind(
        heap,
        "org.springframework.util.CustomizableThreadCreator",
        threadNamePrefix="object",
        threadCount="object",
    )
    kind = shapes.kind(heap, ASYNC, superclass="org.springframework.util.CustomizableThreadCreator")
    made = heap.instance(
        kind, threadNamePrefix=heap.string("mail-"), threadCount=shapes.atomic(heap, 5_000)
    )
    shapes.held(heap, "com.acme.Mail", executor=made)
    for number in range(threads):
        shapes.running(heap, f"mail-{number}", [("com.acme.Mail", "send")])

    answers = findings(spring_async_executor.RULE, heap, tmp_path)
    assert [(one.instances, one.owner) for one in answers] == [
        (threads, "com.acme.Mail#executor")
    ] * found


@pytest.mark.parametrize(("capacity", "found"), [(500_000, 0), (shapes.UNBOUNDED, 1)])
def test_the_queue_of_a_pooled_executor(tmp_path: Path, capacity: int, found: int) -> None:
    heap = HeapBuilder()
    kind = shapes.kind(
        heap, POOLED, queueCapacity="int", threadPoolExecutor="object", beanName="object"
    )
    tasks = shapes.things(heap, "com.acme.Mail", 12_000)
    pool = shapes.executor(heap, shapes.linked_queue(heap, tasks, capacity))
    made = heap.instance(
        kind, queueCapacity=capacity, threadPoolExecutor=pool, beanName=heap.string("mailExecutor")
    )
    shapes.held(heap, "com.acme.Configuration", executor=made)

    answers = findings(spring_async_executor.RULE, heap, tmp_path)
    titles = ["12,000 @Async tasks wait for Spring's executor mailExecutor"]
    assert [str(one.title) for one in answers] == titles * found
