"""What stands before and between the facts of a diagnosis, in both languages."""

from __future__ import annotations

from dataclasses import replace

from seamew.model import Confidence, Severity, Topic
from seamew.report.tables import Column
from seamew.wording import Text

__all__ = ["CONFIDENCE", "KIND_OF_OWNER", "SEVERITY", "TOPIC", "titled"]

SEVERITY = {
    Severity.HIGH: Text("HIGH", "严重"),
    Severity.MEDIUM: Text("MEDIUM", "中等"),
    Severity.LOW: Text("LOW", "轻微"),
    Severity.INFO: Text("INFO", "提示"),
}
CONFIDENCE = {
    Confidence.CERTAIN: Text("certain", "确定"),
    Confidence.LIKELY: Text("likely", "很可能"),
    Confidence.POSSIBLE: Text("possible", "可能"),
}
TOPIC = {
    Topic.MEMORY: Text("memory", "内存"),
    Topic.THREADS: Text("threads", "线程"),
    Topic.CONNECTIONS: Text("connections", "连接"),
    Topic.FRAMEWORKS: Text("frameworks", "框架"),
    Topic.LOGGING: Text("logging", "日志"),
    Topic.NATIVE: Text("native", "本机内存"),
    Topic.CLASSES: Text("classes", "类"),
    Topic.WASTE: Text("waste", "浪费"),
}
KIND_OF_OWNER = {
    "static": Text("static field", "静态字段"),
    "instance": Text("field", "字段"),
    "thread_local": Text("thread-local", "线程局部变量"),
    "local": Text("local variable", "局部变量"),
}


def titled(column: Column, title: str) -> Column:
    """The column under another title."""
    return replace(column, title=title)
