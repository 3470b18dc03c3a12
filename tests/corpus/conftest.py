"""The reference dumps with MAT's answers, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seamew.heap import Heap, open_heap
from support.mat_answers import CORPUS, FOLDERS, MatAnswers


@pytest.fixture(scope="session", params=FOLDERS or ["absent"])
def mat(request: pytest.FixtureRequest) -> MatAnswers:
    """What MAT says of a dump."""
    if not FOLDERS:
        pytest.skip(f"no reference dumps in {CORPUS}")
    return MatAnswers(CORPUS / str(request.param))


@pytest.fixture(scope="session")
def opened(mat: MatAnswers) -> Iterator[Heap]:
    """The same dump, opened by Seamew with MAT's size model."""
    with open_heap(mat.dump, use_index=False, size_model="mat") as heap:
        yield heap
