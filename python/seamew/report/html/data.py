"""All that a page shows, as JSON: the contract with `web/src/model.ts`.

Names of classes, frames and the like are numbers in `names`; addresses are hexadecimal without
0x; sizes are bytes. A text is a string, or `{"en": ..., "zh": ...}` where the languages differ.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

from seamew.diagnose import biggest_consumers
from seamew.heap import Heap
from seamew.model import Diagnosis, HeapFacts, RuntimeFacts
from seamew.version import VERSION

from .findings import findings_data
from .names import Names, Values, shortened
from .tables import consumers_data, histogram_data, properties_data
from .threads import threads_data
from .tree import TreeLimits, dominator_tree

__all__ = ["SCHEMA", "as_json", "page_data"]

SCHEMA = "seamew-page/1"

_CONSUMERS = 12


def page_data(
    heap: Heap, diagnosis: Diagnosis, limits: TreeLimits, *, show_values: bool
) -> dict[str, Any]:
    """The data of a page. The same heap and diagnosis give the same data."""
    names, values = Names(), Values(heap, show_values=show_values)
    facts = heap.facts
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "dump": _dump_arguments(facts),
        "facts": _facts(facts),
        "runtime": _runtime(heap.runtime_facts(), values),
        "warnings": [shortened(warning.message) for warning in heap.warnings],
        **findings_data(diagnosis, names, values),
        "consumers": consumers_data(biggest_consumers(heap, _CONSUMERS), names, values),
        "tree": dominator_tree(heap, names, limits, values),
        "histogram": histogram_data(heap, names),
        "threads": threads_data(heap, names, values),
        "properties": properties_data(heap, show_values=show_values),
        "names": names.all(),
    }


def as_json(data: dict[str, Any]) -> str:
    """The data as compact JSON, which may stand in a page as it is."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Inside <script> a browser looks for tags, whatever stands around them.
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _dump_arguments(facts: HeapFacts) -> str:
    """The dump as a command names it, with the options that change what is seen of it."""
    words = [shlex.quote(facts.path)]
    if facts.dump_count > 1:
        words.append(f"--dump {facts.dump_index}")
    if facts.keep_unreachable:
        words.append("--keep-unreachable")
    if facts.size_model != "gap":
        words.append(f"--size-model {facts.size_model}")
    return shortened(" ".join(words))


_FACTS = (
    "format",
    "compression",
    "file_bytes",
    "dump_index",
    "dump_count",
    "at_ms",
    "reference_bytes",
    "header_bytes",
    "object_alignment",
    "size_model",
    "keep_unreachable",
    "heap_bytes",
    "object_count",
    "class_count",
    "loader_count",
    "root_count",
    "thread_count",
    "unreachable_objects",
    "unreachable_bytes",
    "filler_objects",
    "filler_bytes",
    "read_in_part",
)


def _facts(facts: HeapFacts) -> dict[str, Any]:
    """The facts of the dump; not where it or its index lies, which is of no use elsewhere."""
    return {
        "file": shortened(facts.path.replace("\\", "/").rpartition("/")[2]),
        **{name: getattr(facts, name) for name in _FACTS},
    }


def _runtime(facts: RuntimeFacts, values: Values) -> dict[str, Any]:
    texts = {
        "java": " ".join(filter(None, (facts.java_version, facts.java_vendor))),
        "vm": " ".join(filter(None, (facts.vm_name, facts.vm_version))),
        "home": facts.java_home,
        "system": facts.os,
        "user": facts.user,
        "folder": facts.working_directory,
        "command": facts.command,
        "time_zone": facts.time_zone,
        "charset": facts.charset,
    }
    return {
        **{name: shortened(values.name(text)) if text else None for name, text in texts.items()},
        "processors": facts.processors,
        "uptime_ms": facts.uptime_ms,
    }
