"""GC.heap_info of every collector that a runtime has."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.jdks import COLLECTORS, Jdk, supported_collectors
from live.running import START_QUICKLY, running_jvm
from seamew.jvm import attach
from seamew.jvm.heap_info import parse_heap_info

pytestmark = pytest.mark.live

KEPT_BYTES = 20 << 20
HEAP_BYTES = 64 << 20


@pytest.mark.parametrize("collector", [*COLLECTORS, "epsilon"])
def test_what_is_kept_shows(jdk: Jdk, zoo_classes: Path, tmp_path: Path, collector: str) -> None:
    if jdk.major == 8:
        pytest.skip("Java 8 has no GC.heap_info")
    known = {**COLLECTORS, "epsilon": ("-XX:+UnlockExperimentalVMOptions", "-XX:+UseEpsilonGC")}
    if collector in COLLECTORS and collector not in supported_collectors(jdk):
        pytest.skip(f"Java {jdk.version} has no {collector}")
    options = [*START_QUICKLY, *known[collector]]
    with running_jvm(jdk, zoo_classes, tmp_path, options=options) as jvm:
        before = parse_heap_info(attach(jvm.pid).jcmd("GC.heap_info"))
        jvm.tell("keep 200 104800")
        if collector != "epsilon":
            jvm.tell("collect")
        after = parse_heap_info(attach(jvm.pid).jcmd("GC.heap_info"))
    assert after.used_bytes >= KEPT_BYTES - (1 << 20)
    assert after.used_bytes <= after.committed_bytes <= HEAP_BYTES
    assert after.reserved_bytes == HEAP_BYTES
    assert before.reserved_bytes == HEAP_BYTES
    assert (after.metaspace is None) == (jdk.major >= 25)
