"""The JSON Schema says what is written, all of it."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from seamew.report.schema import diagnosis_schema
from seamew.testing import HeapBuilder
from support.in_process import Command

jsonschema: Any = import_module("jsonschema")  # it has no types


def closed(node: Any) -> Any:  # noqa: ANN401 (JSON)
    """The schema with nothing allowed that it does not name.

    An object may come with the reference that leads to it.
    """
    if isinstance(node, list):
        return [closed(one) for one in node]
    if not isinstance(node, dict):
        return node
    found = {key: closed(value) for key, value in node.items()}
    is_closed = "required" in node and "object_index" not in node["required"]
    return found | ({"additionalProperties": False} if is_closed else {})


def problems(answer: str) -> list[str]:
    """Where an answer is not as the schema says, or says more."""
    schema = closed(json.loads(diagnosis_schema()))
    kind = jsonschema.Draft202012Validator
    kind.check_schema(schema)
    return [
        f"{error.json_path}: {error.message}"
        for error in kind(schema).iter_errors(json.loads(answer))
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_is_as_the_schema_says(two_leaks: Path, run: Command, lang: str) -> None:
    out = run("diagnose", two_leaks, "--no-index", "--json", "--lang", lang).out
    assert problems(out) == []


def test_also_of_a_cut_dump_and_of_an_empty_one(
    two_leaks: Path, run: Command, root: Path, tmp_path: Path
) -> None:
    cut = two_leaks.with_name("cut.hprof")
    cut.write_bytes(two_leaks.read_bytes()[:-1_000_000])
    empty = HeapBuilder().write(tmp_path / "empty.hprof")
    for dump in (cut, empty, root / "lab/demo/sample.hprof.gz"):
        out = run("diagnose", dump, "--no-index", "--json").out
        assert problems(out) == [], dump


@pytest.mark.parametrize(
    ("key", "wrong"), [("severity", "grave"), ("retained_bytes", "1 MB"), ("owner", 7), ("new", 1)]
)
def test_what_is_not_as_it_says_is_found(
    two_leaks: Path, run: Command, key: str, wrong: object
) -> None:
    answer = json.loads(run("diagnose", two_leaks, "--no-index", "--json").out)
    assert problems(json.dumps(answer)) == []
    answer["result"]["findings"][0][key] = wrong
    assert problems(json.dumps(answer))


def test_the_command_prints_it(run: Command) -> None:
    done = run("diagnose", "--schema")
    assert (done.code, done.out) == (0, diagnosis_schema())
