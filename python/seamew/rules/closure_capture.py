"""M6: closures in a collection, and what they capture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seamew.holding import Gathering, stable_class_name
from seamew.model import Confidence, Finding, Topic
from seamew.units import format_address, format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_LOOKED_AT = 32
_SHOWN = 4


def _find(heap: Examination) -> Iterator[Finding]:
    for gathering in heap.gatherings:
        if gathering.entry_class is not None:
            yield _finding(heap, gathering, gathering.entry_class)
        elif gathering.is_shared:
            yield from _of_shared(heap, gathering)


def _of_shared(heap: Examination, gathering: Gathering) -> Iterator[Finding]:
    """Closures in several collections that capture the same objects."""
    for holder in heap.holders(gathering)[:1]:
        held = heap.held_in(holder.collection)
        if held is not None and held.entry_class is not None:
            yield _finding(heap, gathering, held.entry_class)


def _finding(heap: Examination, gathering: Gathering, closure: str) -> Finding:
    owner, at = heap.owner_of(gathering)
    values: dict[str, str | Text] = {
        "owner": owner.name,
        "closure": closure,
        "element": gathering.element_class or "?",
        "count": format_count(gathering.elements),
    }
    address = format_address(heap.heap.address(at))
    captured = (
        heap.evidence(
            Text(
                "a {closure} captures a {name}, which retains {size} on average",
                "一个 {closure} 捕获了 {name}，其平均保留 {size}",
                closure=closure,
                name=name,
                size=format_bytes(mean),
            ),
            "contents",
            address,
        )
        for name, mean in _captured(heap, closure)
    )
    found = Found(
        title=Text(
            "{owner} keeps closures, each with what it captured: {count} x {element}",
            "{owner} 持有闭包及其捕获的内容：{count} 个 {element}",
            **values,
        ),
        summary=Text(
            "The entries of {owner} are closures ({closure}). What a closure uses from around it"
            " lives as long as the closure: here {count} x {element}.",
            "{owner} 的条目是闭包（{closure}）。闭包用到的外部对象与闭包存活一样久："
            "这里是 {count} 个 {element}。",
            **values,
        ),
        evidence=tuple(captured),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=heap.severity_of(gathering),
        at=at,
        element_class=gathering.element_class,
        instances=gathering.elements,
        retained_bytes=gathering.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _captured(heap: Examination, closure: str) -> list[tuple[str, int]]:
    """The classes that some closures of a class capture, with mean retained bytes, heaviest first.

    The JVM calls a lambda's class by a number that differs from run to run.
    """
    rows = [row for row in heap.heap.find_classes(f"{closure}*") if row.objects]
    rows = [row for row in rows if stable_class_name(row.name) == closure]
    bytes_of: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for row in rows[:1]:
        for index in heap.heap.instance_ids(row.name, limit=_LOOKED_AT):
            for field in heap.heap.fields(index):
                if field.target is not None:
                    name = stable_class_name(heap.heap.class_name(field.target))
                    bytes_of[name] += heap.heap.sizes(field.target)[1]
                    counts[name] += 1
    means = [(name, total // counts[name]) for name, total in bytes_of.items()]
    return sorted(means, key=lambda one: (-one[1], one[0]))[:_SHOWN]


_ADVICE = Text(
    "Capture ids, not objects: copy the two or three values that the callback needs into locals"
    " before it, or look the object up when the callback runs; remove the callback on every outcome"
    " (answer, timeout, error, send failure).",
    "捕获标识而不是对象：在回调之前把所需的两三个值复制到局部变量，或在回调运行时再查找对象；"
    "并在每种结果（应答、超时、出错、发送失败）下都移除回调。",
)
_DOUBT = Text(
    "A listener that is registered once and stays is meant to; look at whether they get more.",
    "一次性注册并长期保留的监听器属正常情况；请查看其数量是否增长。",
)

RULE = Rule(
    id="closure-capture",
    catalogue=("M6",),
    topic=Topic.MEMORY,
    title=Text("Closures that keep what they capture", "闭包使其捕获的对象一直存活"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Collections of lambdas or anonymous classes, with the objects that they captured.",
            "元素为 lambda 或匿名类的集合，以及它们捕获的对象。",
        ),
        why=Text(
            "A callback waits for an answer that may never come. Until it is removed it holds all"
            " that it mentions, often whole requests, sessions or configurations.",
            "回调等待的应答可能永远不会到来。在被移除之前，它持有其提到的一切，往往是整个请求、"
            "会话或配置。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
        example="callbacks.put(id, answer -> log(server.getId(), answer)); // keeps the server",
        fixed="String serverId = server.getId();\n"
        "callbacks.put(id, answer -> log(serverId, answer));",
    ),
)
