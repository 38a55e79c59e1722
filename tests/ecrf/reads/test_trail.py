"""The trail as it is reviewed: acts with their changes, filters, pages, scope; and the history of one item."""

import pytest

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.holds import LEVELS, WIDE
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.permissions import Permission
from ecrf.reads.items import item_history
from ecrf.reads.records import record_place
from ecrf.reads.trail import TrailPage, trail
from ecrf.reads.trail_filters import TrailFilters
from ecrf.reads.trail_reach import Of
from ecrf.services.trail import About, Acts, Reason
from tests.ecrf.clinic import Clinic

READ_FROM_ABOVE = Reason("transcription", "read from the line above")


@pytest.fixture
def record(clinic: Clinic) -> Record:
    """Platelets 48, corrected to 52 with a reason while white cells 43 were refused; a query opened on the way."""
    saved = clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {
        "PLT": {"v": "48", "u": "10*9/L"}, "WBC": {"nd": "ND"},
    })  # fmt: skip
    clinic.query(saved, 1)
    clinic.change(saved, "PLT", "52", reason=READ_FROM_ABOVE, refused="43")
    clinic.record(clinic.subject("NJ02", "NJ02-S001"), "SCR", "SV", {"VISDAT": "2026-03-05"})
    return saved


def seen(
    clinic: Clinic, reader: str = "data_manager", at: str | None = None, size: int = 25, **filters: str
) -> TrailPage:
    return trail(clinic.actor(reader, at), TrailFilters(**filters), language="en", size=size)


def what(page: TrailPage) -> list[tuple[str, str]]:
    return [(act.action, act.place) for act in page.acts]


HEM = "NJ01-S001 · Screening · Haematology"


@pytest.mark.req("R-AUD-1")
def test_acts_say_who_when_what_and_where_newest_first(clinic: Clinic, record: Record) -> None:
    found = seen(clinic, subject="NJ01-S001")
    assert what(found) == [
        ("record.consequences", HEM), ("record.saved", HEM), ("record.consequences", HEM), ("record.saved", HEM),
        ("subject.registered", "NJ01-S001"),
    ]  # fmt: skip
    save = found.acts[1]
    assert (save.who, save.role, save.site, save.zone) == ("Wang Min", "coordinator", "NJ01", "Asia/Shanghai")
    assert found.acts[0].cause == save.sequence


@pytest.mark.req("R-AUD-1")
def test_a_change_shows_old_new_and_why_and_a_refused_value_its_rule(clinic: Clinic, record: Record) -> None:
    corrected, refused = seen(clinic, action="record.saved", item="PLT").acts[0].changes
    assert (corrected.label, corrected.was and corrected.was.text, corrected.now and corrected.now.text) == (
        "Platelets",
        "48",
        "52",
    )
    assert (corrected.now and corrected.now.sign, corrected.reason, corrected.note) == (
        "×10^9/L", "transcription", "read from the line above",
    )  # fmt: skip
    assert (refused.mark, refused.now and refused.now.text, refused.was, refused.reason) == (
        "refused",
        "43",
        None,
        "RH.WBC@1.0",
    )


def test_first_values_stand_without_an_old_one_and_reasons_for_none_in_words(clinic: Clinic, record: Record) -> None:
    first = seen(clinic, action="record.saved", form="HEM").acts[-1].changes
    assert [(change.label, change.was, change.now and change.now.text) for change in first] == [
        ("Platelets", None, "48"), ("White cells", None, "Not done"),
    ]  # fmt: skip


def test_the_item_that_is_looked_for_stands_first(clinic: Clinic, record: Record) -> None:
    first = seen(clinic, item="WBC").acts[-1].changes
    assert [change.item for change in first] == ["WBC", "PLT"]


def test_what_an_act_did_to_queries_is_said(clinic: Clinic, record: Record) -> None:
    opened = seen(clinic, subject="NJ01-S001").acts[2]
    assert [(mark.number, mark.state, mark.check) for mark in opened.queries] == [(1, "open", "EC040")]
    assert opened.changes == ()


