"""Pages of the HTML report, for tests: made, taken apart, and their front end found."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seamew.diagnose import diagnose_heap
from seamew.errors import MissingLibraryError
from seamew.heap import open_heap
from seamew.model import Diagnosis, Evidence, Healthy, OwnerCount, RulesUsed, WasteRow
from seamew.report.html import html_report, page_template
from seamew.wording import Text

_DATA = re.compile(r'<script type="([\w/]+)" id="seamew-data">([^<]*)</script>')


def need_front_end() -> None:
    """Skip the test where the checkout has no built front end."""
    try:
        page_template()
    except MissingLibraryError as error:
        pytest.skip(f"{error.message}: {error.hint}")


def page_of(
    dump: Path,
    change: Callable[[Diagnosis], Diagnosis] = lambda diagnosis: diagnosis,
    **options: Any,  # noqa: ANN401 (those of html_report)
) -> str:
    """The page of a dump; `change` may put words into the diagnosis's mouth."""
    with open_heap(dump, use_index=False) as heap:
        return b"".join(html_report(heap, change(diagnose_heap(heap)), **options)).decode()


def with_everything(diagnosis: Diagnosis) -> Diagnosis:
    """A diagnosis with something of each kind: owners, healthy ones, waste, rules that failed."""
    (finding, *_) = diagnosis.findings
    assert finding.object is not None
    owners = tuple(
        OwnerCount(f"com.acme.Owner{number}#all", "static", 10 * number, 1024 * number or None)
        for number in range(3)
    )
    command = "seamew histogram leak.hprof com.acme.Session"
    evidence = (Evidence(Text("forty sessions", "四十个会话"), command), *finding.evidence)
    because = Text("bounded by maximumSize", "受 maximumSize 限制")
    return replace(
        diagnosis,
        findings=(replace(finding, owners=owners, evidence=evidence, also=("other-rule",)),),
        healthy=(Healthy("accumulation", "com.acme.Cache#map", finding.object, because),),
        waste=(WasteRow("accumulation", "com.acme.Names#all", "java.lang.String", 7, 4096),),
        rules=RulesUsed(("accumulation",), ("timer-per-call",), (("some-rule", "read error"),)),
    )


def data_of(page: str) -> dict[str, Any]:
    """The data in a page."""
    found = _DATA.findall(page)
    assert len(found) == 1
    kind, content = found[0]
    packed = kind == "application/gzip"
    text = gzip.decompress(base64.b64decode(content)).decode() if packed else content
    data: dict[str, Any] = json.loads(text)
    return data
