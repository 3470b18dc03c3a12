"""G1L: logback's Elasticsearch appender keeps what it cannot send."""

from __future__ import annotations

from collections.abc import Iterator

from seamew.model import Confidence, Evidence, Finding, Topic
from seamew.units import format_bytes, format_count, format_share
from seamew.wording import Text

from .base import Page, Rule
from .examination import Examination
from .findings import Found, finding
from .reading import (
    by_count,
    first_elements,
    flag,
    foreign_frame,
    number,
    object_fact,
    size,
    target,
    thread_fact,
    worse,
)

__all__ = ["RULE"]

_PUBLISHER = "com.internetitem.logback.elasticsearch.AbstractElasticsearchPublisher"
_WRITER = "com.internetitem.logback.elasticsearch.writer.ElasticsearchWriter"
_SUSPICIOUS_EVENTS = 1_000
_MANY_EVENTS = 10_000
_HUGE_NUMBER_OF_EVENTS = 500_000
_SUSPICIOUS_CHARACTERS = 1_000_000
_MOST = 100


def _find(heap: Examination) -> Iterator[Finding]:
    for publisher in heap.all_of(_PUBLISHER).page(limit=_MOST):
        waiting = size(heap, publisher, "events")
        events = target(heap, publisher, "events")
        if events is not None and waiting >= _SUSPICIOUS_EVENTS:
            yield _of_events(heap, publisher, events, waiting)
    for writer in heap.all_of(_WRITER).page(limit=_MOST):
        used = number(heap, writer, "sendBuffer.count") or 0
        buffer = target(heap, writer, "sendBuffer")
        if buffer is not None and used >= _SUSPICIOUS_CHARACTERS:
            yield _of_buffer(heap, writer, buffer, used)


def _of_events(heap: Examination, publisher: int, events: int, waiting: int) -> Finding:
    retained_bytes = heap.heap.sizes(events)[1]
    first = first_elements(heap, events, 1)
    counted = Text(
        "events holds {count} log events and retains {size}; it has no bound",
        "events 中有 {count} 条日志事件，保持 {size}；它没有上限",
        count=format_count(waiting),
        size=format_bytes(retained_bytes),
    )
    working = Text(
        "working is {value}: a writer thread is under way",
        "working 为 {value}：写线程正在工作",
        value=str(flag(heap, publisher, "working")).lower(),
    )
    found = Found(
        title=Text(
            "{count} log events wait for Elasticsearch",
            "{count} 条日志事件在等待 Elasticsearch",
            count=format_count(waiting),
        ),
        summary=Text(
            "The writer of logback's Elasticsearch appender does not come back (a server that"
            " takes the connection and never reads), and the list of events grows with each line"
            " logged. The read timeout does not end a write.",
            "logback 的 Elasticsearch appender 的写线程没有返回（服务器接受连接却从不读取），每写"
            "一行日志事件列表就增长。读超时不会中断写操作。",
        ),
        evidence=(
            object_fact(heap, counted, events),
            object_fact(heap, working, publisher),
            *_writing_threads(heap),
        ),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.LIKELY,
        severity=worse(
            heap.severity(retained_bytes),
            by_count(waiting, medium=_MANY_EVENTS, high=_HUGE_NUMBER_OF_EVENTS),
        ),
        at=events,
        element_class=heap.heap.class_name(first[0]) if first else None,
        instances=waiting,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


def _writing_threads(heap: Examination) -> Iterator[Evidence]:
    for row in heap.threads:
        if row.name is not None and row.name.startswith("es-writer-") and row.frames:
            said = Text(
                "thread {name} is in {frame}",
                "线程 {name} 正在 {frame}",
                name=row.name,
                frame=foreign_frame(row),
            )
            yield thread_fact(heap, said, row)


def _of_buffer(heap: Examination, writer: int, buffer: int, used: int) -> Finding:
    retained_bytes = heap.heap.sizes(buffer)[1]
    most = number(heap, writer, "settings.maxQueueSize") or 0
    filled = Text(
        "sendBuffer holds {count} characters of at most {most} ({share}), {size}; bufferExceeded"
        " is {exceeded}",
        "sendBuffer 有 {count} 个字符，上限 {most}（{share}），占 {size}；bufferExceeded 为"
        " {exceeded}",
        count=format_count(used),
        most=format_count(most),
        share=format_share(used / most) if most else "?",
        size=format_bytes(retained_bytes),
        exceeded=str(flag(heap, writer, "bufferExceeded")).lower(),
    )
    found = Found(
        title=Text(
            "Logs for Elasticsearch that cannot be sent: {size}",
            "无法发送到 Elasticsearch 的日志：{size}",
            size=format_bytes(retained_bytes),
        ),
        summary=Text(
            "The server refuses or does not answer, and the appender keeps the text for the next"
            " try. The limit is {most} characters; each try copies the whole buffer, so the heap"
            " needs two to four times as much at its peaks.",
            "服务器拒绝或没有应答，appender 保留文本等待重试。上限为 {most} 个字符；每次重试都会"
            "复制整个缓冲区，峰值时堆需要两到四倍的空间。",
            most=format_count(most),
        ),
        evidence=(object_fact(heap, filled, writer),),
        advice=(_ADVICE,),
        doubts=(_DOUBT,),
        confidence=Confidence.CERTAIN,
        at=buffer,
        element_class=heap.heap.class_name(buffer),
        instances=1,
        retained_bytes=retained_bytes,
    )
    return finding(heap, RULE.id, RULE.topic, found)


_ADVICE = Text(
    "Remove the appender, or limit it: <maxQueueSize>1048576</maxQueueSize> and"
    " <maxMessageSize>10000</maxMessageSize>; better write logs to a file and ship that with an"
    " agent. An appender found in a dump is in the running configuration, whatever the repository"
    " says.",
    "移除该 appender，或加以限制：<maxQueueSize>1048576</maxQueueSize> 和"
    " <maxMessageSize>10000</maxMessageSize>；更好的做法是把日志写入文件，再由代理发送。转储中有"
    "这个 appender，就说明运行中的配置里有它，无论代码库里怎么写。",
)
_DOUBT = Text(
    "While Elasticsearch restarts both fill for a short time: see whether it can be reached from"
    " this host.",
    "Elasticsearch 重启期间两者都会短暂积压：请检查从本机能否访问它。",
)

RULE = Rule(
    id="es-log-publisher",
    catalogue=("G1L",),
    topic=Topic.LOGGING,
    title=Text("Logs wait for Elasticsearch", "日志在等待 Elasticsearch"),
    classes=(_PUBLISHER, _WRITER),
    find=_find,
    page=Page(
        finds=Text(
            "Elasticsearch appenders of logback (internetitem) with 1,000 events or a million"
            " characters waiting.",
            "积压 1,000 条事件或一百万字符的 logback Elasticsearch appender（internetitem）。",
        ),
        why=Text(
            "Its send buffer may grow to 104,857,600 characters (200 MB on JDK 8), and its list of"
            " events has no bound at all.",
            "其发送缓冲区可增长到 104,857,600 个字符（JDK 8 上为 200 MB），而事件列表完全没有上"
            "限。",
        ),
        fix=_ADVICE,
        false_alarms=Text(
            "Short outages of Elasticsearch.",
            "Elasticsearch 的短暂中断。",
        ),
        example='<appender name="ES" class="com.internetitem...ElasticsearchAppender">',
        fixed="<maxQueueSize>1048576</maxQueueSize><maxMessageSize>10000</maxMessageSize>",
        references=("logback-elasticsearch-appender 1.6: ElasticsearchWriter, Settings",),
    ),
)