FILTERS = [
    ({"subject": "NJ02-S001"}, 2),
    ({"form": "HEM"}, 3),
    ({"form": "SV"}, 1),
    ({"item": "PLT"}, 2),
    ({"item": "PLT_ST"}, 1),
    ({"person": "wang"}, 3),
    ({"person": "100%"}, 0),
    ({"role": "system"}, 5),
    ({"action": "subject.registered"}, 2),
    ({"since": "2026-03-05"}, 0),
    ({"until": "2026-03-03"}, 0),
    ({"since": "2026-03-04", "until": "2026-03-04"}, 10),
    ({"since": "not a day"}, 0),
    ({"until": "2026-13-40"}, 0),
    ({"since": "0001-01-01", "until": "9999-12-31"}, 10),
    ({"before": "no~key"}, 0),
    ({"site": "NJ02"}, 2), ({"site": "NJ99"}, 0), ({"site": "NJ02", "subject": "NJ01-S001"}, 0),
    ({"event": "SE.SCR"}, 4), ({"event": "SE.BL"}, 0), ({"now": "=52"}, 2), ({"now": "5"}, 3), ({"now": "=5"}, 0),
    ({"now": "43"}, 1), ({"was": "=48"}, 1), ({"was": "52"}, 0), ({"now": "not done"}, 1), ({"now": "%"}, 0),
    ({"item": "PLT", "was": "=48", "now": "=52"}, 1), ({"item": "WBC", "was": "=48"}, 0),
    ({"item": "WBC", "now": "43"}, 1), ({"reason": "transcription"}, 1), ({"reason": "other"}, 0),
    ({"person": "Wang Min", "action": "record.saved", "site": "NJ01"}, 2),
    ({"person": "a"}, 5),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "count"), FILTERS)
def test_a_filter_leaves_what_it_names(clinic: Clinic, record: Record, filters: dict[str, str], count: int) -> None:
    assert len(seen(clinic, **filters).acts) == count


def test_pages_follow_one_another_without_gap_or_overlap(clinic: Clinic, record: Record) -> None:
    whole = [(act.chain, act.sequence) for act in seen(clinic).acts]
    pages, before = [], ""
    while not pages or before:
        page = seen(clinic, size=3, before=before)
        pages += [(act.chain, act.sequence) for act in page.acts]
        before = page.next or ""
    assert pages == whole
    assert len(whole) == 10


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize(
    ("role", "site", "subjects"),
    [
        ("monitor", "NJ01", {"NJ01-S001"}),
        ("monitor", "NJ02", {"NJ02-S001"}),
        ("auditor", None, {"NJ01-S001", "NJ02-S001"}),
        ("administrator", None, set()),
    ],
)
def test_the_trail_of_other_sites_does_not_exist(
    clinic: Clinic, record: Record, role: str, site: str | None, subjects: set[str]
) -> None:
    found = {act.place.split(" · ")[0] for act in seen(clinic, role, site).acts if act.place}
    assert found == subjects


def test_the_trail_of_a_record_has_its_consequences_and_queries_and_nothing_else(
    clinic: Clinic, record: Record
) -> None:
    monitor = clinic.actor("monitor", "NJ01")
    place = record_place(monitor, record.id, language="en", permission=Permission.TRAIL_READ)
    assert what(trail(monitor, TrailFilters(), language="en", of=Of(record.subject_id, place))) == [
        ("record.consequences", HEM), ("record.saved", HEM), ("record.consequences", HEM), ("record.saved", HEM),
    ]  # fmt: skip


