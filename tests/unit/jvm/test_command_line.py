"""How JVMs were started, by counters and by command lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.jvm.command_line import flag_bytes, main_of, parse_flags, read_command
from seamew.jvm.identity import open_counters
from support.fake_jvm import FakeJvm


@pytest.mark.parametrize(
    ("line", "main"),
    [
        ("java com.acme.Main --port 80", "com.acme.Main"),
        ("/opt/jre/bin/java -Xmx1g -cp a.jar:b.jar com.acme.Main", "com.acme.Main"),
        ("java -jar /opt/app/app.jar -cp x", "/opt/app/app.jar"),
        ("java --module-path mods -m com.acme/com.acme.Main", "com.acme/com.acme.Main"),
        ("java --add-opens java.base/java.lang=ALL-UNNAMED @args com.acme.Main", "com.acme.Main"),
        ("java @everything", None),
        ("/usr/bin/jsvc -home /opt/jre com.acme.Main", "jsvc"),
        ("", None),
    ],
)
def test_the_main_class_of_a_command_line(line: str, main: str | None) -> None:
    assert main_of(line.split()) == main


def test_the_last_value_of_a_flag_counts() -> None:
    line = "-Xmx1g -XX:+UseG1GC -XX:MaxHeapSize=2g -XX:-UseG1GC -Xlog:gc -Dx=-XX:+No -Xrs"

    flags = parse_flags(line.split())

    assert flags == {"MaxHeapSize": "2g", "UseG1GC": "false", "Xlog": "gc"}
    assert flag_bytes(flags, "MaxHeapSize") == 2 << 30
    assert flag_bytes(flags, "UseG1GC") is None
    assert flag_bytes(flags, "Xss") is None


def test_counters_know_the_options_of_argument_files(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, words=("java", "@args", "-jar", "/my app/a.jar"))
    jvm = fake.build()
    fake.write_counters(
        {
            "java.rt.vmFlags": "",
            "java.rt.vmArgs": "-Xmx2g -XX:+UseSerialGC",
            "sun.rt.javaCommand": "/my app/a.jar --port 80",
        }
    )
    counters = open_counters(jvm)
    assert counters is not None
    with counters:
        command = read_command(jvm, counters)

    assert command.options == ("-Xmx2g", "-XX:+UseSerialGC")
    assert command.main == "/my app/a.jar"


def test_counters_know_the_main_class_of_other_launchers(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, words=("/usr/bin/jsvc", "-home", "/opt/jre", "com.acme.Main"))
    jvm = fake.build()
    fake.write_counters({"java.rt.vmArgs": "", "sun.rt.javaCommand": "com.acme.Main x"})
    counters = open_counters(jvm)
    assert counters is not None
    with counters:
        assert read_command(jvm, counters).main == "com.acme.Main"


def test_without_counters_variables_count_too(tmp_path: Path) -> None:
    jvm = FakeJvm(
        tmp_path,
        words=("java", "-cp", "-XX:+No", "-Xmx1g", "-Xms1g", "com.acme.Main", "-Xmx9g"),
        environment=("JAVA_TOOL_OPTIONS=-Xmx512m -Xss1m", "_JAVA_OPTIONS=-Xmx3g", "HOME=/x"),
    ).build()

    command = read_command(jvm)

    assert command.options == ("-Xmx512m", "-Xss1m", "-Xmx1g", "-Xms1g", "-Xmx3g")
    assert command.flags["MaxHeapSize"] == "3g"
    assert command.main == "com.acme.Main"
