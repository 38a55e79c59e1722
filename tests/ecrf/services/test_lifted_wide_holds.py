"""What a lock or a freeze of a site or a study kept from moving moves when it is lifted; nothing else is asked."""

from dataclasses import replace

import pytest

from ecrf.edge.transactions import unit_of_work
from ecrf.services import laboratories, queries, studies
from forms.casebook import EventKey
from forms.datum import Datum
from forms.ranges import RangeRow
from tests.ecrf.services.conftest import Clinic
from tests.ecrf.services.test_range_changes import ROW as CK
from tests.ecrf.services.ward import UL, Ward, ward

__all__ = ["ward"]
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
BASELINE = EventKey("SE.BL")
BASO = replace(CK, laboratory="LAB_B", analyte="HEM.BASO", unit="10*9/L")


@pytest.mark.parametrize("level", ["site", "study"])
def test_what_a_held_site_keeps_from_moving_moves_when_it_is_lifted(ward: Ward, level: str) -> None:
    clinic, form = ward.clinic, ward.hold("form")
    before = clinic.record("CHEM").data["EGFR21"]
    clinic.save("DM", revision=1, SEX="F")
    wide = ward.hold(level)
    ward.lift(form)
    assert (clinic.record("CHEM").data["EGFR21"], "EGFR21" in ward.marks()) == (before, True)
    ward.lift(wide)
    assert (clinic.record("CHEM").data["EGFR21"] != before, ward.marks()) == (True, [])
    assert clinic.verify().exit_code == 0


def approve(clinic: Clinic, *rows: RangeRow) -> None:
    """One after the other: what is known of ranges is kept by their revision, whichever database it was read from."""
    for row in rows:
        with unit_of_work(manager := clinic.by("data_manager")):
            study = studies.find_study("BEAM")
            laboratories.approve(manager, study, laboratories.propose(manager, study, [row]))


def no_range(clinic: Clinic) -> str | None:
    """The state of the query that a result without a range is asked about."""
    query = clinic.query("HEM", "EC113:HEM.BASO")
    return query.state if query else None


@pytest.mark.parametrize("kind", ["freeze", "lock"])
@pytest.mark.parametrize("level", ["site", "study"])
def test_a_range_that_came_while_a_site_was_held_judges_when_it_is_lifted(ward: Ward, level: str, kind: str) -> None:
    clinic = ward.clinic
    clinic.save("CHEM", revision=1, CK=Datum("348", UL))
    wide = ward.hold(level, kind)
    approve(clinic, BASO, CK)
    assert "CK_XULN" not in clinic.record("CHEM").data
    ward.lift(wide)
    assert clinic.record("CHEM").data["CK_XULN"]["v"] == "2"
    assert clinic.query("CHEM", "EC114:CHEM.CK").state == "open"
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize("first", ["site", "study"])
def test_a_query_that_a_lock_kept_from_opening_without_a_mark_opens_with_the_last_lock(ward: Ward, first: str) -> None:
    """The range of another laboratory, which moves no value here: from then on results without a range are asked
    about."""
    clinic, second = ward.clinic, "study" if first == "site" else "site"
    clinic.sample("HEM", BASO=Datum("0.1", "10*9/L"))
    earlier = ward.hold(first, "lock")
    approve(clinic, CK, BASO)
    assert (no_range(clinic), ward.marks()) == (None, [])
    ward.lift(earlier)
    assert no_range(clinic) == "open"
    with unit_of_work(monitor := clinic.by("monitor")):
        queries.close(monitor, clinic.query("HEM", "EC113:HEM.BASO").id, "Seen.")
    later = ward.hold(second, "lock")
    ward.lift(later)
    assert no_range(clinic) == "closed"


@pytest.mark.parametrize("second", ["site", "study"])
def test_what_the_first_of_two_locks_kept_is_not_forgotten_under_the_second(ward: Ward, second: str) -> None:
    clinic, first = ward.clinic, "study" if second == "site" else "site"
    clinic.sample("HEM", BASO=Datum("0.1", "10*9/L"))
    earlier = ward.hold(first, "lock")
    approve(clinic, CK, BASO)
    later = ward.hold(second, "lock")
    ward.lift(earlier)
    assert no_range(clinic) is None
    ward.lift(later)
    assert no_range(clinic) == "open"


@pytest.mark.parametrize("level", ["site", "study"])
def test_what_a_lock_below_kept_is_not_forgotten_under_the_wide_one(ward: Ward, level: str) -> None:
    """A corrected visit date, which is asked about at another form that has no computed value to mark."""
    clinic = ward.clinic
    clinic.save("BLV", event=BASELINE, INDSTDAT="2026-03-18")
    below = ward.hold("form", "lock", "BLV")
    clinic.save("SV", revision=1, VISDAT="2026-03-03")
    wide = ward.hold(level, "lock")
    ward.lift(below)
    assert (clinic.query("BLV", "EC015"), ward.marks()) == (None, [])
    ward.lift(wide)
    assert clinic.query("BLV", "EC015").state == "open"
