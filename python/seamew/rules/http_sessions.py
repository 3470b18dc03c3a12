"""F5: HTTP sessions of Tomcat that never end, or that nobody ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seamew.model import Confidence, Evidence, Finding, Healthy, Topic
from seamew.units import format_bytes, format_count, format_duration
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    first_entries,
    held_fact,
    is_much,
    kept_in_bounds,
    number,
    object_fact,
    size,
    target,
    worse,
)

__all__ = ["RULE"]

_MANAGER = "org.apache.catalina.session.ManagerBase"
_SESSION = "org.apache.catalina.session.StandardSession"
_MOST_MANAGERS = 500
_LOOKED_AT = 1_000
_MANY_SESSIONS = 1_000
_CROWD = 100_000
_MILLISECONDS = 1_000
_GRACE_SECONDS = 600
_TELLING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class _Session:
    """A session. `limit_seconds` below 1: it never expires; `idle_seconds` None: not known."""

    index: int
    limit_seconds: int
    idle_seconds: float | None

    @property
    def is_eternal(self) -> bool:
        return self.limit_seconds <= 0

    @property
    def is_overdue(self) -> bool:
        idle = self.idle_seconds or 0
        return not self.is_eternal and idle > self.limit_seconds + _GRACE_SECONDS


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    for manager in heap.all_of(_MANAGER).page(limit=_MOST_MANAGERS):
        sessions, count = target(heap, manager, "sessions"), size(heap, manager, "sessions")
        if sessions is None or not count:
            continue
        looked_at = _sessions(heap, sessions)
        is_wrong = any(
            _is_telling(looked_at, wrong)
            for wrong in (
                [one for one in looked_at if one.is_eternal],
                [one for one in looked_at if one.is_overdue],
            )
        )
        if is_wrong and (
            count >= _MANY_SESSIONS or is_much(heap, count, heap.heap.sizes(sessions)[1])
        ):
            yield _finding(heap, sessions, count, looked_at)
        elif looked_at and is_much(heap, count, heap.heap.sizes(sessions)[1]):
            yield kept_in_bounds(heap, RULE.id, sessions, _living(count, looked_at))


def _is_telling(looked_at: Sequence[_Session], wrong: Sequence[_Session]) -> bool:
    return bool(wrong) and len(wrong) >= _TELLING_SHARE * len(looked_at)


def _sessions(heap: Examination, sessions: int) -> list[_Session]:
    """The first thousand sessions with their limits, by the clock of the dump."""
    rows = first_entries(heap, sessions, _LOOKED_AT)
    found = (getattr(row.value, "object_index", None) for row in rows)
    return [_session(heap, index) for index in found if index is not None]


def _session(heap: Examination, index: int) -> _Session:
    last = number(heap, index, "thisAccessedTime", "lastAccessedTime")
    idle = None
    if last and heap.facts.at_ms is not None:
        idle = max(0.0, (heap.facts.at_ms - last) / _MILLISECONDS)
    return _Session(index, number(heap, index, "maxInactiveInterval") or 0, idle)


def _living(count: int, looked_at: Sequence[_Session]) -> Text:
    return Text(
        "{count} HTTP sessions, which end after {limit} without a request, and none is overdue",
        "{count} 个 HTTP 会话，{limit} 无请求后结束，且没有逾期的",
        count=format_count(count),
        limit=format_duration(max(one.limit_seconds for one in looked_at)),
    )


def _finding(
    heap: Examination, sessions: int, count: int, looked_at: Sequence[_Session]
) -> Finding:
    retained_bytes = heap.heap.sizes(sessions)[1]
    eternal = _is_telling(looked_at, [one for one in looked_at if one.is_eternal])
    found = Found(
        title=Text(
            "{count} HTTP sessions that never expire, {size}",
            "{count} 个永不过期的 HTTP 会话，{size}",
            count=format_count(count),
            size=format_bytes(retained_bytes),
        )
        if eternal
        else Text(
            "{count} HTTP sessions, many past their time-out, {size}",
            "{count} 个 HTTP 会话，其中许多已超时，{size}",
            count=format_count(count),
            size=format_bytes(retained_bytes),
        ),
        summary=_ETERNAL if eternal else _OVERDUE,
        evidence=(
            held_fact(heap, "ManagerBase#sessions", count, sessions),
            *_evidence(heap, looked_at),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN if eternal else Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes), by_count(count, medium=_MANY_SESSIONS, high=_CROWD)
        ),
        at=sessions,
        element_class=_SESSION,
        instances=count,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(heap: Examination, looked_at: Sequence[_Session]) -> Iterator[Evidence]:
    limits = Text(
        "of {count} looked at {eternal} have a maxInactiveInterval of 0 or less, {overdue} are past"
        " theirs",
        "检查的 {count} 个中，{eternal} 个的 maxInactiveInterval 不大于 0，{overdue} 个已超过其时"
        "限",
        count=format_count(len(looked_at)),
        eternal=format_count(sum(one.is_eternal for one in looked_at)),
        overdue=format_count(sum(one.is_overdue for one in looked_at)),
    )
    yield heap.evidence(limits, "group-by", _SESSION, "--field", "maxInactiveInterval")
    idlest = max(looked_at, key=lambda one: one.idle_seconds or 0)
    if idlest.idle_seconds is not None:
        said = Text(
            "the idlest one looked at had its last request {age} before the dump",
            "检查到的最久未用的会话，其最后一次请求在转储前 {age}",
            age=format_duration(idlest.idle_seconds),
        )
        yield object_fact(heap, said, idlest.index)
    biggest = max(looked_at, key=lambda one: heap.heap.sizes(one.index)[1])
    said = Text(
        "the biggest one looked at retains {size}",
        "检查到的最大会话保持 {size}",
        size=format_bytes(heap.heap.sizes(biggest.index)[1]),
    )
    yield object_fact(heap, said, biggest.index)


_ETERNAL = Text(
    "A maxInactiveInterval of 0 or less means that a session never ends by itself. Each visitor,"
    " and"
    " each client that ignores cookies on each request, leaves one behind.",
    "maxInactiveInterval 不大于 0 表示会话永远不会自行结束。每个访客都会留下一个会话，而忽略 cookie"
    " 的客户端每次请求都会留下一个。",
)
_OVERDUE = Text(
    "Sessions are far past their time-out and still there, so the thread that ends them does not"
    " get to it: it hangs, has died, or a session listener throws.",
    "会话早已超时却仍然存在，说明清理它们的线程没有执行到：它卡住了、已终止，或会话监听器抛出异常。",
)
_ADVICE = Text(
    "Set a time-out: server.servlet.session.timeout=30m, or <session-config><session-timeout>30"
    "</session-timeout></session-config>; use no session at all for APIs (Spring Security:"
    " SessionCreationPolicy.STATELESS); call session.invalidate() at log-out.",
    "设置超时：server.servlet.session.timeout=30m，或 <session-config><session-timeout>30"
    "</session-timeout></session-config>；API 完全不使用会话（Spring Security："
    "SessionCreationPolicy.STATELESS）；退出登录时调用 session.invalidate()。",
)
_DOUBT = Text(
    "Sessions of devices that must stay may be meant: then their number is that of the devices.",
    "需要长期保留的设备会话可能是有意为之：此时其数量应与设备数一致。",
)

RULE = Rule(
    id="http-sessions",
    catalogue=("F5",),
    topic=Topic.FRAMEWORKS,
    title=Text("HTTP sessions that do not end", "不会结束的 HTTP 会话"),
    classes=(_MANAGER,),
    find=_find,
    page=Page(
        finds=Text(
            "Sessions of Tomcat without a time-out, or more than ten minutes past it.",
            "没有超时、或超时十分钟以上仍存在的 Tomcat 会话。",
        ),
        why=_ETERNAL,
        fix=_ADVICE,
        false_alarms=Text(
            "Sessions with a living time-out are explained as healthy, however many there are.",
            "超时机制正常的会话，无论多少都视为健康。",
        ),
        example="session.setMaxInactiveInterval(-1);",
        fixed="session.setMaxInactiveInterval(1800);",
        references=("Tomcat: ManagerBase (sessions), StandardSession (maxInactiveInterval)",),
    ),
)
