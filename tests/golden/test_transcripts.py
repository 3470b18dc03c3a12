"""What the commands say about the sample dump, word for word.

After a change that is meant: SEAMEW_UPDATE_GOLDEN=1 scripts/test tests/golden
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from support.command import seamew

HERE = Path(__file__).parent
SAMPLE = "sample.hprof.gz"
COMMANDS = {
    "diagnose": ["diagnose", SAMPLE],
    "diagnose-narrow": ["diagnose", SAMPLE],
    "diagnose-all": ["diagnose", SAMPLE, "--all"],
    "diagnose-chinese": ["diagnose", SAMPLE, "--lang", "zh"],
    "diagnose-explain": ["diagnose", SAMPLE, "--explain", "1"],
    "rule": ["rules", "timer-per-call"],
    "info": ["info", SAMPLE],
    "histogram": ["histogram", SAMPLE, "--limit", "12"],
    "histogram-all": ["histogram", SAMPLE, "--all", "--limit", "12", "--csv"],
    "histogram-package": ["histogram", SAMPLE, "--by", "package", "--limit", "8"],
    "consumers": ["consumers", SAMPLE, "--limit", "5"],
    "dominators": ["dominators", SAMPLE, "--depth", "3", "--limit", "2"],
    "roots": ["roots", SAMPLE],
    "threads": ["threads", SAMPLE],
    "objects": ["objects", SAMPLE, "--csv", "--limit", "5"],
    "query-oql": [
        "query",
        SAMPLE,
        "SELECT r, r.callId, r.@retainedHeapSize AS bytes FROM lab.demo.CallRecord r LIMIT 3",
    ],
    "query-oql-json": ["query", SAMPLE, "SELECT * FROM lab.demo.LeakDemo", "--json"],
    "query-sql": [
        "query",
        SAMPLE,
        "SELECT class, count(*) AS n FROM objects WHERE class LIKE 'lab.%' GROUP BY 1 ORDER BY 1",
    ],
    "query-sql-jsonl": ["query", SAMPLE, "SELECT name, state FROM threads LIMIT 2", "--jsonl"],
    "query-first-rows": ["query", SAMPLE, "SELECT * FROM lab.demo.Device", "--limit", "2"],
    "query-unknown-class": ["query", SAMPLE, "SELECT * FROM lab.demo.CallRecords"],
    "query-unknown-field": ["query", SAMPLE, "SELECT r.call FROM lab.demo.CallRecord r LIMIT 1"],
    "query-oql-error": ["query", SAMPLE, "SELECT * FROM lab.demo.Device d WHERE d.@lenght > 1"],
    "query-sql-error": ["query", SAMPLE, "SELECT nam FROM threads"],
    "query-javascript": ["query", SAMPLE, "select x from java.io.File x where sizeof(x) == 1"],
    "unknown-object": ["object", SAMPLE, "0x1"],
    "no-such-file": ["info", "nowhere.hprof"],
    "bad-option": ["histogram", SAMPLE, "--by", "colour"],
}


def transcript(name: str, folder: Path) -> str:
    width = {"COLUMNS": "70" if name.endswith("narrow") else "110"}
    options = [] if COMMANDS[name][0] == "rules" else ["--no-index"]
    done = seamew(*COMMANDS[name], *options, cwd=folder, **width)
    text = f"$ seamew {' '.join(COMMANDS[name])}\n{done.stdout}"
    if done.stderr:
        text += f"--- stderr\n{done.stderr}"
    text = re.sub(r"(rows?) in \d+\.\d\d s$", r"\1 in ? s", text, flags=re.MULTILINE)
    return re.sub(r"[ \t]+\n", "\n", f"{text}--- exit code {done.returncode}\n")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_transcript(name: str, root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "lab/demo" / SAMPLE, tmp_path)
    found = transcript(name, tmp_path)
    golden = HERE / f"{name}.txt"
    if os.environ.get("SEAMEW_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
