"""Compressed dumps: what gzip makes of them, and the marks that readers look for."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path

from seamew.jvm.dump.packing import MEMBER_BYTES, pack_file, packed_member


def test_members_come_back_whole_and_tell_their_size() -> None:
    content = os.urandom(MEMBER_BYTES) + b"x" * (MEMBER_BYTES + 17)
    target = io.BytesIO()
    seen: list[int] = []

    def goes_on(done: int) -> bool:
        seen.append(done)
        return True

    in_a_thread(lambda: pack_file(io.BytesIO(content), target, 1, goes_on))

    packed = target.getvalue()
    assert gzip.decompress(packed) == content
    assert packed.startswith(b"\x1f\x8b\x08\x10")
    assert b"HPROF BLOCKSIZE=1048576\0" in packed[:40]
    assert packed.count(b"HPROF BLOCKSIZE") == 1
    assert seen == [MEMBER_BYTES, 2 * MEMBER_BYTES, 2 * MEMBER_BYTES + 17]


def test_it_stops_when_told() -> None:
    target = io.BytesIO()
    in_a_thread(lambda: pack_file(io.BytesIO(b"x" * 5 * MEMBER_BYTES), target, 1, lambda _: False))
    assert len(gzip.decompress(target.getvalue())) == MEMBER_BYTES


def test_only_the_thread_that_packs_steps_back() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    inside: list[int] = []

    def goes_on(_: int) -> bool:
        inside.append(os.getpriority(os.PRIO_PROCESS, 0))
        return True

    in_a_thread(lambda: pack_file(io.BytesIO(b"x"), io.BytesIO(), 1, goes_on))
    assert inside == [19]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_levels_differ() -> None:
    data = Path(__file__).read_bytes()
    fast, small = (packed_member(data, level, is_first=False) for level in (1, 9))
    assert len(small) < len(fast) < len(data)
    assert gzip.decompress(small) == gzip.decompress(fast) == data


def in_a_thread(work: object) -> None:
    thread = threading.Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()
