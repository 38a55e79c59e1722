"""A casebook entered in bulk is the one that pages would have made, and nobody may enter more by it than by a page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf import clock
from ecrf.cli.demo_subjects import OPENED, REVIEWED, casebook
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Conflict, Forbidden, NotAccepted
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.proofs import prove
from ecrf.services import queries, records, studies, subjects
from ecrf.services.bulk_entry import BulkEntry, Judged, NotAlike, Saying, Sheet
from ecrf.services.records import Address
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

KIND = 3


@pytest.fixture(autouse=True)
def _then(clinic: Clinic):
    """The acts are done while the study ran, after it had opened."""
    with clock.told_by(lambda: OPENED):
        yield


def site() -> Site:
    return db.session.scalars(select(Site).where(Site.code == "NJ01")).one()


def entered(by: Actor, number: str, sheets: tuple[Sheet, ...], **more) -> tuple[str, Judged]:
    with unit_of_work(by):
        subject, judged = BulkEntry(by, site()).enter(number, sheets, **more)
        return subject.id, judged


def sheets_of(clinic: Clinic, number: str, kind: int = KIND) -> tuple[Sheet, ...]:
    return casebook(kind, number, studies.compiled(clinic.place.study_id, 1).study)


def standing(subject_id: str) -> tuple[dict, list]:
    """The records and the queries of a subject, without their ids and numbers."""
    db.session.expire_all()
    rows = db.session.scalars(select(Record).where(Record.subject_id == subject_id)).all()
    asked = db.session.scalars(select(Query).where(Query.subject_id == subject_id).order_by(Query.number))
    documents = {row.key: {k: v for k, v in row.data.items() if k != "SCRNUM"} for row in rows}
    keys = {row.id: row.key for row in rows}
    told = [(keys[each.record_id], each.check_id, each.state, each.explanation) for each in asked]
    return documents, sorted(told, key=str)


def test_a_casebook_entered_in_bulk_stands_as_pages_would_have_left_it(clinic: Clinic) -> None:
    by = clinic.by("coordinator")
    sheets = sheets_of(clinic, "NJ01-S801")
    first, judged = entered(by, "NJ01-S801", sheets)
    copied, _ = entered(by, "NJ01-S802", sheets_of(clinic, "NJ01-S802"), like=judged)
    with unit_of_work(by):
        paged = subjects.register(by, "BEAM", "NJ01", "NJ01-S803").id
    for sheet in sheets_of(clinic, "NJ01-S803"):
        with clock.told_by(lambda at=sheet.at: at), unit_of_work(by):
            address = Address(paged, sheet.event, sheet.form, sheet.row)
            records.save(by, address, sheet.answers, reasons={}, revision=0, partial=False)
    assert standing(first) == standing(copied) == standing(paged)
    assert len(standing(first)[0]) == len(sheets)
    report, _ = prove(None)
    assert report.faults == ()


def test_every_act_has_its_entry_at_its_own_time(clinic: Clinic) -> None:
    sheets = sheets_of(clinic, "NJ01-S804")
    subject, _ = entered(clinic.by("coordinator"), "NJ01-S804", sheets)
    entry = trail_entries.c
    told = db.session.execute(select(entry.action, entry.recorded_at).where(entry.chain == f"subject:{subject}")).all()
    assert [at for action, at in told if action == "record.saved"] == [sheet.at for sheet in sheets]


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
    wrong = tuple(replace(each, answers={**each.answers, "SEX": Datum("X")}) if each.form == "DM" else each
                  for each in sheets_of(clinic, "NJ01-S807"))  # fmt: skip
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
