"""What threads do, by their stacks: at rest, waiting for something, and in whose code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seamew.holding import is_application_class
from seamew.model import StackFrame, ThreadRow
from seamew.wording import Text

__all__ = [
    "WAITS",
    "Wait",
    "application_frame",
    "foreign_frame",
    "is_idle",
    "method_of",
    "waiting_place",
]

_IDLE = frozenset(
    {
        "java.lang.ref.Reference.waitForReferencePendingList",
        "java.lang.ref.ReferenceQueue.remove",
        "java.util.TimerThread.mainLoop",
        "java.util.concurrent.DelayQueue.take",
        "java.util.concurrent.ForkJoinPool.awaitWork",
        "java.util.concurrent.LinkedBlockingDeque.take",
        "java.util.concurrent.LinkedBlockingQueue.take",
        "java.util.concurrent.ThreadPoolExecutor.getTask",
        "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue.take",
        "java.net.ServerSocket.accept",
        "org.eclipse.jetty.util.thread.QueuedThreadPool.idleJobPoll",
        "sun.nio.ch.SelectorImpl.lockAndDoSelect",
        "sun.nio.ch.ServerSocketChannelImpl.accept",
    }
)
_JDK = ("java.", "javax.", "jdk.", "sun.", "com.sun.")
_LIBRARIES = (
    "com.mysql.",
    "com.zaxxer.hikari.",
    "com.alibaba.druid.",
    "io.netty.",
    "io.lettuce.",
    "okhttp3.",
    "okio.",
    "org.apache.",
    "org.eclipse.jetty.",
    "org.springframework.",
    "redis.clients.",
    "ch.qos.logback.",
    "org.slf4j.",
)


@dataclass(frozen=True, slots=True)
class Wait:
    """A way to wait. `is_telling`: many threads in it are a fault wherever they are."""

    on: Text
    is_telling: bool


_CONNECTION = Wait(Text("a connection of a pool", "连接池中的连接"), is_telling=True)
_ROOM = Wait(Text("room in a full queue", "已满队列中的空位"), is_telling=True)
_LOCK = Wait(Text("a lock", "锁"), is_telling=True)
_PEER = Wait(Text("an answer from the network", "网络应答"), is_telling=True)
_WRITE = Wait(Text("a peer that should read", "应当读取数据的对端"), is_telling=True)
_RESULT = Wait(Text("the result of another thread", "另一个线程的结果"), is_telling=False)
_SIGNAL = Wait(Text("a signal of another thread", "另一个线程的信号"), is_telling=False)

WAITS: dict[str, Wait] = {
    "ch.qos.logback.core.AsyncAppenderBase.put": _ROOM,
    "com.alibaba.druid.pool.DruidDataSource.getConnectionInternal": _CONNECTION,
    "com.zaxxer.hikari.pool.HikariPool.getConnection": _CONNECTION,
    "java.util.concurrent.ArrayBlockingQueue.put": _ROOM,
    "java.util.concurrent.LinkedBlockingDeque.put": _ROOM,
    "java.util.concurrent.LinkedBlockingQueue.put": _ROOM,
    "java.util.concurrent.locks.ReentrantLock.lock": _LOCK,
    "java.util.concurrent.locks.ReentrantReadWriteLock$ReadLock.lock": _LOCK,
    "java.util.concurrent.locks.ReentrantReadWriteLock$WriteLock.lock": _LOCK,
    "java.util.concurrent.CompletableFuture.get": _RESULT,
    "java.util.concurrent.CompletableFuture.join": _RESULT,
    "java.util.concurrent.FutureTask.get": _RESULT,
    "java.util.concurrent.CountDownLatch.await": _SIGNAL,
    "java.util.concurrent.Semaphore.acquire": _SIGNAL,
    "java.lang.Thread.sleep": _SIGNAL,
    "java.lang.Object.wait": _SIGNAL,
    "java.net.SocketInputStream.socketRead0": _PEER,
    "sun.nio.ch.NioSocketImpl.implRead": _PEER,
    "java.net.SocketOutputStream.socketWrite0": _WRITE,
    "sun.nio.ch.NioSocketImpl.implWrite": _WRITE,
    "org.apache.commons.pool2.impl.GenericObjectPool.borrowObject": _CONNECTION,
    "org.apache.hc.core5.pool.StrictConnPool.lease": _CONNECTION,
    "org.apache.http.pool.AbstractConnPool.getPoolEntryBlocking": _CONNECTION,
}
"""Methods in which threads wait, the outermost of a wait: a pool's, not the lock's below it."""

_BLOCKED = Wait(Text("a monitor", "监视器锁"), is_telling=True)


def method_of(frame: StackFrame) -> str:
    """`com.acme.Cache.get` of `at com.acme.Cache.get(Cache.java:12)`; modules are left out."""
    name = frame.text.removeprefix("at ").partition("(")[0]
    return name.rpartition("/")[2]


def is_idle(thread: ThreadRow) -> bool:
    """Whether a thread has nothing to do, or no stack."""
    return not thread.frames or any(method_of(frame) in _IDLE for frame in thread.frames)


def waiting_place(thread: ThreadRow) -> tuple[Wait, str] | None:
    """What a thread waits for, and the method in which it does; None for threads at rest.

    Of several methods of a wait the outermost tells most: `HikariPool.getConnection`, not the
    queue's below it.
    """
    if is_idle(thread):
        return None
    if thread.thread_state == "BLOCKED":
        return _BLOCKED, method_of(thread.frames[0])
    methods = _above_the_application(thread.frames)
    return next(((WAITS[one], one) for one in reversed(methods) if one in WAITS), None)


def application_frame(thread: ThreadRow) -> str | None:
    """The innermost frame of code that is neither the JDK's nor a well-known library's."""
    for frame in thread.frames:
        method = method_of(frame)
        if _is_of_application(method):
            return frame.text.removeprefix("at ")
    return None


def foreign_frame(thread: ThreadRow) -> str:
    """The innermost frame that is not the JDK's; of a thread without one its innermost."""
    frames = [frame.text.removeprefix("at ") for frame in thread.frames]
    found = (frame for frame in frames if not frame.startswith(_JDK))
    return next(found, frames[0] if frames else "?")


def _above_the_application(frames: Sequence[StackFrame]) -> list[str]:
    """The methods of the JDK and of libraries that the application has called."""
    methods: list[str] = []
    for frame in frames:
        method = method_of(frame)
        if _is_of_application(method):
            break
        methods.append(method)
    return methods


def _is_of_application(method: str) -> bool:
    """Whether a method is known, and neither the JDK's nor a well-known library's."""
    return is_application_class(method) and not method.startswith(("(", *_LIBRARIES))
