"""What the headers of objects take: many small objects where fewer bigger ones would do."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.holding import is_application_class
from seamew.model import Topic, WasteRow
from seamew.wording import Text

from .base import Page, Rule, RuleAnswer
from .examination import Examination
from .reading import is_worth_a_look

__all__ = ["RULE"]

_SHOWN_CLASSES = 5
_FEWEST_OBJECTS = 10_000


def _find(heap: Examination) -> Iterator[RuleAnswer]:
    """Rows only: headers are a price, and seldom a fault."""
    header = heap.facts.header_bytes
    rows = sorted(
        (
            (count, name)
            for name, count in heap.instances_by_class.items()
            if count >= _FEWEST_OBJECTS and is_application_class(name)
        ),
        key=lambda one: (-one[0], one[1]),
    )
    for count, name in rows[:_SHOWN_CLASSES]:
        if is_worth_a_look(heap, count * header):
            yield WasteRow(RULE.id, None, name, count, count * header)


RULE = Rule(
    id="object-headers",
    catalogue=("W4",),
    topic=Topic.WASTE,
    title=Text("Headers of many small objects", "大量小对象的对象头"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "The application's classes with the most instances, 10,000 or more, and what the"
            " headers of these take.",
            "实例最多（1 万个以上）的应用类，以及这些实例的对象头占用的内存。",
        ),
        why=Text(
            "Each object has a header of 12 or 16 bytes: for one with a single int that is"
            " three quarters. From JDK 25 on -XX:+UseCompactObjectHeaders makes it 8.",
            "每个对象有 12 或 16 字节的对象头：只含一个 int 的对象，头占四分之三。从 JDK 25 起，"
            "-XX:+UseCompactObjectHeaders 使其降为 8 字节。",
        ),
        fix=Text(
            "Put small objects that are always there together into one (fields instead of a part"
            " object), or keep columns of primitive values instead of rows of objects.",
            "把总是一起存在的小对象合并为一个（用字段代替子对象），或用基本类型的列代替对象的行。",
        ),
        false_alarms=Text(
            "It is a price of objects, listed for comparison; nothing is claimed.",
            "这是对象固有的代价，列出仅供比较，不作为问题报告。",
        ),
        references=("JEP 519",),
    ),
)
