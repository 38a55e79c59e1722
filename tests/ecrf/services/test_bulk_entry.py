"""A casebook entered in bulk is the one that pages would have made, and nobody may enter more by it than by a page."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf import clock
from ecrf.cli.demo_subjects import EARLIEST, OPENED, casebook, reviewed
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Conflict, Forbidden, IllegalState, NotAccepted, Stale
from ecrf.models.planning import PlannedVisit
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.reads.proofs import prove
from ecrf.services import planning, queries, record_states, records, statuses, studies, subjects
from ecrf.services.bulk_entry import BulkEntry, Happening, Judged, NotAlike, Saying, Sheet
from ecrf.services.bulk_steps import Ending, Enrolment, NeverDone, Plan
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

ENROLLED, ENDED = 150, 138  # kinds of casebooks, short ones
REVIEWED = reviewed(EARLIEST)


@pytest.fixture(autouse=True)
def _then(clinic: Clinic):
    """The acts are done while the study ran, after it had opened."""
    with clock.told_by(lambda: OPENED):
        yield


def site() -> Site:
    return db.session.scalars(select(Site).where(Site.code == "NJ01")).one()


def entered(by: Actor, number: str, sheets: tuple[Happening, ...], **more) -> tuple[str, Judged]:
    with unit_of_work(by):
        subject, judged = BulkEntry(by, site()).enter(number, sheets, **more)
        return subject.id, judged


def sheets_of(clinic: Clinic, number: str, kind: int = ENROLLED) -> tuple[Happening, ...]:
    return casebook(kind, number, studies.compiled(clinic.place.study_id, 1).study)


def standing(subject_id: str) -> tuple[dict, list]:
    """The records and the queries of a subject, without their ids and numbers."""
    db.session.expire_all()
    rows = db.session.scalars(select(Record).where(Record.subject_id == subject_id)).all()
    asked = db.session.scalars(select(Query).where(Query.subject_id == subject_id).order_by(Query.number))
    documents = {row.key: {k: v for k, v in row.data.items() if k not in ("SCRNUM", "SUBJID")} for row in rows}
    keys = {row.id: row.key for row in rows}
    told = [(keys[each.record_id], each.check_id, each.state, each.explanation) for each in asked]
    return documents, sorted(told, key=str)


def way(subject_id: str) -> tuple:
    """The status of a subject, the states of its records, its plans and its sums."""
    subject, sums = db.session.get_one(Subject, subject_id), db.session.get_one(SubjectSummary, subject_id)
    assert subject.subject_number == (subject.screening_number.replace("-S", "-") if sums.enrolled_on else None)
    rows = db.session.scalars(select(Record).where(Record.subject_id == subject_id)).all()
    plans = db.session.scalars(select(PlannedVisit).where(PlannedVisit.subject_id == subject_id)).all()
    counts = sums.in_progress, sums.complete, sums.open_queries, sums.unjudged, sums.zero_on, sums.enrolled_on
    return subject.status, {row.key: row.state for row in rows}, [(each.key, each.written) for each in plans], counts


def play(by: Actor, subject_id: str, what: Happening) -> None:
    """What happened, by the service of its page."""
    if isinstance(what, Enrolment):
        statuses.enrol(by, subject_id)
    elif isinstance(what, Ending):
        statuses.end(by, subject_id, what.act, Reason(text=what.reason))
    elif isinstance(what, NeverDone):
        record_states.not_done(by, Address(subject_id, what.event, what.form), Reason(what.reason), revision=0)
    elif isinstance(what, Plan):
        planning.plan_visit(by, subject_id, what.event, on=what.day.isoformat(), at=what.time)
    else:
        address = Address(subject_id, what.event, what.form, what.row)
        record = records.save(by, address, what.answers, reasons={}, revision=0, partial=False).record
        with suppress(IllegalState):
            if what.is_complete and record is not None:
                records.complete(by, address, revision=record.revision)


@pytest.mark.parametrize("kind", [ENROLLED, ENDED])
def test_a_casebook_entered_in_bulk_stands_as_pages_would_have_left_it(clinic: Clinic, kind: int) -> None:
    by = clinic.by("coordinator")
    happened = sheets_of(clinic, "NJ01-S801", kind)
    first, judged = entered(by, "NJ01-S801", happened)
    copied, _ = entered(by, "NJ01-S802", sheets_of(clinic, "NJ01-S802", kind), like=judged)
    with unit_of_work(by):
        paged = subjects.register(by, "BEAM", "NJ01", "NJ01-S803").id
    for each in sheets_of(clinic, "NJ01-S803", kind):
        with clock.told_by(lambda at=each.at: at), unit_of_work(by):
            play(by, paged, each)
    assert standing(first) == standing(copied) == standing(paged)
    assert way(first) == way(copied) == way(paged)
    assert len(standing(first)[0]) == sum(isinstance(each, Sheet | NeverDone) for each in happened)
    report, _ = prove(None)
    assert report.faults == ()


def test_the_kinds_of_casebooks_hold_every_kind_of_step(clinic: Clinic) -> None:
    happened = [each for kind in (ENROLLED, ENDED) for each in sheets_of(clinic, "NJ01-S801", kind)]
    assert {type(each) for each in happened} == {Sheet, Enrolment, Ending, NeverDone, Plan}


def test_a_shut_gate_and_an_act_out_of_turn_enter_nothing(clinic: Clinic) -> None:
    by, happened = clinic.by("coordinator"), sheets_of(clinic, "NJ01-S808")
    gate = next(each for each in happened if isinstance(each, Enrolment))
    without = tuple(each for each in happened if not (isinstance(each, Sheet) and each.form == "IE"))
    late = Ending(happened[-1].at, "withdraw", "Moved away.")
    begun = Plan(happened[-1].at, EventKey("SE.SCR"), EARLIEST)
    written = NeverDone(happened[-1].at, EventKey("SE.SCR"), "VS", "not_needed")
    for refused in (without, (*happened, gate), (*happened, late, late), (*happened, begun)):
        with pytest.raises(IllegalState):
            entered(by, "NJ01-S808", refused)
    with pytest.raises(Stale):
        entered(by, "NJ01-S808", (*happened, written))
    assert db.session.scalar(select(Subject.id).where(Subject.screening_number == "NJ01-S808")) is None


def test_every_act_has_its_entry_at_its_own_time(clinic: Clinic) -> None:
    sheets = sheets_of(clinic, "NJ01-S804")
    subject, _ = entered(clinic.by("coordinator"), "NJ01-S804", sheets)
    entry = trail_entries.c
    told = db.session.execute(select(entry.action, entry.recorded_at).where(entry.chain == f"subject:{subject}")).all()
    saved = [each.at for each in sheets if isinstance(each, Sheet)]
    assert [at for action, at in told if action == "record.saved"] == saved
    assert [at for action, at in told if action == "subject.enrolled"] == [
        each.at for each in sheets if isinstance(each, Enrolment)
    ]


def test_what_people_said_follows_and_is_proved(clinic: Clinic) -> None:
    coordinator, monitor = clinic.by("coordinator"), clinic.by("monitor")

    def talk(query: Query):
        yield Saying(coordinator, queries.ANSWER, "Checked.", REVIEWED)
        yield Saying(monitor, queries.CLOSE, "Settled.", REVIEWED + timedelta(days=1))

    kind = next(kind for kind in range(40) if _asks(clinic, kind))
    subject, _ = entered(coordinator, "NJ01-S805", sheets_of(clinic, "NJ01-S805", kind), talk=talk)
    assert {state for _, _, state, _ in standing(subject)[1]} == {"closed"}
    assert prove(None)[0].faults == ()


def _asks(clinic: Clinic, kind: int) -> bool:
    """Whether a casebook opens a query, tried and undone."""
    BulkEntry(clinic.by("coordinator"), site()).enter("NJ01-S899", sheets_of(clinic, "NJ01-S899", kind))
    asks = db.session.scalar(select(Query.id).where(Query.check_id.is_not(None)).limit(1)) is not None
    db.session.rollback()
    return asks


def test_nobody_enters_in_bulk_what_they_may_not_enter(clinic: Clinic) -> None:
    for role in ("monitor", "data_manager"):
        with pytest.raises(Forbidden):
            BulkEntry(clinic.by(role), site())
    db.session.rollback()


def test_a_refused_value_a_taken_number_and_another_casebook_enter_nothing(clinic: Clinic) -> None:
    by, sheets = clinic.by("coordinator"), sheets_of(clinic, "NJ01-S806")
    _, judged = entered(by, "NJ01-S806", sheets)
    with pytest.raises(Conflict):
        entered(by, "NJ01-S806", sheets)
    with pytest.raises(NotAccepted):
        entered(by, "NJ01-S807", sheets, like=judged)  # the number within the sheets is another subject's
    wrong = tuple(
        replace(each, answers={**each.answers, "SEX": Datum("X")})
        if isinstance(each, Sheet) and each.form == "DM" else each
        for each in sheets_of(clinic, "NJ01-S807")
    )  # fmt: skip
    with pytest.raises(NotAccepted):
        entered(by, "NJ01-S807", wrong)
    with pytest.raises(NotAlike, match="SEX"):
        entered(by, "NJ01-S807", wrong, like=judged)
    later = tuple(replace(each, at=each.at + timedelta(days=1)) for each in sheets_of(clinic, "NJ01-S807"))
    with pytest.raises(NotAlike, match="SV"):
        entered(by, "NJ01-S807", later, like=judged)
    assert (
        db.session.scalars(select(Subject.screening_number).where(Subject.screening_number == "NJ01-S807")).all() == []
    )
