"""Asking a JVM that answers wrongly in every way: the right error, in time, nothing left open."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.errors import (
    AttachRefusedError,
    JvmCommandError,
    JvmNotAnsweringError,
    JvmNotFoundError,
    MemoryLimitError,
    UsageError,
)
from seamew.jvm.attaching import AttachClient
from support.fake_attach import Answer, attach_server, says
from support.fake_jvm import FakeJvm

MB = 1 << 20
SECONDS = 0.3
LONG = "x" * 1025


@pytest.fixture
def fake(tmp_path: Path) -> FakeJvm:
    """A JVM that is this process: the socket is asked who is behind it."""
    fake = FakeJvm(tmp_path, pid=os.getpid())
    fake.build()
    return fake


@pytest.fixture
def client(fake: FakeJvm) -> AttachClient:
    return AttachClient(fake.build())


@pytest.fixture(autouse=True)
def _no_descriptor_is_left_open() -> Iterator[None]:
    descriptors = Path("/proc/self/fd")
    before = len(list(descriptors.iterdir()))
    yield
    assert len(list(descriptors.iterdir())) == before


def test_an_answer(fake: FakeJvm, client: AttachClient) -> None:
    with attach_server(fake, says(b"0\n", b"line\n", "größer\n".encode())) as server:
        assert client.execute("jcmd", "GC.heap_info") == "line\ngrößer\n"
    assert server.requests == [["1", "jcmd", "GC.heap_info", "", ""]]


def test_no_text_is_an_answer_too(fake: FakeJvm, client: AttachClient) -> None:
    with attach_server(fake, says(b"0\n")):
        assert client.execute("setflag", "A", "1") == ""


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (b"", "closed the connection without an answer to VM.version"),
        (b"0", "no reply, or cut off"),
        (b"-1", "no reply, or cut off"),
        (b"ok\n", "no reply, or cut off"),
        (b"-\n", "no reply, or cut off"),
        (b"0x0\ntext", "no reply, or cut off"),
        (b"\n0\n", "no reply, or cut off"),
        (b" 0\n", "no reply, or cut off"),
        (b"\xc2\xb2\n", "no reply, or cut off"),
        (bytes(range(256)) * 40, "no reply, or cut off"),
        (b"0" * 5000 + b"\n", "no reply, or cut off"),
    ],
)
def test_what_is_no_reply(fake: FakeJvm, client: AttachClient, reply: bytes, message: str) -> None:
    with (
        attach_server(fake, says(reply)),
        pytest.raises(JvmNotAnsweringError, match=message) as caught,
    ):
        client.jcmd("VM.version")
    assert str(fake.pid) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (b"-1\nOperation boo not recognized!", "refuses VM.boo: Operation boo not recognized!"),
        (b"1\n\n  java.lang.OutOfMemoryError\nmore", "refuses VM.boo: java.lang.OutOfMemoryError"),
        (b"7\n", "refuses VM.boo: result code 7"),
        (b"101\n", "does not speak this version of the attach protocol"),
        (b"1\n" + b"y" * MB, "refuses VM.boo: y{300}$"),
        (b"1\n\xff\xfe", "refuses VM.boo: \ufffd\ufffd"),
    ],
)
def test_the_jvm_says_no(fake: FakeJvm, client: AttachClient, reply: bytes, message: str) -> None:
    with attach_server(fake, says(reply)), pytest.raises(JvmCommandError, match=message):
        client.jcmd("VM.boo -all")


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (b"0\nreturn code: 0\n", None),
        (b"0\n0\n", None),
        (b"0\nreturn code: 100\n", "return code: 100"),
        (b"0\n102\n", "102"),
        (b"0\nModule java.instrument not found.\n", "Module java.instrument not found."),
        (b"0\n", "nothing"),
    ],
)
def test_agents_answer_in_their_own_way(
    fake: FakeJvm, client: AttachClient, reply: bytes, trouble: str | None
) -> None:
    with attach_server(fake, says(reply)):
        if trouble is None:
            client.execute("load", "instrument", "false", "/tmp/agent.jar")  # noqa: S108
        else:
            with pytest.raises(JvmCommandError, match=trouble):
                client.execute("load", "instrument", "false", "/tmp/agent.jar")  # noqa: S108


def test_return_codes_of_other_commands_are_text(fake: FakeJvm, client: AttachClient) -> None:
    with attach_server(fake, says(b"0\nreturn code: 100\n")):
        assert client.jcmd("VM.log list") == "return code: 100\n"


def test_a_reset(fake: FakeJvm, client: AttachClient) -> None:
    def reset(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1)  # closing a connection whose request was not read resets it

    with (
        attach_server(fake, reset, reads_requests=False),
        pytest.raises(JvmNotAnsweringError, match=r"broke off while answering VM.version"),
    ):
        client.jcmd("VM.version")


def silence(_: socket.socket, stopping: threading.Event) -> None:
    stopping.wait()


def half_then_hang(connection: socket.socket, stopping: threading.Event) -> None:
    connection.sendall(b"0\nhalf a li")
    stopping.wait()


def dripping(connection: socket.socket, stopping: threading.Event) -> None:
    """Never silent for long, never done."""
    connection.sendall(b"0\n")
    while not stopping.wait(0.02):
        connection.sendall(b".")


@pytest.mark.parametrize("behaviour", [silence, half_then_hang, dripping])
def test_time_is_limited_as_a_whole(fake: FakeJvm, client: AttachClient, behaviour: Answer) -> None:
    with attach_server(fake, behaviour):
        started = time.monotonic()
        with pytest.raises(JvmNotAnsweringError, match=r"did not answer VM.version within 0.3 s"):
            client.jcmd("VM.version", timeout_seconds=SECONDS)
        assert SECONDS <= time.monotonic() - started < SECONDS + 1


def test_a_queue_that_is_full(fake: FakeJvm, client: AttachClient) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(fake.socket_path))
        listener.listen(0)
        with socket.socket(socket.AF_UNIX) as other:
            other.connect(str(fake.socket_path))
            started = time.monotonic()
            with pytest.raises(JvmNotAnsweringError, match="takes no connection"):
                client.jcmd("VM.version", timeout_seconds=SECONDS)
            assert time.monotonic() - started < SECONDS + 1


def huge(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"0\n")
    for _number in range(100):
        connection.sendall(b"a" * (MB - 1) + b"\n")


def test_memory_is_limited(fake: FakeJvm, client: AttachClient) -> None:
    with attach_server(fake, huge), pytest.raises(MemoryLimitError, match=r"more than 8.00 MB"):
        client.jcmd("VM.stringtable", most_bytes=8 * MB)


def test_an_answer_of_any_length_goes_to_a_file(
    fake: FakeJvm, client: AttachClient, tmp_path: Path
) -> None:
    path = tmp_path / "answer"
    with attach_server(fake, huge), path.open("wb") as file:
        assert client.execute_to(file, "jcmd", "VM.stringtable") == 100 * MB
    assert path.stat().st_size == 100 * MB


def test_nothing_goes_to_a_file_when_the_jvm_says_no(fake: FakeJvm, client: AttachClient) -> None:
    file = io.BytesIO()
    with attach_server(fake, says(b"1\nno\n")), pytest.raises(JvmCommandError):
        client.execute_to(file, "jcmd", "VM.stringtable")
    assert file.getvalue() == b""


def test_a_jvm_that_dies_while_it_answers(fake: FakeJvm, client: AttachClient) -> None:
    def die(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"0\nhalf of the hist")
        fake.write_stat(state="Z")

    with (
        attach_server(fake, die),
        pytest.raises(JvmNotFoundError, match=r"has ended while answering GC.class_histogram"),
    ):
        client.jcmd("GC.class_histogram")


def test_a_process_of_the_same_number_is_not_asked(fake: FakeJvm, client: AttachClient) -> None:
    fake.write_stat(start_ticks=fake.start_ticks + 1)
    with attach_server(fake, says(b"0\n")) as server:
        with pytest.raises(JvmNotFoundError, match="has ended"):
            client.jcmd("VM.version")
        assert server.requests == []


def test_a_stopped_jvm_is_not_asked(fake: FakeJvm) -> None:
    client = AttachClient(fake.build())
    with attach_server(fake, says(b"0\n")) as server:
        FakeJvm(fake.folder, pid=fake.pid, state="T (stopped)").write_status()
        with pytest.raises(JvmNotAnsweringError, match="is stopped") as caught:
            client.jcmd("VM.version")
        assert server.requests == []
    assert f"kill -CONT {fake.pid}" in caught.value.hint


def test_the_socket_of_another_process_is_not_asked(tmp_path: Path) -> None:
    fake = FakeJvm(tmp_path / "other", pid=os.getpid() + 1)
    client = AttachClient(fake.build())
    with attach_server(fake, says(b"0\n")) as server:
        with pytest.raises(AttachRefusedError, match=f"is that of process {os.getpid()}"):
            client.jcmd("VM.version")
        assert server.requests == []


@pytest.mark.parametrize("arguments", [(LONG,), ("a", "b", "c", "d"), ("ü" * 513,)])
def test_long_or_many_arguments_go_by_version_2(
    fake: FakeJvm, client: AttachClient, arguments: tuple[str, ...]
) -> None:
    with attach_server(fake, says(b"0\n2"), says(b"0\ndone"), says(b"0\nagain")) as server:
        assert client.execute("dumpheap", *arguments) == "done"
        assert client.execute("dumpheap", *arguments) == "again"
    assert server.requests == [
        ["1", "getversion", "", "", ""],
        ["2", "dumpheap", *arguments],
        ["2", "dumpheap", *arguments],
    ]


@pytest.mark.parametrize(
    "version", [b"-1\nOperation getversion not recognized!", b"0\n1", b"0\n", b"0\n2 streaming"]
)
def test_older_jvms_are_not_sent_what_they_cannot_take(
    fake: FakeJvm, client: AttachClient, version: bytes
) -> None:
    with attach_server(fake, says(version)) as server:
        with pytest.raises(JvmCommandError, match="longer than 1024 bytes"):
            client.execute("dumpheap", LONG)
        with pytest.raises(JvmCommandError, match="longer than 1024 bytes"):
            client.execute("dumpheap", LONG)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply", [b"101\n", b"", b"2", b"0", b"\0\0\0"], ids=["101", "empty", "2", "0", "zeros"]
)
def test_version_2_spoken_wrongly(fake: FakeJvm, client: AttachClient, reply: bytes) -> None:
    with (
        attach_server(fake, says(b"0\n2"), says(reply)),
        pytest.raises((JvmCommandError, JvmNotAnsweringError)) as caught,
    ):
        client.execute("dumpheap", LONG)
    assert f"JVM {fake.pid} " in caught.value.message


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("jcmd", ("a\0b",)), ("jcmd" * 5, ()), ("jcmd", ("y" * 300_000,))],
)
def test_what_no_jvm_could_take_is_not_sent(
    fake: FakeJvm, client: AttachClient, command: str, arguments: tuple[str, ...]
) -> None:
    with attach_server(fake) as server, pytest.raises(UsageError):
        client.execute(command, *arguments)
    assert server.requests == []


def test_names_that_are_no_text_are_sent_as_they_are(fake: FakeJvm, client: AttachClient) -> None:
    received = []

    def take(connection: socket.socket, _: threading.Event) -> None:
        received.append(connection.recv(1000))
        connection.sendall(b"0\n")

    with attach_server(fake, take, reads_requests=False):
        client.execute("dumpheap", os.fsdecode(b"/tmp/\xff.hprof"), "-live")
    assert received == [b"1\0dumpheap\0/tmp/\xff.hprof\0-live\0\0"]
