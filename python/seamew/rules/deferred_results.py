"""F6: asynchronous answers of Spring MVC that somebody keeps after they are over."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Evidence, Finding, Topic
from seamew.units import format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import finding
from .reading import (
    by_count,
    class_object,
    crowd_found,
    groups_of,
    groups_text,
    matching,
    set_fact,
    target,
    worse,
)

__all__ = ["RULE"]

_DEFERRED = "org.springframework.web.context.request.async.DeferredResult"
_EMITTER = "org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter"
_SUSPICIOUS, _MANY, _VERY_MANY = 500, 5_000, 100_000


def _find(heap: Examination) -> Iterator[Finding]:
    for name in (_DEFERRED, _EMITTER):
        results = heap.all_of(name)
        if len(results) < _SUSPICIOUS:
            continue
        retained_bytes = heap.retained_bytes(results)
        found = crowd_found(
            heap,
            results,
            title=Text(
                "{count} x {name} are kept",
                "{count} 个 {name} 被保留",
                count=format_count(len(results)),
                name=name,
            ),
            summary=_SUMMARY,
            evidence=(set_fact(heap, name, results), *_states(heap, name)),
            advice=_ADVICE,
            doubt=_DOUBT,
            severity=worse(
                heap.severity(retained_bytes),
                by_count(len(results), medium=_MANY, high=_VERY_MANY),
            ),
        )
        yield finding(heap, RULE.id, RULE.topic, found)


def _states(heap: Examination, name: str) -> Iterator[Evidence]:
    results = heap.all_of(name)
    if name == _EMITTER:
        done = groups_of(heap, results, "complete")
        if done:  # Spring 6.2 has a state in its place
            said = Text("by complete: {done}", "按 complete：{done}", done=groups_text(done))
            yield heap.evidence(said, "group-by", name, "--subclasses", "--field", "complete")
        return
    none = target(heap, class_object(heap, name), "RESULT_NONE")
    open_ones = 0 if none is None else len(matching(heap, results, f"result=@{none}"))
    said = Text(
        "{open} of {all} have no result yet; by expired: {states}",
        "{all} 个中有 {open} 个尚无结果；按 expired：{states}",
        open=format_count(open_ones),
        all=format_count(len(results)),
        states=groups_text(groups_of(heap, results, "expired")),
    )
    yield heap.evidence(said, "group-by", name, "--subclasses", "--field", "expired")


_SUMMARY = Text(
    "An application keeps a DeferredResult or SseEmitter to answer later. A client that goes away,"
    " or a time-out, ends the request and not the entry: nobody will ever answer it.",
    "应用保留 DeferredResult 或 SseEmitter 以便稍后应答。客户端离开或超时只会结束请求，不会移除该条"
    "目：再也不会有人应答它。",
)
_ADVICE = Text(
    "Remove it on every end: result.onCompletion(() -> waiting.remove(id)) runs after an answer, a"
    " time-out and an error alike; give it a time-out: new DeferredResult<>(30_000L).",
    "在每种结束时都移除：result.onCompletion(() -> waiting.remove(id)) 在应答、超时和出错后都会执"
    "行；"
    "并设置超时：new DeferredResult<>(30_000L)。",
)
_DOUBT = Text(
    "Open long polls and event streams have one each: compare with the number of connections.",
    "打开的长轮询和事件流各有一个：请与连接数比较。",
)

RULE = Rule(
    id="deferred-results",
    catalogue=("F6",),
    topic=Topic.FRAMEWORKS,
    title=Text("Asynchronous answers that nobody gives", "无人应答的异步结果"),
    classes=(_DEFERRED, _EMITTER),
    find=_find,
    page=Page(
        finds=Text(
            "500 or more DeferredResult or ResponseBodyEmitter (SseEmitter) objects.",
            "500 个以上 DeferredResult 或 ResponseBodyEmitter（SseEmitter）对象。",
        ),
        why=_SUMMARY,
        fix=_ADVICE,
        false_alarms=Text(
            "Services with many open streams: below 5,000 they are judged by their bytes alone.",
            "有大量打开的流的服务：少于 5,000 个时只按字节数判断。",
        ),
        example="waiting.put(id, result);\nresult.onTimeout(() -> log.warn(id));",
        fixed="waiting.put(id, result);\nresult.onCompletion(() -> waiting.remove(id));",
        references=("Spring: DeferredResult (result, expired), ResponseBodyEmitter (complete)",),
    ),
)
