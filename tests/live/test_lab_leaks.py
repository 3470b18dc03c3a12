"""Each leak of the lab, run in a JVM: its field must be named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seamew.diagnose import diagnose_heap
from seamew.heap import open_heap

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.parent.name for path in (ROOT / "lab/leaks").glob("*/expected.json"))

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK: javac is not on PATH"),
]


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leaks")
    subprocess.run([sys.executable, str(ROOT / "lab/run-leaks"), str(folder)], check=True)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_the_field_is_named(dumps: Path, name: str) -> None:
    expected = json.loads((ROOT / "lab/leaks" / name / "expected.json").read_text())
    with open_heap(dumps / f"{name}.hprof", use_index=False) as heap:
        suspects = diagnose_heap(heap).suspects
    named = [(one.owner_field, one.element_class) for one in suspects]
    fields = {expected["owner_field"], expected.get("key_field", expected["owner_field"])}
    assert any(
        field in fields and element == expected["element_class"] for field, element in named
    ), named
