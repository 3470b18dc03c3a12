"""What is printed as HotSpot prints it is read back: in all styles, in logs, and cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seamew.errors import NotAThreadDumpError
from seamew.jvm.threads import JavaThread, ThreadDump, read_thread_dumps, thread_dumps_of_text
from support.printed_threads import STYLES, Style, printed

from .random_threads import some_threads

CALM = settings(suppress_health_check=[HealthCheck.too_slow])
FILES = settings(
    CALM,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
STYLE = st.sampled_from(STYLES)
PREFIXES = (
    "2026-11-23T17:35:03.{0:09d}Z stdout F ",
    "17:35:{1:02d}.{0:03d} [Signal Dispatcher] INFO  c.a.Main - ",
    "Nov 23 17:35:{1:02d} host java[{0}]: ",
    "[2026-11-23 17:35:{1:02d},{0:03d}][info] ",
    "   ",
)
BETWEEN = (
    "order 4711 was placed",
    "java.lang.IllegalStateException: no\n\tat com.acme.Wrong.frame(Wrong.java:1)\n\t... 3 more",
    '{"level":"info","msg":"hello"}',
    "",
)


def one(dumps: list[ThreadDump]) -> ThreadDump:
    assert len(dumps) == 1
    return dumps[0]


def known(threads: list[JavaThread], style: Style) -> tuple[JavaThread, ...]:
    return tuple(style.known(thread) for thread in threads)


@given(some_threads(), STYLE)
@CALM
def test_a_dump_of_any_version_is_read_back(threads: list[JavaThread], style: Style) -> None:
    dump = one(list(thread_dumps_of_text(printed(threads, style))))

    assert dump.threads == known(threads, style)
    assert dump.losses == ()
    assert dump.taken_at == "2026-11-23 17:35:03"
    assert dump.vm == f"OpenJDK 64-Bit Server VM ({style.major}.0.1 mixed mode)"
    assert dump.global_references == 7


@given(some_threads(1), STYLE, st.sampled_from(PREFIXES), st.sampled_from(BETWEEN))
@FILES
def test_a_log_with_two_dumps_is_read_back(
    tmp_path: Path, threads: list[JavaThread], style: Style, prefix: str, between: str
) -> None:
    lines = printed(threads, style).split("\n")
    logged = [
        prefix.format(number * 37 % 1000, number % 60) + line for number, line in enumerate(lines)
    ]
    text = "\n".join([between, *logged, between, *logged, between, ""])
    path = tmp_path / "log.txt"
    path.write_bytes(text.encode())

    for dump in read_thread_dumps(path):
        assert dump.threads == known(threads, style)
        assert dump.losses == ()
        assert dump.taken_at == "2026-11-23 17:35:03"
    assert len(list(read_thread_dumps(path))) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@given(threads=some_threads(1), style=STYLE)
@FILES
def test_encodings_and_ends_of_lines_do_not_matter(
    tmp_path: Path, encoding: str, end: str, threads: list[JavaThread], style: Style
) -> None:
    path = tmp_path / "dump.txt"
    path.write_bytes(printed(threads, style).replace("\n", end).encode(encoding))

    assert one(list(read_thread_dumps(path))).threads == known(threads, style)


@given(some_threads(1), STYLE, st.data())
@CALM
def test_of_a_dump_that_is_cut_off_the_whole_threads_are_kept(
    threads: list[JavaThread], style: Style, data: st.DataObject
) -> None:
    text = printed(threads, style)
    lines = text.split("\n")
    cut = data.draw(st.integers(2, len(lines) - 1))
    dump = one(list(thread_dumps_of_text("\n".join(lines[:cut]))))

    whole = known(threads, style)[: max(0, len(dump.threads) - 1)]
    assert dump.threads[: len(whole)] == whole
    has_end = any(line.startswith("JNI global") for line in lines[:cut])
    assert (dump.losses == ()) == has_end


@given(st.binary(max_size=300))
@FILES
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(content)
    with pytest.raises(NotAThreadDumpError):
        list(read_thread_dumps(path))


@given(some_threads(1), STYLE, st.data())
@FILES
def test_a_damaged_dump_is_read_as_far_as_it_goes(
    tmp_path: Path, threads: list[JavaThread], style: Style, data: st.DataObject
) -> None:
    content = bytearray(printed(threads, style).encode())
    for _ in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(bytes(content))
    try:
        assert len(list(read_thread_dumps(path))) >= 1
    except NotAThreadDumpError:
        assert b"Full thread dump" not in content
