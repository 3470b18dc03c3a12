"""Answers of JVMs of all versions to what `status --ask` asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from seamew.errors import JvmCommandError, JvmNotAnsweringError
from seamew.jvm.asking import ask_jvm, parse_code_cache, parse_direct_bytes

KB = 1024
CODE_11 = """\
CodeHeap 'non-profiled nmethods': size=120036Kb used=12Kb max_used=12Kb free=120023Kb
 bounds [0x00007f02530c7000, 0x00007f0253337000, 0x00007f025a600000]
CodeHeap 'profiled nmethods': size=120032Kb used=75Kb max_used=75Kb free=119956Kb
CodeHeap 'non-nmethods': size=5692Kb used=1021Kb max_used=1028Kb free=4670Kb
 total_blobs=291 nmethods=59 adapters=146
"""
CODE_25 = CODE_11 + "CodeCache: size=245764Kb, used=1268Kb, max_used=1268Kb, free=244493Kb\n"
CODE_WHOLE = "CodeCache: size=49152Kb used=1268Kb max_used=1268Kb free=47884Kb\n"
NATIVE_8 = """\
Total: reserved=1436685KB, committed=134641KB
-                 Java Heap (reserved=102400KB, committed=99328KB)
-                  Internal (reserved=19677KB, committed=19677KB)
"""
NATIVE_17 = """\
Total: reserved=1544183KB, committed=78135KB
-                  Internal (reserved=207KB, committed=207KB)
-                     Other (reserved=16384KB, committed=16384KB)
-                    Module (reserved=13KB, committed=13KB)
"""
G1_17 = """\
 garbage-first heap   total 17408K, used 3373K [0x00000000f9c00000, 0x0000000100000000)
  region size 1024K, 1 young (1024K), 0 survivors (0K)
 Metaspace       used 134K, committed 320K, reserved 1114112K
  class space    used 7K, committed 128K, reserved 1048576K
"""
G1_25 = """\
garbage-first heap   total reserved 102400K, committed 14336K, used 4434K [0x00, 0x10)
 region size 1024K, 2 young (2048K), 0 survivors (0K)
"""
METASPACE_25 = """\
Metaspace        used 139K, committed 384K, reserved 1114112K
 class space     used 7K, committed 128K, reserved 1048576K
"""
INFO = """\
---------------  S U M M A R Y ------------
OutOfMemory and StackOverflow Exception counts:
OutOfMemoryError java_heap_errors=2

END.
"""


class FakeJvm:
    """Answers as it is told; what it is not told it does not know."""

    def __init__(self, answers: dict[str, str | Exception]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, line: str) -> str:
        self.asked.append(line)
        answer = self.answers.get(line, JvmCommandError("JVM 1 refuses it"))
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def jvm_that_says() -> Callable[..., FakeJvm]:
    return lambda **answers: FakeJvm({QUESTIONS[name]: text for name, text in answers.items()})


QUESTIONS = {
    "heap": "GC.heap_info",
    "metaspace": "VM.metaspace basic",
    "code": "Compiler.codecache",
    "flags": "VM.flags",
    "native": "VM.native_memory summary scale=KB",
    "info": "VM.info",
}


def test_all_answers_of_17(jvm_that_says: Callable[..., FakeJvm]) -> None:
    flags = "-XX:CICompilerCount=2 -XX:+HeapDumpOnOutOfMemoryError \n"
    jvm = jvm_that_says(heap=G1_17, code=CODE_11, flags=flags, native=NATIVE_17, info=INFO)

    asked = ask_jvm(jvm)

    assert (asked.heap_used_bytes, asked.heap_committed_bytes) == (3373 * KB, 17408 * KB)
    assert (asked.metaspace_used_bytes, asked.metaspace_committed_bytes) == (134 * KB, 320 * KB)
    assert (asked.code_cache_used_bytes, asked.code_cache_max_bytes) == (1108 * KB, 245760 * KB)
    assert asked.direct_buffers_bytes == 16384 * KB
    assert asked.out_of_memory_errors == 2
    assert asked.flags == {"CICompilerCount": "2", "HeapDumpOnOutOfMemoryError": "true"}
    assert asked.refusals == ()
    assert QUESTIONS["metaspace"] not in jvm.asked


def test_25_tells_metaspace_by_itself(jvm_that_says: Callable[..., FakeJvm]) -> None:
    asked = ask_jvm(jvm_that_says(heap=G1_25, metaspace=METASPACE_25))

    assert asked.heap_used_bytes == 4434 * KB
    assert asked.metaspace_used_bytes == 139 * KB


def test_what_a_jvm_does_not_know_is_named(jvm_that_says: Callable[..., FakeJvm]) -> None:
    """As Java 8: no code cache, no VM.info; and memory is not tracked."""
    native = "Native memory tracking is not enabled\n"

    asked = ask_jvm(jvm_that_says(heap="Hello\n", flags="", native=native))

    assert (asked.code_cache_used_bytes, asked.out_of_memory_errors) == (None, None)
    assert asked.direct_buffers_bytes is None
    assert asked.flags == {}
    assert asked.refusals == (
        "the JVM's answer to GC.heap_info describes no heap: Hello",
        "Compiler.codecache: this JVM does not know the question",
        "VM.info: this JVM does not know the question",
        "direct buffers: it was started without -XX:NativeMemoryTracking=summary",
    )


def test_a_jvm_that_does_not_answer_is_asked_no_more(
    jvm_that_says: Callable[..., FakeJvm],
) -> None:
    jvm = jvm_that_says(heap=JvmNotAnsweringError("JVM 1 is stopped"), flags="-Xmx1g")

    asked = ask_jvm(jvm)

    assert jvm.asked == ["GC.heap_info"]
    assert asked.refusals == ("JVM 1 is stopped",)
    assert asked.flags is None


def test_code_caches_of_one_and_of_several_parts() -> None:
    assert parse_code_cache(CODE_11) == (1108 * KB, 245760 * KB)
    assert parse_code_cache(CODE_25) == (1108 * KB, 245760 * KB)
    assert parse_code_cache(CODE_WHOLE) == (1268 * KB, 49152 * KB)
    assert parse_code_cache("java.lang.IllegalArgumentException") is None


def test_java_8_counts_direct_buffers_with_much_else() -> None:
    assert parse_direct_bytes(NATIVE_17) == 16384 * KB
    assert parse_direct_bytes(NATIVE_17.replace("Other", "Another")) == 0
    assert parse_direct_bytes(NATIVE_8) is None
    assert parse_direct_bytes("Native memory tracking is not enabled") is None
