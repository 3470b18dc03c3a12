"""M9: a limit that is set and not kept."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import Gathering
from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_address, format_count
from seamew.wording import Text

from .base import Page, Rule
from .bounds import Bound, BoundKind, bound_of
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_LEAST_LIMIT = 10
_EXCEEDED_TIMES = 1.5


def _find(heap: Examination) -> Iterator[Finding]:
    for gathering in heap.gatherings:
        if gathering.containers > 1 or gathering.elements <= _LEAST_LIMIT:
            continue
        owner, container = heap.owner_of(gathering)
        bound = bound_of(heap.heap, owner.object.object_index, container, gathering.elements)
        if bound is not None and _is_broken(bound, gathering.elements):
            yield _finding(heap, gathering, bound)


def _is_broken(bound: Bound, elements: int) -> bool:
    return (
        bound.kind is BoundKind.LIMIT
        and bound.limit is not None
        and bound.limit >= _LEAST_LIMIT
        and elements >= _EXCEEDED_TIMES * bound.limit
    )


def _finding(heap: Examination, gathering: Gathering, bound: Bound) -> Finding:
    owner, container = heap.owner_of(gathering)
    limit = format_count(bound.limit or 0)
    values: dict[str, Text | str] = {
        "owner": owner.name,
        "count": format_count(gathering.elements),
        "name": bound.field,
        "limit": limit,
    }
    by_size = heap.severity_of(gathering)
    found = Found(
        title=Text(
            "{owner} has {count} entries, and {name} says {limit}",
            "{owner} 有 {count} 个条目，而 {name} 为 {limit}",
            **values,
        ),
        summary=Text(
            "There is a limit, {name} = {limit}, and the collection beside it has {count} entries:"
            " nothing keeps the limit.",
            "设有上限 {name} = {limit}，但其旁边的集合有 {count} 个条目：上限没有生效。",
            **values,
        ),
        evidence=(
            heap.evidence(
                Text("{name} = {limit}", "{name} = {limit}（上限）", **values),
                "object",
                format_address(owner.object.address),
            ),
            heap.evidence(
                Text("{count} entries", "{count} 个条目", **values),
                "contents",
                format_address(heap.heap.address(container)),
            ),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=min(by_size, Severity.LOW, key=lambda one: one.rank),
        at=container,
        element_class=gathering.element_class,
        instances=gathering.elements,
        retained_bytes=gathering.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Enforce the limit where entries are added (evict the eldest, or refuse), and test it with one"
    " entry more than the limit; a setting that is read and never compared limits nothing.",
    "在添加条目处强制执行上限（淘汰最旧的，或拒绝），并用超过上限一个条目的数据测试；"
    "只被读取、从不参与比较的设置不起任何限制作用。",
)
_DOUBT = Text(
    "The number may limit something else: look at where the field is used.",
    "该数字限制的也可能是别的东西：请查看该字段在何处使用。",
)

RULE = Rule(
    id="no-op-limit",
    catalogue=("M9",),
    topic=Topic.MEMORY,
    title=Text("A limit that limits nothing", "不起作用的上限"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "A collection with many more entries than a number beside it, called a maximum, a limit"
            " or a capacity, says.",
            "集合的条目数远超其旁边名为最大值、上限或容量的数字。",
        ),
        why=Text(
            "Limits are often set and not enforced: a property that the library reads and does not"
            " use, a removal that is never called, a check on the wrong counter.",
            "上限常常设置了却没有执行：库读取但不使用的属性、从未被调用的移除、检查了错误的计数器。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
        references=("gov.nist.javax.sip.MAX_CLIENT_TRANSACTIONS in JAIN-SIP RI 1.3.0-91",),
    ),
)
