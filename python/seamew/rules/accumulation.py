"""M1, M10: places where memory gathers, by their size, with all who own what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.holding import (
    TEXT_BUFFERS,
    Gathering,
    Held,
    Holding,
    HoldingField,
    container_of,
    is_application_class,
    object_name,
)
from seamew.model import (
    Confidence,
    Evidence,
    Finding,
    ObjectRow,
    Owner,
    OwnerCount,
    Severity,
    Suspect,
    SuspectKind,
    Topic,
)
from seamew.units import format_address, format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_SAMPLED_ELEMENTS = 12
_EXPLAINED_SHARE = 0.5
_FEW_ELEMENTS = 10


def _find(heap: Examination) -> Iterator[Finding]:
    for one in _found(heap):
        # What others' code holds, and is not much, nobody can change: nothing to tell anyone.
        is_others = heap.is_of_others(one.owner, one.element_class)
        if one.severity is not Severity.INFO or not is_others:
            yield one


def _found(heap: Examination) -> Iterator[Finding]:
    told: set[tuple[str, str | None]] = set()
    for gathering in heap.gatherings:
        is_told = (gathering.label, gathering.element_class) in told
        if is_told or any(_is_part(heap, gathering, one) for one in heap.suspects):
            continue
        found = _of_gathering(heap, gathering)
        told |= {(one.name, gathering.element_class) for one in found.owners}
        yield found
    for suspect in heap.suspects:
        if not _is_explained(heap, suspect):
            yield _of_suspect(heap, suspect)


# ---- which of the two ways of looking speaks


def _is_part(heap: Examination, gathering: Gathering, suspect: Suspect) -> bool:
    """Whether a gathering is in elements that a stack frame or a thread-local holds."""
    if suspect.owner is None or suspect.owner.kind not in {"local", "thread_local"}:
        return False
    if not _is_beneath(heap, gathering, suspect):
        return False
    point = suspect.accumulation_point
    outer = point.entries if point is not None and point.entries else suspect.objects
    element = gathering.element_class
    is_own = element is not None and is_application_class(element)
    return not is_own or gathering.mean_elements * _FEW_ELEMENTS < outer


def _is_beneath(heap: Examination, gathering: Gathering, suspect: Suspect) -> bool:
    point = suspect.accumulation_point
    above = point.object if point is not None else suspect.object
    if above is not None and heap.heap.dominates(above.object_index, gathering.container):
        return above.object_index != gathering.container
    return suspect.kind is SuspectKind.GROUP and any(
        row.class_name == suspect.class_name for row in heap.heap.dominators_of(gathering.container)
    )


def _is_explained(heap: Examination, suspect: Suspect) -> bool:
    """Whether gatherings tell where most of a suspect's memory is, or it is the JVM's own."""
    if heap.is_of_any_jvm(suspect):
        return True
    explained = sum(
        gathering.retained_bytes
        for gathering in heap.gatherings
        if _is_in(heap, gathering, suspect) and not _is_part(heap, gathering, suspect)
    )
    return explained >= _EXPLAINED_SHARE * suspect.retained_bytes


def _is_in(heap: Examination, gathering: Gathering, suspect: Suspect) -> bool:
    if suspect.object is not None:
        return heap.heap.dominates(suspect.object.object_index, gathering.container)
    return _is_beneath(heap, gathering, suspect)


# ---- findings


def _of_gathering(heap: Examination, gathering: Gathering) -> Finding:
    holders = heap.holders(gathering)
    owner, at = heap.owner_of(gathering)
    what, size = _elements(gathering), _size(heap, gathering.retained_bytes)
    found = Found(
        title=Text(
            "{owner} holds {what} ({size})",
            "{owner} 持有 {what}（{size}）",
            owner=owner.name,
            what=what,
            size=size,
        ),
        summary=_summary(heap, gathering, owner, holders),
        evidence=tuple(_evidence(heap, gathering, at)),
        advice=_ADVICE,
        doubts=(_DOUBT, _TELLING),
        confidence=Confidence.LIKELY if gathering.elements > 1 else Confidence.POSSIBLE,
        severity=heap.severity_of(gathering),
        at=at,
        holding=Holding(owner, heap.holding(at).path),
        owners=_owners(gathering, owner, holders),
        element_class=gathering.element_class or heap.heap.class_name(at),
        instances=gathering.elements,
        retained_bytes=gathering.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _elements(gathering: Gathering) -> Text | str:
    if gathering.elements <= 1:
        return Text("one big object", "一个大对象")
    what = Text(
        "{count} entries, mostly {element}",
        "{count} 个条目，主要是 {element}",
        count=format_count(gathering.elements),
        element=gathering.element_class or "?",
    )
    if gathering.containers <= 1:
        return what
    return Text(
        "{what}, in {containers} objects",
        "分布于 {containers} 个对象中的 {what}",
        what=what,
        containers=format_count(gathering.containers),
    )


def _size(heap: Examination, count: int) -> Text:
    return Text(
        "{size}, {share} of the heap",
        "{size}，占堆的 {share}",
        size=format_bytes(count),
        share=format_share(heap.share(count)),
    )


def _summary(
    heap: Examination, gathering: Gathering, owner: Owner, holders: Sequence[HoldingField]
) -> Text:
    values: dict[str, Text | str] = {
        "owner": owner.name,
        "size": _size(heap, gathering.retained_bytes),
        "what": _elements(gathering),
        "holder": object_name(owner.object),
    }
    if gathering.is_shared and len(holders) > 1:
        return Text(
            "Several fields hold {what}, so that removing them from one frees nothing: {fields}."
            " Together they keep {size} alive.",
            "多个字段同时持有 {what}，只从其中一个移除不会释放任何内存：{fields}。"
            "它们共同使 {size} 保持存活。",
            fields=", ".join(one.label for one in holders),
            **values,
        )
    if gathering.containers > 1:
        return Text(
            "No single object is big: {owner} holds a collection in each of many objects, and"
            " together {what}, which keep {size} alive.",
            "没有哪个对象特别大：许多对象的字段 {owner} 各持有一个集合，"
            "共有 {what}，使 {size} 保持存活。",
            **values,
        )
    return Text(
        "{owner} of {holder} holds {what}. They keep {size} alive.",
        "{holder} 的 {owner} 持有 {what}，使 {size} 保持存活。",
        **values,
    )


def _evidence(heap: Examination, gathering: Gathering, at: int) -> Iterator[Evidence]:
    address = format_address(heap.heap.address(at))
    if gathering.elements > 1:
        yield heap.evidence(
            Text(
                "{count} entries, {mean} each on average",
                "{count} 个条目，平均每个 {mean}",
                count=format_count(gathering.elements),
                mean=format_bytes(gathering.retained_bytes // gathering.elements),
            ),
            "contents" if heap.heap.collection_kind(at) else "object",
            address,
        )
    yield heap.evidence(
        Text(
            "the biggest is {object}: {size}",
            "最大的是 {object}：{size}",
            object=object_name(heap.heap.row(at)),
            size=format_bytes(heap.heap.sizes(at)[1]),
        ),
        "path",
        address,
    )
    if gathering.chain:
        yield heap.evidence(
            Text(
                "the way there: {chain}",
                "到达途径：{chain}",
                chain=" -> ".join((*gathering.chain, gathering.label)),
            )
        )


def _owners(
    gathering: Gathering, owner: Owner, holders: Sequence[HoldingField]
) -> tuple[OwnerCount, ...]:
    if len(holders) > 1:
        looked = max(one.objects for one in holders)
        return tuple(
            OwnerCount(
                one.label,
                "static" if one.is_static else "instance",
                round(gathering.elements * one.objects / looked),
                None,
            )
            for one in holders
        )
    return (OwnerCount(owner.name, owner.kind, gathering.elements, gathering.retained_bytes),)


def _held(heap: Examination, row: ObjectRow) -> Held | None:
    """What a collection holds, or the one whose array this is."""
    is_array = row.kind == "object_array"
    return heap.held_in(container_of(heap.heap, row.object_index) if is_array else row.object_index)


def _of_suspect(heap: Examination, suspect: Suspect) -> Finding:
    point = suspect.accumulation_point
    gathers_in = point.object if point is not None else suspect.object
    entries = max(suspect.objects, point.entries or 0) if point is not None else suspect.objects
    element = suspect.element_class
    held = None if gathers_in is None else _held(heap, gathers_in)
    if held is not None and held.element_class is not None and held.elements >= _FEW_ELEMENTS:
        entries, element = held.elements, held.element_class
    is_buffer = gathers_in is not None and gathers_in.class_name in TEXT_BUFFERS
    found = Found(
        title=suspect.title,
        summary=suspect.explanation,
        evidence=tuple(heap.evidence(text) for text in suspect.evidence),
        advice=_ADVICE,
        doubts=suspect.doubt,
        confidence=Confidence.LIKELY if suspect.owner is not None else Confidence.POSSIBLE,
        severity=heap.severity_of_suspect(suspect, grows=is_buffer or entries >= _FEW_ELEMENTS),
        at=None if gathers_in is None else gathers_in.object_index,
        holding=Holding(suspect.owner, suspect.path),
        element_class=element,
        instances=entries,
        retained_bytes=suspect.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_DOUBT = Text(
    "One dump shows size, not growth: a cache meant to be this big looks the same.",
    "单个转储只显示大小，不显示增长：本就该这么大的缓存看起来是一样的。",
)
_TELLING = Text(
    "A second dump under the same load tells: a leak has more entries then, a bounded one has not.",
    "在相同负载下再取一次转储即可判断：若是泄漏，条目会更多；若有上限，则不会。",
)
_ADVICE = (
    Text(
        "Bound it, let entries expire, or remove each one where the life of what it stands for"
        " ends: on the answer, on the timeout and on the error alike.",
        "为其设置上限、让条目过期，或在条目所代表的对象生命周期结束处移除：无论是应答、超时还是"
        "出错。",
    ),
)

RULE = Rule(
    id="accumulation",
    catalogue=("M1", "M10", "F1"),
    topic=Topic.MEMORY,
    title=Text("Memory gathers in one place", "内存聚集在一处"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "A field, in one object or spread over many, whose collections keep a big part of the"
            " heap; or a stack frame, a thread-local, a chain that does.",
            "一个字段（在一个对象中，或分布于许多对象中），其集合使堆的很大一部分保持存活；"
            "或者起同样作用的栈帧、线程局部变量、链。",
        ),
        why=Text(
            "What is added and never removed grows without end. What several fields hold stays as"
            " long as the last of them holds it.",
            "只添加而从不移除的东西会无限增长。由多个字段持有的东西，直到最后一个字段放手才会释放。",
        ),
        fix=_ADVICE[0],
        false_alarms=Text(
            "A cache that is meant to be this big, and a big job that is under way.",
            "本就设计得这么大的缓存，以及正在进行的大任务。",
        ),
    ),
)
