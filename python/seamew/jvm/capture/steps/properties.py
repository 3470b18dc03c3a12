"""The JVM's system properties, with secrets left out."""

from __future__ import annotations

from seamew.jvm.capture.step import Evidence, Step
from seamew.masking import masked

__all__ = ["STEP"]


def run(evidence: Evidence) -> None:
    """Ask for them in the form of a properties file: a name, an equals sign, a value a line."""
    text = evidence.jcmd("VM.system_properties")
    if not evidence.settings.show_secrets:
        text = "".join(map(_masked_line, text.splitlines(keepends=True)))
    evidence.save("jvm/properties.txt", text)


def _masked_line(line: str) -> str:
    name, equals, value = line.rstrip("\n").partition("=")
    return f"{name}={masked(name, value)[0]}\n" if equals else line


STEP = Step(
    "properties",
    "system properties, with secrets masked",
    "runs Java code in the JVM for some milliseconds",
    run,
)
