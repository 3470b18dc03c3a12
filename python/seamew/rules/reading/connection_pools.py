"""Pools whose connections are all lent out: how many wait, for how long, and how bad that is."""

from __future__ import annotations

from dataclasses import dataclass

from seamew.model import Confidence, Evidence, Finding, Severity, Topic
from seamew.rules.base import Page
from seamew.rules.examination import Examination
from seamew.rules.findings import Found, finding
from seamew.units import format_count, format_duration
from seamew.wording import Text

from .facts import object_fact

__all__ = ["PoolUse", "exhausted", "is_exhausted"]

_MANY_WITHOUT_BOUND = 100
_CROWD_WITHOUT_BOUND = 1_000
_MANY_WAITING = 10
_LONG_SECONDS = 60
_VERY_LONG_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUse:
    """How a pool is used. `maximum` None: it has no limit.

    `gathers` is the object that keeps the lent ones, `element_class` what they are.
    `oldest_seconds` is how long the first of them has been lent at least; None: not known.
    """

    pool: int
    gathers: int
    name: str
    lent: int
    maximum: int | None
    waiting: int
    oldest_seconds: float | None
    element_class: str


def is_exhausted(use: PoolUse) -> bool:
    """Whether all are lent, or of a pool without a limit very many."""
    if use.maximum is None:
        return use.lent >= _MANY_WITHOUT_BOUND
    return use.lent > 0 and use.lent >= use.maximum


def exhausted(heap: Examination, rule: str, use: PoolUse, page: Page, *more: Evidence) -> Finding:
    """The finding that nothing is left in a pool."""
    found = Found(
        title=_title(use),
        summary=_summary(use),
        evidence=(_lent_fact(heap, use), *more),
        advice=(page.fix,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY if _severity(use) is not Severity.LOW else Confidence.POSSIBLE,
        severity=_severity(use),
        at=use.gathers,
        element_class=use.element_class,
        instances=use.lent,
        retained_bytes=heap.heap.sizes(use.gathers)[1],
    )
    return finding(heap, rule, Topic.CONNECTIONS, found)


def _severity(use: PoolUse) -> Severity:
    """Callers that wait are a fault already; connections out for long are not coming back."""
    oldest = use.oldest_seconds or 0
    if use.waiting >= _MANY_WAITING or (use.waiting and oldest >= _LONG_SECONDS):
        return Severity.HIGH
    if use.maximum is None and use.lent >= _CROWD_WITHOUT_BOUND:
        return Severity.HIGH
    is_lasting = oldest >= _VERY_LONG_SECONDS or use.maximum is None
    return Severity.MEDIUM if use.waiting or is_lasting else Severity.LOW


def _title(use: PoolUse) -> Text:
    if use.maximum is None:
        return Text(
            "{count} borrowed from {name} and not given back",
            "从 {name} 借出 {count} 个且未归还",
            count=format_count(use.lent),
            name=use.name,
        )
    return Text(
        "{name}: all {count} lent out, {waiting} callers wait",
        "{name}：{count} 个已全部借出，{waiting} 个调用者在等待",
        name=use.name,
        count=format_count(use.lent),
        waiting=format_count(use.waiting),
    )


def _summary(use: PoolUse) -> Text:
    return Text(
        "{lent} are lent out and {waiting} callers wait; the pool's limit is {maximum}. Each one"
        " that is not given back is lost until the process ends.",
        "已借出 {lent} 个，{waiting} 个调用者在等待；池的上限为 {maximum}。每一个未归还的，在进程"
        "结束前都不会再回来。",
        lent=format_count(use.lent),
        waiting=format_count(use.waiting),
        maximum=_limit(use),
    )


def _limit(use: PoolUse) -> Text | str:
    return Text("none", "无") if use.maximum is None else format_count(use.maximum)


def _lent_fact(heap: Examination, use: PoolUse) -> Evidence:
    values = {
        "lent": format_count(use.lent),
        "maximum": _limit(use),
        "waiting": format_count(use.waiting),
    }
    if use.oldest_seconds is None:
        said = Text(
            "lent {lent}, limit {maximum}, waiting {waiting}",
            "借出 {lent}，上限 {maximum}，等待 {waiting}",
            **values,
        )
    else:
        said = Text(
            "lent {lent}, limit {maximum}, waiting {waiting}; the first is out for {age}",
            "借出 {lent}，上限 {maximum}，等待 {waiting}；最早的已借出 {age}",
            age=format_duration(use.oldest_seconds),
            **values,
        )
    return object_fact(heap, said, use.pool)


_DOUBT = Text(
    "At a peak of load a pool is fully used for moments: threads that work with each lent"
    " connection refute the leak; connections lent for minutes confirm it.",
    "负载高峰时连接池会短暂用满：若每个借出的连接都有线程在使用，则不是泄漏；若借出已达数分钟，"
    "则可确认。",
)
