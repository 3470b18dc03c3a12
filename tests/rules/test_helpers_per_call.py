"""Helpers that should be shared: security providers, mappers, patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.asking import findings
from rules.heaps import array_list, hash_map, held_by
from seamew.model import Severity
from seamew.rules import crypto_providers, parsers_per_call
from seamew.testing import HeapBuilder

MAPPER = "com.fasterxml.jackson.databind.ObjectMapper"
PROVIDER = "org.bouncycastle.jce.provider.BouncyCastleProvider"


def heap_with_providers(count: int, *, verified: bool) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.security.Provider", fields={"services": "object"})
    heap.klass(PROVIDER, superclass="java.security.Provider")
    for number in range(12):
        heap.klass(f"sun.security.provider.Own{number}", superclass="java.security.Provider")
        own = heap.instance(f"sun.security.provider.Own{number}", services=heap.data(100))
        held_by(heap, f"java.security.Security{number}#PROVIDER", own)
    made = [heap.instance(PROVIDER, services=heap.data(50_000)) for _ in range(count)]
    if verified:
        results = hash_map(heap, [(one, heap.string("true")) for one in made])
        heap.klass("javax.crypto.JceSecurity", statics={"verificationResults": results})
    else:
        held_by(heap, "com.acme.Crypto#MADE", array_list(heap, made))
    return heap


def heap_with(class_name: str, count: int, size: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass(class_name, fields={"cache": "object"})
    heap.klass("com.acme.Session", fields={"mapper": "object"})
    sessions = [
        heap.instance("com.acme.Session", mapper=heap.instance(class_name, cache=heap.data(size)))
        for _ in range(count)
    ]
    held_by(heap, "com.acme.Sessions#OPEN", array_list(heap, sessions))
    return heap


def heap_with_patterns(count: int, texts: int) -> HeapBuilder:
    heap = HeapBuilder()
    heap.klass("java.util.regex.Pattern", fields={"pattern": "object"})
    patterns = [
        heap.instance("java.util.regex.Pattern", pattern=heap.string(f"[a-z]+{number % texts}"))
        for number in range(count)
    ]
    held_by(heap, "com.acme.Rules#COMPILED", array_list(heap, patterns))
    return heap


def test_providers_that_the_jdk_remembers(tmp_path: Path) -> None:
    (found,) = findings(crypto_providers.RULE, heap_with_providers(120, verified=True), tmp_path)

    assert found.owner == "javax.crypto.JceSecurity#verificationResults"
    assert (found.element_class, found.instances) == (PROVIDER, 120)
    assert found.severity is Severity.HIGH
    assert any("verificationResults" in str(one.text) for one in found.evidence)


def test_providers_that_the_application_keeps(tmp_path: Path) -> None:
    (found,) = findings(crypto_providers.RULE, heap_with_providers(120, verified=False), tmp_path)

    assert found.owner == "com.acme.Crypto#MADE"


def test_the_providers_of_a_jdk_are_none(tmp_path: Path) -> None:
    assert findings(crypto_providers.RULE, heap_with_providers(2, verified=True), tmp_path) == []


def test_a_mapper_for_each_session(tmp_path: Path) -> None:
    (found,) = findings(parsers_per_call.RULE, heap_with(MAPPER, 400, 12_000), tmp_path)

    assert found.owner == "com.acme.Session#mapper"
    assert (found.element_class, found.instances) == (MAPPER, 400)
    assert found.severity is Severity.HIGH


def test_a_small_crowd_of_mappers_is_low(tmp_path: Path) -> None:
    (found,) = findings(parsers_per_call.RULE, heap_with(MAPPER, 60, 1_000), tmp_path)

    assert found.severity is Severity.LOW


@pytest.mark.parametrize(("class_name", "count"), [(MAPPER, 10), ("com.acme.Mapper", 500)])
def test_a_few_and_others_are_none(tmp_path: Path, class_name: str, count: int) -> None:
    assert findings(parsers_per_call.RULE, heap_with(class_name, count, 12_000), tmp_path) == []


def test_patterns_of_few_texts(tmp_path: Path) -> None:
    (found,) = findings(parsers_per_call.RULE, heap_with_patterns(3_000, 7), tmp_path)

    assert (found.owner, found.severity) == ("com.acme.Rules#COMPILED", Severity.LOW)


def test_patterns_of_many_texts_are_none(tmp_path: Path) -> None:
    assert findings(parsers_per_call.RULE, heap_with_patterns(3_000, 3_000), tmp_path) == []
