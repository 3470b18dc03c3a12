"""From the data to the page: the built front end with the data and a summary put in."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from seamew.errors import MissingLibraryError
from seamew.heap import Heap
from seamew.model import Diagnosis

from .data import as_json, page_data
from .summary import summary
from .tree import TreeLimits

__all__ = ["html_report", "page_template"]

_MARK = re.compile(r"<!--seamew:(\w+)-->")
_LIMITS = TreeLimits()


def html_report(
    heap: Heap,
    diagnosis: Diagnosis,
    *,
    show_values: bool = False,
    compress: bool = True,
    limits: TreeLimits = _LIMITS,
) -> Iterator[bytes]:
    """The report as one HTML file that loads nothing, in chunks.

    What may be a secret is masked unless `show_values`. Without `compress` the data stands in
    the page as plain JSON, for browsers without DecompressionStream (before Chrome 80, Firefox
    113, Safari 16.4). Costs a query for each row of the tree: some 0.5 s. The same heap and
    diagnosis give the same bytes. Raises MissingLibraryError where the front end is not built.
    """
    template = page_template()
    data = page_data(heap, diagnosis, limits, show_values=show_values)
    parts = {
        "title": escape(f"{data['facts']['file']} - Seamew"),
        "summary": summary(data),
        "data": _data_element(as_json(data), compress=compress),
    }
    # Split before anything is put in: a class may be named like a mark.
    for number, piece in enumerate(_MARK.split(template)):
        yield (parts[piece] if number % 2 else piece).encode()


def _data_element(text: str, *, compress: bool) -> str:
    if not compress:
        return f'<script type="application/json" id="seamew-data">{text}</script>'
    packed = base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()
    return f'<script type="application/gzip" id="seamew-data">{packed}</script>'


@cache
def page_template() -> str:
    """The built front end, one page with marks where data goes."""
    built = files("seamew") / "web" / "_static" / "report.html"
    try:
        return built.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = "the page's front end is not built in this checkout"
        hint = "install Node.js 20 or newer with npm, then run scripts/setup"
        raise MissingLibraryError(message, hint=hint) from None
