"""Freezing and locking: what is refused from then on and what goes on, and what lifting sets free again."""

import pytest
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Forbidden, Held, IllegalState, NotFound, ReasonMissing
from ecrf.services import holds, queries, records
from ecrf.services.holds import Target
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.ward import ACTS, AGREED, LEVELS, UL, WAYS, Ward, ward

__all__ = ["ward"]


@pytest.mark.req("R-DM-15", "R-11-9")
def test_a_held_record_refuses_a_save_and_the_trail_tells_of_the_attempt(ward: Ward) -> None:
    for level, kind in WAYS:
        hold = ward.hold(level, kind)
        with pytest.raises(Held) as raised:
            ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL))
        told = raised.value.details["holds"]
        assert [(each["level"], each["kind"], each["why"]) for each in told] == [(level, kind, "reviewed")]
        ward.lift(hold)
    assert ward.clinic.record("CHEM").data["ALT"] == {"v": "20", "u": UL}
    entries = db.session.execute(select(trail_entries).where(trail_entries.c.action == "act.refused")).all()
    assert len(entries) == len(WAYS)
    for entry in entries:
        assert (entry.reason_code, entry.form, entry.subject) == ("held", "CHEM", ward.clinic.subject)
        typed = (f"records/{ward.clinic.record('CHEM').id}/data/ALT", "refused", "79")
        assert _values(entry) == [typed, ("tried", "note", "record.saved")]
    assert ward.clinic.verify().exit_code == 0


def test_a_held_record_cannot_be_marked_complete(ward: Ward) -> None:
    for level, kind in WAYS:
        hold = ward.hold(level, kind, "SV")
        with pytest.raises(Held):
            records.complete(ward.clinic.by(), ward.clinic.at("SV"), revision=1)
        db.session.rollback()
        ward.lift(hold)


def test_a_held_form_leaves_the_others_open(ward: Ward) -> None:
    ward.hold("record", "lock")
    ward.hold("form", "lock")
    assert ward.clinic.save("SV", revision=1, VISREAS="by phone").changed == ("VISREAS",)


def test_a_held_item_refuses_its_own_change_alone(ward: Ward) -> None:
    ward.hold("item", "lock")
    saved = ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL), AST=Datum("30", UL))
    assert [(each.item, each.rule) for each in saved.verdict.refused] == [("ALT", "held")]
    assert saved.changed == ("AST",)
    data = ward.clinic.record("CHEM").data
    assert (data["ALT"]["v"], data["AST"]["v"]) == ("20", "30")
    assert ward.clinic.verify().exit_code == 0


def test_a_held_form_takes_no_new_record(ward: Ward) -> None:
    event = ward.clinic.record("CHEM").event_id
    for target in (Target("form", ward.clinic.subject, event_id=event, form="HEM"), ward.target("subject")):
        with unit_of_work(ward.manager):
            hold = holds.lock(ward.manager, target).id
        with pytest.raises(Held):
            ward.clinic.sample("HEM", PLT=Datum("200", "10*9/L"))
        ward.lift(hold)
    assert not db.session.scalars(select(records.Record.id).where(records.Record.form == "HEM")).all()


def test_queries_go_on_under_a_freeze_and_not_under_a_lock(ward: Ward) -> None:
    monitor, site, record = ward.clinic.by("monitor"), ward.clinic.by(), ward.clinic.record("CHEM").id
    for level in LEVELS:
        ward.hold(level, "freeze")
    with unit_of_work(monitor):
        query = queries.raise_query(monitor, record, "ALT", "Which value stands?").id
    with unit_of_work(site):
        queries.answer(site, query, "The one in the report.")
    acts = [
        lambda: queries.raise_query(monitor, record, None, "And this one?"),
        lambda: queries.answer(site, query, "Still that one."),
        lambda: queries.close(monitor, query, "Seen."),
    ]
    for level in LEVELS:
        hold = ward.hold(level, "lock")
        for act in acts:
            with pytest.raises(Held):
                act()
            db.session.rollback()
        ward.lift(hold)


@pytest.mark.req("R-DM-15")
def test_lifting_needs_a_reason_in_words(ward: Ward) -> None:
    hold = ward.hold("record", "lock")
    for text in (None, "", "  \n"):
        with pytest.raises(ReasonMissing), unit_of_work(ward.manager):
            holds.lift(ward.manager, hold, Reason("data_correction", text))
    with pytest.raises(Held):
        ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL))


