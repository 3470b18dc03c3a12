"""Where a dump may differ from the histogram taken just before it, and why.

All of it is garbage of the two commands themselves, of the few milliseconds between them, or what
the JVM's histogram counts and no dump shows. No allowance covers a wrong size of an instance.
"""

from __future__ import annotations

from .parity import Allowance

_ARGUMENTS = "arguments of the histogram command, dead when the dump is taken"
_FILLERS = "fillers of unused space, which the two commands find at different sizes"
_MIRRORS = "class objects of hidden classes that the dump's collection unloads"
_ARCHIVED = "class objects in the archive whose classes were not loaded: no dump shows them"
_DUMPER = "the lambda that HotSpotDiagnosticMXBean makes for the dump"

_BYTES_PER_CHAR = 2
_ARRAY_SLACK_BYTES = 4_096
_FEW = 4


def allowances(*, histogram_bytes: int, is_live: bool, has_archive: bool) -> dict[str, Allowance]:
    """By class; ``histogram_bytes`` is the size of the text that the first command returns."""
    # Of all objects, the dump sees the text of this histogram and of the one before.
    text_bytes = 0 if is_live else histogram_bytes
    filler_bytes = 2 * histogram_bytes + _ARRAY_SLACK_BYTES
    found = {
        "byte[]": Allowance(_FEW, _ARGUMENTS, text_bytes + _ARRAY_SLACK_BYTES),
        # Until Java 8 texts were char arrays.
        "char[]": Allowance(_FEW, _ARGUMENTS, _BYTES_PER_CHAR * text_bytes + _ARRAY_SLACK_BYTES),
        "java.lang.Object": Allowance(1, _ARGUMENTS),
        "java.lang.Object[]": Allowance(_FEW, _ARGUMENTS, _ARRAY_SLACK_BYTES),
        "java.lang.String[]": Allowance(_FEW, _ARGUMENTS, _ARRAY_SLACK_BYTES),
        "java.lang.String": Allowance(_FEW, _ARGUMENTS),
        "java.lang.StringBuilder": Allowance(_FEW, _ARGUMENTS),
        "com.sun.management.internal.HotSpotDiagnostic$$Lambda": Allowance(1, _DUMPER),
        "sun.management.HotSpotDiagnostic$$Lambda": Allowance(1, _DUMPER),
        "int[]": Allowance(2 * _FEW, _FILLERS, filler_bytes),
        "java.lang.Class": Allowance(_FEW, _MIRRORS, 1_024),
    }
    if not is_live:
        found["java.lang.Object"] = Allowance(_FEW, _FILLERS)
        found["jdk.internal.vm.FillerObject"] = Allowance(_FEW, _FILLERS)
    if has_archive:
        found["java.lang.Class"] = Allowance(1_000, _ARCHIVED, 200_000)
    return found
