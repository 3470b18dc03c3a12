"""Taking dumps of the fake JVM, and looking at what is left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from seamew.jvm.dump import DumpOrder, DumpWish, HeapDump, Watcher, dump_heap
from seamew.jvm.dump.costs import preflight
from seamew.testing import HeapBuilder
from support.fake_dumper import FakeDumper

SECONDS = 10


@dataclass
class Watching:
    """What a watcher is told; `patience` says how often it waits on at Ctrl-C."""

    patience: int = 0
    phases: list[str] = field(default_factory=list)
    interrupts: int = 0

    @property
    def watcher(self) -> Watcher:
        return Watcher(self._progress, self._interrupt)

    def _progress(self, phase: str, done: int, total: int) -> None:
        assert done >= 0
        assert total >= 0
        if phase not in self.phases:
            self.phases.append(phase)

    def _interrupt(self) -> bool:
        self.interrupts += 1
        return self.interrupts <= self.patience


def take(
    jvm: FakeDumper,
    wish: DumpWish,
    watching: Watching | None = None,
    *,
    keep_part: bool = False,
) -> HeapDump:
    client = jvm.client
    found = preflight(client, wish, timeout_seconds=SECONDS)
    watcher = (watching or Watching()).watcher
    return dump_heap(DumpOrder(client, wish, found, watcher, keep_part=keep_part))


def left_in_tmp(jvm: FakeDumper) -> list[str]:
    """What is in the JVM's /tmp beside its socket."""
    found = jvm.fake.tmp.rglob("*")
    return sorted(str(one.relative_to(jvm.fake.tmp)) for one in found if not one.is_socket())


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def long_dump() -> bytes:
    """A dump of several megabytes."""
    heap = HeapBuilder()
    for number in range(6):
        heap.root(heap.data(1_500_000 + number))
    return heap.content()
