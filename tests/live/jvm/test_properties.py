"""`seamew properties` against running JVMs."""

from __future__ import annotations

from pathlib import Path

import pytest

from live.jdks import Jdk
from live.running import START_QUICKLY, running_jvm
from support.command import result, seamew

pytestmark = pytest.mark.live

ODD = "c: d=e #!\\x\tü線\n2"


def test_properties_environment_and_arguments(jdk: Jdk, zoo_classes: Path, tmp_path: Path) -> None:
    options = [*START_QUICKLY, f"-Dodd.value={ODD}", "-Ddb.password=hunter2"]
    environment = {"LC_ALL": "C.UTF-8", "API_TOKEN": "s3cr3t"}
    with running_jvm(jdk, zoo_classes, tmp_path, options=options, environment=environment) as jvm:
        answer = result("properties", str(jvm.pid))
        shown = seamew("properties", str(jvm.pid))
        everything = seamew("properties", str(jvm.pid), "--show-secrets")
        assert jvm.lines == ["READY"]
    found = {(row["source"], row["name"]): row["value"] for row in answer["rows"]}
    assert found["system", "odd.value"] == ODD
    assert found["system", "java.version"] == jdk.version
    assert answer["facts"]["java_version"] == jdk.version
    assert answer["facts"]["command"] == "Idle"
    assert found["environment", "LC_ALL"] == "C.UTF-8"
    assert found["argument", "[0]"] == START_QUICKLY[0]
    assert answer["masked"] >= 3
    for secret in ("hunter2", "s3cr3t"):
        assert secret not in shown.stdout
        assert secret in everything.stdout
