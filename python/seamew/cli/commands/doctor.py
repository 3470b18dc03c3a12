"""`seamew doctor`: why attaching, dumping or sampling will or will not work."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_now, live_command
from seamew.jvm.doctor import examine_host, examine_jvm, examine_jvms
from seamew.report import Answer
from seamew.report.jvm.doctor import host_answer, jvm_answer

__all__ = ["command"]


@live_command(
    "doctor",
    target=False,
    epilog="""
seamew doctor
seamew doctor 4711
seamew doctor 4711 --check && seamew dump 4711 --yes
""",
)
@click.argument("process", metavar="[PID]", type=click.IntRange(min=1), required=False)
@click.option("--check", is_flag=True, help="Exit with 10 if a check fails.")
def command(options: LiveOptions, *, process: int | None, check: bool) -> ExitCode:
    """Why attaching, dumping or sampling will or will not work.

    Looks at users, namespaces, signals, the attach socket, options, room for a dump, and says what
    to type. Without PID at the host and, in short, at each JVM. Nothing is sent to a JVM.
    """
    failures = 0

    def ask() -> Answer:
        nonlocal failures
        host = examine_host()
        if process is None:
            answer = host_answer(host, tuple(examine_jvms()))
        else:
            answer = jvm_answer(host, examine_jvm(process))
        failures = answer.findings
        return answer

    code = answer_now(options, ask)
    return ExitCode.FINDINGS if check and failures and code is ExitCode.DONE else code
