"""N9: Lettuce keeps commands while Redis is not there, or does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Finding, Topic
from seamew.units import format_bytes, format_count
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    UNBOUNDED,
    by_count,
    first_elements,
    number,
    object_fact,
    queue_size,
    target,
    text,
    worse,
)

__all__ = ["RULE"]

_ENDPOINT = "io.lettuce.core.protocol.DefaultEndpoint"
_HANDLER = "io.lettuce.core.protocol.CommandHandler"
_QUEUES = (
    (_ENDPOINT, "disconnectedBuffer"),
    (_ENDPOINT, "commandBuffer"),
    (_HANDLER, "stack"),
)
_SUSPICIOUS_COMMANDS = 1_000
_MANY_COMMANDS = 10_000
_HUGE_NUMBER_OF_COMMANDS = 500_000
_MOST_CONNECTIONS = 1_000


def _find(heap: Examination) -> Iterator[Finding]:
    for class_name, field in _QUEUES:
        for holder in heap.all_of(class_name).page(limit=_MOST_CONNECTIONS):
            queue = target(heap, holder, field)
            waiting = 0 if queue is None else queue_size(heap, queue)
            if queue is not None and waiting >= _SUSPICIOUS_COMMANDS:
                yield _finding(heap, holder, (field, queue), waiting)


def _finding(heap: Examination, holder: int, place: tuple[str, int], waiting: int) -> Finding:
    field, queue = place
    retained_bytes = heap.heap.sizes(queue)[1]
    limit = number(heap, holder, "clientOptions.requestQueueSize")
    first = first_elements(heap, queue, 1)
    counted = Text(
        "{field} holds {count} commands and retains {size}",
        "{field} 中有 {count} 条命令，保持 {size}",
        field=field,
        count=format_count(waiting),
        size=format_bytes(retained_bytes),
    )
    options = Text(
        "requestQueueSize {limit}, disconnectedBehavior {behaviour}",
        "requestQueueSize 为 {limit}，disconnectedBehavior 为 {behaviour}",
        limit=_limit(limit),
        behaviour=text(heap, holder, "clientOptions.disconnectedBehavior") or "?",
    )
    found = Found(
        title=Text(
            "{count} Redis commands wait in Lettuce",
            "{count} 条 Redis 命令在 Lettuce 中等待",
            count=format_count(waiting),
        ),
        summary=Text(
            "{field} of a connection keeps {count} commands until Redis is there again or answers;"
            " its limit is {limit}.",
            "某个连接的 {field} 保存着 {count} 条命令，直到 Redis 恢复或应答；其上限为 {limit}。",
            field=field,
            count=format_count(waiting),
            limit=_limit(limit),
        ),
        evidence=(object_fact(heap, counted, queue), object_fact(heap, options, holder)),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(waiting, medium=_MANY_COMMANDS, high=_HUGE_NUMBER_OF_COMMANDS),
        ),
        at=queue,
        element_class=heap.heap.class_name(first[0]) if first else None,
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _limit(limit: int | None) -> Text | str:
    if limit is None or limit == UNBOUNDED:
        return Text("none", "无")
    return format_count(limit)


_ADVICE = Text(
    "ClientOptions.builder().requestQueueSize(1000).disconnectedBehavior(REJECT_COMMANDS)"
    ".timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(5))): then commands fail soon"
    " instead of gathering.",
    "ClientOptions.builder().requestQueueSize(1000).disconnectedBehavior(REJECT_COMMANDS)"
    ".timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(5)))：命令会很快失败而不是堆积。",
)
_DOUBT = Text(
    "A pipeline that sends thousands of commands at once fills these queues for a moment.",
    "一次发送数千条命令的管道会短暂填满这些队列。",
)

RULE = Rule(
    id="lettuce-commands-queued",
    catalogue=("N9",),
    topic=Topic.CONNECTIONS,
    title=Text("Commands pile up in Lettuce", "Lettuce 命令积压"),
    classes=(_ENDPOINT, _HANDLER),
    find=_find,
    page=Page(
        finds=Text(
            "Lettuce connections with 1,000 or more commands that wait to be sent or answered.",
            "有 1,000 条以上命令等待发送或应答的 Lettuce 连接。",
        ),
        why=Text(
            "With auto-reconnect, the default, commands are kept while the connection is down:"
            " requestQueueSize is 2,147,483,647 unless it is set.",
            "默认启用自动重连，断线期间命令会被保留：requestQueueSize 若不设置则为 2,147,483,647。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Big pipelines under way: the queue is empty again a second later.",
            "正在进行的大型管道：一秒后队列又会清空。",
        ),
        example="RedisClient client = RedisClient.create(uri);",
        fixed="client.setOptions(ClientOptions.builder().requestQueueSize(1000)\n"
        "    .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS).build());",
        references=("Lettuce: DefaultEndpoint, CommandHandler, ClientOptions",),
    ),
)
