"""G4L: log events that wait keep the application's objects as arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from seamew.heap import ObjectSet
from seamew.holding import is_application_class, stable_class_name
from seamew.model import Confidence, Finding, Severity, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import crowd, set_fact

__all__ = ["RULE"]

_EVENTS = (
    ("ch.qos.logback.classic.spi.LoggingEvent", "argumentArray"),
    ("org.apache.logging.log4j.message.ParameterizedMessage", "args"),
)
_SUSPICIOUS_EVENTS = 100
_SAMPLE = 200
_MOST_ARGUMENTS = 16


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name, field in _EVENTS:
        events = heap.all_of(class_name)
        if len(events) < _SUSPICIOUS_EVENTS:
            continue
        arguments = heap.heap.field_targets(events, field)
        retained_bytes = heap.retained_bytes(arguments)
        by_bytes = heap.severity(retained_bytes)
        kept = _argument_class(heap, arguments)
        if by_bytes is not Severity.INFO and kept is not None:
            yield _finding(heap, (class_name, kept), events, retained_bytes)


def _argument_class(heap: Examination, arguments: ObjectSet) -> str | None:
    """The application's class that most of the arguments have, by a sample; None: plain values."""
    counts: Counter[str] = Counter()
    step = max(1, len(arguments) // _SAMPLE)
    for array in islice(iter(arguments), 0, None, step):
        for one in heap.heap.element_ids(array, limit=_MOST_ARGUMENTS):
            name = None if one is None else heap.heap.class_name(one)
            if name is not None and is_application_class(name):
                counts[stable_class_name(name)] += 1
    return counts.most_common(1)[0][0] if counts else None


def _finding(
    heap: Examination, classes: tuple[str, str], events: ObjectSet, retained_bytes: int
) -> Finding:
    event_class, argument_class = classes
    kept = crowd(heap, events)
    counted = Text(
        "the arguments of {count} events retain {size}",
        "{count} 条事件的参数保持 {size}",
        count=format_count(len(events)),
        size=format_bytes(retained_bytes),
    )
    found = Found(
        title=Text(
            "Log events keep objects of {name} as arguments",
            "日志事件把 {name} 的对象作为参数保留",
            name=argument_class,
        ),
        summary=Text(
            "{count} log events wait, and their arguments alone keep {size}: an argument is turned"
            " into text only when the event is written.",
            "有 {count} 条日志事件在等待，仅其参数就保持 {size}：参数要到事件写出时才会变成文本。",
            count=format_count(len(events)),
            size=format_bytes(retained_bytes),
        ),
        evidence=(
            set_fact(heap, event_class, events),
            heap.evidence(counted, "retained", event_class),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        at=kept.example,
        owners=kept.owners,
        element_class=event_class,
        instances=len(events),
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    'Log ids, not objects: log.info("play {{}}", call.id()), and drain or bound the queue in which'
    " the events wait.",
    '记录 id 而不是对象：log.info("play {{}}", call.id())，并及时消费事件队列或为其设置上限。',
)
_DOUBT = Text(
    "Objects that live anyway (in a cache, a session) are not kept by the log alone: what their"
    " path says.",
    "本就存活的对象（在缓存或会话中）并非仅由日志保留：请看其路径。",
)

RULE = Rule(
    id="log-event-arguments",
    catalogue=("G4L",),
    topic=Topic.LOGGING,
    title=Text("Objects kept by log events", "日志事件保留的对象"),
    classes=tuple(name for name, _ in _EVENTS),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "100 or more log events whose arguments are the application's objects and retain a"
            " percent of the heap or more.",
            "100 条以上日志事件，其参数为应用对象且保持堆的百分之一以上。",
        ),
        why=Text(
            "Asynchronous appenders keep events in queues. An argument is often the root of a big"
            " graph: a session, an entity with all it has loaded.",
            "异步 appender 把事件放在队列中。一个参数往往是一大片对象的根：会话、实体及其加载的"
            "一切。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Arguments that are texts and numbers, however many.",
            "参数为文本和数字的情况，无论多少。",
        ),
        example='log.info("play {}", session);',
        fixed='log.info("play {}", session.getId());',
        references=("logback: LoggingEvent (argumentArray)",),
    ),
)
