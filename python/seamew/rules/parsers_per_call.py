"""F20: heavy helpers (JSON mappers, JAXB contexts, patterns) made anew for each call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from seamew.heap import ObjectSet
from seamew.model import Finding, Severity, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import crowd_found, set_fact

__all__ = ["RULE"]


@dataclass(frozen=True, slots=True)
class _Helper:
    """A class that is meant to be shared, and from how many instances on it is not."""

    class_name: str
    suspicious: int
    high: int


_HELPERS = (
    _Helper("com.fasterxml.jackson.databind.ObjectMapper", 50, 1_000),
    _Helper("com.fasterxml.jackson.databind.json.JsonMapper", 50, 1_000),
    _Helper("com.google.gson.Gson", 100, 5_000),
    _Helper("com.alibaba.fastjson.serializer.SerializeConfig", 20, 500),
    _Helper("com.alibaba.fastjson.parser.ParserConfig", 20, 500),
    _Helper("com.sun.xml.bind.v2.runtime.JAXBContextImpl", 20, 200),
    _Helper("com.sun.xml.internal.bind.v2.runtime.JAXBContextImpl", 20, 200),
    _Helper("org.glassfish.jaxb.runtime.v2.runtime.JAXBContextImpl", 20, 200),
)
_PATTERN = "java.util.regex.Pattern"
_MANY_PATTERNS, _VERY_MANY_PATTERNS = 2_000, 100_000
_SAMPLED_PATTERNS = 5_000
_REPEATED = 10


def _find(heap: Examination) -> Iterator[Finding]:
    for helper in _HELPERS:
        count = heap.instances_by_class.get(helper.class_name, 0)
        if count >= helper.suspicious:
            objects = heap.heap.select(helper.class_name)
            is_crowd = count >= helper.high
            yield _finding(heap, helper.class_name, objects, is_crowd=is_crowd)
    yield from _patterns(heap)


def _patterns(heap: Examination) -> Iterator[Finding]:
    """Patterns of few texts, each of them compiled again and again."""
    patterns = heap.all_of(_PATTERN)
    if len(patterns) < _MANY_PATTERNS:
        return
    sample = heap.heap.set_of(patterns.page(limit=_SAMPLED_PATTERNS))
    texts = heap.heap.group_by(sample, "pattern", limit=1).total
    if len(sample) >= _REPEATED * texts:
        is_crowd = len(patterns) >= _VERY_MANY_PATTERNS
        yield _finding(heap, _PATTERN, patterns, is_crowd=is_crowd)


def _finding(heap: Examination, name: str, objects: ObjectSet, *, is_crowd: bool) -> Finding:
    by_bytes = heap.severity(heap.retained_bytes(objects))
    by_count = Severity.MEDIUM if is_crowd else Severity.LOW
    found = crowd_found(
        heap,
        objects,
        title=Text(
            "{count} x {name}, of which one is enough",
            "{count} 个 {name}，而一个就够",
            count=format_count(len(objects)),
            name=name,
        ),
        summary=_SUMMARY,
        evidence=(set_fact(heap, name, objects),),
        advice=_ADVICE,
        doubt=_DOUBT,
        severity=min(by_bytes, by_count, key=lambda severity: severity.rank),
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "These objects are safe to share and dear to make: each builds caches of serializers, class"
    " models or automata, and some generate classes. One for each session or call costs memory as"
    " long as it lives, and time at each call.",
    "这类对象可安全共享而创建代价很高：每个都会构建序列化器缓存、类模型或自动机，有的还会生成类。每个会"
    "话或调用一个，既长期占用内存，又在每次调用时耗时。",
)
_ADVICE = Text(
    "Keep one in a static final field, or as a Spring bean: private static final ObjectMapper"
    " MAPPER ="
    " new ObjectMapper(); mapper.readerFor(type) and writerFor(type) are cheap and configurable;"
    " JAXBContext once for each package; Pattern.compile once for each text.",
    "放在 static final 字段或 Spring Bean 中共用一个：private static final ObjectMapper MAPPER ="
    " new"
    " ObjectMapper()；mapper.readerFor(type) 和 writerFor(type) 代价低且可配置；每个包一个"
    " JAXBContext；"
    "每个正则文本只 Pattern.compile 一次。",
)
_DOUBT = Text(
    "Several with different settings are right; as many as there are sessions or calls are not.",
    "配置不同的少量几个是合理的；与会话或调用一样多则不合理。",
)

RULE = Rule(
    id="parsers-per-call",
    catalogue=("F20",),
    topic=Topic.FRAMEWORKS,
    title=Text("A parser or mapper for each call", "每次调用一个解析器或映射器"),
    classes=(*(helper.class_name for helper in _HELPERS), _PATTERN),
    find=_find,
    page=Page(
        finds=Text(
            "Many instances of ObjectMapper, Gson, fastjson's configurations, JAXBContext; and"
            " patterns of the same few texts.",
            "大量 ObjectMapper、Gson、fastjson 配置、JAXBContext 实例；以及文本相同的 Pattern。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Frameworks with an own mapper for each of many clients: small crowds are low.",
            "为众多客户端各建一个映射器的框架：数量不多时为低级别。",
        ),
        example="Event event = new ObjectMapper().readValue(text, Event.class);",
        fixed="private static final ObjectMapper MAPPER = new ObjectMapper();",
    ),
)
