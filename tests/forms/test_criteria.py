"""What a protocol's criteria stand beside: their computed items, and what those looked at."""

from datetime import date

from forms.casebook import Casebook, EventKey, RecordKey
from forms.criteria import grounds_of, twins_of
from forms.datum import Datum
from forms.ranges import RangeTable
from tests.forms.beam import beam

SCREENING = EventKey("SE.SCR")
IE, VS = RecordKey(SCREENING, "IE"), RecordKey(SCREENING, "VS")
BOOK = Casebook({VS: {"BMI": Datum("15.2", "kg/m2")}}, RangeTable(()), date(2026, 3, 5), frozenset({SCREENING}))


def test_each_criterion_has_its_twin_and_no_other_item_has_one() -> None:
    twins = twins_of(beam().study.forms["IE"])
    assert len(twins) == 22
    assert (twins["INC01"], twins["EXC17"]) == ("INC01A", "EXC17A")
    assert twins_of(beam().study.forms["VS"]) == {}


def test_the_grounds_of_a_criterion_are_what_its_formula_looked_at() -> None:
    [body_mass] = grounds_of(beam(), BOOK, IE)["EXC10"]
    assert (body_mass.name, body_mass.entered, body_mass.unit, body_mass.item) == ("VS.BMI", "15.2", "kg/m2", "BMI")


def test_what_rests_on_judgement_has_no_grounds() -> None:
    assert "EXC17" not in grounds_of(beam(), BOOK, IE)


def test_a_form_without_criteria_has_no_grounds() -> None:
    assert grounds_of(beam(), BOOK, VS) == {}
