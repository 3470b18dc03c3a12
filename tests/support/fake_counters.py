"""Counters of a JVM that a test sets, in place of an hsperfdata file."""

from __future__ import annotations

from pathlib import Path

from seamew.jvm.perfdata import PerfData

SECOND = 1_000_000_000
MEGABYTE = 1 << 20


class FakeCounters(PerfData):
    """`now` holds what the counters say; tests change it. `reads` counts how often one is read."""

    def __init__(self, values: dict[str, int | str]) -> None:
        self.path = Path("fake")
        self.now = dict(values)
        self.reads = 0
        self.is_closed = False

    def refresh(self) -> None:
        """There is nothing to look for."""

    def number(self, name: str) -> int | None:
        """The number set."""
        self.reads += 1
        value = self.now.get(name)
        return value if isinstance(value, int) else None

    def text(self, name: str) -> str | None:
        """The text set."""
        self.reads += 1
        value = self.now.get(name)
        return value if isinstance(value, str) else None

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


def collector(number: int, name: str) -> dict[str, int | str]:
    """The counters of a collector that has done nothing yet."""
    prefix = f"sun.gc.collector.{number}"
    times = ("invocations", "time", "lastEntryTime", "lastExitTime")
    return {f"{prefix}.name": name, **{f"{prefix}.{one}": 0 for one in times}}


def space(generation: int, number: int, name: str, used_megabytes: int) -> dict[str, int | str]:
    """The counters of a space of 100 MB."""
    prefix = f"sun.gc.generation.{generation}.space.{number}"
    sizes = {"used": used_megabytes * MEGABYTE}
    sizes |= dict.fromkeys(("capacity", "maxCapacity"), 100 * MEGABYTE)
    return {f"{prefix}.name": name, **{f"{prefix}.{one}": size for one, size in sizes.items()}}


def general() -> dict[str, int | str]:
    """What every JVM has, up to Java 23."""
    return {
        "sun.os.hrt.frequency": SECOND,
        "sun.os.hrt.ticks": SECOND,
        "sun.gc.cause": "No GC",
        "sun.gc.lastCause": "No GC",
        "sun.rt.safepointTime": 0,
        "java.threads.live": 9,
        "java.threads.daemon": 7,
        "java.cls.loadedClasses": 100,
        "java.cls.sharedLoadedClasses": 500,
        "java.cls.unloadedClasses": 3,
        "java.cls.sharedUnloadedClasses": 1,
    }


def serial() -> FakeCounters:
    """A JVM with the serial collector: 10 MB in eden, 2 in a survivor, 30 in old."""
    generations = {
        f"sun.gc.generation.{number}.{what}": size * MEGABYTE
        for number, what, size in (
            (0, "capacity", 90),
            (0, "maxCapacity", 100),
            (1, "capacity", 150),
            (1, "maxCapacity", 200),
        )
    }
    return FakeCounters(
        {
            **general(),
            **generations,
            "sun.gc.policy.name": "Copy:MSC",
            **collector(0, "Serial young collection pauses"),
            **collector(1, "Serial full collection pauses"),
            **space(0, 0, "eden", 10),
            **space(0, 1, "s0", 2),
            **space(0, 2, "s1", 0),
            **space(1, 0, "old", 30),
        }
    )


def z_without_generations() -> FakeCounters:
    """A JVM of Java 17 with Z: one space of 50 MB used."""
    return FakeCounters(
        {
            **general(),
            "sun.gc.generation.1.maxCapacity": 100 * MEGABYTE,
            **collector(2, "Z concurrent cycle pauses"),
            **space(1, 0, "space", 50),
        }
    )


def shenandoah() -> FakeCounters:
    """A JVM with Shenandoah: one space of 50 MB used."""
    return FakeCounters(
        {
            **general(),
            "sun.gc.generation.0.maxCapacity": 0,
            "sun.gc.generation.1.maxCapacity": 100 * MEGABYTE,
            **collector(0, "Shenandoah partial"),
            **collector(1, "Shenandoah full"),
            **space(1, 0, "Heap", 50),
        }
    )


def collect(counters: FakeCounters, number: int, exit_ticks: int, cause: str) -> None:
    """A collection of 100 ms that has ended."""
    prefix = f"sun.gc.collector.{number}"
    took = SECOND // 10
    before = counters.now[f"{prefix}.time"]
    assert isinstance(before, int)
    counters.now |= {
        f"{prefix}.lastEntryTime": exit_ticks - took,
        f"{prefix}.lastExitTime": exit_ticks,
        f"{prefix}.time": before + took,
        "sun.gc.lastCause": cause,
    }
