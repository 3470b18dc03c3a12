"""The overview of a heap, for people."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import itemgetter

from seamew.model import HeapFacts
from seamew.units import format_bytes, format_count
from seamew.wording import Language, Text

from .answer import Pairs
from .json import plain
from .tables import Column, Kind, Table
from .words import counted, same

__all__ = ["overview", "overview_table", "taken_at"]

_NOTHING = Text("", "")

_CSV_COLUMNS = (
    Column("name", "fact", Kind.TEXT, itemgetter(0)),
    Column("value", "value", Kind.NAME, itemgetter(1)),
)


def overview(facts: HeapFacts, language: Language = Language.ENGLISH) -> Pairs:
    """What is in the dump."""
    return Pairs(
        [(name.in_language(language), text.in_language(language)) for name, text in _pairs(facts)]
    )


def overview_table(facts: HeapFacts) -> Table:
    """The same for CSV: every fact under its own name."""
    return Table(_CSV_COLUMNS, [pair for pair in plain(facts).items() if pair[0] != "jvm"])


def _pairs(facts: HeapFacts) -> list[tuple[Text, Text]]:
    return [
        (Text("heap", "堆"), _amount(facts.object_count, facts.heap_bytes) or Text("empty", "空")),
        (
            Text("classes", "类"),
            Text(
                "{classes}, by {loaders}",
                "{classes}，由 {loaders}加载",
                classes=format_count(facts.class_count),
                loaders=counted(facts.loader_count, "class loader", "个类加载器"),
            ),
        ),
        (
            Text("roots", "根"),
            Text(
                "{roots}, among them {threads}",
                "{roots}，其中 {threads}",
                roots=format_count(facts.root_count),
                threads=counted(facts.thread_count, "thread", "个线程"),
            ),
        ),
        (
            Text("unreachable", "不可达"),
            _amount(facts.unreachable_objects, facts.unreachable_bytes) or _NOTHING,
        ),
        (
            Text("filler objects", "填充对象"),
            _amount(facts.filler_objects, facts.filler_bytes) or _NOTHING,
        ),
        (Text("taken at", "转储时间"), same(taken_at(facts.at_ms))),
        (Text("JVM", "JVM 版本"), same(_jvm(facts))),
        (Text("object layout", "对象布局"), _layout(facts)),
        (Text("file", "文件"), _file(facts)),
        (Text("index", "索引"), _index(facts)),
    ]


def _amount(objects: int, size: int) -> Text | None:
    if not objects:
        return None
    return Text(
        "{size} in {objects}",
        "{size}，{objects}",
        size=format_bytes(size),
        objects=counted(objects, "object", "个对象"),
    )


def taken_at(at_ms: int | None) -> str:
    """When the dump was taken; empty where it does not say."""
    if not at_ms:
        return ""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _jvm(facts: HeapFacts) -> str:
    names = ("java.runtime.name", "java.runtime.version", "java.vm.name", "java.vendor")
    return ", ".join(filter(None, (facts.jvm.get(name) for name in names)))


def _layout(facts: HeapFacts) -> Text:
    return Text(
        "references of {reference} bytes, headers of {header}, aligned to {alignment},"
        " sizes by the {model} model",
        "引用 {reference} 字节，对象头 {header} 字节，按 {alignment} 字节对齐，大小按 {model} 模型",
        reference=facts.reference_bytes,
        header=facts.header_bytes,
        alignment=facts.object_alignment,
        model=facts.size_model,
    )


def _file(facts: HeapFacts) -> Text:
    packed = "" if facts.compression in {"", "none"} else f", {facts.compression}"
    which = Text(
        ", dump {index} of {count}",
        "，第 {index} 个转储，共 {count} 个",
        index=facts.dump_index,
        count=facts.dump_count,
    )
    return Text(
        "{path} ({size}, {format}{packed}{which})",
        "{path}（{size}, {format}{packed}{which}）",
        path=facts.path,
        size=format_bytes(facts.file_bytes),
        format=facts.format,
        packed=packed,
        which=which if facts.dump_count > 1 else "",
    )


def _index(facts: HeapFacts) -> Text:
    if facts.index_path is None:
        return Text("none", "无")
    reused, written = Text("reused", "已重用"), Text("written", "新写入")
    return Text(
        "{path} ({size}, {state})",
        "{path}（{size}，{state}）",
        path=facts.index_path,
        size=format_bytes(facts.index_bytes),
        state=reused if facts.index_reused else written,
    )