@pytest.mark.req("R-DM-15", "R-11-6")
def test_lifting_stands_in_the_trail_with_its_reason_and_lets_the_data_move_again(ward: Ward) -> None:
    ward.lift(ward.hold("record", "lock"))
    assert ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL)).changed == ("ALT",)
    acts = db.session.execute(
        select(trail_entries).where(trail_entries.c.action.like("hold.%")).order_by(trail_entries.c.sequence)
    ).all()  # fmt: skip
    assert [entry.actor_role for entry in acts] == ["data_manager", "data_manager"]
    assert ("reason", "note", AGREED.text) in _values(acts[1])
    assert acts[1].reason_code == AGREED.code
    assert ward.clinic.verify().exit_code == 0


def test_whatever_else_holds_the_same_data_goes_on_holding_it(ward: Ward) -> None:
    standing = [ward.hold(level, kind) for level in LEVELS for kind in ("freeze", "lock")]
    for hold in standing:
        with pytest.raises(Held):
            ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL))
        ward.lift(hold)
    assert ward.clinic.save("CHEM", revision=1, ALT=Datum("79", UL)).changed == ("ALT",)


def test_what_is_held_is_not_held_again_and_what_is_lifted_not_lifted_again(ward: Ward) -> None:
    hold = ward.hold("record")
    with pytest.raises(IllegalState):
        ward.hold("record")
    ward.lift(hold)
    with pytest.raises(IllegalState):
        ward.lift(hold)
    assert ward.hold("record") != hold


@pytest.mark.req("R-FDA-19", "R-SEC-21")
def test_only_data_managers_hold_and_lift(ward: Ward) -> None:
    hold = ward.hold("item")
    acts = (*ACTS.values(), lambda by, _: holds.lift(by, hold, AGREED))
    for role, site, refusal in (
        ("coordinator", "NJ01", Forbidden), ("investigator", "NJ01", Forbidden), ("monitor", "NJ01", Forbidden),
        ("auditor", "NJ01", Forbidden), ("coordinator", "NJ02", NotFound), ("monitor", "NJ02", NotFound),
        ("administrator", "NJ01", NotFound), ("study_builder", "NJ01", NotFound),
    ):  # fmt: skip
        for act in acts:
            with pytest.raises(refusal):
                act(ward.clinic.by(role, site), ward.target("record"))
            db.session.rollback()


def test_what_does_not_exist_cannot_be_held(ward: Ward) -> None:
    record, subject = ward.clinic.record("CHEM"), ward.clinic.subject
    for target in (
        Target("record", subject), Target("record", subject, "nothing"), Target("item", subject, record.id),
        Target("item", subject, record.id, "NOTHING"), Target("item", subject, record.id, 'A"LT'),
        Target("record", subject, record.id, "ALT"), Target("subject", subject, record.id), Target("study", subject),
        Target("form", subject, form="CHEM"), Target("form", subject, event_id="nothing", form="CHEM"),
        Target("form", subject, event_id=record.event_id, form="NOTHING"), Target("subject", "nothing"),
        Target("form", subject, event_id=record.event_id, form="x" * 99),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            holds.freeze(ward.manager, target)
        db.session.rollback()


def test_a_reason_that_cannot_be_kept_is_bad_input(ward: Ward) -> None:
    hold, target = ward.hold("item"), ward.target("record")
    for words in ("\x00", "\ud800", "x" * 2001):
        for act in (
            lambda reason: holds.freeze(ward.manager, target, reason),
            lambda reason: holds.lift(ward.manager, hold, reason),
        ):
            with pytest.raises(BadInput) as raised, unit_of_work(ward.manager):
                act(Reason(text=words))
            assert "reason" in raised.value.details["fields"]


def _values(entry) -> list[tuple[str, str, str]]:
    same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
    query = (
        select(trail_changes.c.path, trail_changes.c.mark, trail_values.c.value)
        .join(trail_values, same[0] & same[1] & same[2])
        .where(trail_changes.c.chain == entry.chain, trail_changes.c.sequence == entry.sequence)
    )
    return [tuple(row) for row in db.session.execute(query)]
