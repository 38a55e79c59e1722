"""Conditions that pick records out of a list: what a database may narrow by, and what is withheld."""

from datetime import date
from fractions import Fraction

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.datum import Datum
from forms.expressions import Conjunct, ExpressionFaults
from forms.filtering import filter_of
from forms.ranges import RangeTable
from tests.forms.beam import beam

COMPILED = beam()
SCREENING = EventKey("SE.SCR")
NARROWED = [
    ("HEM", "PLT < 50000 '/uL'", (Conjunct("PLT", "<", (Fraction(50),)),)),
    ("HEM", "PLT < 50 '10*9/L' and event == 'SE.SCR'",
     (Conjunct("PLT", "<", (Fraction(50),)), Conjunct(None, "in", ("SE.SCR",)))),
    ("DM", "SEX in ['F', 'M'] and SEX != 'F'", (Conjunct("SEX", "in", ("F", "M")), Conjunct("SEX", "not in", ("F",)))),
    ("DM", "SEX == 'F' or SEX == 'M'", ()),
    ("DM", "not (SEX == 'F')", ()),
    ("HEM", "PLT < PREV.HEM.PLT", ()),
    ("HEM", "PLT < uln(PLT)", ()),
    ("HEM", "PLT + WBC < 50 '10*9/L'", ()),
]  # fmt: skip


@pytest.mark.parametrize(("form", "text", "expected"), NARROWED)
def test_the_comparisons_that_must_not_be_false_are_those_joined_by_and(
    form: str, text: str, expected: tuple[Conjunct, ...]
) -> None:
    assert filter_of(COMPILED, form, text).rule.conjuncts == expected


NEEDED = [
    ("HEM", "PLT < 50 '10*9/L'", set()),
    ("HEM", "PLT < PREV.HEM.PLT", {"HEM", "SV"}),
    ("CHEM", "ALT > uln(ALT)", {"DM"}),
    ("AE", "AETOXGR == '3'", set()),
    ("CHEM", "any_row(AE, AETOXGR == '3')", {"AE"}),
]


@pytest.mark.parametrize(("form", "text", "forms"), NEEDED)
def test_a_condition_knows_which_forms_it_needs_beside_its_record(form: str, text: str, forms: set[str]) -> None:
    assert filter_of(COMPILED, form, text).forms_needed == forms


FAULTS = [
    ("HEM", "PLT < 50", (1, 7), "without a unit"),
    ("HEM", "present(WBC)\nand NIX > 1", (2, 5), "named NIX"),
    ("HEM", "open_queries() > 0", (1, 1), "the whole casebook"),
    ("HEM", "PLT <", (1, 6), ""),
    ("DM", "SEX == 'F' and BRTHDAT > date('2000-01-01')", (1, 16), "not shown to you"),
    ("HEM", "DM.BRTHDAT > date('2000-01-01')", (1, 4), "not shown to you"),
]


@pytest.mark.parametrize(("form", "text", "place", "said"), FAULTS)
def test_a_fault_says_its_place(form: str, text: str, place: tuple[int, int], said: str) -> None:
    with pytest.raises(ExpressionFaults) as refused:
        filter_of(COMPILED, form, text, {"DM.BRTHDAT"})
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == place
    assert said in fault.message


def test_a_limit_of_normal_that_rests_on_the_date_of_birth_does_not_show_it() -> None:
    assert "DM.BRTHDAT" in filter_of(COMPILED, "CHEM", "ALT > uln(ALT)", {"DM.BRTHDAT"}).reads


@pytest.mark.parametrize(
    ("typed", "truth"),
    [(Datum("49", "10*9/L"), True), (Datum("49999", "/uL"), True), (Datum("50", "10*9/L"), False), (None, None),
     (Datum("60", "10*9/L", "<"), None), (Datum("40", "10*9/L", "<"), True)],
)  # fmt: skip
def test_a_condition_is_true_false_or_unknown(typed: Datum | None, truth: bool | None) -> None:
    key = RecordKey(SCREENING, "HEM")
    casebook = Casebook({key: {"PLT": typed} if typed else {}}, RangeTable(()), date(2026, 3, 4))
    assert filter_of(COMPILED, "HEM", "PLT < 50000 '/uL'").holds_on(casebook, key) is truth
