"""The size of an object of every class of the platform: all field layouts there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from .combinations import Combination, layouts
from .conftest import jdk_of
from .parity import bytes_of_one_object, figures_of_dump, figures_of_jvm
from .zoo import ZooRefusedError, pair_of_every_class

FEWEST_CLASSES = 4_000
# Java 8 had fewer, and of its one archive some packages are taken.
FEWEST_CLASSES_OF_8 = 2_500
JAVA_8 = 8

pytestmark = pytest.mark.live


@pytest.mark.parametrize("combination", layouts(), ids=str)
def test_an_object_of_each_class_is_as_big_as_the_jvm_says(
    combination: Combination, zoo_classes: Path, tmp_path: Path
) -> None:
    jdk = jdk_of(combination.major)
    try:
        pair = pair_of_every_class(jdk, combination.options(), zoo_classes, tmp_path)
    except ZooRefusedError as refusal:
        pytest.skip(f"Java {jdk.version} does not start as {combination}: {refusal}")
    of_jvm = bytes_of_one_object(figures_of_jvm(pair.histogram, combination.major))
    of_dump = bytes_of_one_object(figures_of_dump(pair.dump))
    both = of_jvm.keys() & of_dump.keys()
    assert len(both) >= (FEWEST_CLASSES_OF_8 if jdk.major == JAVA_8 else FEWEST_CLASSES)
    wrong = {name: (of_jvm[name], of_dump[name]) for name in both if of_jvm[name] != of_dump[name]}
    assert not wrong
