"""The JVM's own performance counters: the file as it is, and its values over some seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from seamew.jvm.capture.settings import CaptureSettings
from seamew.jvm.capture.step import Evidence, NotAvailableError, Step
from seamew.jvm.perfdata import PerfData
from seamew.masking import masked_text

__all__ = ["STEP", "without_secrets"]

_SAMPLES = 5
_PAUSE_SECONDS = 1.0
_MOST_FILE_BYTES = 1 << 24


def run(evidence: Evidence) -> None:
    """Copy the file; sample its values: all of them first, then those that have changed."""
    path = evidence.jvm.perfdata_path
    if path is None:
        raise NotAvailableError("this JVM has no counters: -XX:-UsePerfData, or no access")
    with PerfData(path) as counters:
        with path.open("rb") as file:
            whole = file.read(_MOST_FILE_BYTES)
        evidence.save(
            "counters/hsperfdata",
            whole if evidence.settings.show_secrets else without_secrets(whole),
        )
        evidence.save("counters/samples.jsonl", _samples(evidence, counters))


def without_secrets(whole: bytes) -> bytes:
    """The counters' file with its texts masked in place: no byte moves, so that it stays readable.

    Texts end at a zero byte; numbers have nothing that looks like a secret.
    """
    return b"\0".join(_masked_in_place(part) for part in whole.split(b"\0"))


def _masked_in_place(part: bytes) -> bytes:
    text = part.decode("latin-1")
    shown = masked_text(text)
    return part if shown == text else shown.encode("latin-1")[: len(part)].ljust(len(part), b"\0")


def _samples(evidence: Evidence, counters: PerfData) -> Iterator[bytes]:
    before: dict[str, int | str] = {}
    for number in range(_SAMPLES):
        if number:
            evidence.pause(_PAUSE_SECONDS)
        values = counters.values()
        if not evidence.settings.show_secrets:
            values = {
                name: masked_text(value) if isinstance(value, str) else value
                for name, value in values.items()
            }
        changed = {name: value for name, value in values.items() if before.get(name) != value}
        before.update(changed)
        row = {"at_ms": int(time.time() * 1000), "values": changed}
        yield (json.dumps(row) + "\n").encode("ascii")


def _wait(_: CaptureSettings) -> float:
    return (_SAMPLES - 1) * _PAUSE_SECONDS


STEP = Step(
    "counters",
    "the JVM's performance counters, five times a second apart",
    "",
    run,
    asks_jvm=False,
    wait=_wait,
)
