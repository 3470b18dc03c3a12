"""Making a JVM open its socket: SIGQUIT only to one that catches it, once, with a trigger."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from seamew.errors import AttachRefusedError, JvmNotAnsweringError, JvmNotFoundError, SeamewError
from seamew.jvm.attaching import AttachClient
from support.fake_attach import FakeAttachServer, attach_server, says
from support.fake_jvm import FakeJvm

SECONDS = 0.3
LONG_AGO = 1_000_000_000
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to other users: needs root")


class Signals:
    """Stands for os.kill: nothing is sent, and the fake JVM does what it is told to instead."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []
        self.reaction: Callable[[], object] = lambda: None

    def kill(self, pid: int, number: int) -> None:
        self.sent.append((pid, number))
        self.reaction()


@pytest.fixture
def fake(tmp_path: Path) -> FakeJvm:
    fake = FakeJvm(tmp_path, pid=os.getpid())
    fake.build()
    return fake


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Signals:
    signals = Signals()
    monkeypatch.setattr(os, "kill", signals.kill)
    return signals


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def version(fake: FakeJvm) -> str:
    return AttachClient(fake.build()).jcmd("VM.version", timeout_seconds=SECONDS)


def opens_socket(fake: FakeJvm, servers: ExitStack) -> FakeAttachServer:
    """The first request only clears the thread that is new; the others are answered."""
    answers = (says(b"1\njava.lang.OutOfMemoryError\n"), says(b"0\n17"), says(b"0\n18"))
    return servers.enter_context(attach_server(fake, *answers))


def test_a_trigger_then_one_signal_then_nothing_is_left(
    fake: FakeJvm, signals: Signals, servers: ExitStack
) -> None:
    seen = []
    started = []

    def react() -> None:
        trigger = fake.trigger_path.lstat()
        seen.append((trigger.st_uid, trigger.st_mode & 0o777, trigger.st_size))
        started.append(opens_socket(fake, servers))

    signals.reaction = react
    client = AttachClient(fake.build())
    assert client.jcmd("VM.version") == "17"
    assert client.jcmd("VM.version") == "18"
    assert signals.sent == [(fake.pid, signal.SIGQUIT)]
    assert [request[1:3] for request in started[0].requests] == [
        ["jcmd", ""],
        ["jcmd", "VM.version"],
        ["jcmd", "VM.version"],
    ]
    assert seen == [(os.geteuid(), 0o600, 0)]
    assert not fake.trigger_path.exists()
    assert list((fake.home / "cwd").iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"caught_signals": 0}, JvmNotAnsweringError, "does not catch SIGQUIT"),
        ({"state": "T (stopped)"}, JvmNotAnsweringError, "is stopped"),
        ({"state": "t (tracing stop)"}, JvmNotAnsweringError, "is stopped"),
        ({"words": ("java", "-XX:+DisableAttachMechanism")}, AttachRefusedError, "was started"),
        ({"library": "/opt/libj9vm29.so"}, AttachRefusedError, "OpenJ9"),
    ],
)
def test_nothing_is_sent_to_a_jvm_that_it_would_harm(
    fake: FakeJvm, signals: Signals, changes: dict[str, object], error: type, message: str
) -> None:
    changed = replace(fake, **changes)  # type: ignore[arg-type]
    with pytest.raises(error, match=message) as caught:
        version(changed)
    assert isinstance(caught.value, SeamewError)
    assert caught.value.hint
    assert signals.sent == []
    assert not fake.trigger_path.exists()


def test_what_was_known_of_a_jvm_may_be_old(fake: FakeJvm, signals: Signals) -> None:
    client = AttachClient(fake.build())
    replace(fake, state="T (stopped)").write_status()
    with pytest.raises(JvmNotAnsweringError, match="is stopped"):
        client.jcmd("VM.version")
    assert signals.sent == []


