"""The settings of a running JVM: the form of properties files, environment, arguments, secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seamew.jvm.attaching import AttachClient
from seamew.jvm.settings import JvmSetting, parse_properties, read_settings
from support.fake_attach import attach_server, says
from support.fake_jvm import FakeJvm

PROPERTIES = r"""#Mon Nov 23 18:44:19 UTC 2026
java.version=17.0.15
\ lead=\ x
empty=
a.b=c\: d\=e \#\!\\x\t\u00FC\u7DDA\n2
path.separator=\:
odd\=name=value
face=\uD83D\uDE00
half=\uD83D
db.password=hunter2
no separator here
"""


def test_the_form() -> None:
    assert parse_properties(PROPERTIES) == {
        "java.version": "17.0.15",
        " lead": " x",
        "empty": "",
        "a.b": "c: d=e #!\\x\tü線\n2",
        "path.separator": ":",
        "odd=name": "value",
        "face": "\U0001f600",
        "half": "\ufffd",
        "db.password": "hunter2",
    }


@pytest.mark.parametrize("show_secrets", [False, True])
def test_settings_and_secrets(tmp_path: Path, *, show_secrets: bool) -> None:
    fake = FakeJvm(
        tmp_path,
        pid=os.getpid(),
        words=("java", "-Xmx64m", "-Dapi.key=abc", "Main", "argument"),
        environment=("PATH=/bin", "DB_PASSWORD=hunter2", "EMPTY="),
    )
    client = AttachClient(fake.build())
    with attach_server(fake, says(b"0\n" + PROPERTIES.encode())) as server:
        rows = read_settings(client, timeout_seconds=10, show_secrets=show_secrets)
    assert server.requests == [["1", "properties", "", "", ""]]
    found = {(row.source, row.name): row for row in rows}
    assert found["environment", "PATH"] == JvmSetting(
        "environment", "PATH", "/bin", is_masked=False
    )
    assert found["environment", "EMPTY"].value == ""
    assert found["argument", "[0]"].value == "-Xmx64m"
    assert [row.name for row in rows if row.source == "argument"] == ["[0]", "[1]"]
    secrets = {
        ("system", "db.password"): "hunter2",
        ("environment", "DB_PASSWORD"): "hunter2",
        ("argument", "[1]"): "-Dapi.key=abc",
    }
    for key, secret in secrets.items():
        assert found[key].is_masked != show_secrets
        assert (found[key].value == secret) == show_secrets
    assert ("hunter2" in repr(rows)) == show_secrets
