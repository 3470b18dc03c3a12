"""Bundles of running OSGi frameworks, as the frameworks themselves tell of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import seamew
from seamew.heap import Heap
from seamew.model import BundleRow, LeakingBundle

from . import jars
from .combinations import START_QUICKLY, everything, matrix
from .conftest import jdk_of
from .zoo import ANSWER_SECONDS, java_command

PROGRAM = "OsgiBundles"
SOURCES = Path(__file__).parent / "osgi"
MAJORS = (17, 25)
FRAMEWORKS = {"Equinox": jars.EQUINOX, "Felix": jars.FELIX}
STATES = {2: "INSTALLED", 4: "RESOLVED", 8: "STARTING", 16: "STOPPING", 32: "ACTIVE"}
LETTER_BYTES, GHOST_BYTES = 100_000, 50_000

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Sample:
    """A dump of a framework, and what it told: id, name, version, state, location."""

    framework: str
    dump: Path
    told: set[tuple[str, ...]]


@pytest.fixture(
    scope="module",
    params=[(framework, major) for framework in FRAMEWORKS for major in MAJORS],
    ids=lambda one: f"{one[0]}-{one[1]}",
)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    framework, major = request.param
    jdk, compiler = jdk_of(major), matrix().compiler()
    if compiler is None:
        pytest.skip("no javac to compile the bundles with: install a JDK")
    try:
        jar = jars.find_jar(FRAMEWORKS[framework], fetch=everything())
    except jars.JarUnavailableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp(f"bundles-{framework}-{major}")
    program, bundles, dump = folder / "program", folder / "bundles", folder / "bundles.hprof"
    compiled = {program: SOURCES.glob("*.java"), bundles: SOURCES.glob("bundles/**/*.java")}
    for target, sources in compiled.items():
        command = [str(compiler), "-nowarn", "-Xlint:-options", "--release", "8"]
        run([*command, "-cp", str(jar), "-d", str(target), *map(str, sources)], folder)
    command = java_command(jdk, [START_QUICKLY], program, folder)
    command[command.index("-cp") + 1] = f"{program}:{jar}"
    text = run([*command, PROGRAM, str(dump), str(folder / "storage"), str(bundles)], folder)
    return Sample(framework, dump, {tuple(line.split("\t")) for line in text.splitlines()})


@pytest.fixture
def heap(sample: Sample) -> Iterator[Heap]:
    with seamew.open(sample.dump, use_index=False) as heap:
        yield heap


def run(command: list[str], folder: Path) -> str:
    outcome = subprocess.run(
        command, capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False, cwd=folder
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def bundle(heap: Heap, name: str) -> BundleRow:
    (row,) = (row for row in heap.bundles() if row.symbolic_name == name)
    return row


def leaks(heap: Heap) -> dict[tuple[str | None, str | None], LeakingBundle]:
    return {(leak.bundle.symbolic_name, leak.version): leak for leak in heap.leaking_bundles()}


def test_bundles_are_those_of_the_framework(sample: Sample, heap: Heap) -> None:
    rows = heap.bundles()
    codes = {state: str(code) for code, state in STATES.items()}
    found = {
        (str(row.bundle_id), row.symbolic_name, row.version, codes[row.state or ""], row.location)
        for row in rows
        if row.state != "UNINSTALLED"
    }
    assert found == sample.told
    assert {row.framework for row in rows} == {sample.framework}


def test_an_uninstalled_bundle_is_told(heap: Heap) -> None:
    row = bundle(heap, "com.acme.gone")
    assert (row.state, row.bundle_id, row.version) == ("UNINSTALLED", 4, "3.0.0")


def test_bundles_know_their_class_loaders(heap: Heap) -> None:
    loader = bundle(heap, "com.acme.mail").loader
    assert loader is not None
    assert loader.name == "com.acme.mail 2.0.0"
    labels = {row.label for row in heap.loader_classes(loader.object_index)}
    assert labels == {"com.acme.mail.Activator", "com.acme.mail.Letter"}
    assert bundle(heap, "com.acme.idle").loader is None


def test_loaders_that_outlive_their_bundles_leak(heap: Heap) -> None:
    found = leaks(heap)
    assert {key: (leak.reason, leak.waits_for_refresh) for key, leak in found.items()} == {
        ("com.acme.mail", "1.0.0"): ("replaced", False),
        ("com.acme.gone", "3.0.0"): ("uninstalled", False),
        ("com.acme.api", "1.0.0"): ("replaced", True),
    }
    assert found["com.acme.mail", "1.0.0"].retained_bytes >= LETTER_BYTES
    assert found["com.acme.gone", "3.0.0"].retained_bytes >= GHOST_BYTES


@pytest.mark.parametrize(
    ("name", "version", "field"),
    [("com.acme.mail", "1.0.0", "KEPT"), ("com.acme.gone", "3.0.0", "ALSO_KEPT")],
)
def test_a_path_says_what_holds_a_leaking_loader(
    heap: Heap, name: str, version: str, field: str
) -> None:
    leak = leaks(heap)[name, version]
    assert leak.path is not None
    assert field in {step.field for step in leak.path}
    assert leak.path[0].root_types
    assert leak.path[-1].object_index == leak.loader.object_index


def test_services_know_who_uses_them(heap: Heap) -> None:
    (service,) = (
        row for row in heap.bundle_services() if row.interfaces == ("com.acme.api.Greeting",)
    )
    assert service.class_name == "com.acme.shop.Activator"
    assert service.bundle == bundle(heap, "com.acme.shop")
    assert service.used_by == (bundle(heap, "com.acme.mail"),)


def test_wires_lead_both_ways(heap: Heap) -> None:
    found = {
        (row.namespace, row.name, row.requirer.symbolic_name, row.provider.symbolic_name)
        for row in heap.bundle_wires("com.acme.api")
    }
    package = ("osgi.wiring.package", "com.acme.api")
    assert found == {
        (*package, "com.acme.shop", "com.acme.api"),
        (*package, "com.acme.mail", "com.acme.api"),
    }
    needs = {row.name for row in heap.bundle_wires(2) if row.requirer.bundle_id == 2}
    assert needs == {"com.acme.api", "org.osgi.framework"}


def test_no_bundle_of_that_name(heap: Heap) -> None:
    with pytest.raises(seamew.errors.ObjectNotFoundError, match="symbolic name"):
        heap.bundle_wires("com.acme.nothing")
