"""Queries of people: who raises, answers, closes and reopens them, what they may say, and what the trail keeps."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Forbidden, Held, IllegalState, NotFound
from ecrf.models.queries import Query, QueryMessage
from ecrf.policy.actors import Actor
from ecrf.services import holds, queries
from ecrf.services.holds import Target
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

UL = "U/L"
ASKED, SAID = "Which value stands?", "The one in the report, 20 U/L."


@pytest.fixture
def record(clinic: Clinic) -> str:
    clinic.sample("CHEM", ALT=Datum("20", UL))
    return clinic.record("CHEM").id


@pytest.fixture
def asked(clinic: Clinic, record: str) -> str:
    """An open query of the monitor about ALT."""
    return _do(clinic.by("monitor"), queries.raise_query, record, "ALT", ASKED)


@pytest.mark.req("R-DM-7", "R-11-6")
def test_a_query_is_raised_answered_closed_and_reopened_with_its_thread_and_its_trail(
    clinic: Clinic, record: str, asked: str
) -> None:
    monitor, site = clinic.by("monitor"), clinic.by()
    states = [_query(asked).state]
    for by, act, words in (
        (site, queries.answer, SAID), (monitor, queries.close, "Seen."), (monitor, queries.reopen, "Not quite."),
        (site, queries.answer, "Now corrected."), (site, queries.answer, "And signed."),
    ):  # fmt: skip
        _do(by, act, asked, words)
        states.append(_query(asked).state)
    assert states == ["open", "answered", "closed", "open", "answered", "answered"]
    query = _query(asked)
    assert (query.number, query.item, query.record_id, query.resolution) == (1, "ALT", record, None)
    assert (query.opened_by, query.opened_role, query.check_id) == (monitor.name, "monitor", None)
    thread = db.session.execute(select(QueryMessage).order_by(QueryMessage.said_at)).scalars().all()
    assert [(each.kind, each.said_role) for each in thread] == [
        ("raised", "monitor"), ("answer", "coordinator"), ("closing", "monitor"), ("reopening", "monitor"),
        ("answer", "coordinator"), ("answer", "coordinator"),
    ]  # fmt: skip
    entries = db.session.execute(
        select(trail_entries).where(trail_entries.c.action.like("query.%")).order_by(trail_entries.c.sequence)
    ).all()  # fmt: skip
    assert [(entry.record, entry.form, entry.event) for entry in entries] == [(record, "CHEM", "SE.SCR")] * 6
    assert {SAID, ASKED} <= set(_values(entries[0].chain))
    assert clinic.verify().exit_code == 0


def test_a_query_may_be_about_the_whole_record_and_numbers_count_within_the_subject(
    clinic: Clinic, record: str, asked: str
) -> None:
    monitor, visit = clinic.by("monitor"), clinic.record("SV").id
    second = _do(monitor, queries.raise_query, visit, None, "Is this the right date?")
    clinic.save("CHEM", revision=1, ALT=Datum("81", UL))
    assert [each.number for each in _all()] == [1, 2, 3, 4]  # two of the check of limits and of significance
    assert [each.item for each in _all()][:2] == ["ALT", None]
    assert _query(second).record_id == visit


@pytest.mark.req("R-SEC-21", "R-FDA-19")
def test_who_may_do_what_with_a_query(clinic: Clinic, record: str, asked: str) -> None:
    acts: dict[str, Callable[[Actor], object]] = {
        "raise": lambda by: queries.raise_query(by, record, "ALT", ASKED),
        "answer": lambda by: queries.answer(by, asked, SAID),
        "close": lambda by: queries.close(by, asked, SAID),
        "reopen": lambda by: queries.reopen(by, asked, SAID),
    }
    may = {
        ("coordinator", "NJ01"): {"answer"}, ("investigator", "NJ01"): {"answer"},
        ("monitor", "NJ01"): {"raise", "close", "reopen"}, ("data_manager", "NJ01"): {"raise", "close", "reopen"},
        ("auditor", "NJ01"): set(),
    }  # fmt: skip
    for (role, site), allowed in may.items():
        for name in acts.keys() - allowed:
            with pytest.raises(Forbidden):
                acts[name](clinic.by(role, site))
            db.session.rollback()
    for role, site in (("coordinator", "NJ02"), ("monitor", "NJ02"), ("administrator", ""), ("study_builder", "")):
        for act in acts.values():
            with pytest.raises(NotFound):
                act(clinic.by(role, site or "NJ01"))
            db.session.rollback()


def test_what_a_query_is_not_ready_for_is_refused(clinic: Clinic, asked: str) -> None:
    monitor, site = clinic.by("monitor"), clinic.by()
    with pytest.raises(IllegalState):
        _do(monitor, queries.reopen, asked, "Again.")
    _do(monitor, queries.close, asked, "Seen.")
    for by, act in ((site, queries.answer), (monitor, queries.close)):
        with pytest.raises(IllegalState) as raised:
            _do(by, act, asked, "Once more.")
        assert raised.value.details["state"] == "closed"
    assert len(db.session.scalars(select(QueryMessage)).all()) == 2


@pytest.mark.req("R-SEC-8")
def test_words_that_cannot_be_kept_are_bad_input(clinic: Clinic, record: str, asked: str) -> None:
    monitor, site = clinic.by("monitor"), clinic.by()
    for words in ("", "  \n\t", "x" * 2001, "a\x00b", "\ud800", "tail \udfff", "bell \x07", "\ufffe"):
        for by, act, given in (
            (monitor, queries.raise_query, (record, "ALT", words)), (site, queries.answer, (asked, words)),
            (monitor, queries.close, (asked, words)),
        ):  # fmt: skip
            with pytest.raises(BadInput) as raised:
                _do(by, act, *given)
            assert list(raised.value.details["fields"]) == ["text"], repr(words)
    assert len(_all()) == 1
    assert _query(asked).state == "open"


def test_words_of_any_script_are_kept_as_typed(clinic: Clinic, asked: str) -> None:
    words = "第一行 “引号”\n<img src=x onerror=1>\t'); DROP TABLE queries;-- 😀 " + "x" * 1900
    _do(clinic.by(), queries.answer, asked, f"  {words}\n")
    assert db.session.scalars(select(QueryMessage.text).where(QueryMessage.kind == "answer")).one() == words
    assert clinic.verify().exit_code == 0


@pytest.mark.parametrize("item", ["NOTHING", "", "alt", "x" * 200, "\x00", "\ud800"])
def test_a_query_names_an_item_of_its_form_or_none(clinic: Clinic, record: str, item: str) -> None:
    with pytest.raises(BadInput):
        _do(clinic.by("monitor"), queries.raise_query, record, item, ASKED)
    assert not _all()


def test_what_does_not_exist_is_not_found(clinic: Clinic, record: str) -> None:
    monitor = clinic.by("monitor")
    for act, given in ((queries.raise_query, ("nothing", None, ASKED)), (queries.close, ("nothing", ASKED))):
        with pytest.raises(NotFound):
            _do(monitor, act, *given)


def test_a_locked_record_takes_no_query_and_no_answer(clinic: Clinic, record: str, asked: str) -> None:
    manager = clinic.by("data_manager")
    _do(manager, holds.lock, Target("record", clinic.subject, record))
    for by, act, given in (
        (manager, queries.raise_query, (record, None, ASKED)), (clinic.by(), queries.answer, (asked, SAID)),
        (manager, queries.close, (asked, SAID)),
    ):  # fmt: skip
        with pytest.raises(Held):
            _do(by, act, *given)
    _do(clinic.by("monitor"), queries.raise_query, clinic.record("SV").id, None, "Another form is open.")


@pytest.mark.req("R-DM-7")
def test_a_check_query_closed_by_a_person_stays_closed_until_its_values_move(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    query = clinic.query("CHEM", "EC032").id
    _do(clinic.by("monitor"), queries.close, query, "Known and accepted.")
    clinic.save("CHEM", revision=1, AST=Datum("20", UL))
    clinic.save("SV", revision=1, VISREAS="by phone")
    assert (_query(query).state, _query(query).resolution) == ("closed", "closed_by_person")
    clinic.save("CHEM", revision=2, ALT=Datum("95", UL))
    assert (_query(query).state, _query(query).resolution) == ("open", None)
    clinic.save("CHEM", revision=3, ALT=Datum("79", UL))
    assert _query(query).resolution == "resolved_by_data"
    assert len(db.session.scalars(select(QueryMessage)).all()) == 1
    assert clinic.verify().exit_code == 0


def test_an_answered_check_query_still_closes_with_the_data(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    query = clinic.query("CHEM", "EC032").id
    _do(clinic.by(), queries.answer, query, "Corrected below.")
    clinic.save("CHEM", revision=1, ALT=Datum("79", UL))
    assert (_query(query).state, _query(query).resolution) == ("closed", "resolved_by_data")


def test_a_check_evaluated_anew_with_the_same_outcome_moves_nothing(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    query, manager = clinic.query("CHEM", "EC032").id, clinic.by("data_manager")
    _do(clinic.by("monitor"), queries.close, query, "It is so in the source.")
    hold = _do(manager, holds.freeze, Target("record", clinic.subject, clinic.record("CHEM").id))
    _do(manager, holds.lift, hold, Reason(text="To see."))
    assert (_query(query).state, _query(query).resolution) == ("closed", "closed_by_person")
    newest = select(trail_entries.c.action).where(trail_entries.c.subject == clinic.subject)
    assert db.session.scalars(newest.order_by(trail_entries.c.sequence.desc())).first() == "hold.unfrozen"


def _do(by: Actor, act: Callable[..., object], *given: object) -> str:
    with unit_of_work(by):
        return act(by, *given).id


def _query(id: str) -> Query:
    return db.session.get_one(Query, id, populate_existing=True)


def _all() -> list[Query]:
    return list(db.session.scalars(select(Query).order_by(Query.number)))


def _values(chain: str) -> list[str | None]:
    same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
    query = select(trail_values.c.value).join(trail_changes, same[0] & same[1] & same[2])
    return list(db.session.scalars(query.where(trail_changes.c.chain == chain)))
