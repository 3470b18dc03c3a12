"""What VM.info says of errors."""

from __future__ import annotations

from seamew.jvm.vm_info import ErrorCounts, parse_error_counts

WHOLE = """#
# JRE version: OpenJDK Runtime Environment (17.0.15+6)

---------------  S U M M A R Y ------------

Command Line: -Dcount=7 Main

---------------  P R O C E S S  ---------------

{}Heap address: 0x00000000fc000000, size: 64 MB
Logging=3

END.
"""
COUNTS = """OutOfMemory and StackOverflow Exception counts:
OutOfMemoryError java_heap_errors=3
OutOfMemoryError class_metaspace_errors=2
StackOverflowErrors=1

"""


def test_counts() -> None:
    counts = parse_error_counts(WHOLE.format(COUNTS))
    assert counts == ErrorCounts(
        java_heap_errors=3, class_metaspace_errors=2, stack_overflow_errors=1
    )
    assert counts.out_of_memory_errors == 5


def test_no_section_means_none_happened() -> None:
    assert parse_error_counts(WHOLE.format("")) == ErrorCounts()


def test_another_text_or_a_cut_one_says_nothing() -> None:
    assert parse_error_counts("") is None
    assert parse_error_counts("Unknown diagnostic command\n") is None
    assert parse_error_counts(WHOLE.format(COUNTS).replace("END.", "")) is None
