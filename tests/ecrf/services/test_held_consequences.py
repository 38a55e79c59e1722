"""What a change elsewhere brings about for held data: a mark while they are held, the values once they are not."""

import pytest
from sqlalchemy import func, select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.services import holds
from ecrf.services.holds import Target
from forms.datum import Datum
from tests.ecrf.services.ward import Ward, ward

__all__ = ["ward"]


@pytest.mark.req("R-DM-9", "R-DM-15")
@pytest.mark.parametrize(("level", "kind"), [("record", "freeze"), ("form", "lock")])
def test_consequences_leave_a_mark_on_held_data_and_follow_when_it_is_lifted(ward: Ward, level: str, kind: str) -> None:
    hold = ward.hold(level, kind)
    before = ward.clinic.record("CHEM").data["EGFR21"]["v"]
    ward.clinic.save("DM", revision=1, SEX="F")
    assert ward.clinic.record("CHEM").data["EGFR21"]["v"] == before
    assert "EGFR21" in ward.marks()
    ward.lift(hold)
    assert ward.clinic.record("CHEM").data["EGFR21"]["v"] != before
    assert ward.marks() == []
    lifted, followed = db.session.execute(
        select(trail_entries).where(trail_entries.c.chain == f"subject:{ward.clinic.subject}")
        .order_by(trail_entries.c.sequence.desc()).limit(2)
    ).all()[::-1]  # fmt: skip
    assert (followed.action, followed.actor_id) == ("record.consequences", "system")
    assert (followed.cause_chain, followed.cause_sequence) == (lifted.chain, lifted.sequence)
    assert ward.clinic.verify().exit_code == 0


def test_a_mark_whose_reason_went_away_goes_with_the_hold(ward: Ward) -> None:
    hold = ward.hold("record")
    ward.clinic.save("DM", revision=1, SEX="F")
    ward.clinic.save("DM", revision=2, SEX="M")
    before = ward.clinic.record("CHEM")
    sequence = before.sequence
    ward.lift(hold)
    assert ward.marks() == []
    assert ward.clinic.record("CHEM").sequence == sequence


def test_a_mark_stays_while_something_else_holds_its_data(ward: Ward) -> None:
    record, form = ward.hold("record"), ward.hold("form")
    ward.clinic.save("DM", revision=1, SEX="F")
    marked = ward.marks()
    ward.lift(record)
    assert ward.marks() == marked
    assert "EGFR21" in marked
    ward.lift(form)
    assert ward.marks() == []


def test_a_held_computed_item_alone_keeps_its_value_and_follows_when_lifted(ward: Ward) -> None:
    target = Target("item", ward.clinic.subject, ward.clinic.record("CHEM").id, "EGFR21")
    with unit_of_work(ward.manager):
        hold = holds.freeze(ward.manager, target).id
    before = ward.clinic.record("CHEM").data["EGFR21"]
    ward.clinic.save("CHEM", revision=1, CREA=Datum("120", "umol/L"))
    assert ward.clinic.record("CHEM").data["EGFR21"] == before
    assert ward.marks() == ["EGFR21"]
    ward.lift(hold)
    assert ward.clinic.record("CHEM").data["EGFR21"] != before
    assert ward.marks() == []


def test_a_query_that_a_lock_kept_from_opening_opens_when_it_is_lifted(ward: Ward) -> None:
    ward.clinic.save("CHEM", revision=1, CREA=Datum("200", "umol/L"), CREA_CS=Datum("N"))
    hold = ward.hold("form", "lock")
    ward.clinic.save("DM", revision=1, SEX="F")  # whose filtration is below 30 at this creatinine
    assert ward.clinic.query("CHEM", "EC029") is None
    ward.lift(hold)
    assert ward.clinic.query("CHEM", "EC029").state == "open"
    assert ward.clinic.verify().exit_code == 0


def test_lifting_where_nothing_moved_writes_its_own_entry_alone(ward: Ward) -> None:
    hold = ward.hold("subject", "lock")
    count = select(func.count()).select_from(trail_entries).where(trail_entries.c.subject == ward.clinic.subject)
    before = db.session.scalar(count)
    db.session.rollback()
    ward.lift(hold)
    assert db.session.scalar(count) == before + 1


def _values(entry) -> list[tuple[str, str, str]]:
    same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
    query = (
        select(trail_changes.c.path, trail_changes.c.mark, trail_values.c.value)
        .join(trail_values, same[0] & same[1] & same[2])
        .where(trail_changes.c.chain == entry.chain, trail_changes.c.sequence == entry.sequence)
    )
    return [tuple(row) for row in db.session.execute(query)]
