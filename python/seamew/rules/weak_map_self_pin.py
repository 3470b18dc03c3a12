"""F12: entries of a WeakHashMap whose values refer to their keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seamew.model import Confidence, Finding, ObjectRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import class_of_most, first_entries, held_fact, is_much, object_fact

__all__ = ["RULE"]

_MAP = "java.util.WeakHashMap"
_MOST_MAPS = 5_000
_LOOKED_AT = 40
_DEPTH = 4
_MOST_VISITED = 200
_MOST_FIELDS = 50
_TELLING_SHARE = 0.5


def _find(heap: Examination) -> Iterator[Finding]:
    for index in heap.all_of(_MAP).page(limit=_MOST_MAPS):
        entries = heap.heap.collection_size(index) or 0
        retained_bytes = heap.heap.sizes(index)[1]
        if not is_much(heap, entries, retained_bytes):
            continue
        rows = first_entries(heap, index, _LOOKED_AT)
        pairs = [
            (row.key, row.value)
            for row in rows
            if isinstance(row.key, ObjectRow) and isinstance(row.value, ObjectRow)
        ]
        pinned = [pair for pair in pairs if _reaches(heap, pair[1], pair[0])]
        if pairs and len(pinned) >= _TELLING_SHARE * len(pairs):
            yield _finding(heap, index, entries, pairs, pinned)


def _reaches(heap: Examination, value: ObjectRow, key: ObjectRow) -> bool:
    """Whether strong references lead from the value to the key, in a few steps."""
    seen, level = {value.object_index}, [value.object_index]
    for _ in range(_DEPTH):
        following: list[int] = []
        for index in level:
            for field in heap.heap.references_from(index, limit=_MOST_FIELDS):
                # What a reference object refers to as `referent` is not held by it.
                if field.field.startswith("<") or field.field == "referent":
                    continue
                if field.object_index == key.object_index:
                    return True
                if field.object_index not in seen and field.kind != "class":
                    seen.add(field.object_index)
                    following.append(field.object_index)
        if len(seen) > _MOST_VISITED:
            return False
        level = following
    return False


def _finding(
    heap: Examination,
    index: int,
    entries: int,
    pairs: Sequence[tuple[ObjectRow, ObjectRow]],
    pinned: Sequence[tuple[ObjectRow, ObjectRow]],
) -> Finding:
    retained_bytes = heap.heap.sizes(index)[1]
    share = Text(
        "in {count} of {all} entries looked at the value leads back to the key",
        "检查的 {all} 个条目中有 {count} 个的值可到达自己的键",
        count=format_count(len(pinned)),
        all=format_count(len(pairs)),
    )
    found = Found(
        title=Text(
            "A WeakHashMap that keeps its own keys: {count} entries, {size}",
            "使自己的键保持存活的 WeakHashMap：{count} 个条目，{size}",
            count=format_count(entries),
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(heap, _MAP, entries, index),
            object_fact(heap, share, pinned[0][1].object_index),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if len(pinned) == len(pairs) else Confidence.LIKELY,
        at=index,
        element_class=class_of_most(value for _, value in pairs),
        instances=entries,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A WeakHashMap drops an entry when nobody else refers to its key. Here the value refers to the"
    " key, and the map to the value: the map itself keeps the key, and no entry ever goes.",
    "当没有其他对象引用键时，WeakHashMap 会丢弃该条目。而这里值引用了键，map 又引用了值：map 自己使"
    "键保持存活，条目永远不会消失。",
)
_ADVICE = Text(
    "Break the circle: hold the value by new WeakReference<>(value), or let the value have no field"
    " that leads to the key; or put the value into a field of the key itself. Else remove entries"
    " when the key is closed.",
    "打破循环：用 new WeakReference<>(value) 持有值，或让值不含通向键的字段；或把值放进键自身的字"
    "段。"
    "否则应在键关闭时移除条目。",
)
_DOUBT = Text(
    "Where all keys are in use elsewhere as well, nothing is lost yet: the number of keys that the"
    " service knows to be alive tells.",
    "若所有键在别处也在使用，则尚无泄漏：可与服务所知的存活键数量比较。",
)

RULE = Rule(
    id="weak-map-self-pin",
    catalogue=("F12",),
    topic=Topic.MEMORY,
    title=Text("A WeakHashMap that keeps its own keys", "使自己的键保持存活的 WeakHashMap"),
    classes=(_MAP,),
    find=_find,
    page=Page(
        finds=Text(
            "WeakHashMaps in which half or more of the values lead back to their own keys.",
            "半数以上的值可到达自己的键的 WeakHashMap。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Maps of few entries, and keys that live as long as the process anyway.",
            "条目很少的 map，以及本来就与进程同寿的键。",
        ),
        example="views.put(connection, new View(connection));",
        fixed="views.put(connection, new WeakReference<>(new View(connection)));",
        references=("java.base/java/util/WeakHashMap.java (implementation note)",),
    ),
)
