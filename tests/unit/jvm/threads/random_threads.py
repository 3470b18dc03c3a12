"""Random threads, as far as a dump can tell them unambiguously."""

from __future__ import annotations

from hypothesis import strategies as st

from seamew.jvm.threads.model import JavaThread, LockLine, StackFrame

CLASSES = ("com.acme.Store", "com.acme.Outer$Inner", "库存.仓库", "java.lang.Object")
STATES = (
    ("RUNNABLE", None),
    ("BLOCKED", "on object monitor"),
    ("WAITING", "parking"),
    ("WAITING", "on object monitor"),
    ("TIMED_WAITING", "sleeping"),
)
ACTIONS = ("locked", "waiting to lock", "waiting on", "parking to wait for", "eliminated")
ACTIVITIES = ("runnable", "waiting on condition", "in Object.wait()", "waiting for monitor entry")
MOST_LINES = 10


def is_unambiguous(name: str) -> bool:
    """Whether the JVM's own text can be told from the name."""
    marks = ("tid=0x", '\n"', "JNI global", "Full thread dump", "Thread t@")
    return name.count("\n") < MOST_LINES and not any(mark in name for mark in marks)


# No carriage return, which ends a line for some; no surrogate, which is no character; no mark of
# the byte order.
NAMES = st.text(
    st.one_of(
        st.sampled_from('"\n\t #[]=0x:订\x1b'),
        st.characters(exclude_characters="\r\ufeff", exclude_categories=["Cs"]),
    ),
    max_size=20,
).filter(is_unambiguous)
HUNDREDTHS = st.integers(0, 10**7)
LOCKS = st.builds(
    LockLine,
    action=st.sampled_from(ACTIONS),
    lock_id=st.one_of(st.integers(1, 40).map(lambda number: f"{number:#018x}"), st.none()),
    class_name=st.sampled_from(CLASSES),
)
OWNED = st.builds(
    LockLine,
    action=st.just("locked"),
    lock_id=st.integers(1, 40).map(lambda number: f"{number:#018x}"),
    class_name=st.sampled_from(CLASSES),
)
FRAMES = st.builds(
    StackFrame,
    text=st.sampled_from(
        [
            "com.acme.Store.put(Store.java:42)",
            "com.acme.Store$$Lambda.run(Unknown Source)",
            "库存.仓库.存放(仓库.java:7)",
            "java.lang.Thread.run(Thread.java:840)",
            "java.lang.Object.wait(Native Method)",
            "com.acme.Store.<init>(Store.java:1)",
        ]
    ),
    locks=st.lists(LOCKS, max_size=2).map(tuple),
)


@st.composite
def java_threads(draw: st.DrawFn) -> JavaThread:
    """A thread with everything that a dump of JDK 11 tells."""
    state, detail = draw(st.sampled_from(STATES))
    return JavaThread(
        name=draw(NAMES),
        number=draw(st.integers(1, 10**6)),
        native_id=draw(st.integers(1, 2**22)),
        jvm_id=f"{draw(st.integers(1, 2**47)):#018x}",
        is_daemon=draw(st.booleans()),
        priority=draw(st.integers(1, 10)),
        cpu_seconds=draw(HUNDREDTHS) / 100_000,
        elapsed_seconds=draw(HUNDREDTHS) / 100,
        activity=draw(st.sampled_from(ACTIVITIES)),
        state=state,
        state_detail=detail,
        frames=tuple(draw(st.lists(FRAMES, max_size=5))),
        owned_synchronizers=tuple(draw(st.lists(OWNED, max_size=2))),
    )


def some_threads(least: int = 0) -> st.SearchStrategy[list[JavaThread]]:
    """Threads with numbers of their own."""
    return st.lists(
        java_threads(), min_size=least, max_size=4, unique_by=lambda thread: thread.number
    )
