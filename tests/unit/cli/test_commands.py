"""What each command writes, on built heaps."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from seamew.testing import HeapBuilder
from support.arguments import ARGUMENTS

from .conftest import Run


@pytest.fixture(autouse=True)
def leak(builder: HeapBuilder) -> None:
    """A static list with three sessions, and a thread with a local."""
    session = builder.klass("com.acme.Session", fields={"data": "object", "id": "int"})
    sessions = [builder.instance(session, data=builder.data(1000), id=n) for n in range(3)]
    builder.klass(
        "com.acme.Registry", statics={"ALL": builder.array("com.acme.Session[]", sessions)}
    )
    builder.thread("main", [("com.acme.Main", "run")])
    builder.root(builder.string("held"), "Java Local", 1, 0)


def result(text: str, command: str) -> Any:  # noqa: ANN401
    whole = json.loads(text)
    assert list(whole) == ["schema", "command", "result", "warnings"]
    assert whole["schema"] == "seamew/1"
    assert whole["command"] == command
    assert whole["warnings"] == []
    return whole["result"]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# The commands that the slow twin can answer; tests/integration asks the engine for all of them.
OF_THE_SLOW_TWIN = (
    "info",
    "histogram",
    "consumers",
    "threads",
    "dominators",
    "path",
    "refs",
    "object",
    "roots",
    "objects",
)


@pytest.mark.parametrize("name", OF_THE_SLOW_TWIN)
@pytest.mark.parametrize("form", ["", "--json", "--csv"])
def test_every_command_answers_in_every_form(seamew: Run, name: str, form: str) -> None:
    done = seamew(name, "x.hprof", *ARGUMENTS.get(name, []), *([form] if form else []))

    assert (done.code, done.err) == (0, "")
    assert done.out
    if form == "--json":
        result(done.out, name)
    if form == "--csv":
        assert all(None not in row for row in table(done.out))


def test_histogram_sorts_and_limits(seamew: Run) -> None:
    rows = table(seamew("histogram", "x", "--csv", "--sort", "shallow", "--limit", "2").out)

    assert [row["class"] for row in rows] == ["byte[]", "com.acme.Session"]
    assert rows[0]["shallow_bytes"] == str(3 * 1024 + 2 * 32)


def test_histogram_by_package_and_exact(seamew: Run) -> None:
    packages = table(seamew("histogram", "x", "--csv", "--by", "package").out)
    exact = table(seamew("histogram", "x", "--csv", "--exact").out)

    assert {"com.acme", "java.lang"} <= {row["package"] for row in packages}
    sessions = next(row for row in exact if row["class"] == "com.acme.Session")
    assert int(sessions["retained_bytes"]) == 3 * (1024 + 32)


def test_dominators_show_levels(seamew: Run) -> None:
    found = result(
        seamew("dominators", "x", "--depth", "2", "--limit", "2", "--json").out, "dominators"
    )

    assert [row["depth"] for row in found["rows"]] == [0, 1, 0, 1, 1]
    below = result(seamew("dominators", "x", "com.acme.Session[]#0", "--json").out, "dominators")
    assert below["object"]["class"] == "com.acme.Session[]"
    assert below["total"] == 3


def test_path_names_fields_and_roots(seamew: Run) -> None:
    rows = table(seamew("path", "x", "com.acme.Session#1", "--csv").out)

    assert [row["field"] for row in rows] == ["", "ALL", "[1]"]
    assert rows[0]["root_types"] == "System Class"


def test_refs_both_ways(seamew: Run) -> None:
    inward = table(seamew("refs", "x", "com.acme.Session#1", "--csv").out)
    outward = table(seamew("refs", "x", "com.acme.Session#1", "--out", "--csv").out)

    assert [(row["field"], row["class"]) for row in inward] == [("[1]", "com.acme.Session[]")]
    assert [row["field"] for row in outward] == ["<class>", "data"]


def test_object_shows_fields(seamew: Run) -> None:
    detail = result(seamew("object", "x", "com.acme.Session#2", "--json").out, "object")

    fields = {field["name"]: field for field in detail["fields"]}
    assert fields["id"]["value"] == 2
    assert fields["data"]["target"]["class"] == "byte[]"
    assert "id  " in seamew("object", "x", "com.acme.Session#2").out


def test_threads_have_the_agreed_keys(seamew: Run) -> None:
    (row,) = result(seamew("threads", "x", "--json").out, "threads")["rows"]

    wanted = {
        "name", "address", "class", "shallow_bytes", "retained_bytes",
        "max_local_retained_bytes", "context_class_loader", "is_daemon", "priority", "state",
        "state_value", "frames",
    }  # fmt: skip
    assert wanted <= set(row)
    assert row["frames"][0]["text"] == "com.acme.Main.run()"
    assert row["frames"][0]["locals"][0]["class"] == "java.lang.String"
    assert "holds java.lang.String" in seamew("threads", "x").out


def test_objects_stream_all_in_address_order(seamew: Run) -> None:
    text = seamew("objects", "x", "--csv").out

    assert text.startswith("address,shallow_bytes,retained_bytes,class\n")
    rows = table(text)
    addresses = [int(row["address"], 16) for row in rows]
    assert addresses == sorted(addresses)
    streamed = result(seamew("objects", "x", "--json").out, "objects")
    assert streamed["total"] == len(rows)
    assert [row["address"] for row in streamed["rows"]] == [row["address"] for row in rows]


def test_roots_by_type_and_their_objects(seamew: Run) -> None:
    types = {row["type"] for row in table(seamew("roots", "x", "--csv").out)}
    threads = table(seamew("roots", "x", "--type", "Thread", "--csv").out)

    assert {"System Class", "Thread"} <= types
    assert [row["value"] for row in threads] == ["main"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["histogram", "x", "--json", "--csv"],
        ["histogram", "x", "--all", "--unreachable"],
        ["histogram", "x", "--exact", "--all"],
        ["roots", "x", "--type", "Nonsense"],
        ["histogram", "x", "--memory", "lots"],
        ["histogram"],
        ["nonsense"],
        ["diagnose", "x", "--threshold", "0"],
    ],
)
def test_usage_errors_leave_with_2_and_nothing_on_stdout(seamew: Run, arguments: list[str]) -> None:
    done = seamew(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert "Error:" in done.err


def test_tables_fit_the_terminal(seamew: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    for name in ("histogram", "consumers", "dominators", "roots", "refs", "objects"):
        done = seamew(name, "x", *ARGUMENTS.get(name, []))
        assert max(len(line) for line in done.out.splitlines()) <= 64, name


def test_control_characters_never_reach_the_terminal(seamew: Run, builder: HeapBuilder) -> None:
    evil = builder.string("\x1b[31mred\u202e\n")
    builder.root(evil)
    address = f"{evil.address:#x}"

    for form in ([], ["--csv"]):
        for command in (["object", "x", address], ["refs", "x", address], ["path", "x", address]):
            out = seamew(*command, *form).out
            assert "\x1b" not in out
            assert "\u202e" not in out


def test_dominators_open_what_retains_a_share(seamew: Run) -> None:
    shown = seamew("dominators", "x", "--min-share", "30%", "--limit", "2").out.splitlines()
    assert shown[1].startswith("class com.acme.Registry ")
    assert shown[2].startswith("└─ com.acme.Session[3] @ 0x7")
    assert shown[3].startswith("   ├─ com.acme.Session @ 0x7")
    assert shown[4].startswith("   │  └─ byte[1000] @ 0x7")
    assert shown[7] == "   └─ … and 1 more"

    found = result(
        seamew("dominators", "x", "--min-share", "30", "--depth", "2", "--json").out, "dominators"
    )
    opened = [row for row in found["rows"] if row["dominated"] is not None]
    assert [row["value"] for row in opened] == ["com.acme.Registry"]
    assert max(row["depth"] for row in found["rows"]) == 1


def test_dominators_say_where_they_stop_short(seamew: Run) -> None:
    arguments = ("dominators", "x", "--limit", "1", "--depth", "2")
    shown = seamew(*arguments, "--min-share", "30%").out.splitlines()
    assert shown[2].startswith("└─ com.acme.Session[3] @ 0x7")
    assert shown[3] == "   └─ … and more below (--depth)"
    assert "--depth" not in seamew(*arguments).out


def test_groups_open_level_by_level(seamew: Run) -> None:
    shown = seamew("dominators", "x", "--by", "class", "--depth", "3", "--limit", "1").out
    lines = [line.split("  ")[0].rstrip() for line in shown.splitlines()]
    assert "   └─ com.acme.Session" in lines or "└─ com.acme.Session[]" in lines
    found = result(
        seamew("dominators", "x", "--by", "class", "--depth", "2", "--json").out, "dominators"
    )
    below = [row["label"] for row in found["rows"] if row["depth"] == 1]
    assert "com.acme.Session[]" in below


@pytest.mark.parametrize("share", ["0", "101%", "-1", "lots", "nan%"])
def test_a_share_must_make_sense(seamew: Run, share: str) -> None:
    done = seamew("dominators", "x", "--min-share", share)
    assert done.code == 2
    assert "is no share of the heap" in done.err
