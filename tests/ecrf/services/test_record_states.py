"""Forms and rows that were not done or entered by mistake: what stands afterwards, and what follows elsewhere."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Held, IllegalState, Problem, ReasonMissing, Stale
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.services import form_pages, form_rows, queries, record_states, records
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import SAMPLE, Clinic
from tests.ecrf.services.ward import Ward, ward

__all__ = ["ward"]
WHY = {
    "not_done": Reason("subject_absent"), "remove": Reason("entered_twice"), "resume": Reason(text="It was done."),
    "restore": Reason(text="It was right."),
}  # fmt: skip
STATES = {"not_done": "not_done", "remove": "removed"}
BACK = {"not_done": "resume", "remove": "restore"}


def act(clinic: Clinic, name: str, form: str, row: int = 0, reason: Reason | None = None, by: str = "coordinator",
        revision: int | None = None) -> Record:  # fmt: skip
    """One act on the record as it stands."""
    standing = stored(clinic, form, row)
    at = revision if revision is not None else standing.revision if standing else 0
    actor = clinic.by(by)
    with unit_of_work(actor):
        return record_states.ACTS[name](actor, clinic.at(form, row=row), reason or WHY[name], revision=at)


def stored(clinic: Clinic, form: str, row: int = 0) -> Record | None:
    query = select(Record).where(Record.subject_id == clinic.subject, Record.form == form, Record.row == row)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()


def refused(problem: type[Problem], tried: Callable[[], object]) -> Problem:
    with pytest.raises(problem) as raised:
        tried()
    assert type(raised.value) is problem
    return raised.value


@pytest.mark.req("R-DM-14")
def test_a_form_removed_leaves_every_check_that_read_it_and_comes_back_with_them(ward: Ward) -> None:
    clinic = ward.clinic
    before = stored(clinic, "CHEM").data
    assert "EGFR21" in before
    act(clinic, "remove", "DM")
    assert "EGFR21" not in stored(clinic, "CHEM").data
    removed, followed = db.session.execute(
        select(trail_entries).where(trail_entries.c.subject == clinic.subject)
        .order_by(trail_entries.c.sequence.desc()).limit(2)
    ).all()[::-1]  # fmt: skip
    assert (removed.action, removed.reason_code, removed.form) == ("record.removed", "entered_twice", "DM")
    assert (followed.action, followed.actor_id) == ("record.consequences", "system")
    assert (followed.cause_chain, followed.cause_sequence) == (removed.chain, removed.sequence)
    act(clinic, "restore", "DM")
    assert stored(clinic, "CHEM").data == before
    assert clinic.verify().exit_code == 0


def test_the_queries_of_a_removed_form_close_saying_why_and_reopen_as_they_stood(ward: Ward) -> None:
    clinic = ward.clinic
    clinic.save("CHEM", revision=1, ALT=Datum("81", "U/L"), ALT_CS="N")
    record, monitor = clinic.record("CHEM").id, clinic.by("monitor")
    with unit_of_work(monitor):
        asked = [queries.raise_query(monitor, record, "ALT", f"Sure {n}?").id for n in range(2)]
    with unit_of_work(clinic.by()):
        queries.answer(clinic.by(), asked[0], "Yes.")
    stood = {query.id: query.state for query in of_chemistry(clinic)}
    act(clinic, "remove", "CHEM")
    assert {(query.state, query.resolution) for query in of_chemistry(clinic)} == {("closed", "record_removed")}
    refused(IllegalState, lambda: queries.raise_query(monitor, record, "ALT", "And now?"))
    refused(IllegalState, lambda: queries.reopen(monitor, asked[0], "And now?"))
    act(clinic, "restore", "CHEM")
    assert {query.id: query.state for query in of_chemistry(clinic)} == stood
    assert sorted(stood.values()).count("answered") == 1
    assert clinic.verify().exit_code == 0


def of_chemistry(clinic: Clinic) -> list[Query]:
    query = select(Query).where(Query.record_id == clinic.record("CHEM").id).order_by(Query.number)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


@pytest.mark.req("R-DM-14")
def test_a_form_that_never_began_is_marked_not_done_and_taken_back(clinic: Clinic) -> None:
    assert act(clinic, "not_done", "HEM").state == "not_done"
    refused(IllegalState, lambda: clinic.save("HEM", revision=1, **SAMPLE))
    page = form_pages.open_page(clinic.by(), clinic.at("HEM"))
    assert (page.state, page.is_writable, page.missing) == ("not_done", False, ())
    assert (page.gone.what, page.gone.state, page.gone.reason) == ("form", "not_done", "subject_absent")
    assert act(clinic, "resume", "HEM").state == "in_progress"
    clinic.save("HEM", revision=2, **SAMPLE)
    assert clinic.verify().exit_code == 0


def test_a_form_with_answers_or_rows_is_not_called_not_done_until_it_is_empty(clinic: Clinic) -> None:
    clinic.save("HEM", LABID="LAB_A")
    assert refused(IllegalState, lambda: act(clinic, "not_done", "HEM")).details["state"] == "answered"
    clinic.save("HEM", revision=1, LABID=Datum())
    assert act(clinic, "not_done", "HEM").state == "not_done"
    row(clinic, 1)
    assert refused(IllegalState, lambda: act(clinic, "not_done", "MH")).details["state"] == "rows"
    act(clinic, "remove", "MH", 1)
    assert act(clinic, "not_done", "MH").state == "not_done"
    assert refused(IllegalState, lambda: act(clinic, "not_done", "MH", 1)).details["state"] == "not_done"


def row(clinic: Clinic, number: int) -> None:
    with unit_of_work(clinic.by()):
        answers = {"MHCAT": Datum("GEN"), "MHTERM": Datum(f"Illness {number}"), "MHONGO": Datum("Y")}
        records.save(clinic.by(), clinic.at("MH", row=number), answers, reasons={}, revision=0)


def test_rows_go_with_their_form_and_keep_their_own_state_and_number(clinic: Clinic) -> None:
    for number in (1, 2):
        row(clinic, number)
    act(clinic, "remove", "MH", 2)
    with unit_of_work(clinic.by()):
        assert form_rows.take_place(clinic.by(), clinic.at("MH"), "01990000-0000-7000-8000-0000000000ad").row == 3
    act(clinic, "remove", "MH")
    assert [stored(clinic, "MH", number).state for number in (0, 1, 2)] == ["removed", "in_progress", "removed"]
    assert refused(IllegalState, lambda: act(clinic, "restore", "MH", 2)).details["state"] == "removed"
    refused(IllegalState, lambda: row(clinic, 3))
    page = form_pages.open_page(clinic.by(), clinic.at("MH", row=1))
    assert (page.state, page.gone.what, page.is_writable) == ("removed", "form", False)
    act(clinic, "restore", "MH")
    assert act(clinic, "restore", "MH", 2).state == "in_progress"
    assert clinic.verify().exit_code == 0


def test_a_complete_form_comes_back_complete_while_nothing_required_is_missing(clinic: Clinic) -> None:
    row(clinic, 1)
    with unit_of_work(clinic.by()):
        records.complete(clinic.by(), clinic.at("MH", row=1), revision=1)
    act(clinic, "remove", "MH", 1)
    assert act(clinic, "restore", "MH", 1).state == "complete"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_reason_is_of_the_list_and_other_needs_words(clinic: Clinic) -> None:
    row(clinic, 1)
    for given, problem in (
        (Reason(), ReasonMissing), (Reason(text="by mistake"), ReasonMissing), (Reason("other", " "), ReasonMissing),
        (Reason("subject_absent"), BadInput), (Reason("other", "x" * 2001), BadInput),
    ):  # fmt: skip
        refused(problem, lambda given=given: act(clinic, "remove", "MH", 1, given))
    refused(Stale, lambda: act(clinic, "remove", "MH", 1, revision=0))
    assert act(clinic, "remove", "MH", 1, Reason("other", "a test")).state == "removed"
    refused(ReasonMissing, lambda: act(clinic, "restore", "MH", 1, Reason("other")))


@pytest.mark.req("R-DM-9", "R-DM-15")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
@pytest.mark.parametrize("level", ["item", "record", "form", "subject"])
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_is_held_neither_goes_nor_comes_back(ward: Ward, level: str, kind: str) -> None:
    hold = ward.hold(level, kind)
    refused(Held, lambda: act(ward.clinic, "remove", "CHEM"))
    ward.lift(hold)
    act(ward.clinic, "remove", "CHEM")
    ward.hold(level, kind)
    refused(Held, lambda: act(ward.clinic, "restore", "CHEM"))
