"""Whether a JVM will let this user attach, told from its files alone."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seamew.jvm.attaching.readiness import attach_obstacle, find_obstacle
from seamew.jvm.discover import find_jvm
from support.fake_jvm import FakeJvm

DISABLE = "-XX:+DisableAttachMechanism"
ENABLE = "-XX:-DisableAttachMechanism"


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[FakeJvm]:
    """A JVM with an attach socket, which catches no SIGQUIT, as one with -Xrs."""
    fake = FakeJvm(tmp_path, caught_signals=0)
    fake.build()
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(fake.tmp / ".java_pid7"))
        yield fake


def test_a_jvm_as_usual(tmp_path: Path) -> None:
    assert attach_obstacle(FakeJvm(tmp_path).build()) is None


def test_another_vm(tmp_path: Path) -> None:
    jvm = FakeJvm(tmp_path, library="/opt/openj9/lib/default/libj9vm29.so").build()
    assert attach_obstacle(jvm) == "is an OpenJ9 JVM: only HotSpot ones can be attached to"


def test_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    obstacle = find_obstacle(FakeJvm(tmp_path, uid=1001).build())
    assert obstacle is not None
    assert obstacle.reason == "belongs to user 1001"
    assert "sudo -u '#1001'" in obstacle.hint
    assert attach_obstacle(FakeJvm(tmp_path, uid=1000).build()) is None
    unmapped = attach_obstacle(FakeJvm(tmp_path, uid=65534).build())
    assert unmapped is not None
    assert "user namespace" in unmapped


def test_root_may_attach_to_anyone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert attach_obstacle(FakeJvm(tmp_path, uid=1001).build()) is None


@pytest.mark.parametrize("state", ["T (stopped)", "t (tracing stop)"])
def test_stopped(tmp_path: Path, state: str) -> None:
    jvm = FakeJvm(tmp_path, state=state).build()
    assert attach_obstacle(jvm) == "is stopped (SIGSTOP or a debugger)"


def test_ended(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, state="Z (zombie)")
    assert attach_obstacle(fake.build()) == "has ended"


def test_not_catching_quit_yet(tmp_path: Path) -> None:
    reason = attach_obstacle(FakeJvm(tmp_path, caught_signals=0).build())
    assert reason is not None
    assert "does not catch SIGQUIT" in reason


def test_a_socket_makes_the_signal_needless(listening: FakeJvm) -> None:
    jvm = find_jvm(listening.pid, listening.folder)
    assert not jvm.status.catches(3)
    assert attach_obstacle(jvm) is None


def test_a_socket_older_than_the_jvm_is_another_ones(listening: FakeJvm) -> None:
    os.utime(listening.socket_path, (1, 1))
    reason = attach_obstacle(find_jvm(listening.pid, listening.folder))
    assert reason is not None
    assert "does not catch SIGQUIT" in reason


def test_a_file_in_the_sockets_place_is_no_socket(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, caught_signals=0)
    jvm = fake.build()
    (fake.tmp / ".java_pid7").write_bytes(b"")
    assert attach_obstacle(jvm) is not None


@pytest.mark.parametrize(("capabilities", "is_free"), [("0110000", False), ("1110000", True)])
def test_counters_tell_what_the_options_do_not(
    tmp_path: Path, capabilities: str, *, is_free: bool
) -> None:
    # The option may come from a file that the command line only names.
    fake = FakeJvm(tmp_path, words=("java", "-XX:Flags=here", "Main"))
    jvm = fake.build()
    fake.write_counters({"sun.rt.jvmCapabilities": capabilities})
    assert (attach_obstacle(jvm) is None) == is_free


def test_counters_of_an_earlier_process_do_not_hide_the_option(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, words=("java", "-XX:-UsePerfData", DISABLE, "Main"))
    jvm = fake.build()
    fake.write_counters({"sun.rt.jvmCapabilities": "1110000"})
    assert attach_obstacle(jvm) == f"was started with {DISABLE}"


@pytest.mark.parametrize(
    ("words", "environment", "is_free"),
    [
        (["java", DISABLE, "Main"], [], False),
        (["java", DISABLE, ENABLE, "Main"], [], True),
        (["java", "Main", DISABLE], [], True),
        (["java", "-cp", "/lib", DISABLE, "Main"], [], False),
        (["java", "-cp", DISABLE, "Main"], [], True),
        (["java", "-jar", "app.jar", DISABLE], [], True),
        (["java", "Main"], [f"JAVA_TOOL_OPTIONS=-Xint {DISABLE}"], False),
        (["java", ENABLE, "Main"], [f"JAVA_TOOL_OPTIONS={DISABLE}"], True),
        (["java", ENABLE, "Main"], [f"_JAVA_OPTIONS={DISABLE}"], False),
        (["java", "Main"], [f"OTHER={DISABLE}", "EMPTY="], True),
        ([], [], True),
    ],
)
def test_options_tell_where_there_are_no_counters(
    tmp_path: Path, words: list[str], environment: list[str], *, is_free: bool
) -> None:
    jvm = FakeJvm(tmp_path, words=words, environment=environment).build()
    reason = attach_obstacle(jvm)
    assert (reason is None) == is_free
    assert is_free or reason == f"was started with {DISABLE}"


def test_counters_of_a_jvm_that_is_starting_do_not_tell(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path, words=("java", DISABLE, "Main"))
    jvm = fake.build()
    fake.write_counters({}, accessible=0)
    assert attach_obstacle(jvm) == f"was started with {DISABLE}"


def test_the_start_is_part_of_what_is_found(tmp_path: Path) -> None:
    assert FakeJvm(tmp_path, start_ticks=987).build().start_ticks == 987


@pytest.mark.parametrize(
    ("age_seconds", "thread_names", "is_free"),
    [
        (0.1, ("java", "Signal Dispatch"), False),
        (0.1, ("java", "Signal Dispatch", "Service Thread"), True),
        (9.0, (), False),
        (11.0, (), True),
    ],
)
def test_a_jvm_is_starting_until_it_has_its_service_thread(
    tmp_path: Path, age_seconds: float, thread_names: tuple[str, ...], *, is_free: bool
) -> None:
    jvm = FakeJvm(
        tmp_path,
        start_ticks=0,
        host_uptime_seconds=age_seconds,
        thread_names=thread_names,
    ).build()
    assert attach_obstacle(jvm) == (None if is_free else "is still starting")


@pytest.mark.parametrize(
    ("version", "thread_names", "is_free"),
    [
        ("1.8.0_252", ("java", "Attach Listener"), False),
        ("1.8.0", ("java", "Attach Listener"), False),
        ("1.8.0_321-b07", ("java", "Attach Listener"), False),
        ("1.8.0_322", ("java", "Attach Listener"), True),
        ("1.8.0_252", ("java", "Signal Dispatch"), True),
        ("11.0.13", ("java", "Attach Listener"), True),
        ("17.0.15", ("java", "Attach Listener"), True),
    ],
)
def test_an_old_java_8_opens_its_socket_only_once(
    tmp_path: Path, version: str, thread_names: tuple[str, ...], *, is_free: bool
) -> None:
    fake = FakeJvm(tmp_path, thread_names=thread_names)
    jvm = fake.build()
    fake.write_counters({"java.property.java.version": version})
    reason = attach_obstacle(jvm)
    assert (reason is None) == is_free
    assert is_free or (reason or "").startswith("has lost its attach socket")
