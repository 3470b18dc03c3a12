"""What a page says where no script runs: the verdict, the findings, the biggest retainers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from seamew.units import format_bytes, format_count, format_share

__all__ = ["summary"]


def summary(data: dict[str, Any]) -> str:
    """HTML without script, in both languages, of the data of a page."""
    heap_bytes = data["facts"]["heap_bytes"]
    return "\n".join(
        (
            f"<h1>{escape(data['facts']['file'])}</h1>",
            *_said(data["verdict"]),
            "<p>The full report needs JavaScript. 完整报告需要启用 JavaScript。</p>",
            *_table(
                ("Finding 诊断结果", "Owner 持有者", "Retained 保留大小", "%"),
                (
                    (
                        " / ".join(dict.fromkeys(_languages(finding["title"]))),
                        finding["owner"] or "",
                        format_bytes(finding["retained"]),
                        format_share(finding["share"]),
                    )
                    for finding in data["findings"]
                ),
            ),
            *_table(
                (
                    "Biggest retainers by class 保留最多的类",
                    "Objects 对象数",
                    "Retained 保留大小",
                    "%",
                ),
                (
                    (
                        data["names"][group["name"]],
                        format_count(group["objects"]),
                        format_bytes(group["retained"]),
                        format_share(group["retained"] / heap_bytes if heap_bytes else 0.0),
                    )
                    for group in data["consumers"]["classes"]
                ),
            ),
        )
    )


def _said(text: str | dict[str, str]) -> Iterator[str]:
    for one in dict.fromkeys(_languages(text)):
        yield f"<p>{escape(one)}</p>"


def _languages(text: str | dict[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else [text["en"], text["zh"]]


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield "<table>"
    yield _row("th", header)
    yield from (_row("td", row) for row in rows)
    yield "</table>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
