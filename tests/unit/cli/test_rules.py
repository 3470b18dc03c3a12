"""`seamew rules`: the list, and one in full."""

from __future__ import annotations

import csv
import io
import json

import pytest

from seamew.rules import RULES

from .conftest import Run


def test_all_rules_are_listed_in_each_form(seamew: Run) -> None:
    ids = {rule.id for rule in RULES}
    rows = json.loads(seamew("rules", "--json").out)["result"]["rows"]
    listed = list(csv.DictReader(io.StringIO(seamew("rules", "--csv").out)))
    table = seamew("rules").out
    markdown = seamew("rules", "--markdown").out

    assert {row["id"] for row in rows} == {row["id"] for row in listed} == ids
    assert all(one in table and one in markdown for one in ids)


def test_rules_of_one_topic(seamew: Run) -> None:
    rows = json.loads(seamew("rules", "--topic", "threads", "--json").out)["result"]["rows"]
    assert {row["id"] for row in rows} == {one.id for one in RULES if one.topic.value == "threads"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("why", "false alarms", "Fixed")), ("zh", ("原因", "误报", "已修复"))],
)
def test_a_rule_is_explained(seamew: Run, lang: str, words: tuple[str, ...]) -> None:
    out = seamew("rules", "timer-per-call", "--lang", lang).out
    assert out.startswith("timer-per-call\n")
    assert all(word in out for word in words)
    assert "new Timer(" in out
    assert "ScheduledFuture<?>" in out


def test_texts_of_data_are_english_unless_asked_for(
    seamew: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    def why(*options: str) -> str:
        done = seamew("rules", "timer-per-call", "--json", *options)
        text: str = json.loads(done.out)["result"]["rows"][0]["page"]["why"]
        return text

    assert why().startswith("A Timer owns a thread")
    assert why("--lang", "zh").startswith("Timer 拥有一个线程")
    assert "原因" in seamew("rules", "timer-per-call").out


def test_unknown_rules_and_near_ones(seamew: Run) -> None:
    done = seamew("rules", "timer-per-cal")
    assert (done.code, done.out) == (2, "")
    assert "near ones: timer-per-call" in done.err
