"""The live side of `seamew properties`: the settings of a running JVM."""

from __future__ import annotations

import time
from collections.abc import Sequence

from seamew.cli.exit_codes import ExitCode
from seamew.jvm.handle import Jvm
from seamew.jvm.identity import uptime_seconds
from seamew.jvm.procfs import seconds_since_boot
from seamew.jvm.settings import SYSTEM, JvmSetting
from seamew.model import RuntimeFacts
from seamew.report import Answer
from seamew.report.properties import properties_answer

from .session import LiveOptions, answer_on_jvm

__all__ = ["answer_live_properties"]

_MS_PER_SECOND = 1000


def answer_live_properties(options: LiveOptions, *, show_secrets: bool) -> ExitCode:
    """Ask the JVM of `options.pid` and write the answer."""

    def ask(jvm: Jvm) -> Answer:
        rows = jvm.properties(show_secrets=show_secrets)
        return properties_answer(_facts(jvm, rows), rows, options.limit, unknown="(none)")

    return answer_on_jvm(options, ask)


def _facts(jvm: Jvm, rows: Sequence[JvmSetting]) -> RuntimeFacts:
    known = {row.name: row.value for row in rows if row.source == SYSTEM}
    process = jvm.process
    uptime = uptime_seconds(process.start_ticks, seconds_since_boot(process.proc))
    system = [known.get(f"os.{part}") or "" for part in ("name", "version", "arch")]
    return RuntimeFacts(
        java_version=known.get("java.version"),
        java_vendor=known.get("java.vendor"),
        java_home=known.get("java.home"),
        vm_name=known.get("java.vm.name"),
        vm_version=known.get("java.vm.version"),
        os=" ".join(system).strip() or None,
        processors=None,
        time_zone=known.get("user.timezone") or None,
        charset=known.get("file.encoding"),
        user=known.get("user.name"),
        working_directory=known.get("user.dir"),
        command=known.get("sun.java.command"),
        started_at_ms=None if uptime is None else round((time.time() - uptime) * _MS_PER_SECOND),
        uptime_ms=None if uptime is None else round(uptime * _MS_PER_SECOND),
    )
