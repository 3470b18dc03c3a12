"""Live JVMs, without any JDK tool: find them, watch them, ask them, dump them.

Standard library only: `scripts/collector` cuts a single file out of this package that runs on
machines where nothing can be installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .discover import JvmProcess
    from .discover import find_jvms as list  # noqa: A004 (seamew.jvm.list() is how it reads)
    from .handle import Jvm, attach
    from .status_values import JvmStatus
    from .summary import JvmSummary
    from .summary import list_summaries as ps
    from .threads import ThreadDump, read_thread_dumps

__all__ = [
    "Jvm",
    "JvmProcess",
    "JvmStatus",
    "JvmSummary",
    "ThreadDump",
    "attach",
    "list",
    "ps",
    "read_thread_dumps",
]

_HOMES = {
    "Jvm": ("handle", "Jvm"),
    "JvmProcess": ("discover", "JvmProcess"),
    "JvmStatus": ("status_values", "JvmStatus"),
    "JvmSummary": ("summary", "JvmSummary"),
    "ThreadDump": ("threads", "ThreadDump"),
    "attach": ("handle", "attach"),
    "list": ("discover", "find_jvms"),
    "ps": ("summary", "list_summaries"),
    "read_thread_dumps": ("threads", "read_thread_dumps"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (what the name stands for)
    """Load a public name at its first use: `seamew ps` needs few of them."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, attribute = _HOMES[name]
    return getattr(import_module(f".{module}", __name__), attribute)
