"""The JSON Schema says what is written, all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from seamew.report.schema import diagnosis_schema
from seamew.testing import HeapBuilder
from support.in_process import Command

jsonschema: Any = import_module("jsonschema")  # it has no types


def closed(node: Any) -> Any:  # noqa: ANN401 (JSON)
    """The schema with nothing allowed that it does not name."""
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: closed(value) for key, value in node.items()}
    return found | ({"additionalProperties": False} if "required" in node else {})


@pytest.fixture
def validator() -> Any:  # noqa: ANN401
    schema = closed(json.loads(diagnosis_schema()))
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    return kind(schema)


def errors(validator: Any, text: str) -> Iterator[str]:  # noqa: ANN401
    for error in validator.iter_errors(json.loads(text)):
        yield f"{error.json_path}: {error.message}"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_is_as_the_schema_says(
    two_leaks: Path, run: Command, validator: Any, lang: str  # noqa: ANN401
) -> None:
    out = run("diagnose", two_leaks, "--no-index", "--json", "--lang", lang).out
    assert list(errors(validator, out)) == []


def test_also_of_a_cut_dump_and_of_an_empty_one(
    two_leaks: Path, run: Command, validator: Any, tmp_path: Path  # noqa: ANN401
) -> None:
    cut = two_leaks.with_name("cut.hprof")
    cut.write_bytes(two_leaks.read_bytes()[:-1_000_000])
    empty = HeapBuilder().write(tmp_path / "empty.hprof")
    sample = Path(__file__).parents[3] / "lab/demo/sample.hprof.gz"
    for dump in (cut, empty, sample):
        out = run("diagnose", dump, "--no-index", "--json").out
        assert list(errors(validator, out)) == [], dump


def test_what_is_not_as_it_says_is_found(
    two_leaks: Path, run: Command, validator: Any  # noqa: ANN401
) -> None:
    answer = json.loads(run("diagnose", two_leaks, "--no-index", "--json").out)
    finding = answer["result"]["findings"][0]
    for key, wrong in (("severity", "grave"), ("retained_bytes", "1 MB"), ("owner", 7)):
        right, finding[key] = finding[key], wrong
        assert not validator.is_valid(answer), key
        finding[key] = right
    assert validator.is_valid(answer)
    del finding["advice"]
    assert not validator.is_valid(answer)


def test_the_command_prints_it(run: Command) -> None:
    done = run("diagnose", "--schema")
    assert (done.code, done.out) == (0, diagnosis_schema())
