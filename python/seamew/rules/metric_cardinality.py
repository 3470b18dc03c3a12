"""F16: metrics whose tags or labels have a value for each user, path or id."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seamew.model import Confidence, Finding, ObjectRow, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    first_elements,
    first_entries,
    held_fact,
    object_fact,
    size,
    target,
    text,
    value_class,
    worse,
)

__all__ = ["RULE"]

_MICROMETER = "io.micrometer.core.instrument.MeterRegistry"
_PROMETHEUS = "io.prometheus.client.SimpleCollector"
_PROMETHEUS_1 = "io.prometheus.metrics.core.metrics.StatefulMetric"
_MOST_REGISTRIES = 1_000
_LOOKED_AT = 300
_MOST_TAGS = 40
_SUSPICIOUS, _MANY, _VERY_MANY = 1_000, 20_000, 500_000


@dataclass(frozen=True, slots=True)
class _Series:
    """The series of a registry or metric; `tag` has the most values among those looked at."""

    map: int
    count: int
    tag: str
    values: int
    looked_at: int
    example: str


def _find(heap: Examination) -> Iterator[Finding]:
    for registry in heap.all_of(_MICROMETER).page(limit=_MOST_REGISTRIES):
        meters = target(heap, registry, "meterMap")
        if meters is not None and size(heap, registry, "meterMap") >= _SUSPICIOUS:
            yield _finding(heap, _told(heap, meters, _micrometer_tags(heap, meters)))
    for name, field in ((_PROMETHEUS, "children"), (_PROMETHEUS_1, "data")):
        for metric in heap.all_of(name).page(limit=_MOST_REGISTRIES):
            children = target(heap, metric, field)
            if children is not None and size(heap, metric, field) >= _SUSPICIOUS:
                labels = _prometheus_labels(heap, metric, children)
                yield _finding(heap, _told(heap, children, labels))


def _told(heap: Examination, series: int, tags: Iterable[tuple[str, str]]) -> _Series:
    values: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tag, value in tags:
        values[tag][value] += 1
    count = heap.heap.collection_size(series) or 0
    if not values:
        return _Series(series, count, "?", 0, 0, "?")
    tag, found = max(values.items(), key=lambda one: (len(one[1]), one[0]))
    return _Series(series, count, tag, len(found), sum(found.values()), min(found))


def _micrometer_tags(heap: Examination, meters: int) -> Iterator[tuple[str, str]]:
    """`http.requests uri` and its values: Tags keeps an array with room to spare."""
    for row in first_entries(heap, meters, _LOOKED_AT):
        if not isinstance(row.key, ObjectRow):
            continue
        name = text(heap, row.key.object_index, "name") or "?"
        array = target(heap, row.key.object_index, "tags.tagSet", "tags.tags")
        found = [] if array is None else heap.heap.element_ids(array, limit=_MOST_TAGS)
        for tag in found:
            key, value = text(heap, tag, "key"), text(heap, tag, "value")
            if key is not None and value is not None:
                yield f"{name} {key}", value


def _prometheus_labels(heap: Examination, metric: int, series: int) -> Iterator[tuple[str, str]]:
    """The metric with each of its labels, and their values: keys are lists, or hold an array."""
    metric_name = text(heap, metric, "fullname", "metadata.name") or "?"
    names = _strings(heap, target(heap, metric, "labelNames"))
    for row in first_entries(heap, series, _LOOKED_AT):
        if not isinstance(row.key, ObjectRow):
            continue
        for number, value in enumerate(_strings(heap, row.key.object_index)):
            label = names[number] if number < len(names) else str(number + 1)
            yield f"{metric_name} {label}", value


def _strings(heap: Examination, index: int | None) -> list[str]:
    if index is None:
        return []
    # Arrays.asList has its array in `a`, the keys of Prometheus 1 are lists or hold an array.
    array = target(heap, index, "a", "list.a", "values", "elementData") or index
    if heap.heap.kind(array) == "object_array":
        elements = [one for one in heap.heap.element_ids(array) if one is not None]
    else:
        elements = _elements_of_immutable(heap, index)
    return [heap.heap.value(one) or "?" for one in elements]


def _elements_of_immutable(heap: Examination, index: int) -> list[int]:
    """Of List.of with one or two elements the fields `e0` and `e1`; of others the elements."""
    few = [one for name in ("e0", "e1") if (one := target(heap, index, name)) is not None]
    return few or first_elements(heap, index)


def _finding(heap: Examination, series: _Series) -> Finding:
    retained_bytes = heap.heap.sizes(series.map)[1]
    distinct = Text(
        "{tag} has {values} different values in {count} looked at, such as {example}",
        "检查的 {count} 个中，{tag} 有 {values} 个不同的值，例如 {example}",
        tag=series.tag,
        values=format_count(series.values),
        count=format_count(series.looked_at),
        example=series.example,
    )
    found = Found(
        title=Text(
            "{count} metric series, mostly by {tag}: {size}",
            "{count} 个指标序列，主要由 {tag} 产生：{size}",
            count=format_count(series.count),
            tag=series.tag,
            size=format_bytes(retained_bytes),
        ),
        summary=_SUMMARY,
        evidence=(
            held_fact(heap, heap.heap.class_name(series.map), series.count, series.map),
            object_fact(heap, distinct, series.map),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(series.count, medium=_MANY, high=_VERY_MANY)
        ),
        at=series.map,
        element_class=value_class(heap, series.map),
        instances=series.count,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_SUMMARY = Text(
    "A registry keeps a series for each combination of tag values for ever. A tag with a value for"
    " each id, session or raw path makes a series for each of them, here and in the monitoring"
    " system.",
    "注册表会为每种标签值组合永久保留一个序列。若标签取值为每个 ID、会话或原始路径，则每个值都会产"
    "生一"
    "个序列，监控系统中也是如此。",
)
_ADVICE = Text(
    "Tag with what has few values: the route (/devices/{{id}}) and not the path, the status class,"
    " the tenant; ids belong into logs and traces. As a guard:"
    ' MeterFilter.maximumAllowableTags("http.requests", "uri", 100, MeterFilter.deny()).',
    "只用取值很少的内容作标签：路由（/devices/{{id}}）而非路径、状态类别、租户；ID 应写入日志和链路"
    "追"
    '踪。可加防护：MeterFilter.maximumAllowableTags("http.requests", "uri", 100,'
    " MeterFilter.deny())。",
)
_DOUBT = Text(
    "Many services have thousands of series for good: what tells is a tag with as many values as"
    " there are series.",
    "许多服务本就有数千个序列：关键在于是否有某个标签的取值数与序列数相当。",
)

RULE = Rule(
    id="metric-cardinality",
    catalogue=("F16",),
    topic=Topic.FRAMEWORKS,
    title=Text("Metrics with too many tag values", "标签取值过多的指标"),
    classes=(_MICROMETER, _PROMETHEUS, _PROMETHEUS_1),
    find=_find,
    page=Page(
        finds=Text(
            "Registries of Micrometer and metrics of Prometheus with 1,000 series or more.",
            "有 1,000 个以上序列的 Micrometer 注册表和 Prometheus 指标。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Big services: below 20,000 series they are judged by their bytes alone.",
            "大型服务：少于 20,000 个序列时只按字节数判断。",
        ),
        example='registry.counter("http.requests", "uri", request.getRequestURI());',
        fixed='registry.counter("http.requests", "uri", matchedRoute);',
        references=("Micrometer: MeterRegistry (meterMap)", "Prometheus: SimpleCollector"),
    ),
)
