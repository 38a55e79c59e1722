"""A newly approved range is what earlier results are judged by: queries open and close, computed values move."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.services import laboratories, studies
from forms.datum import Datum
from forms.ranges import RangeRow
from tests.ecrf.services.conftest import Clinic

ROW = RangeRow("", 1, "LAB_A", "CHEM.CK", "*", 18, 120, "U/L", Fraction(38), Fraction(174), date(2026, 1, 1), None)


@pytest.mark.req("R-DM-5", "R-DM-4")
def test_an_approved_range_judges_what_was_measured_before_it(clinic: Clinic) -> None:
    clinic.sample("CHEM", CK=Datum("348", "U/L"))
    assert "CK_XULN" not in clinic.record("CHEM").data
    revision = clinic.record("CHEM").revision
    manager = clinic.by("data_manager")
    with unit_of_work(manager):
        study = studies.find_study("BEAM")
        laboratories.approve(manager, study, laboratories.propose(manager, study, [ROW]))
    record = clinic.record("CHEM")
    assert record.data["CK_XULN"]["v"] == "2"
    assert record.data["CK_NRIND"]["v"] == "H"
    assert record.revision == revision
    assert clinic.query("CHEM", "EC114:CHEM.CK").state == "open"
    caused = db.session.execute(select(trail_entries).where(trail_entries.c.cause_chain == "study:ST.BEAM")).all()
    assert [(entry.actor_id, entry.subject) for entry in caused] == [("system", clinic.subject)]
    assert clinic.verify().exit_code == 0


def test_a_range_that_moves_nothing_writes_nothing_to_a_subject(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("20", "U/L"))
    manager = clinic.by("data_manager")
    with unit_of_work(manager):
        study = studies.find_study("BEAM")
        laboratories.approve(manager, study, laboratories.propose(manager, study, [replace(ROW, laboratory="LAB_B")]))
    assert not db.session.execute(select(trail_entries).where(trail_entries.c.cause_chain == "study:ST.BEAM")).all()
