"""Items that are unique in the study: two subjects never hold one value, not even when both type it at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy import select

from audit.tables import trail_changes
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.records import Record
from ecrf.services import subjects
from forms.datum import Datum
from tests.ecrf.services.conftest import BEGUN, Clinic

NUMBER = "NJ01-S001"


@pytest.fixture
def other(clinic: Clinic) -> Clinic:
    """A subject of the other site, whose demography is entered but for its number."""
    by = clinic.by(site="NJ02")
    with unit_of_work(by):
        subject = subjects.register(by, "BEAM", "NJ02").id
    neighbour = replace(clinic, subject=subject)
    neighbour.save("DM", by=by, **BEGUN["DM"])
    return neighbour


@pytest.mark.parametrize("typed", [NUMBER, f"  {NUMBER} ", f"{NUMBER}\n"])
def test_a_number_that_another_subject_has_is_refused(clinic: Clinic, other: Clinic, typed: str) -> None:
    clinic.save("DM", revision=1, SCRNUM=NUMBER)
    saved = other.save("DM", by=other.by(site="NJ02"), revision=1, SCRNUM=typed, RFICVER="v1.2")
    (refusal,) = saved.verdict.refused
    assert (refusal.item, refusal.rule) == ("SCRNUM", "unique")
    assert saved.changed == ("RFICVER",)
    assert "SCRNUM" not in _record(other).data
    path = f"records/{_record(other).id}/data/SCRNUM"
    told = db.session.execute(select(trail_changes).where(trail_changes.c.path == path)).one()
    assert (told.mark, told.reason_code) == ("refused", "unique@1.0")
    assert other.verify().exit_code == 0


def test_ones_own_number_and_a_free_one_are_taken(clinic: Clinic, other: Clinic) -> None:
    clinic.save("DM", revision=1, SCRNUM=NUMBER)
    assert not clinic.save("DM", revision=2, SCRNUM=NUMBER).verdict.refused
    by = other.by(site="NJ02")
    assert other.save("DM", by=by, revision=1, SCRNUM="NJ02-S001").changed == ("SCRNUM",)
    clinic.save("DM", revision=2, SCRNUM=Datum())
    assert other.save("DM", by=by, revision=2, SCRNUM=NUMBER).changed == ("SCRNUM",)


def test_what_cannot_be_kept_is_refused_as_such(clinic: Clinic) -> None:
    for typed in ("\x00", "NJ01-S\x00", "\ud800", "9" * 100_000, "%", "'"):
        (refusal,) = clinic.save("DM", revision=1, SCRNUM=typed).verdict.refused
        assert refusal.rule in {"characters", "length", "pattern"}


@pytest.mark.req("R-SEC-9")
def test_of_two_subjects_that_get_one_number_at_once_one_keeps_it(clinic: Clinic, other: Clinic) -> None:
    app = current_app._get_current_object()

    def save(whose: Clinic, site: str) -> tuple[str, ...]:
        with app.app_context():
            return whose.save("DM", by=whose.by(site=site), revision=1, SCRNUM=NUMBER).changed

    with ThreadPoolExecutor(2) as threads:
        saves = [threads.submit(save, clinic, "NJ01"), threads.submit(save, other, "NJ02")]
    assert sorted(each.result() for each in saves) == [(), ("SCRNUM",)]
    holding = [row for row in (_record(clinic), _record(other)) if row.data.get("SCRNUM") == {"v": NUMBER}]
    assert len(holding) == 1


def _record(whose: Clinic) -> Record:
    return whose.record("DM")
