"""The folder of a case: private, hashed, limited, and valid at every moment."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seamew.errors import UsageError
from seamew.jvm.capture.case import CaseFolder, archive_case
from seamew.jvm.capture.manifest import MANIFEST_NAME, RUNNING, SCHEMA, Manifest, Subject

MANY = 1 << 20


@pytest.fixture
def case(tmp_path: Path) -> CaseFolder:
    return CaseFolder.create(tmp_path / "here" / "below", "case-Main-1", MANY)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_look_in(case: CaseFolder) -> None:
    before = os.umask(0)
    try:
        case.write("threads", "threads/one.txt", [b"1"])
        other = CaseFolder.create(case.path.parent, "other", MANY)
    finally:
        os.umask(before)
    assert mode(case.path) == mode(other.path) == mode(case.path / "threads") == 0o700
    assert mode(case.path / "threads/one.txt") == 0o600


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("case-a b/../c", "case-a_b_.._c"),
        ("..", ""),
        (".hidden", "hidden"),
        ("case-ä\x1b[31m\n", "case-___31m_"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_name_from_the_jvm_stays_one_harmless_name(tmp_path: Path, name: str, safe: str) -> None:
    assert CaseFolder.create(tmp_path, f"case-{name}", MANY).path.parent == tmp_path
    made = CaseFolder.create(tmp_path, "n" + name, MANY).path.name
    assert made.isascii()
    assert "/" not in made
    assert made.endswith(safe[:59])


def test_a_case_is_never_written_into_another(tmp_path: Path) -> None:
    names = [CaseFolder.create(tmp_path, "case", MANY).path.name for _ in range(3)]
    assert names == ["case", "case-1", "case-2"]


def test_a_folder_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="no case folder can be made"):
        CaseFolder.create(tmp_path / "file" / "below", "case", MANY)


def test_hashes_and_sizes_are_those_of_the_files(case: CaseFolder) -> None:
    case.write("a", "a.txt", [b"12", b"", b"345"])
    case.write("b", "deep/er/b.txt", [])
    (case.path / "heap.hprof").write_bytes(b"JAVA PROFILE")
    case.adopt("dump", "heap.hprof", is_whole=True)
    for one in case.files:
        data = (case.path / one.name).read_bytes()
        assert (one.bytes, one.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert one.is_whole
    assert [one.step for one in case.files] == ["a", "b", "dump"]
    assert mode(case.path / "heap.hprof") == 0o600


def test_the_limit_cuts_files_off_and_says_so(tmp_path: Path) -> None:
    case = CaseFolder.create(tmp_path, "case", 5)
    written = [case.write("s", name, [b"12", b"34"]) for name in ("a", "b", "c")]
    assert [(one.bytes, one.is_whole) for one in written] == [(4, True), (1, False), (0, False)]
    assert (case.path / "b").read_bytes() == b"1"


def test_what_was_written_before_an_error_is_kept(case: CaseFolder) -> None:
    def parts() -> Iterator[bytes]:
        yield b"12"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        case.write("s", "part.txt", parts())
    assert (case.path / "part.txt").read_bytes() == b"12"
    assert (case.files[0].bytes, case.files[0].is_whole) == (2, False)


def test_files_are_never_overwritten(case: CaseFolder) -> None:
    case.write("s", "a", [b"1"])
    with pytest.raises(FileExistsError):
        case.write("s", "a", [b"2"])
    assert (case.path / "a").read_bytes() == b"1"


def manifest(case: CaseFolder) -> Manifest:
    subject = Subject(1, 1, 0, "Main", "HotSpot")
    parts = ("host", "6.1", RUNNING, 1, None, False, subject, (), tuple(case.files))
    return Manifest(SCHEMA, "0.1.0", *parts)


def test_the_manifest_is_whole_at_every_moment(
    case: CaseFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.write_manifest(manifest(case))
    first = (case.path / MANIFEST_NAME).read_bytes()
    case.write("s", "a", [b"1"])

    def no_rename(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", no_rename)
        with pytest.raises(OSError, match="No space left"):
            case.write_manifest(manifest(case))
    assert (case.path / MANIFEST_NAME).read_bytes() == first

    case.write_manifest(manifest(case))
    found = json.loads((case.path / MANIFEST_NAME).read_text())
    assert [one["name"] for one in found["files"]] == ["a"]
    assert mode(case.path / MANIFEST_NAME) == 0o600
    assert sorted(path.name for path in case.path.iterdir()) == ["a", MANIFEST_NAME]


def test_an_archive_has_everything_and_never_overwrites(case: CaseFolder) -> None:
    case.write("s", "below/a", [b"1"])
    made = archive_case(case.path)
    assert mode(made) == 0o600
    with tarfile.open(made) as tar:
        names = set(tar.getnames())
    assert f"{case.path.name}/below/a" in names
    assert {name.partition("/")[0] for name in names} == {case.path.name}

    before = made.read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        archive_case(case.path)
    assert made.read_bytes() == before
    assert sorted(path.name for path in case.path.parent.iterdir()) == [
        case.path.name,
        made.name,
    ]
