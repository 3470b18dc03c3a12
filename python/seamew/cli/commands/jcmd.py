"""`seamew jcmd`: any diagnostic command of a JVM, without a JDK."""

from __future__ import annotations

import click

from seamew.cli.exit_codes import ExitCode
from seamew.cli.live import LiveOptions, answer_on_jvm, live_command
from seamew.jvm.handle import Jvm
from seamew.report import Answer
from seamew.report.jvm.jcmd import jcmd_answer

__all__ = ["command"]


@live_command(
    "jcmd",
    epilog="""
seamew jcmd 4711 help
seamew jcmd 4711 VM.version
seamew jcmd 4711 GC.heap_info --watch 2
seamew jcmd 4711 Thread.print -- -l
""",
)
@click.argument("words", metavar="COMMAND...", nargs=-1)
def command(options: LiveOptions, words: tuple[str, ...]) -> ExitCode:
    """Any diagnostic command, as jcmd sends it; `help` lists them.

    What the command does to the JVM is the command's own: GC.run collects, GC.class_histogram
    stops all threads while it counts.
    """

    def ask(jvm: Jvm) -> Answer:
        line = " ".join(words or ("help",))
        return jcmd_answer(line, jvm.jcmd(line))

    return answer_on_jvm(options, ask)