def test_nothing_is_sent_to_a_later_process_of_the_number(fake: FakeJvm, signals: Signals) -> None:
    client = AttachClient(fake.build())
    fake.write_stat(start_ticks=fake.start_ticks + 1)
    with pytest.raises(JvmNotFoundError, match="has ended"):
        client.jcmd("VM.version")
    assert signals.sent == []


def test_nothing_is_sent_to_a_process_that_is_no_jvm_any_more(
    fake: FakeJvm, signals: Signals
) -> None:
    client = AttachClient(fake.build())
    (fake.home / "maps").write_text("7f00-7f01 r-xp 00000000 08:01 42 /bin/sh\n", encoding="utf-8")
    with pytest.raises(JvmNotFoundError, match="is no JVM"):
        client.jcmd("VM.version")
    assert signals.sent == []
    assert not fake.trigger_path.exists()


def test_a_jvm_that_does_not_react(fake: FakeJvm, signals: Signals) -> None:
    started = time.monotonic()
    with pytest.raises(JvmNotAnsweringError, match="did not open its attach socket") as caught:
        version(fake)
    assert SECONDS <= time.monotonic() - started < SECONDS + 1
    assert "seamew status" in caught.value.hint
    assert len(signals.sent) == 1
    assert not fake.trigger_path.exists()


def test_a_jvm_that_is_stopped_meanwhile(fake: FakeJvm, signals: Signals) -> None:
    signals.reaction = replace(fake, state="T (stopped)").write_status
    with pytest.raises(JvmNotAnsweringError, match="is stopped"):
        version(fake)
    assert not fake.trigger_path.exists()


def test_a_jvm_that_ends_instead(fake: FakeJvm, signals: Signals) -> None:
    signals.reaction = lambda: fake.write_stat(state="Z")
    with pytest.raises(JvmNotFoundError, match="has ended"):
        version(fake)
    assert not fake.trigger_path.exists()


@pytest.mark.parametrize(
    ("failure", "error"),
    [(ProcessLookupError, JvmNotFoundError), (PermissionError, AttachRefusedError)],
)
def test_a_signal_that_cannot_be_sent(
    fake: FakeJvm, signals: Signals, failure: type[OSError], error: type[SeamewError]
) -> None:
    def react() -> None:
        raise failure

    signals.reaction = react
    with pytest.raises(error):
        version(fake)
    assert not fake.trigger_path.exists()


@pytest.mark.parametrize("place", ["cwd", "root/tmp"])
def test_while_another_tool_attaches_no_second_signal_is_sent(
    fake: FakeJvm, signals: Signals, place: str
) -> None:
    trigger = fake.home / place / ".attach_pid7"
    trigger.touch()
    with pytest.raises(JvmNotAnsweringError, match="another tool has asked"):
        version(fake)
    assert signals.sent == []
    assert trigger.exists()


def test_what_another_tool_asked_for_is_taken(
    fake: FakeJvm, signals: Signals, servers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.trigger_path.touch()

    def served_meanwhile(_: float) -> None:
        if not fake.socket_path.exists():
            servers.enter_context(attach_server(fake, says(b"0\n17")))

    monkeypatch.setattr(time, "sleep", served_meanwhile)
    assert version(fake) == "17"
    assert signals.sent == []


@pytest.mark.parametrize("place", ["cwd", "root/tmp"])
def test_a_trigger_that_another_tool_left_behind(
    fake: FakeJvm, signals: Signals, servers: ExitStack, place: str
) -> None:
    left = fake.home / place / ".attach_pid7"
    left.touch()
    os.utime(left, (LONG_AGO, LONG_AGO))
    signals.reaction = partial(opens_socket, fake, servers)
    assert version(fake) == "17"
    assert len(signals.sent) == 1
    assert not left.exists()


@needs_root
@pytest.mark.parametrize("place", ["cwd", "root/tmp"])
def test_a_trigger_that_the_jvm_would_not_take(fake: FakeJvm, signals: Signals, place: str) -> None:
    foreign = fake.home / place / ".attach_pid7"
    foreign.touch()
    os.chown(foreign, 12345, 12345)
    with pytest.raises(AttachRefusedError, match="user 12345 is in the way") as caught:
        version(fake)
    assert caught.value.path == str(foreign)
    assert signals.sent == []


@needs_root
def test_the_trigger_is_the_jvms_users(
    tmp_path: Path, signals: Signals, servers: ExitStack
) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid(), uid=12345)
    fake.build()
    fake.tmp.chmod(0o1777)
    owners = []

    def react() -> None:
        owners.append(fake.trigger_path.lstat().st_uid)
        opens_socket(fake, servers)
        fake.socket_path.chmod(0o777)

    signals.reaction = react
    assert version(fake) == "17"
    assert owners == [12345]
    assert os.geteuid() == 0


