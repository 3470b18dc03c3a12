"""A suspect in words: a title, a few sentences, evidence with numbers, and doubt."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.holding import object_name
from seamew.model import (
    AccumulationPoint,
    GroupRow,
    ObjectRow,
    Owner,
    PathStep,
    SuspectKind,
    ThreadRow,
)
from seamew.units import format_address, format_bytes, format_count, format_share
from seamew.wording import Text, joined

__all__ = ["Subject", "doubts", "evidence", "explain", "title"]

_SIGNIFICANT_FRAME_SHARE = 0.10
_SHOWN_CLASSES = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """All that is known of a suspect when it is put into words."""

    kind: SuspectKind
    object: ObjectRow | None
    group: GroupRow | None
    heap_bytes: int
    retained_bytes: int
    owner: Owner | None
    point: AccumulationPoint | None
    element_class: str | None
    path: tuple[PathStep, ...]
    dominated: tuple[GroupRow, ...]
    held_fields: tuple[tuple[str, ObjectRow], ...]
    thread: ThreadRow | None
    chain_length: int
    captured: tuple[str, ...]
    weakly_held: bool
    sampled: int


def title(subject: Subject) -> Text:
    """What leaks, in one line."""
    values = {"what": _entries(subject) or _subject_name(subject), "size": _size(subject)}
    owner = subject.owner
    if owner is None:
        return Text(
            "{what} ({size})", "{what}（{size}）", **values | {"what": _subject_name(subject)}
        )
    if owner.kind == "local":
        return Text(
            "a local variable in {owner} holds {what} ({size})",
            "{owner} 中的局部变量持有 {what}（{size}）",
            owner=owner.name,
            **values,
        )
    return Text(
        "{owner} holds {what} ({size})", "{owner} 持有 {what}（{size}）", owner=owner.name, **values
    )


def explain(subject: Subject) -> Text:
    """Two or three sentences: what keeps the memory, who owns it, where it gathers."""
    sentences = [_keeping(subject), _owning(subject), _gathering(subject)]
    return joined([one for one in sentences if one is not None], " ", "")


def _share_of_heap(subject: Subject, count: int) -> Text:
    share = format_share(count / subject.heap_bytes)
    return Text("{share} of the heap", "占堆的 {share}", share=share)


def _size(subject: Subject) -> Text:
    size = format_bytes(subject.retained_bytes)
    share = _share_of_heap(subject, subject.retained_bytes)
    return Text("{size}, {share}", "{size}，{share}", size=size, share=share)


def _subject_name(subject: Subject) -> Text | str:
    if subject.object is not None:
        return object_name(subject.object)
    if subject.group is None:
        return "?"
    if subject.group.objects == 1:
        return Text("1 instance of {label}", "1 个 {label} 实例", label=subject.group.label)
    return Text(
        "{count} instances of {label}",
        "{count} 个 {label} 实例",
        count=format_count(subject.group.objects),
        label=subject.group.label,
    )


def _entries(subject: Subject) -> Text | None:
    point = subject.point
    count = point.entries if point else None
    element = subject.element_class
    if not element:
        return None
    if point is None and subject.group is not None and subject.group.label == element:
        count = subject.group.objects
    if count is None or count <= 1:
        return Text("objects of {element}", "{element} 对象", element=element)
    return Text(
        "{count} entries, mostly {element}",
        "{count} 个条目，主要是 {element}",
        count=format_count(count),
        element=element,
    )


_KEEPING = {
    SuspectKind.THREAD: (
        "The {name} keeps {size} ({share}) alive through its local variables and thread-locals.",
        "{name} 通过其局部变量和线程局部变量使 {size}（{share}）保持存活。",
    ),
    SuspectKind.CLASS_LOADER: (
        "The class loader {name} keeps {size} ({share}) alive through the classes it loaded.",
        "类加载器 {name} 通过它加载的类使 {size}（{share}）保持存活。",
    ),
    SuspectKind.CLASS: (
        "Static fields of {name} keep {size} ({share}) alive.",
        "{name} 的静态字段使 {size}（{share}）保持存活。",
    ),
    SuspectKind.GROUP: (
        "{name} together keep {size} ({share}) alive; each alone is below the threshold.",
        "{name} 合计使 {size}（{share}）保持存活；单个都低于阈值。",
    ),
    SuspectKind.INSTANCE: (
        "One instance, {name}, keeps {size} ({share}) alive.",
        "一个实例 {name} 使 {size}（{share}）保持存活。",
    ),
}


def _keeping(subject: Subject) -> Text:
    english, chinese = _KEEPING[subject.kind]
    return Text(
        english,
        chinese,
        name=_subject_name(subject),
        size=format_bytes(subject.retained_bytes),
        share=_share_of_heap(subject, subject.retained_bytes),
    )


_OWNING = {
    "static": ("the static field {owner}", "静态字段 {owner}"),
    "thread_local": ("the thread-local in {owner}", "{owner} 中的线程局部变量"),
    "local": ("a local variable in {owner}", "{owner} 中的局部变量"),
    "instance": ("the field {owner} of {object}", "{object} 的字段 {owner}"),
}


def _owning(subject: Subject) -> Text | None:
    owner = subject.owner
    if owner is None:
        return None
    english, chinese = _OWNING[owner.kind]
    holder = Text(english, chinese, owner=owner.name, object=object_name(owner.object))
    if subject.group is not None and subject.point is None:
        return Text(
            "The biggest one is held by {holder}.", "其中最大的由{holder}持有。", holder=holder
        )
    return Text("The owner is {holder}.", "持有者是{holder}。", holder=holder)


def _gathering(subject: Subject) -> Text:
    if subject.chain_length:
        return Text(
            "It is a chain of more than {count} objects, each held by the one before{mostly}.",
            "这是一条超过 {count} 个对象的链，每个都由前一个持有{mostly}。",
            count=format_count(subject.chain_length),
            mostly=_mostly(subject),
        )
    point = subject.point
    if point is None:
        return Text(
            "There is no single object where the memory gathers.", "内存没有聚集在单个对象上。"
        )
    return Text(
        "The memory gathers in {object}, which retains {size} ({share}){mostly}.",
        "内存聚集在 {object}，它保留 {size}（{share}）{mostly}。",
        object=object_name(point.object),
        size=format_bytes(point.retained_bytes),
        share=_share_of_heap(subject, point.retained_bytes),
        mostly=_mostly(subject),
    )


def _mostly(subject: Subject) -> Text | str:
    entries = _entries(subject)
    return Text(": {entries}", "：{entries}", entries=entries) if entries else ""


def evidence(subject: Subject) -> tuple[Text, ...]:
    """Facts behind the finding, each with its numbers."""
    return (
        *_mean_entry(subject),
        *_captures(subject),
        *(_holds(field, row) for field, row in subject.held_fields),
        *(_class_below(group) for group in subject.dominated[:_SHOWN_CLASSES]),
        *_frames(subject),
    )


def _mean_entry(subject: Subject) -> list[Text]:
    point = subject.point
    if point is None or not point.entries or point.entries <= 1:
        return []
    return [
        Text(
            "{count} entries, {mean} each on average",
            "{count} 个条目，平均每个 {mean}",
            count=format_count(point.entries),
            mean=format_bytes(point.retained_bytes // point.entries),
        )
    ]


def _captures(subject: Subject) -> list[Text]:
    if not subject.captured:
        return []
    return [
        Text(
            "a {element} captures {classes}",
            "{element} 捕获了 {classes}",
            element=subject.element_class or "",
            classes=", ".join(subject.captured),
        )
    ]


def _holds(field: str, row: ObjectRow) -> Text:
    return Text(
        "{field} holds {object}: {size}",
        "{field} 持有 {object}：{size}",
        field=field,
        object=object_name(row),
        size=format_bytes(row.retained_bytes),
    )


def _class_below(group: GroupRow) -> Text:
    return Text(
        "{count} x {label}: {size}",
        "{count} 个 {label}：{size}",
        count=format_count(group.objects),
        label=group.label,
        size=format_bytes(group.retained_bytes),
    )


def _frames(subject: Subject) -> list[Text]:
    """Stack frames with a local variable that retains a tenth of the suspect."""
    if subject.thread is None:
        return []
    least = _SIGNIFICANT_FRAME_SHARE * subject.retained_bytes
    found: list[Text] = []
    for frame in subject.thread.frames:
        biggest = max(frame.locals, key=lambda local: local.retained_bytes, default=None)
        if biggest is not None and biggest.retained_bytes > least:
            found.append(
                Text(
                    "the frame {place} holds {object}: {size}",
                    "栈帧 {place} 持有 {object}：{size}",
                    place=frame.text.removeprefix("at "),
                    object=f"{biggest.class_name} @ {format_address(biggest.address)}",
                    size=format_bytes(biggest.retained_bytes),
                )
            )
    return found


def doubts(subject: Subject) -> tuple[Text, ...]:
    """What could make the finding wrong, or not a leak at all."""
    found = [
        Text(
            "One dump shows size, not growth: a cache meant to be this big looks the same.",
            "单个转储只显示大小，不显示增长：本就该这么大的缓存看起来是一样的。",
        )
    ]
    if subject.weakly_held:
        found.append(
            Text(
                "Only weak or soft references lead to it: the collector may free it when it must.",
                "只有弱引用或软引用指向它：垃圾收集器在必要时可以释放它。",
            )
        )
    if subject.point is None and not subject.chain_length:
        found.append(
            Text(
                "No accumulation point was found, so the owner may be one of several.",
                "没有找到聚集点，因此持有者可能不止一个。",
            )
        )
    if subject.group is not None and subject.group.label == "java.lang.Class":
        found.append(
            Text(
                "These are classes with their static fields: in a small heap they weigh this much"
                " without any leak.",
                "这些是类及其静态字段：在小堆中，即使没有泄漏也占这么多。",
            )
        )
    if subject.group is not None and subject.sampled < subject.group.objects:
        found.append(
            Text(
                "The paths of {sampled} of {members} members were followed, chosen by a fixed"
                " seed.",
                "只跟踪了 {members} 个成员中 {sampled} 个的路径，按固定种子抽样。",
                sampled=format_count(subject.sampled),
                members=format_count(subject.group.objects),
            )
        )
    return tuple(found)
