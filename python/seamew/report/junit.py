"""A diagnosis as JUnit XML: each rule that looked is a test, what it found makes it fail."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from seamew.model import Diagnosis, Finding, Severity
from seamew.wording import Language

from .diagnosis.finding import finding_text
from .text import printable

__all__ = ["junit_xml"]

_CLASS_NAME = "seamew.diagnose"


def junit_xml(
    diagnosis: Diagnosis,
    findings: Sequence[tuple[int, Finding]],
    least: Severity,
    language: Language = Language.ENGLISH,
) -> str:
    """The XML. Findings at least as bad as `least` are failures, others are the test's output.

    A rule that had nothing to look at is skipped, one that could not read it is an error.
    """
    used = diagnosis.rules
    rules = sorted({*used.looked, *(one.rule for _, one in findings)})
    suite = ET.Element("testsuite", name=f"seamew diagnose {printable(diagnosis.overview.path)}")
    failed = 0
    for rule in rules:
        case = ET.SubElement(suite, "testcase", classname=_CLASS_NAME, name=rule)
        found = [pair for pair in findings if pair[1].rule == rule]
        failing = [pair for pair in found if pair[1].severity.rank <= least.rank]
        failed += bool(failing)
        for number, one in failing:
            message = printable(one.title.in_language(language))
            failure = ET.SubElement(case, "failure", message=message, type=one.severity.value)
            failure.text = finding_text(number, one, language)
        harmless = [pair for pair in found if pair not in failing]
        if harmless:
            output = (finding_text(number, one, language) for number, one in harmless)
            ET.SubElement(case, "system-out").text = "\n".join(output)
    for rule in used.not_applicable:
        case = ET.SubElement(suite, "testcase", classname=_CLASS_NAME, name=rule)
        ET.SubElement(case, "skipped", message="nothing to look at in this heap")
    for rule, reason in used.failed:
        case = ET.SubElement(suite, "testcase", classname=_CLASS_NAME, name=rule)
        ET.SubElement(case, "error", message=printable(reason))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failed))
    suite.set("errors", str(len(used.failed)))
    suite.set("skipped", str(len(used.not_applicable)))
    ET.indent(suite)
    text = ET.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
