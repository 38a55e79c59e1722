"""One subject's casebook: visits, forms, queries, holds, and to whom it does not exist."""

import pytest

from ecrf.errors import NotFound
from ecrf.policy.permissions import Permission
from ecrf.reads.casebook import Casebook, casebook
from ecrf.reads.holds import record_target, subject_target
from tests.ecrf.clinic import Clinic


def seen(
    clinic: Clinic, subject_id: str, role: str = "monitor", site: str | None = "NJ01", language: str = "en"
) -> Casebook:
    return casebook(clinic.actor(role, site), subject_id, clinic.later(), language=language)


def test_a_casebook_shows_the_plan_with_what_has_begun(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    clinic.record(subject, "SCR", "SV", {"VISDAT": "2026-03-04"}, state="complete")
    found = seen(clinic, subject.id)
    assert [(visit.label, visit.state, visit.date) for visit in found.visits] == [
        ("Screening", "in_progress", "2026-03-04"),
        ("Baseline", "not_started", None),
        ("Week 2", "not_started", None),
        ("Running logs", "not_started", None),
    ]
    assert (found.complete, found.total) == (1, 8)
    assert found.next is not None
    assert (found.next.visit, found.next.label) == ("Screening", "Demography")


def test_a_casebook_speaks_chinese(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    found = seen(clinic, subject.id, language="zh-CN")
    assert [form.label for form in found.visits[0].forms] == ["访视日期", "人口学资料", "血常规"]


def test_each_unscheduled_visit_stands_for_itself_and_one_more_can_be_added(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    for instance in (1, 2):
        clinic.record(subject, "UNS", "SV", instance=instance)
    found = seen(clinic, subject.id)
    unscheduled = [visit for visit in found.visits if visit.label.startswith("Unscheduled")]
    assert [(visit.label, visit.is_expected) for visit in unscheduled] == [
        ("Unscheduled visit 1", True), ("Unscheduled visit 2", True),
    ]  # fmt: skip
    assert [(each.event, each.instance, each.label) for each in found.addable] == [
        ("SE.UNS", 3, "Unscheduled visit"),
    ]  # fmt: skip


def test_rows_of_a_repeating_form_are_counted(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    for row in (0, 1, 2):
        clinic.record(subject, "LOG", "AE", {"AETERM": "headache"} if row else {}, row=row)
    clinic.record(subject, "LOG", "AE", {"AETERM": "twice entered"}, row=3, state="removed")
    assert seen(clinic, subject.id).visits[-1].forms[0].rows == 2


def test_a_complete_form_is_in_progress_while_one_of_its_rows_is(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    clinic.record(subject, "LOG", "AE", state="complete")
    clinic.record(subject, "LOG", "AE", {"AETERM": "headache"}, row=1, state="complete")
    clinic.record(subject, "LOG", "AE", {"AETERM": "twice entered"}, row=2, state="removed")
    assert seen(clinic, subject.id).visits[-1].forms[0].state == "complete"
    clinic.record(subject, "LOG", "AE", {"AETERM": "rash"}, row=3)
    assert seen(clinic, subject.id).visits[-1].forms[0].state == "in_progress"


def test_an_unplanned_visit_expects_only_the_forms_that_were_entered(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    clinic.record(subject, "UNS", "SV", instance=1, state="complete")
    (first,) = (visit for visit in seen(clinic, subject.id).visits if visit.label.startswith("Unscheduled"))
    assert (first.state, first.complete, first.expected) == ("complete", 1, 1)
    assert [form.is_expected for form in first.forms] == [True, False]


def test_open_and_answered_queries_stand_beside_the_visits(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    record = clinic.record(subject, "SCR", "HEM", {"PLT": "48"})
    clinic.query(record, 1)
    clinic.query(record, 2, "WBC", check="EC041", state="closed", resolution="resolved_by_data")
    found = seen(clinic, subject.id).queries
    assert [(query.number, query.place) for query in found] == [(1, "Screening · Haematology · Platelets")]


def test_standing_holds_are_said_in_words(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    record = clinic.record(subject, "SCR", "HEM", {"PLT": "48"})
    clinic.hold(subject, "freeze", "form", event_id=record.event_id, form="HEM")
    clinic.hold(subject, "lock", "item", record_id=record.id, item="PLT")
    found = seen(clinic, subject.id)
    assert [(hold.level, hold.kind, hold.place) for hold in found.holds] == [
        ("form", "freeze", "Screening · Haematology"),
        ("item", "lock", "Screening · Haematology · Platelets"),
    ]
    assert next(form.state for form in found.visits[0].forms if form.form == "HEM") == "frozen"


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize(("role", "site"), [("monitor", "NJ02"), ("administrator", None)])
def test_a_subject_of_another_site_does_not_exist(clinic: Clinic, role: str, site: str | None) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    with pytest.raises(NotFound):
        seen(clinic, subject.id, role, site)


TARGETS = [("form", None, True), ("record", None, True), ("item", "PLT", True), ("item", None, False),
           ("item", "NOPE", False), ("form", "PLT", False), ("subject", None, False), ("", None, False)]  # fmt: skip


@pytest.mark.parametrize(("level", "item", "exists"), TARGETS)
def test_what_is_to_be_held_exists_or_is_not_found(clinic: Clinic, level: str, item: str | None, exists: bool) -> None:
    record = clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {"PLT": "48"})
    manager = clinic.actor("data_manager")
    if exists:
        target = record_target(manager, level, record.id, item, Permission.HOLD_LOCK, language="en")
        assert target.record is not None
        assert target.record.id == record.id
    else:
        with pytest.raises(NotFound):
            record_target(manager, level, record.id, item, Permission.HOLD_LOCK, language="en")


def test_only_who_may_hold_a_thing_finds_it_as_a_target(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    with pytest.raises(NotFound):
        subject_target(clinic.actor("coordinator", "NJ01"), subject.id, Permission.HOLD_LOCK)
