"""What may be secret is in no form of the answer, unless it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from seamew.assertions import assert_no_leak
from seamew.testing import HeapBuilder, HeapObject
from support.html_page import need_front_end
from support.in_process import Command
from support.leaks import held_by_a_static

FORMS = (
    (),
    ("--all",),
    ("--all", "--lang", "zh"),
    ("--explain", "1"),
    ("--explain", "2"),
    ("--json",),
    ("--markdown",),
    ("--csv",),
)
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"  # noqa: S105
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
HEX = "9f86d081884c7d659a2feaa0c55ad015"
PASSWORD = "hunter2-correct-horse"  # noqa: S105
KEYED = "swordfish-of-the-map"
SECRETS = (TOKEN, ACCESS_KEY, HEX, PASSWORD, KEYED)


@pytest.fixture
def secretive(builder: HeapBuilder, tmp_path: Path) -> Path:
    """Secrets as a static's value, as names of threads, as keys of a map, in a local variable.

    The strings are long, so that they are among what retains most.
    """
    blank = " " * 3_000_000
    config = builder.klass(
        "com.acme.Config", statics={"password": builder.string(PASSWORD + blank)}
    )
    builder.root(config, "System Class")
    node = builder.klass("java.util.HashMap$Node", fields={"key": "object", "value": "object"})
    nodes: list[HeapObject | None] = [
        builder.instance(node, key=builder.string(TOKEN), value=builder.data(300_000))
        for _ in range(19)
    ]
    keyed = builder.string(KEYED + blank)
    nodes.append(builder.instance(node, key=builder.string("db.password"), value=keyed))
    table = builder.array("java.util.HashMap$Node[]", nodes)
    hash_map = builder.instance(
        builder.klass("java.util.HashMap", fields={"table": "object", "size": "int"}),
        table=table,
        size=20,
    )
    builder.root(builder.klass("com.acme.Logins", statics={"BY_TOKEN": hash_map}), "System Class")
    builder.klass("com.acme.Worker")
    builder.thread(f"worker password={PASSWORD}", [("com.acme.Worker", "run")])
    builder.root(builder.string(ACCESS_KEY + blank), "Java Local", 1, 0)
    builder.thread(f"session-{HEX}", [("com.acme.Worker", "run")])
    builder.root(builder.string(f"password={PASSWORD}" + blank), "Java Local", 2, 0)
    return builder.write(tmp_path / "secretive.hprof")


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_no_secret_is_told(secretive: Path, run: Command, form: tuple[str, ...]) -> None:
    done = run("diagnose", secretive, "--no-index", *form)
    assert done.code == 0
    assert [secret for secret in SECRETS if secret in done.out + done.err] == []


def test_no_secret_is_in_junit_xml(secretive: Path, run: Command, tmp_path: Path) -> None:
    written = tmp_path / "leaks.xml"
    run("diagnose", secretive, "--no-index", "--junit", written, "--fail-on", "info")
    assert [secret for secret in SECRETS if secret in written.read_text()] == []


def test_no_secret_is_on_the_page(secretive: Path, run: Command, tmp_path: Path) -> None:
    need_front_end()
    page = tmp_path / "page.html"
    run("diagnose", secretive, "--no-index", "--html", page, "--no-compress")
    assert [secret for secret in SECRETS if secret in page.read_text()] == []


def test_no_secret_is_in_the_message_of_an_assertion(secretive: Path) -> None:
    with pytest.raises(AssertionError) as raised:
        assert_no_leak(secretive, severity="info")
    assert [secret for secret in SECRETS if secret in str(raised.value)] == []


def test_values_are_shown_when_asked_for(secretive: Path, run: Command) -> None:
    shown = run("diagnose", secretive, "--no-index", "--json", "--show-values").out
    assert [secret for secret in (ACCESS_KEY, HEX, PASSWORD) if secret not in shown] == []


def test_names_in_code_are_no_secrets(builder: HeapBuilder, run: Command, tmp_path: Path) -> None:
    """A class in the default package, whose name looks like a key."""
    name = "GeneratedMapperForOrdersAndItems2Impl"
    held_by_a_static(builder, name, "TokenCache#tokens")
    dump = builder.write(tmp_path / "names.hprof")
    out = run("diagnose", dump, "--no-index", "--explain", "1").out
    assert "TokenCache#tokens" in out
    assert f"400 x {name}" in out
