"""What is new since a person's last look: counted from the trail, newest or most first, page by page, for oneself."""

from dataclasses import replace

import pytest

from ecrf import clock
from ecrf.errors import BadInput, Forbidden, NotFound
from ecrf.models.subjects import Subject
from ecrf.policy.actors import OPERATOR, Actor
from ecrf.reads.looks import News, NewsFilters, news
from ecrf.reads.reading_pages import Reading, reading
from ecrf.services import looks, people
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from tests.ecrf.clinic import Clinic

SCREENING = EventKey("SE.SCR")
CORRECTED = Reason("transcription")


@pytest.fixture
def monitor(clinic: Clinic) -> Actor:
    user = people.add(OPERATOR, "sun.li", name="Sun Li", organisation="CRO", password="walnut harbour seventeen")
    return replace(clinic.actor("monitor", "NJ01"), id=user.id)


@pytest.fixture
def subjects(clinic: Clinic) -> list[Subject]:
    """Three at NJ01, the second with most acts, the third with the last one; one at NJ02."""
    found = [clinic.subject("NJ01", f"NJ01-S00{number}") for number in (1, 2, 3)]
    record = clinic.record(found[1], "SCR", "HEM", {"PLT": {"v": "48", "u": "10*9/L"}})
    clinic.change(record, "PLT", "52", reason=CORRECTED)
    clinic.record(found[2], "SCR", "SV", {"VISDAT": "2026-03-04"})
    clinic.subject("NJ02", "NJ02-S001")
    return found


def told(actor: Actor, **filters: str) -> list[News]:
    return list(news(actor, NewsFilters(**filters)).news)


def read(clinic: Clinic, actor: Actor, subject: Subject, form: str = "") -> Reading:
    with clock.told_by(lambda: clinic.at):
        return reading(actor, subject.id, SCREENING, form, clinic.at, language="en")


def mark(clinic: Clinic, actor: Actor, subject: Subject, seen: int, *place) -> None:
    with clock.told_by(clinic.later):
        looks.mark(actor, subject.id, seen, *place)


def test_subjects_of_ones_sites_stand_newest_or_most_first(monitor: Actor, subjects: list[Subject]) -> None:
    assert [each.number for each in told(monitor)] == ["NJ01-S003", "NJ01-S002", "NJ01-S001"]
    assert [(each.number, each.acts) for each in told(monitor, order="most")] == [
        ("NJ01-S002", 4), ("NJ01-S003", 2), ("NJ01-S001", 1),
    ]  # fmt: skip
    assert told(monitor, site="NJ02") == []


@pytest.mark.parametrize("order", ["", "most"])
def test_pages_follow_one_another_also_when_the_last_one_was_looked_at_between(
    clinic: Clinic, monitor: Actor, subjects: list[Subject], order: str
) -> None:
    first = news(monitor, NewsFilters(order=order), size=1)
    subject = next(each for each in subjects if each.id == first.news[0].subject_id)
    mark(clinic, monitor, subject, first.news[0].acts)
    rest = news(monitor, NewsFilters(order=order, after=first.next or ""))
    assert len(rest.news) == 2
    assert subject.id not in {each.subject_id for each in rest.news}


@pytest.mark.parametrize("after", ["x", "~", "1", "9" * 20 + "~x", "-1~x"])
def test_a_key_that_is_none_chooses_nothing(monitor: Actor, subjects: list[Subject], after: str) -> None:
    assert len(told(monitor, after=after)) == 3


def test_what_is_new_since_the_look_is_counted(clinic: Clinic, monitor: Actor, subjects: list[Subject]) -> None:
    second = subjects[1]
    mark(clinic, monitor, second, 4)
    assert second.id not in {each.subject_id for each in told(monitor)}
    record = clinic.record(second, "SCR", "SV", {"VISDAT": "2026-03-04"})
    query = clinic.query(record, 1, "VISDAT", check=None)
    clinic.say(query, "answer", "As printed.", "answered", clinic.actor("coordinator", "NJ01"))
    (found,) = [each for each in told(monitor) if each.subject_id == second.id]
    assert (found.acts, found.values, found.forms, found.answered) == (3, 1, 1, 1)


def test_a_look_is_ones_own(clinic: Clinic, monitor: Actor, subjects: list[Subject]) -> None:
    mark(clinic, monitor, subjects[0], 1)
    user = people.add(OPERATOR, "zhou.ke", name="Zhou Ke", organisation="CRO", password="walnut harbour seventeen")
    assert subjects[0].id in {each.subject_id for each in told(replace(monitor, id=user.id))}


def test_reading_marks_what_changed_since_the_look_with_the_value_then(
    clinic: Clinic, monitor: Actor, subjects: list[Subject]
) -> None:
    second = subjects[1]
    assert all(record.was is None for form in read(clinic, monitor, second).forms for record in form.records)
    mark(clinic, monitor, second, 2)  # as it stood with 48
    was = [record.was for form in read(clinic, monitor, second, "HEM").forms for record in form.records]
    assert {item: value.value if value else None for item, value in was[0].items()} == {"PLT": "48", "PLT_ST": None}


def test_a_form_that_was_looked_at_is_no_longer_new(clinic: Clinic, monitor: Actor, subjects: list[Subject]) -> None:
    second = subjects[1]
    mark(clinic, monitor, second, 1)
    mark(clinic, monitor, second, 4, SCREENING, "HEM")
    was = [record.was for form in read(clinic, monitor, second).forms for record in form.records]
    assert was == [{}]
    assert second.id in {each.subject_id for each in told(monitor)}


def test_a_look_never_goes_back(clinic: Clinic, monitor: Actor, subjects: list[Subject]) -> None:
    mark(clinic, monitor, subjects[1], 4)
    mark(clinic, monitor, subjects[1], 2)
    assert subjects[1].id not in {each.subject_id for each in told(monitor)}


REFUSED = [
    ("monitor", 99, (), BadInput), ("monitor", -1, (), BadInput),
    ("monitor", 1, (EventKey("SE.NONE"), "HEM"), NotFound), ("monitor", 1, (SCREENING, "AE"), NotFound),
    ("coordinator", 1, (), Forbidden), ("auditor", 1, (), Forbidden),
]  # fmt: skip


@pytest.mark.parametrize(("role", "seen", "place", "problem"), REFUSED)
def test_a_look_that_cannot_be_is_refused(
    clinic: Clinic, subjects: list[Subject], role: str, seen: int, place: tuple, problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        mark(clinic, clinic.actor(role, None if role == "auditor" else "NJ01"), subjects[0], seen, *place)


def test_steps_go_from_visit_to_visit_and_from_form_to_form(
    clinic: Clinic, monitor: Actor, subjects: list[Subject]
) -> None:
    visit = read(clinic, monitor, subjects[1])
    assert (visit.before, visit.after and visit.after.label) == (None, "Baseline")
    form = read(clinic, monitor, subjects[1], "HEM")
    assert form.before is not None
    assert form.after is not None
    assert (form.before.form, form.after.label) == ("DM", "Baseline · Visit date")
