"""Live JVMs, without any JDK tool: find them, watch them, ask them, dump them.

Standard library only: `scripts/collector` cuts a single file out of this package that runs on
machines where nothing can be installed.
"""

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
