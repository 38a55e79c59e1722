"""Rows through the API: records of their own beside that of the form, each with its own items."""

from pathlib import Path

from sqlalchemy import select

from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.sites import Site
from ecrf.services import studies
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import record_at
from tests.ecrf.conftest import NOON
from tests.ecrf.services.packages import with_pulse
from tests.ecrf.trial import found

MG = {"value": "500", "unit": "mg"}


def test_rows_stand_beside_what_is_entered_on_the_form(quick_office: Office, tmp_path: Path) -> None:
    with quick_office.app.app_context(), clock.told_by(lambda: NOON):
        builder = found().actor("study_builder")
        with unit_of_work(builder):
            site = db.session.scalars(select(Site).where(Site.code == "NJ01")).one()
            number = studies.publish(builder, with_pulse(tmp_path)).number
            studies.put_in_force(builder, site, number, approval="EC 2026-015")
    program = quick_office["coordinator"]
    subject = program.register()
    form, row = (record_at(subject, "PULSE", row=number) for number in (0, 1))
    assert program.save(row, {"PLDAT": "2026-03-01", "PLDOSE": MG}).status_code == 200
    saved = program.save(form, {"PLREAS": "flare"}).json["record"]
    assert [saved["answers"]["PLREAS"]["value"], saved["computed"]["PLSUM"]["value"]] == ["flare", "0.5"]
    refused = program.save(row, {"PLREAS": "flare"})
    assert refused.status_code == 422
    assert "PLREAS" in refused.text
    emptied = program.save(form, {}, method="PUT", reasons={"PLREAS": {"code": "transcription", "text": "not here"}})
    assert (emptied.json["record"]["answers"], list(emptied.json["record"]["computed"])) == ({}, ["PLSUM"])
    assert program.get(row).json["answers"]["PLDAT"]["value"] == "2026-03-01"