def dead_socket(fake: FakeJvm) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(fake.socket_path))


def test_a_socket_that_a_dead_jvm_left_is_in_nobodys_way(
    fake: FakeJvm, signals: Signals, servers: ExitStack
) -> None:
    dead_socket(fake)
    signals.reaction = partial(opens_socket, fake, servers)
    assert version(fake) == "17"
    assert len(signals.sent) == 1


@needs_root
def test_a_dead_socket_of_another_user_is_removed_too(
    tmp_path: Path, signals: Signals, servers: ExitStack
) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid(), uid=12345, gid=12345)
    fake.build()
    fake.tmp.chmod(0o1777)
    dead_socket(fake)
    fake.socket_path.chmod(0o600)

    def react() -> None:
        opens_socket(fake, servers)
        fake.socket_path.chmod(0o777)

    signals.reaction = react
    assert version(fake) == "17"


@needs_root
def test_a_socket_of_another_user_that_is_in_use_stays(tmp_path: Path, signals: Signals) -> None:
    fake = FakeJvm(tmp_path, pid=os.getpid() + 1, uid=12345, gid=12345)
    fake.build()
    with attach_server(fake, says(b"0\n")) as server:
        fake.socket_path.chmod(0o600)
        with pytest.raises(AttachRefusedError, match=f"is that of process {os.getpid()}"):
            version(fake)
        assert fake.socket_path.exists()
        assert server.requests == []
    assert signals.sent == []


def test_a_dead_socket_does_not_hide_what_forbids_the_signal(
    fake: FakeJvm, signals: Signals
) -> None:
    dead_socket(fake)
    with pytest.raises(JvmNotAnsweringError, match="does not catch SIGQUIT"):
        version(replace(fake, caught_signals=0))
    assert signals.sent == []


def test_a_jvm_that_is_ending_refuses_first(
    fake: FakeJvm, signals: Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_socket(fake)
    monkeypatch.setattr(time, "sleep", lambda _: fake.write_stat(state="Z"))
    with pytest.raises(JvmNotFoundError, match="has ended"):
        version(fake)
    assert signals.sent == []
    assert fake.socket_path.exists()


def test_a_tmp_that_leads_elsewhere_in_the_jvms_own_files(
    fake: FakeJvm, signals: Signals, servers: ExitStack
) -> None:
    client = AttachClient(fake.build())
    elsewhere = fake.home / "root" / "var" / "tmp"
    elsewhere.mkdir(parents=True)
    fake.tmp.rmdir()
    fake.tmp.symlink_to("/var/tmp")  # noqa: S108

    def react() -> None:
        assert [path.name for path in elsewhere.iterdir()] == [".attach_pid7"]
        answers = (says(b"0\n"), says(b"0\n17"))
        servers.enter_context(attach_server(fake, *answers, tmp=elsewhere))

    signals.reaction = react
    assert client.jcmd("VM.version", timeout_seconds=SECONDS) == "17"
    assert not list(elsewhere.glob(".attach*"))


def test_no_tmp(fake: FakeJvm, signals: Signals) -> None:
    client = AttachClient(fake.build())
    fake.tmp.rmdir()
    with pytest.raises(AttachRefusedError, match=f"tmp of JVM {fake.pid} cannot be opened"):
        client.jcmd("VM.version")
    assert signals.sent == []
