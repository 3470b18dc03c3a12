"""Counters recorded from real JVMs of 400 MB, right after System.gc(), by version and collector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "recorded_counters.json").read_text(encoding="utf-8")
)
