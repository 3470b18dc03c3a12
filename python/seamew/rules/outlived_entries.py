"""M4, M14: entries older than they may be: who should remove them does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from seamew.holding import Gathering
from seamew.model import Confidence, Evidence, Finding, Healthy, Owner, Severity, Topic
from seamew.units import format_address, format_count, format_share
from seamew.wording import Text

from .ages import Ages, TimeToLive, ages_in, time_to_live
from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding

__all__ = ["RULE"]

_FEWEST_DATES = 20
_OUTLIVED_SHARE = 0.3
_TOLERANCE = 1.5
_GRACE_MS = 120_000
_NONE = "?"
_MOST_DAYS_AS_HOURS = 3


def _find(heap: Examination) -> Iterator[Finding | Healthy]:
    at_ms = heap.facts.at_ms
    if at_ms is None:
        return
    for gathering in heap.gatherings:
        if gathering.containers > 1 or gathering.elements < _FEWEST_DATES:
            continue
        owner, container = heap.owner_of(gathering)
        index = owner.object.object_index
        ages = ages_in(heap.heap, index, container, at_ms)
        ages = tuple(one for one in ages if len(one.milliseconds) >= _FEWEST_DATES)
        if ages:
            element = gathering.sample[0] if gathering.sample else None
            yield from _judged(heap, gathering, ages, time_to_live(heap.heap, index, element))


def _judged(
    heap: Examination, gathering: Gathering, ages: tuple[Ages, ...], limit: TimeToLive | None
) -> Iterator[Finding | Healthy]:
    for one in ages:
        allowed_ms = 0 if one.is_end else None if limit is None else limit.milliseconds
        if allowed_ms is None:
            continue
        longest_ms = int(_TOLERANCE * allowed_ms) + _GRACE_MS
        if one.share_older_than(longest_ms) >= _OUTLIVED_SHARE:
            yield _finding(heap, gathering, one, limit)
            return
    for one in ages:
        if limit is None or one.is_end or not _is_swept(one, limit.milliseconds):
            continue
        owner, container = heap.owner_of(gathering)
        yield Healthy(
            RULE.id,
            owner.name,
            heap.heap.row(container),
            Text(
                "{count} entries, none much older than {limit} ({name}): they are removed in time",
                "{count} 个条目，没有明显超过 {limit}（{name}）的：它们被按时移除",
                count=format_count(gathering.elements),
                limit=_duration(limit.milliseconds),
                name=limit.field,
            ),
        )
        return


def _is_swept(ages: Ages, limit_ms: int) -> bool:
    """Whether the oldest entries are about as old as they may be: younger ones prove nothing."""
    return limit_ms * 0.5 <= ages.oldest <= limit_ms * _TOLERANCE + _GRACE_MS


def _finding(
    heap: Examination, gathering: Gathering, ages: Ages, limit: TimeToLive | None
) -> Finding:
    owner, at = heap.owner_of(gathering)
    values: dict[str, str | Text] = {
        "owner": owner.name,
        "field": ages.field,
        "count": format_count(gathering.elements),
        "oldest": _duration(ages.oldest),
        "median": _duration(ages.median),
        "youngest": _duration(ages.milliseconds[0]),
        "limit": _NONE if limit is None else _duration(limit.milliseconds),
        "name": _NONE if limit is None else limit.field,
        "looked": format_count(len(ages.milliseconds)),
        "share": format_share(
            ages.share_older_than(0 if limit is None or ages.is_end else limit.milliseconds)
        ),
    }
    found = Found(
        title=Text(
            "{owner} keeps entries that have expired: the oldest {oldest} ago",
            "{owner} 保留着已过期的条目：最早的在 {oldest} 前",
            **values,
        )
        if ages.is_end
        else Text(
            "{owner} keeps entries for {oldest}, and {name} allows {limit}",
            "{owner} 的条目已保留 {oldest}，而 {name} 只允许 {limit}",
            **values,
        ),
        summary=Text(
            "{count} entries of {owner} should end by time. By {field} many are long past it: what"
            " should remove them does not run, or fails.",
            "{owner} 的 {count} 个条目应按时间结束。从 {field} 看，许多早已过期：负责移除它们的任务"
            "没有运行，或者运行失败。",
            **values,
        ),
        evidence=_evidence(heap, values, owner, at),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=min(heap.severity_of(gathering), Severity.LOW, key=lambda one: one.rank),
        at=at,
        element_class=gathering.element_class,
        instances=gathering.elements,
        retained_bytes=gathering.retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _evidence(
    heap: Examination, values: dict[str, str | Text], owner: Owner, at: int
) -> tuple[Evidence, ...]:
    found = [
        heap.evidence(
            Text(
                "{field} of {looked} entries: the youngest {youngest} ago, the median {median}, the"
                " oldest {oldest}",
                "{looked} 个条目的 {field}：最近的在 {youngest} 前，中位数 {median}，"
                "最早的 {oldest}",
                **values,
            ),
            "contents",
            format_address(heap.heap.address(at)),
        ),
        heap.evidence(Text("{share} of them are past it", "其中 {share} 已超过期限", **values)),
    ]
    if values["name"] != _NONE:
        told = Text("{name} allows {limit}", "{name} 允许 {limit}", **values)
        found.append(heap.evidence(told, "object", format_address(owner.object.address)))
    return tuple(found)


def _duration(milliseconds: int) -> Text | str:
    """A time as people say it: `2:03:04`, or `3 days` and more."""
    time = timedelta(seconds=max(0, milliseconds) // 1_000)
    if time.days < _MOST_DAYS_AS_HOURS:
        minutes, seconds = divmod(int(time.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return Text("{days} days", "{days} 天", days=time.days)


_ADVICE = Text(
    "Look for the exception of the sweeper in the log: a scheduled task that throws is not run"
    " again. Catch per entry, remove before calling out, and let reads remove what has expired; or"
    " use a cache with expireAfterWrite.",
    "在日志中查找清理任务的异常：抛出异常的定时任务不会再次运行。应对每个条目单独捕获异常，"
    "先移除再回调，并在读取时移除已过期的条目；或使用带 expireAfterWrite 的缓存。",
)
_DOUBT = Text(
    "The date may mean something else than the entry's age, or the limit something else than its"
    " life; the clock of the dump is the one of its header.",
    "该日期可能并不表示条目的年龄，该上限也可能不是其寿命；转储的时间取自其文件头。",
)

RULE = Rule(
    id="outlived-entries",
    catalogue=("M4", "M14"),
    topic=Topic.MEMORY,
    title=Text("Entries that have outlived their time", "超过寿命仍保留的条目"),
    find=_find,
    general=True,
    page=Page(
        finds=Text(
            "Collections whose elements, or maps beside them, keep dates: an expiry in the past, or"
            " an age beyond a time to live that stands beside the collection.",
            "元素或旁边的映射带有日期的集合：过期时间已过，或年龄超过集合旁边给出的存活时间。",
        ),
        why=Text(
            "Entries with a time to live need someone who removes them. When that task dies (one"
            " exception is enough), all of them stay, and nothing says so.",
            "有存活时间的条目需要有人移除。一旦该任务终止（一次异常就够），所有条目都会留下，"
            "而且没有任何提示。",
        ),
        fix=_ADVICE,
        false_alarms=_DOUBT,
        references=("java.util.concurrent.ScheduledExecutorService#scheduleAtFixedRate",),
    ),
)
