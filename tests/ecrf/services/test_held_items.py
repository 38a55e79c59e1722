"""A single item that is held: what belongs to it is held with it, and under a lock its queries are, too."""

import pytest
from sqlalchemy import select

from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Held
from ecrf.models.holds import StaleMark
from ecrf.models.queries import Query
from ecrf.services import holds, queries
from ecrf.services.holds import Target
from forms.datum import Datum
from tests.ecrf.services.ward import UL, Ward, ward

__all__ = ["ward"]


@pytest.fixture
def high(ward: Ward) -> Ward:
    """ALT 81 U/L in laboratory A, over twice its limit, and AST 70 U/L; neither is said to be significant."""
    ward.clinic.save("CHEM", revision=1, ALT=Datum("81", UL), AST=Datum("70", UL))
    return ward


def item(ward: Ward, name: str) -> Target:
    return Target("item", ward.clinic.subject, ward.clinic.record("CHEM").id, name)


def hold(ward: Ward, kind: str, name: str = "ALT") -> str:
    act = holds.lock if kind == "lock" else holds.freeze
    with unit_of_work(ward.manager):
        return act(ward.manager, item(ward, name)).id


def query_of(ward: Ward, name: str) -> Query:
    """The first query of a check on an item."""
    query = select(Query).where(Query.item == name, Query.check_id.is_not(None)).order_by(Query.number)
    return db.session.scalars(query, execution_options={"populate_existing": True}).first()


def ask(ward: Ward, name: str | None) -> str:
    monitor = ward.clinic.by("monitor")
    with unit_of_work(monitor):
        return queries.raise_query(monitor, ward.clinic.record("CHEM").id, name, "Which value stands?").id


@pytest.mark.req("R-DM-15")
@pytest.mark.parametrize(("name", "refused"), [("ALT", True), ("ALT_CS", True), ("ALT_XULN", True), ("AST", False),
                                               (None, False)])  # fmt: skip
def test_a_locked_item_takes_no_query_and_neither_does_what_belongs_to_it(
    high: Ward, name: str | None, refused: bool
) -> None:
    hold(high, "lock")
    if not refused:
        assert ask(high, name)
        return
    with pytest.raises(Held) as raised:
        ask(high, name)
    assert [(each["level"], each["kind"]) for each in raised.value.details["holds"]] == [("item", "lock")]


def test_under_a_frozen_item_queries_go_on(high: Ward) -> None:
    hold(high, "freeze")
    assert ask(high, "ALT")


def test_a_query_on_a_locked_item_is_neither_answered_nor_closed_nor_reopened(high: Ward) -> None:
    monitor, site = high.clinic.by("monitor"), high.clinic.by()
    standing, closed = ask(high, "ALT"), ask(high, "ALT_CS")
    with unit_of_work(monitor):
        queries.close(monitor, closed, "Seen.")
    lifted = hold(high, "lock")
    acts = [
        lambda: queries.answer(site, standing, "This one."), lambda: queries.close(monitor, standing, "Seen."),
        lambda: queries.reopen(monitor, closed, "Again."),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(Held):
            act()
        db.session.rollback()
    high.lift(lifted)
    for act in acts:
        act()
    db.session.commit()


@pytest.mark.req("R-DM-15", "R-11-9")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_what_belongs_to_a_held_result_stays_and_is_marked_where_it_would_have_moved(high: Ward, kind: str) -> None:
    hold(high, kind)
    before = high.clinic.record("CHEM").data
    saved = high.clinic.save("CHEM", revision=2, LABID="LAB_B", ALT_CS=Datum("N"), AST_CS=Datum("N"))
    assert [(each.item, each.rule) for each in saved.verdict.refused] == [("ALT_CS", "held")]
    after = high.clinic.record("CHEM").data
    assert {name: parts for name, parts in after.items() if name.startswith("ALT")} == {
        name: parts for name, parts in before.items() if name.startswith("ALT")
    }
    assert after["AST_XULN"] != before["AST_XULN"]
    assert {"ALT_XULN"} <= set(high.marks()) <= {name for name in before if name.startswith("ALT_")}
    assert high.clinic.verify().exit_code == 0


@pytest.mark.req("R-DM-15")
def test_the_checks_of_a_locked_item_wait_until_it_is_unlocked(high: Ward) -> None:
    assert high.clinic.query("CHEM", "EC032").state == "open"
    lifted = hold(high, "lock")
    high.clinic.save("CHEM", revision=2, LABID="LAB_B")  # where 81 is within twice the limit
    assert high.clinic.query("CHEM", "EC032").state == "open"
    high.lift(lifted)
    assert high.clinic.query("CHEM", "EC032").resolution == "resolved_by_data"
    assert not db.session.scalars(select(StaleMark).where(StaleMark.cleared_at.is_(None))).all()
    assert high.clinic.verify().exit_code == 0


def test_the_checks_of_a_frozen_item_go_on(high: Ward) -> None:
    hold(high, "freeze")
    high.clinic.save("CHEM", revision=2, LABID="LAB_B")
    assert high.clinic.query("CHEM", "EC032").resolution == "resolved_by_data"


def test_a_check_of_another_item_is_not_held_by_a_locked_one(high: Ward) -> None:
    hold(high, "lock")
    high.clinic.save("CHEM", revision=2, AST_CS=Datum("N"))
    assert query_of(high, "AST").state == "closed"


def test_a_companion_may_be_held_alone(high: Ward) -> None:
    hold(high, "lock", "ALT_CS")
    saved = high.clinic.save("CHEM", revision=2, ALT=Datum("79", UL), ALT_CS=Datum("N"))
    assert saved.changed == ("ALT",)
    assert [each.item for each in saved.verdict.refused] == ["ALT_CS"]
