"""A save costs the same few statements whatever it holds (the times are `make bench`'s)."""

from collections.abc import Iterator
from itertools import islice

import pytest

from benchmarks.answers import CHEMISTRY, Sheet
from benchmarks.clinic import Clinic, opened
from benchmarks.service import save, statements_of

MOST = 12


@pytest.fixture(scope="module")
def clinic() -> Iterator[Clinic]:
    with opened(4) as clinic:
        save(clinic, clinic.subjects[0])  # the study is compiled and the ranges are read once for each process
        yield clinic


def test_a_save_of_twenty_items_takes_few_statements(clinic: Clinic) -> None:
    assert len(statements_of(clinic, 1)) <= MOST


def test_a_save_takes_as_many_statements_for_four_items_as_for_twenty(clinic: Clinic) -> None:
    few = Sheet(CHEMISTRY.form, dict(islice(CHEMISTRY.answers.items(), 4)))
    assert len(statements_of(clinic, 2, few)) == len(statements_of(clinic, 3))
