"""The status of a subject: enrolled through the gate with a number, ended, corrected by one step."""

from collections.abc import Callable

import pytest

from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Conflict, Forbidden, Held, IllegalState, Problem, ReasonMissing
from ecrf.models.subjects import Subject
from ecrf.services import statuses, subjects
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic
from tests.ecrf.services.test_gates import ELIGIBLE, LOW
from tests.ecrf.services.ward import Ward, ward

__all__ = ["ward"]
WHY = Reason(text="as the protocol says")


def act(clinic: Clinic, name: str, number: str | None = None, reason: Reason = WHY, by: str = "coordinator") -> Subject:
    actor = clinic.by(by)
    with unit_of_work(actor):
        return statuses.ACTS[name](actor, clinic.subject, number, reason)


def refused(problem: type[Problem], tried: Callable[[], object]) -> Problem:
    with pytest.raises(problem) as raised:
        tried()
    assert type(raised.value) is problem
    return raised.value


def eligible(clinic: Clinic, **more: str) -> None:
    assert clinic.save("IE", because=None, **ELIGIBLE, **more).verdict.refused == ()


@pytest.mark.req("R-GCP-3")
def test_enrolment_names_every_finding_that_stands_and_the_answer_that_is_missing(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=LOW)
    problem = refused(IllegalState, lambda: act(clinic, "enrol"))
    findings = problem.details["findings"]
    assert [(each["check"], each["form"], each["item"]) for each in findings] == [
        (None, "IE", "ENRLYN"), ("EC040", "HEM", "PLT"),
    ]  # fmt: skip
    assert "platelets below 50,000" in findings[1]["message"].said_in("en")
    clinic.save("HEM", revision=1, PLT=Datum("50000", "/uL"))
    eligible(clinic)
    enrolled = act(clinic, "enrol")
    assert (enrolled.status, enrolled.subject_number, enrolled.number) == ("enrolled", "NJ01-001", "NJ01-001")
    refused(IllegalState, lambda: act(clinic, "enrol"))
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize(("typed", "entered", "number"), [
    (None, "NJ01-007", "NJ01-007"), ("NJ01-008", None, "NJ01-008"), ("NJ01-007", "NJ01-007", "NJ01-007"),
])  # fmt: skip
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_number_is_that_of_the_form_else_the_one_typed(
    clinic: Clinic, typed: str | None, entered: str | None, number: str
) -> None:
    eligible(clinic, **({"SUBJID": entered} if entered else {}))
    assert act(clinic, "enrol", typed).subject_number == number


@pytest.mark.parametrize(("typed", "problem"), [
    ("NJ01-S01", BadInput), ("two words", BadInput), ("NJ02-001", BadInput), ("NJ01-077", BadInput),
])  # fmt: skip
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_number_that_the_study_or_the_form_does_not_take_is_refused(
    clinic: Clinic, typed: str, problem: type[Problem]
) -> None:
    eligible(clinic, **({"SUBJID": "NJ01-007"} if typed == "NJ01-077" else {}))
    assert "subject_number" in refused(problem, lambda: act(clinic, "enrol", typed)).details["fields"]


def test_no_two_subjects_have_one_number_and_the_scheme_goes_on_after_the_highest(clinic: Clinic) -> None:
    eligible(clinic)
    act(clinic, "enrol", "NJ01-005")
    with unit_of_work(clinic.by()):
        other = Clinic(clinic.place, subjects.register(clinic.by(), "BEAM", "NJ01").id)
    clinic_forms = {"SV": {"VISDAT": "2026-03-04", "VISOCC": "Y"}, "DM": {"BRTHDAT": "1991-06-30", "SEX": "M"}}
    for form, answers in clinic_forms.items():
        other.save(form, **answers)
    eligible(other)
    refused(Conflict, lambda: act(other, "enrol", "NJ01-005"))
    assert act(other, "enrol").subject_number == "NJ01-006"


LEADS = {
    ("screening", "enrol"): "enrolled", ("screening", "screen_failure"): "screen_failure",
    ("enrolled", "complete"): "completed", ("enrolled", "withdraw"): "withdrawn",
    ("enrolled", "correct"): "screening", ("screen_failure", "correct"): "screening",
    ("completed", "correct"): "enrolled", ("withdrawn", "correct"): "enrolled",
}  # fmt: skip
WAYS = {
    "screening": (), "screen_failure": ("screen_failure",), "enrolled": ("enrol",), "completed": ("enrol", "complete"),
    "withdrawn": ("enrol", "withdraw"),
}  # fmt: skip
BACK = {
    ("screening", "enrol"): ("correct",), ("screening", "screen_failure"): ("correct",),
    ("enrolled", "complete"): ("correct",), ("enrolled", "withdraw"): ("correct",), ("enrolled", "correct"): ("enrol",),
    ("screen_failure", "correct"): ("screen_failure",), ("completed", "correct"): ("complete",),
    ("withdrawn", "correct"): ("withdraw",),
}  # fmt: skip
MAY = {"coordinator": True, "investigator": True, "monitor": False, "data_manager": False, "auditor": False}


@pytest.mark.req("R-11-10")
@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_every_act_by_every_role_in_every_status_leads_on_or_is_refused(clinic: Clinic, status: str) -> None:
    eligible(clinic)
    for step in WAYS[status]:
        act(clinic, step)
    for name in statuses.ACTS:
        for role, may in MAY.items():
            to = LEADS.get((status, name)) if may else None
            if to is None:
                refused(IllegalState if may else Forbidden, lambda name=name, role=role: act(clinic, name, by=role))
                continue
            assert act(clinic, name, by=role).status == to
            for step in BACK[status, name]:
                act(clinic, step)
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_step_needs_its_reason_and_a_wrong_one_is_taken_back_with_the_number_kept(clinic: Clinic) -> None:
    refused(ReasonMissing, lambda: act(clinic, "screen_failure", reason=Reason(text=" ")))
    eligible(clinic)
    act(clinic, "enrol")
    refused(ReasonMissing, lambda: act(clinic, "withdraw", reason=Reason()))
    assert act(clinic, "complete", reason=Reason()).status == "completed"
    refused(ReasonMissing, lambda: act(clinic, "correct", reason=Reason()))
    act(clinic, "correct")
    assert act(clinic, "correct").subject_number == "NJ01-001"
    assert act(clinic, "enrol").subject_number == "NJ01-001"


@pytest.mark.req("R-DM-15")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_status_of_a_held_subject_stays(ward: Ward, kind: str) -> None:
    ward.hold("subject", kind)
    refused(Held, lambda: act(ward.clinic, "screen_failure"))