def holds_seen(clinic: Clinic, record: Record, of: Record, level: str) -> list[str]:
    """What the trail of one record says of a lock, set and lifted again, that stands on another one or above it."""
    subject = db.session.get(Subject, of.subject_id)
    assert subject is not None
    targets = {
        "item": {"record_id": of.id, "item": "PLT"}, "record": {"record_id": of.id},
        "form": {"event_id": of.event_id, "form": of.form}, "event": {"event_id": of.event_id}, "subject": {},
    }  # fmt: skip
    hold = clinic.hold(subject, "lock", level, **targets[level])
    acts = Acts(About(subject.chain, subject.study_id, subject.site_id, subject.id), clinic.later())
    hold.lifted_at = acts.at
    acts.add(clinic.actor("data_manager"), Action.UNLOCKED, [hold], reason=Reason(text="the analysis is done"))
    acts.write()
    monitor = clinic.actor("monitor", "NJ01")
    place = record_place(monitor, record.id, language="en", permission=Permission.TRAIL_READ)
    found = trail(monitor, TrailFilters(), language="en", of=Of(record.subject_id, place)).acts
    return [act.action for act in found if act.action.startswith("hold.")]


@pytest.mark.req("R-AUD-1")
@pytest.mark.parametrize("level", sorted({*LEVELS} - {*WIDE}))
def test_the_trail_of_a_record_tells_what_held_it_at_every_level_and_when_that_was_lifted(
    clinic: Clinic, record: Record, level: str
) -> None:
    assert holds_seen(clinic, record, record, level) == ["hold.unlocked", "hold.locked"]


@pytest.mark.parametrize("level", sorted({*LEVELS} - {*WIDE}))
def test_the_trail_of_a_record_does_not_tell_what_held_others(clinic: Clinic, record: Record, level: str) -> None:
    subject = db.session.get(Subject, record.subject_id)
    assert subject is not None
    others = [clinic.record(clinic.subject("NJ01", "NJ01-S002"), "SCR", "HEM", {"PLT": "50"})]
    if level != "subject":
        others.append(clinic.record(subject, "BL", "HEM", {"PLT": "51"}))
    if level not in ("subject", "event"):
        others.append(clinic.record(subject, "SCR", "DM", {"SEX": "F"}))
    for other in others:
        assert holds_seen(clinic, record, other, level) == []


def test_the_trail_of_a_subject_is_its_own(clinic: Clinic, record: Record) -> None:
    found = trail(clinic.actor("data_manager"), TrailFilters(), language="en", of=Of(record.subject_id))
    assert len(found.acts) == 5


@pytest.mark.req("R-AUD-1")
def test_the_history_of_an_item_tells_values_and_queries_newest_first(clinic: Clinic, record: Record) -> None:
    found = item_history(clinic.actor("monitor", "NJ01"), record.id, "PLT", language="en")
    told = [(step.kind, step.was and step.was.text, step.now and step.now.text, step.state) for step in found.steps]
    assert told == [("value", "48", "52", None), ("query", None, None, "open"), ("value", None, "48", None)]
    assert (found.steps[0].reason, found.steps[0].note) == ("transcription", "read from the line above")
    assert (found.label, found.place, found.entries) == ("Platelets", "Screening · Haematology", 3)


def test_a_refused_value_stands_in_the_history_and_changes_nothing(clinic: Clinic, record: Record) -> None:
    found = item_history(clinic.actor("monitor", "NJ01"), record.id, "WBC", language="en")
    assert [(step.kind, step.now and step.now.text, step.rule) for step in found.steps] == [
        ("refused", "43", "RH.WBC@1.0"), ("value", "Not done", None),
    ]  # fmt: skip
    assert found.current is not None
    assert found.current.text == "Not done"


def test_a_held_item_says_so_in_its_history(clinic: Clinic, record: Record) -> None:
    subject = db.session.get(Subject, record.subject_id)
    assert subject is not None
    clinic.hold(subject, "lock", "item", record_id=record.id, item="PLT")
    newest = item_history(clinic.actor("monitor", "NJ01"), record.id, "PLT", language="en").steps[0]
    assert (newest.kind, newest.state, newest.who, newest.note) == (
        "hold",
        "locked",
        "Chen Yu",
        "for the interim analysis",
    )


@pytest.mark.parametrize(("site", "item"), [("NJ02", "PLT"), ("NJ01", "NOPE"), ("NJ01", "%")])
def test_what_the_reader_cannot_see_has_no_history(clinic: Clinic, record: Record, site: str, item: str) -> None:
    with pytest.raises(NotFound):
        item_history(clinic.actor("monitor", site), record.id, item, language="en")
