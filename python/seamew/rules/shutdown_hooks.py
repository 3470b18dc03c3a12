"""F17: shutdown hooks that are added for each thing, and never removed."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import stable_class_name
from seamew.model import Confidence, Finding, ObjectRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import by_count, class_object, class_of_most, first_entries, held_fact, target, worse

__all__ = ["RULE"]

_HOOKS = "java.lang.ApplicationShutdownHooks"
_SUSPICIOUS, _MANY, _VERY_MANY = 30, 100, 5_000


def _find(heap: Examination) -> Iterator[Finding]:
    hooks = target(heap, class_object(heap, _HOOKS), "hooks")
    count = 0 if hooks is None else heap.heap.collection_size(hooks) or 0
    if hooks is None or count < _SUSPICIOUS:
        return
    retained_bytes = heap.heap.sizes(hooks)[1]
    hook = _hook_class(heap, hooks)
    of_class = Text("most of them are {name}", "其中多数是 {name}", name=hook or "?")
    found = Found(
        title=Text(
            "{count} shutdown hooks, {size}",
            "{count} 个关闭钩子，{size}",
            count=format_count(count),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(heap, f"{_HOOKS}#hooks", count, hooks),
            heap.evidence(of_class, "contents", f"{heap.heap.address(hooks):#x}"),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY, high=_VERY_MANY)
        ),
        at=hooks,
        element_class=hook,
        instances=count,
        retained_bytes=retained_bytes,
    )
    yield finding(heap, RULE.id, RULE.topic, found)


def _hook_class(heap: Examination, hooks: int) -> str | None:
    """The class of most hooks; of plain threads that of what they would run."""
    rows = (row.key for row in first_entries(heap, hooks))
    threads = [row for row in rows if isinstance(row, ObjectRow)]
    found = class_of_most(threads)
    if found != "java.lang.Thread" or not threads:
        return found
    task = target(heap, threads[0].object_index, "target", "holder.task")
    return found if task is None else stable_class_name(heap.heap.class_name(task))


_SUMMARY = Text(
    "Runtime.addShutdownHook keeps the hook, a thread that is not started, and all that it refers"
    " to"
    " until the JVM ends. One for each recording, client or deployment is a leak of each of them.",
    "Runtime.addShutdownHook 会把钩子（一个未启动的线程）及其引用的一切保留到 JVM 结束。为每次录"
    "制、每"
    "个客户端或每次部署都添加一个，就等于全部泄漏。",
)
_ADVICE = Text(
    "Add one hook for the service, which closes what is open at that time; or call"
    " Runtime.getRuntime().removeShutdownHook(hook) where the thing is closed. Libraries that add a"
    " hook for each client are made once and shared.",
    "只为服务添加一个钩子，由它关闭当时打开的一切；或在关闭对象时调用"
    " Runtime.getRuntime().removeShutdownHook(hook)。对于每个客户端都添加钩子的库，应只创建一次并共"
    "享。",
)
_DOUBT = Text(
    "A server with many parts adds one for each of them at the start: then the number stands"
    " still.",
    "部件众多的服务器启动时会各添加一个：此时数量不再变化。",
)

RULE = Rule(
    id="shutdown-hooks",
    catalogue=("F17",),
    topic=Topic.MEMORY,
    title=Text("Shutdown hooks that stay", "滞留的关闭钩子"),
    find=_find,
    page=Page(
        finds=Text(
            "30 hooks or more in java.lang.ApplicationShutdownHooks.",
            "java.lang.ApplicationShutdownHooks 中有 30 个以上钩子。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Servers with many parts: below 100 hooks they are judged by their bytes alone.",
            "部件众多的服务器：少于 100 个钩子时只按字节数判断。",
        ),
        example="Runtime.getRuntime().addShutdownHook(new Thread(recording::close));",
        fixed="Thread hook = new Thread(this::closeAll);  // one, when the service starts",
        references=("java.base/java/lang/ApplicationShutdownHooks.java (hooks)",),
    ),
)
