"""Rows beside items of the form itself: entered, refused, completed and trailed as records of their own."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import select

from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import IllegalState
from ecrf.exchange.subject_files import read_subjects
from ecrf.exchange.subject_loading import load
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.services import form_pages, records, studies, subjects
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Server, upon
from tests.ecrf import trial
from tests.ecrf.schema import settings_for
from tests.ecrf.services.conftest import BEGUN, Clinic, opened, prepare
from tests.ecrf.services.packages import with_pulse

SCREENING = EventKey("SE.SCR")
VISIT = {form: {item: typed.text for item, typed in answers.items()} for form, answers in BEGUN.items()}
BECAUSE = Reason("transcription", "read from the line above")


@upon(prepare)
def with_course(url: str) -> None:
    """The version that holds the form PULSE in force, and a subject under it."""
    app = create_app(settings_for(url))
    with app.app_context():
        place = trial.found()
        builder, person = place.actor("study_builder"), place.actor("coordinator")
        with TemporaryDirectory() as folder, unit_of_work(builder):
            number = studies.publish(builder, with_pulse(Path(folder))).number
            site = db.session.scalars(select(Site).where(Site.code == "NJ01")).one()
            studies.put_in_force(builder, site, number, approval="EC 2026-015")
        with unit_of_work(person):
            begun = Clinic(place, subjects.register(person, db.session.scalars(select(Study.name)).one(), "NJ01").id)
        for form, answers in BEGUN.items():
            begun.save(form, **answers)
        db.engine.dispose()


@pytest.fixture
def course(server: Server) -> Iterator[Clinic]:
    """The subject under that version, in a database of its own."""
    with opened(server, with_course) as made:
        yield made


def save(course: Clinic, row: int, revision: int = 0, **typed: str | Datum) -> records.Saved:
    answers = {item: value if isinstance(value, Datum) else Datum(value) for item, value in typed.items()}
    address, reasons = Address(course.subject, SCREENING, "PULSE", row), dict.fromkeys(answers, BECAUSE)
    with unit_of_work(course.by()):
        return records.save(course.by(), address, answers, reasons=reasons, revision=revision)


def stored(course: Clinic, row: int) -> dict[str, dict[str, str]]:
    query = select(Record).where(Record.subject_id == course.subject, Record.form == "PULSE", Record.row == row)
    return db.session.scalars(query, execution_options={"populate_existing": True}).one().data


def test_rows_and_form_keep_their_own_answers_and_what_is_computed_over_rows_follows(course: Clinic) -> None:
    save(course, 1, PLDAT="2026-03-01", PLDOSE=Datum("500", "mg"))
    save(course, 0, 1, PLREAS="flare")
    save(course, 2, PLDAT="2026-03-02", PLDOSE=Datum("1", "g"))
    assert stored(course, 0) == {"PLREAS": {"v": "flare"}, "PLSUM": {"v": "1.5", "u": "g"}}
    assert stored(course, 2) == {"PLDAT": {"v": "2026-03-02"}, "PLDOSE": {"v": "1", "u": "g"}}
    assert course.verify().exit_code == 0


@pytest.mark.parametrize(("row", "item"), [(0, "PLDOSE"), (0, "PLDAT"), (1, "PLREAS"), (1, "PLSUM")])
def test_an_item_is_unknown_where_it_does_not_stand(course: Clinic, row: int, item: str) -> None:
    saved = save(course, row, **{item: "2026-03-01"})
    assert [(each.item, each.rule) for each in saved.verdict.refused] == [(item, "unknown")]
    assert saved.changed == ()


def test_a_form_is_complete_when_its_own_items_are_answered(course: Clinic) -> None:
    save(course, 1, PLDAT="2026-03-01", PLDOSE=Datum("500", "mg"))
    address = Address(course.subject, SCREENING, "PULSE")
    page = form_pages.open_page(course.by(), address)
    assert (page.items, page.missing, [row.row for row in page.rows]) == (("PLREAS", "PLSUM"), ("PLREAS",), [1])
    with pytest.raises(IllegalState), unit_of_work(course.by()):
        records.complete(course.by(), address, revision=page.revision)
    save(course, 0, page.revision, PLREAS="flare")
    with unit_of_work(course.by()):
        assert records.complete(course.by(), address, revision=page.revision + 1).state == "complete"
    row = form_pages.open_page(course.by(), Address(course.subject, SCREENING, "PULSE", 1))
    assert (row.items, row.state) == (("PLDAT", "PLDOSE"), "in_progress")


def test_a_file_holds_the_rows_beside_what_stands_on_the_form(course: Clinic, tmp_path: Path) -> None:
    doses = [{"PLDAT": "2026-03-01", "PLDOSE": 500}, {"PLDAT": "2026-03-02", "PLDOSE": {"v": "1", "u": "g"}}]
    pulse = {"PLREAS": "flare", "rows": doses}
    file = tmp_path / "subject.json"
    file.write_text(json.dumps({"screening_number": "NJ01-S090", "data": {"SE.SCR": {**VISIT, "PULSE": pulse}}}))
    definition = studies.compiled(course.place.study_id, 2).study
    with unit_of_work(course.by()):
        loaded = [load(course.by(), "BEAM", "NJ01", each) for each in read_subjects(file, definition)]
    assert (loaded[0].refused, loaded[0].derived["SE.SCR.PULSE.PLSUM"]) == ((), "1.5")


@pytest.mark.parametrize(("pulse", "rows"), [([{}, {}], [1, 2]), ({"rows": [{}]}, [1]), ({"PLREAS": "x"}, [0])])
def test_rows_alone_or_the_form_alone_may_stand_in_a_file(
    course: Clinic, tmp_path: Path, pulse: object, rows: list[int]
) -> None:
    file = tmp_path / "subject.json"
    file.write_text(json.dumps({"data": {"SE.SCR": {"PULSE": pulse}}}))
    filed = read_subjects(file, studies.compiled(course.place.study_id, 2).study)
    assert [record.row for record in filed[0].records] == rows
