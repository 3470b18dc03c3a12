"""Pages of the HTML report, for tests: made, taken apart, and their front end found."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from seamew.diagnose import diagnose_heap
from seamew.errors import MissingLibraryError
from seamew.heap import open_heap
from seamew.report.html import html_report, page_template

_DATA = re.compile(r'<script type="([\w/]+)" id="seamew-data">([^<]*)</script>')


def need_front_end() -> None:
    """Skip the test where the checkout has no built front end."""
    try:
        page_template()
    except MissingLibraryError as error:
        pytest.skip(f"{error.message}: {error.hint}")


def page_of(dump: Path, **options: Any) -> str:  # noqa: ANN401 (those of html_report)
    """The page of a dump."""
    with open_heap(dump, use_index=False) as heap:
        return b"".join(html_report(heap, diagnose_heap(heap), **options)).decode()


def data_of(page: str) -> dict[str, Any]:
    """The data in a page."""
    found = _DATA.findall(page)
    assert len(found) == 1
    kind, content = found[0]
    packed = kind == "application/gzip"
    text = gzip.decompress(base64.b64decode(content)).decode() if packed else content
    data: dict[str, Any] = json.loads(text)
    return data
