"""What is open before a lock: what stands against it, and what checks could not tell."""

import pytest

from ecrf import clock
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import IllegalState, NotFound, ReasonMissing
from ecrf.models.holds import Hold
from ecrf.reads.open_points import Part
from ecrf.services import records
from ecrf.services.checked_holds import hold_one
from ecrf.services.checklists import Checklist, checklist
from ecrf.services.holds import Target
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import SCREENING, Clinic

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
WHOLE, VISIT, HAEMATOLOGY, DATE = Part(), Part(SCREENING), Part(SCREENING, "HEM"), Part(SCREENING, "SV")


def of(clinic: Clinic, part: Part, role: str = "data_manager") -> Checklist:
    return checklist(clinic.by(role), clinic.subject, part, clock.now())


def unevaluated(clinic: Clinic, part: Part) -> set[str]:
    return {finding.check for finding in of(clinic, part).unevaluated}


def lock(clinic: Clinic, part: Part, reason: str | None = None, *, despite_open: bool = False) -> Hold:
    manager, target = clinic.by("data_manager"), Target("form", clinic.subject, event=part.event, form=part.form)
    with unit_of_work(manager):
        return hold_one(manager, target, "lock", Reason(text=reason), despite_open=despite_open)


@pytest.mark.req("R-DM-12")
def test_a_check_with_a_value_to_judge_that_it_cannot_judge_is_listed_until_it_can(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=Datum("49", "10*9/L"))
    assert unevaluated(clinic, HAEMATOLOGY) == {"EC115:HEM.PLT"}  # nobody has said whether the result matters
    assert of(clinic, HAEMATOLOGY).open.unjudged == 1
    clinic.save("HEM", revision=1, PLT_CS="N")
    assert unevaluated(clinic, HAEMATOLOGY) == set()
    assert of(clinic, HAEMATOLOGY).open.unjudged == 0


def test_each_part_lists_what_stands_in_it_alone(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=Datum("49", "10*9/L"))
    listed = {part: {finding.record.form for finding in of(clinic, part).unevaluated} for part in (WHOLE, VISIT, DATE)}
    assert listed == {WHOLE: {"DM", "HEM", "SV"}, VISIT: {"DM", "HEM", "SV"}, DATE: {"SV"}}
    assert of(clinic, WHOLE).open.unevaluated == len(of(clinic, WHOLE).unevaluated)
    assert of(clinic, DATE).open.open_queries == 0 < of(clinic, VISIT).open.open_queries


@pytest.mark.req("R-DM-12", "R-DM-15")
def test_what_checks_could_not_tell_stands_against_no_lock_and_all_else_does(clinic: Clinic) -> None:
    with pytest.raises(IllegalState) as refused:
        lock(clinic, DATE, "Interim analysis.")
    assert refused.value.details == {"state": "open", "needed": ("in_progress",)}
    with pytest.raises(ReasonMissing):
        lock(clinic, DATE, despite_open=True)
    with unit_of_work(clinic.by()):
        records.complete(clinic.by(), clinic.at("SV"), revision=1)
    assert (of(clinic, DATE).open.is_clean, unevaluated(clinic, DATE)) == (True, {"EC012", "EC014"})
    assert lock(clinic, DATE).kind == "lock"
    with pytest.raises(IllegalState) as again:
        lock(clinic, DATE)
    assert again.value.details["needed"] == ("not_held",)


def test_what_the_study_does_not_have_has_no_checklist(clinic: Clinic) -> None:
    for part in (Part(EventKey("SE.NONE")), Part(SCREENING, "NONE"), Part(None, "NONE")):
        with pytest.raises(NotFound):
            of(clinic, part)
    with pytest.raises(NotFound):
        checklist(clinic.by("monitor", "NJ02"), clinic.subject, WHOLE, clock.now())
    with pytest.raises(NotFound):
        of(clinic, WHOLE, "administrator")
