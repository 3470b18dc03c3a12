"""The figures of jstat's options, from the same counters and by the same arithmetic.

Each column is a counter, a sum or a quotient of counters. A value that the JVM does not count is
None, and so is a quotient by zero; only the sum of all collection times takes what is missing as 0.
Columns, formulas and widths are those of JDK 17 and later (jdk.jcmd, sun/tools/jstat); the values
are in bytes, seconds and fractions of 1 where jstat prints KB, seconds and percent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from .perfdata import PerfData

__all__ = ["JSTAT_OPTIONS", "JstatColumn", "JstatSample", "JstatValue", "sample_jstat"]

JstatValue: TypeAlias = int | float | str | None
_Read: TypeAlias = Callable[[PerfData], JstatValue]

_FREQUENCY = "sun.os.hrt.frequency"


@dataclass(frozen=True)
class JstatColumn:
    """A column: `name` is ours, with the unit; `title` and `width` are jstat's.

    jstat prints the value times `factor` with so many `decimals` (None: a text or as it is).
    """

    name: str
    title: str
    width: int
    read: _Read
    factor: float = 1
    decimals: int | None = 0
    is_left: bool = False
    is_title_left: bool = False


@dataclass(frozen=True)
class JstatSample:
    """The values of one option at one moment, by the names of its columns."""

    option: str
    values: dict[str, JstatValue]


def sample_jstat(counters: PerfData, option: str) -> JstatSample:
    """The values of an option, one of `JSTAT_OPTIONS`. Costs some 30 us."""
    return JstatSample(
        option, {column.name: column.read(counters) for column in JSTAT_OPTIONS[option]}
    )


def _number(name: str) -> _Read:
    return lambda counters: counters.number(name)


def _sum(*names: str) -> _Read:
    def read(counters: PerfData) -> JstatValue:
        numbers = [counters.number(name) for name in names]
        known = [number for number in numbers if number is not None]
        return sum(known) if len(known) == len(numbers) else None

    return read


def _seconds(*names: str) -> _Read:
    """The ticks of one counter, or of those that there are of several."""

    def read(counters: PerfData) -> JstatValue:
        frequency = counters.number(_FREQUENCY)
        known = [ticks for ticks in map(counters.number, names) if ticks is not None]
        if not frequency or (len(names) == 1 and not known):
            return None
        return sum(known) / frequency

    return read


def _used_share(space: str) -> _Read:
    """What jstat computes, step by step, so that the last digit is the same."""

    def read(counters: PerfData) -> JstatValue:
        capacity, used = counters.number(f"{space}.capacity"), counters.number(f"{space}.used")
        if not capacity or used is None:
            return None
        return 1 - ((capacity - used) / capacity)

    return read


def _bytes(title: str, width: int, name: str, counter: str) -> JstatColumn:
    return JstatColumn(f"{name}_bytes", title, width, _number(counter), 1 / 1024, 1)


def _count(title: str, width: int, name: str, counter: str) -> JstatColumn:
    return JstatColumn(name, title, width, _number(counter))


def _share(title: str, name: str, space: str) -> JstatColumn:
    return JstatColumn(f"{name}_used_share", title, 6, _used_share(space), 100, 2)


def _time(title: str, name: str, *counters: str) -> JstatColumn:
    return JstatColumn(f"{name}_seconds", title, 9, _seconds(*counters), 1, 3)


def _text(title: str, width: int, name: str, counter: str) -> JstatColumn:
    return JstatColumn(
        name,
        title,
        width,
        lambda counters: counters.text(counter),
        decimals=None,
        is_left=True,
        is_title_left=True,
    )


_NEW, _OLD = "sun.gc.generation.0", "sun.gc.generation.1"
_EDEN, _S0, _S1 = (f"{_NEW}.space.{number}" for number in range(3))
_OLD_SPACE = f"{_OLD}.space.0"
_META, _CLASSES = "sun.gc.metaspace", "sun.gc.compressedclassspace"
_YOUNG, _FULL, _CONCURRENT = (f"sun.gc.collector.{number}" for number in range(3))

_COLUMNS = {
    "S0C": _bytes("S0C", 11, "survivor_0_capacity", f"{_S0}.capacity"),
    "S1C": _bytes("S1C", 11, "survivor_1_capacity", f"{_S1}.capacity"),
    "S0U": _bytes("S0U", 11, "survivor_0_used", f"{_S0}.used"),
    "S1U": _bytes("S1U", 11, "survivor_1_used", f"{_S1}.used"),
    "S0CMX": _bytes("S0CMX", 11, "survivor_0_max_capacity", f"{_S0}.maxCapacity"),
    "S1CMX": _bytes("S1CMX", 11, "survivor_1_max_capacity", f"{_S1}.maxCapacity"),
    "EC": _bytes("EC", 12, "eden_capacity", f"{_EDEN}.capacity"),
    "EU": _bytes("EU", 12, "eden_used", f"{_EDEN}.used"),
    "ECMX": _bytes("ECMX", 12, "eden_max_capacity", f"{_EDEN}.maxCapacity"),
    "OC": _bytes("OC", 12, "old_capacity", f"{_OLD_SPACE}.capacity"),
    "OU": _bytes("OU", 12, "old_used", f"{_OLD_SPACE}.used"),
    "MC": _bytes("MC", 10, "metaspace_capacity", f"{_META}.capacity"),
    "MU": _bytes("MU", 10, "metaspace_used", f"{_META}.used"),
    "MCMN": _bytes("MCMN", 10, "metaspace_min_capacity", f"{_META}.minCapacity"),
    "MCMX": _bytes("MCMX", 10, "metaspace_max_capacity", f"{_META}.maxCapacity"),
    "CCSC": _bytes("CCSC", 9, "class_space_capacity", f"{_CLASSES}.capacity"),
    "CCSU": _bytes("CCSU", 9, "class_space_used", f"{_CLASSES}.used"),
    "CCSMN": _bytes("CCSMN", 9, "class_space_min_capacity", f"{_CLASSES}.minCapacity"),
    "CCSMX": _bytes("CCSMX", 9, "class_space_max_capacity", f"{_CLASSES}.maxCapacity"),
    "NGCMN": _bytes("NGCMN", 12, "new_min_capacity", f"{_NEW}.minCapacity"),
    "NGCMX": _bytes("NGCMX", 12, "new_max_capacity", f"{_NEW}.maxCapacity"),
    "NGC": _bytes("NGC", 12, "new_capacity", f"{_NEW}.capacity"),
    "OGCMN": _bytes("OGCMN", 12, "old_min_capacity", f"{_OLD}.minCapacity"),
    "OGCMX": _bytes("OGCMX", 12, "old_max_capacity", f"{_OLD}.maxCapacity"),
    "OGC": _bytes("OGC", 12, "old_generation_capacity", f"{_OLD}.capacity"),
    "S0": _share("S0", "survivor_0", _S0),
    "S1": _share("S1", "survivor_1", _S1),
    "E": _share("E", "eden", _EDEN),
    "O": _share("O", "old", _OLD_SPACE),
    "M": _share("M", "metaspace", _META),
    "CCS": _share("CCS", "class_space", _CLASSES),
    "YGC": _count("YGC", 6, "young_collections", f"{_YOUNG}.invocations"),
    "YGCT": _time("YGCT", "young", f"{_YOUNG}.time"),
    "FGC": _count("FGC", 5, "full_collections", f"{_FULL}.invocations"),
    "FGCT": _time("FGCT", "full", f"{_FULL}.time"),
    "CGC": _count("CGC", 5, "concurrent_collections", f"{_CONCURRENT}.invocations"),
    "CGCT": _time("CGCT", "concurrent", f"{_CONCURRENT}.time"),
    "GCT": _time("GCT", "total", f"{_YOUNG}.time", f"{_FULL}.time", f"{_CONCURRENT}.time"),
    "LGCC": _text("LGCC", 20, "last_cause", "sun.gc.lastCause"),
    "GCC": _text("GCC", 20, "cause", "sun.gc.cause"),
    "TT": _count("TT", 2, "tenuring_threshold", "sun.gc.policy.tenuringThreshold"),
    "MTT": _count("MTT", 2, "max_tenuring_threshold", "sun.gc.policy.maxTenuringThreshold"),
    "DSS": _bytes("DSS", 11, "desired_survivor", "sun.gc.policy.desiredSurvivorSize"),
    "Loaded": JstatColumn(
        "loaded_classes",
        "Loaded",
        5,
        _sum("java.cls.loadedClasses", "java.cls.sharedLoadedClasses"),
    ),
    "LoadedBytes": JstatColumn(
        "loaded_bytes",
        "Bytes",
        7,
        _sum("sun.cls.loadedBytes", "sun.cls.sharedLoadedBytes"),
        1 / 1024,
        1,
    ),
    "Unloaded": JstatColumn(
        "unloaded_classes",
        "Unloaded",
        5,
        _sum("java.cls.unloadedClasses", "java.cls.sharedUnloadedClasses"),
    ),
    "UnloadedBytes": JstatColumn(
        "unloaded_bytes",
        "Bytes",
        7,
        _sum("sun.cls.unloadedBytes", "sun.cls.sharedUnloadedBytes"),
        1 / 1024,
        1,
    ),
    "LoadingTime": JstatColumn("loading_seconds", "Time", 10, _seconds("sun.cls.time"), decimals=2),
    "Compiled": _count("Compiled", 6, "compilations", "sun.ci.totalCompiles"),
    "Failed": _count("Failed", 6, "failed_compilations", "sun.ci.totalBailouts"),
    "Invalid": _count("Invalid", 6, "invalidated_compilations", "sun.ci.totalInvalidates"),
    "CompilingTime": JstatColumn(
        "compiling_seconds", "Time", 8, _seconds("java.ci.totalTime"), decimals=2
    ),
    "FailedType": _count("FailedType", 4, "last_failed_type", "sun.ci.lastFailedType"),
    "FailedMethod": _text("FailedMethod", 1, "last_failed_method", "sun.ci.lastFailedMethod"),
    "Size": _count("Size", 6, "last_compiled_bytes", "sun.ci.lastSize"),
    "Type": _count("Type", 4, "last_compiled_type", "sun.ci.lastType"),
    "Method": _text("Method", 1, "last_compiled_method", "sun.ci.lastMethod"),
}

_SHARES = "S0 S1 E O M CCS YGC YGCT FGC FGCT CGC CGCT GCT"
_LINES = {
    "class": "Loaded LoadedBytes Unloaded UnloadedBytes LoadingTime",
    "compiler": "Compiled Failed Invalid CompilingTime FailedType FailedMethod",
    "gc": "S0C S1C S0U S1U EC EU OC OU MC MU CCSC CCSU YGC YGCT FGC FGCT CGC CGCT GCT",
    "gcutil": _SHARES,
    "gccause": f"{_SHARES} LGCC GCC",
    "gccapacity": "NGCMN NGCMX NGC S0C S1C EC OGCMN OGCMX OGC OC MCMN MCMX MC CCSMN CCSMX CCSC"
    " YGC FGC CGC",
    "gcnew": "S0C S1C S0U S1U TT MTT DSS EC EU YGC YGCT",
    "gcnewcapacity": "NGCMN NGCMX NGC S0CMX S0C S1CMX S1C ECMX EC YGC FGC CGC",
    "gcold": "MC MU CCSC CCSU OC OU YGC FGC FGCT CGC CGCT GCT",
    "gcoldcapacity": "OGCMN OGCMX OGC OC YGC FGC FGCT CGC CGCT GCT",
    "gcmetacapacity": "MCMN MCMX MC CCSMN CCSMX CCSC YGC FGC FGCT CGC CGCT GCT",
    "printcompilation": "Compiled Size Type Method",
}

JSTAT_OPTIONS: dict[str, tuple[JstatColumn, ...]] = {
    option: tuple(_COLUMNS[key] for key in line.split()) for option, line in _LINES.items()
}
"""The columns of each option, in jstat's order."""
