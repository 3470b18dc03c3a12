"""A JVM that is only files: its part of /proc, with a root directory, counters and options."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seamew.jvm import JvmProcess
from seamew.jvm.discover import find_jvm
from support.perfdata import perfdata_bytes

CATCHES_QUIT = 1 << 2


@dataclass(frozen=True)
class FakeJvm:
    """What the files say; `build` writes them below a folder that stands for /proc."""

    folder: Path
    pid: int = 4711
    namespace_pid: int = 7
    uid: int = field(default_factory=os.geteuid)
    gid: int = field(default_factory=os.getegid)
    state: str = "S (sleeping)"
    caught_signals: int = CATCHES_QUIT
    library: str = "/opt/jre/lib/server/libjvm.so"
    words: Sequence[str] = ("java", "-Xmx64m", "Main")
    environment: Sequence[str] = ()
    start_ticks: int = 12345
    host_uptime_seconds: float = 1_000_000.0
    thread_names: Sequence[str] = ()

    @property
    def home(self) -> Path:
        """Stands for /proc/PID."""
        return self.folder / str(self.pid)

    @property
    def tmp(self) -> Path:
        """The JVM's /tmp."""
        return self.home / "root" / "tmp"

    @property
    def socket_path(self) -> Path:
        """Where the attach socket is, if there is one."""
        return self.tmp / f".java_pid{self.namespace_pid}"

    @property
    def trigger_path(self) -> Path:
        """Where the trigger file stands while somebody attaches."""
        return self.tmp / f".attach_pid{self.namespace_pid}"

    def build(self) -> JvmProcess:
        """Write the files (again) and find the JVM by them."""
        for path in (self.tmp, self.home / "cwd"):
            path.mkdir(parents=True, exist_ok=True)
        self.write_status()
        self.write_stat()
        texts = {
            "maps": f"7f00-7f01 r-xp 00000000 08:01 42 {self.library}\n",
            "cmdline": "".join(word + "\0" for word in self.words),
            "environ": "".join(word + "\0" for word in self.environment),
        }
        for name, text in texts.items():
            (self.home / name).write_text(text, encoding="utf-8")
        uptime = self.folder / "uptime"
        if not uptime.exists():
            uptime.write_text(f"{self.host_uptime_seconds} 0.0\n", encoding="utf-8")
        for number, name in enumerate(self.thread_names, self.pid):
            task = self.home / "task" / str(number)
            task.mkdir(parents=True, exist_ok=True)
            (task / "comm").write_text(name + "\n", encoding="utf-8")
        return find_jvm(self.pid, self.folder)

    def write_status(self) -> None:
        """/proc/PID/status alone, as the kernel would show it now."""
        text = (
            f"Name:\tjava\nState:\t{self.state}\nNStgid:\t{self.pid}\t{self.namespace_pid}\n"
            f"Uid:\t{self.uid}\t{self.uid}\t{self.uid}\t{self.uid}\nGid:\t0\t{self.gid}\t0\t0\n"
            f"Threads:\t9\nSigCgt:\t{self.caught_signals:016x}\n"
        )
        (self.home / "status").write_text(text, encoding="utf-8")

    def write_stat(self, *, start_ticks: int | None = None, state: str = "S") -> None:
        """/proc/PID/stat alone."""
        start = self.start_ticks if start_ticks is None else start_ticks
        text = f"{self.pid} (ja) va) {state} " + "0 " * 18 + f"{start} 4096 1\n"
        (self.home / "stat").write_text(text, encoding="utf-8")

    def write_counters(self, values: Mapping[str, int | str], *, accessible: int = 1) -> Path:
        """The JVM's hsperfdata file, which it maps from now on."""
        folder = self.tmp / "hsperfdata_app"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / str(self.namespace_pid)
        path.write_bytes(perfdata_bytes(values, accessible=accessible))
        mapped = f"7f02-7f03 rw-s 00000000 08:01 43 /tmp/hsperfdata_app/{self.namespace_pid}\n"
        with (self.home / "maps").open("a", encoding="utf-8") as maps:
            maps.write(mapped)
        return path
