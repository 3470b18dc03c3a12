"""One JVM to ask: the face of `seamew.jvm` for Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from seamew.errors import JvmCommandError

from .asking import ask_jvm
from .attaching import DEFAULT_TIMEOUT_SECONDS, AttachClient
from .capture import CaptureProgress, CaptureSettings, Case, capture_case
from .discover import JvmProcess, find_jvm
from .doctor import Finding, examine_jvm
from .dump import (
    RAW,
    DumpOrder,
    DumpPreflight,
    DumpWish,
    HeapDump,
    Watcher,
    dump_heap,
    preflight,
)
from .flags import FlagChange, VmFlag, read_vm_flags, set_vm_flags
from .histogram import Histogram, take_histogram
from .identity import open_counters
from .perfdata import PerfData
from .sampling import Sample, Sampler
from .sampling import samples as take_samples
from .settings import JvmSetting, read_settings
from .status import read_jvm_status
from .status_values import JvmStatus
from .threads import TakenDump, ThreadDump, take_dump, take_virtual_dump

__all__ = ["Jvm", "attach"]


class Jvm:
    """A running JVM. Nothing is sent to it before the first question that needs an answer."""

    def __init__(
        self, process: JvmProcess, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        self.process = process
        self.client = AttachClient(process)
        self.timeout_seconds = timeout_seconds

    @property
    def pid(self) -> int:
        """The process number on this host."""
        return self.process.pid

    def status(self, *, ask: bool = False) -> JvmStatus:
        """Its figures at this moment, from files alone.

        With `ask` the JVM is asked for what its files do not tell; that takes it some 20 ms and
        stops no thread.
        """
        asked = ask_jvm(self.jcmd) if ask else None
        return read_jvm_status(self.process, asked)

    def counters(self) -> PerfData:
        """Its performance counters, to be closed by the caller.

        Raises JvmCommandError where it has none, and what `PerfData` raises.
        """
        counters = open_counters(self.process)
        if counters is None:
            raise JvmCommandError(
                f"JVM {self.pid} has no counters: -XX:-UsePerfData or -XX:+PerfDisableSharedMem",
                hint=f"it can be asked instead: seamew jcmd {self.pid} GC.heap_info",
            )
        return counters

    def check_alive(self) -> None:
        """Raises JvmNotFoundError where it has ended."""
        find_jvm(self.pid, self.process.proc)

    def doctor(self) -> tuple[Finding, ...]:
        """Why attaching, dumping or sampling will or will not work; the JVM is not asked.

        Raises JvmNotFoundError where it has ended.
        """
        return examine_jvm(self.pid, self.process.proc).findings

    def jcmd(self, line: str) -> str:
        """The answer to a diagnostic command as jcmd sends it: `GC.heap_info`, `VM.flags -all`."""
        return self.client.jcmd(line, timeout_seconds=self.timeout_seconds)

    def samples(self, *, interval_seconds: float = 1.0) -> Iterator[Sample]:
        """A sample now and one each interval, from counters and /proc: the JVM is asked nothing.

        Raises JvmNotFoundError when the JVM has ended. Close it (or let it go) to end earlier.
        """
        with Sampler(self.process) as sampler:
            yield from take_samples(sampler, interval_seconds=lambda: interval_seconds)

    def flags(self) -> tuple[VmFlag, ...]:
        """All its flags, by name; diagnostic and experimental ones where they are unlocked."""
        return read_vm_flags(self.client, timeout_seconds=self.timeout_seconds)

    def set_flag(self, name: str, value: str) -> FlagChange:
        """Change a manageable flag for as long as it runs; tells what it was.

        Raises what `seamew.jvm.flags.set_vm_flags` raises.
        """
        (change,) = self.set_flags([(name, value)])
        return change

    def set_flags(self, settings: Sequence[tuple[str, str]]) -> tuple[FlagChange, ...]:
        """Change several, after all names and values have been looked at."""
        return set_vm_flags(self.client, settings, timeout_seconds=self.timeout_seconds)

    def properties(self, *, show_secrets: bool = False) -> tuple[JvmSetting, ...]:
        """System properties, environment and arguments; runs a little Java code in the JVM.

        What may be a secret is masked unless `show_secrets`.
        """
        return read_settings(
            self.client, timeout_seconds=self.timeout_seconds, show_secrets=show_secrets
        )

    def histogram(self, *, live: bool = False) -> Histogram:
        """What fills the heap, by class; the JVM stands still while it counts.

        Dead objects are counted too; `live` does a full collection first to be rid of them.
        """
        return take_histogram(self.client, live=live, timeout_seconds=self.timeout_seconds)

    def dump_preflight(self, wish: DumpWish) -> DumpPreflight:
        """What a heap dump would cost; harmless, nothing is written."""
        return preflight(self.client, wish, timeout_seconds=self.timeout_seconds)

    def dump(
        self,
        path: str | Path,
        *,
        live: bool = False,
        compressed: bool = True,
        method: str = RAW,
        force: bool = False,
        watcher: Watcher | None = None,
    ) -> HeapDump:
        """Take a heap dump to a new file, of all objects or of the live ones; the JVM stands still.

        `method` is one of seamew.jvm.dump: RAW, GZ or STREAM. Raises NoRoomError where there is
        not room enough, unless `force`; else what `seamew.jvm.dump.dump_heap` raises.
        """
        target = Path(path).absolute()
        wish = DumpWish(target, is_live=live, method=method, is_compressed=compressed)
        found = self.dump_preflight(wish)
        if not force:
            found.require_room()
        return dump_heap(DumpOrder(self.client, wish, found, watcher or Watcher()))

    def threads(self, *, virtual: bool = False) -> ThreadDump:
        """The threads with their stacks and locks.

        Stops the JVM's threads for 2 to 160 ms at 2000 threads. `virtual` (JDK 21 and later)
        has virtual threads that no thread carries too, but no CPU times and, before 25, no locks.
        """
        return self.take_threads(virtual=virtual).dump

    def take_threads(self, *, virtual: bool = False, with_text: bool = False) -> TakenDump:
        """The same; with the text that the JVM wrote if it is wanted."""
        seconds = self.timeout_seconds
        if virtual:
            return take_virtual_dump(self.client, timeout_seconds=seconds, with_text=with_text)
        return take_dump(self.client, timeout_seconds=seconds)

    def capture(
        self,
        folder: Path,
        settings: CaptureSettings | None = None,
        *,
        on_progress: Callable[[CaptureProgress], None] | None = None,
        watcher: Watcher | None = None,
    ) -> Case:
        """Take the evidence of the JVM, the cheap first, into a new case folder below `folder`.

        What a step cannot get is noted in the case's manifest. Ctrl-C ends the capture: the case
        then says `interrupted`. `watcher` is for a heap dump, which is a step that `settings` must
        name. Raises UsageError where no folder can be made, JvmNotFoundError where the JVM has
        ended.
        """
        return capture_case(
            self.client,
            folder,
            settings or CaptureSettings(),
            timeout_seconds=self.timeout_seconds,
            on_progress=on_progress,
            watcher=watcher,
        )


def attach(pid: int, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> Jvm:
    """The JVM of a process number; `timeout_seconds` is for each question.

    Raises JvmNotFoundError or AccessRefusedError. The JVM is not touched yet.
    """
    return Jvm(find_jvm(pid), timeout_seconds=timeout_seconds)
