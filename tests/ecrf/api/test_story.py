"""One visit entered, checked, trailed, reviewed and locked, by programs alone."""

from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from audit.verify import verify
from ecrf.db import db
from ecrf.models.watched import WATCHED
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program, alt, record_at

WHY = {"ALT": {"code": "transcription", "text": "line above"}}


@dataclass(frozen=True)
class Visit:
    """The screening visit of one subject, and who works on it."""

    office: Office
    subject: str

    def __getitem__(self, person: str) -> Program:
        return self.office[person]

    def id_of(self, form: str) -> str:
        return self["coordinator"].get(record_at(self.subject, form)).json["id"]

    def query(self, form: str, check: str) -> dict | None:
        """The query of a check, as it stands."""
        found = self["coordinator"].get(f"/records/{self.id_of(form)}/queries").json["queries"]
        return next((query for query in found if query["check"] == check), None)


@pytest.mark.req("R-11-6", "R-DM-7", "R-GCP-13")
def test_a_visit_is_entered_checked_trailed_reviewed_and_locked(office: Office) -> None:
    visit = Visit(office, office["coordinator"].register())
    visit["coordinator"].enter(visit.subject)
    _81_opens_a_query_that_explains_itself(visit)
    _platelets_are_compared_in_whatever_unit(visit)
    _a_correction_needs_a_reason_and_closes_the_query(visit)
    _the_monitor_reads_all_of_it_and_changes_nothing(visit)
    _a_locked_form_takes_no_save_until_it_is_unlocked(visit)
    with office.app.app_context():
        report = verify(db.session.connection(), WATCHED.values())
    assert (report.exit_code, report.faults) == (0, ())


def _81_opens_a_query_that_explains_itself(visit: Visit) -> None:
    assert visit.query("CHEM", "EC032") is None
    answer = visit["coordinator"].save(record_at(visit.subject, "CHEM"), alt("81"), reasons=WHY).json
    assert (answer["changed"], answer["refused"]) == (["ALT"], [])
    explained = next(each["explanation"] for each in answer["findings"] if each["check"] == "EC032")
    comparison = explained["comparisons"][-1]
    assert (comparison["left"], comparison["operator"], comparison["right"]) == ("81", ">", "80")
    row = next(operand["range"] for operand in explained["operands"] if operand["range"])
    assert (row["high"], row["laboratory"]) == ("40", "LAB_A")
    assert visit.query("CHEM", "EC032")["state"] == "open"


def _platelets_are_compared_in_whatever_unit(visit: Visit) -> None:
    assert visit.query("HEM", "EC040") is None
    why = {"PLT": {"code": "source_corrected"}}
    for value, unit in (("49999", "/uL"), ("49.999", "10*9/L")):
        sent = {"PLT": {"value": value, "unit": unit}}
        answer = visit["coordinator"].save(record_at(visit.subject, "HEM"), sent, reasons=why)
        entered = answer.json["record"]["answers"]["PLT"]
        assert (entered["value"], entered["unit"]) == (value, unit)
        assert visit.query("HEM", "EC040")["state"] == "open"


def _a_correction_needs_a_reason_and_closes_the_query(visit: Visit) -> None:
    refused = visit["coordinator"].save(record_at(visit.subject, "CHEM"), alt("79"))
    assert (refused.status_code, refused.json["code"], refused.json["items"]) == (422, "reason_missing", ["ALT"])
    assert visit["coordinator"].save(record_at(visit.subject, "CHEM"), alt("79"), reasons=WHY).status_code == 200
    closed = visit.query("CHEM", "EC032")
    assert (closed["state"], closed["resolution"]) == ("closed", "resolved_by_data")


def _the_monitor_reads_all_of_it_and_changes_nothing(visit: Visit) -> None:
    monitor, record = visit["monitor"], visit.id_of("CHEM")
    steps = monitor.get(f"/records/{record}/items/ALT").json["steps"]
    newest = next(step for step in steps if step["kind"] == "value")
    assert (newest["was"]["text"], newest["now"]["text"], newest["role"]) == ("81", "79", "coordinator")
    assert (newest["reason"], newest["note"]) == ("transcription", "line above")
    assert [step["state"] for step in steps if step["check"] == "EC032"] == ["closed", "open"]
    acts = monitor.get(f"/records/{record}/trail").json["acts"]
    assert {"record.saved", "record.consequences"} <= {act["action"] for act in acts}
    assert monitor.save(record_at(visit.subject, "CHEM"), alt("1"), reasons=WHY).status_code == 403
    assert visit["coordinator NJ02"].get(record_at(visit.subject, "CHEM")).status_code == 404


def _a_locked_form_takes_no_save_until_it_is_unlocked(visit: Visit) -> None:
    manager, record, chem = visit["data_manager"], visit.id_of("CHEM"), record_at(visit.subject, "CHEM")
    target = {"level": "form", "record": record}
    _expect_a_lock_to_be_a_decision(visit, target)
    target |= {"despite_open": True, "reason": "Interim analysis."}
    holds = [manager.post("/holds", {"kind": kind, **target}).json["id"] for kind in ("freeze", "lock")]
    held = visit["coordinator"].save(chem, alt("78"), reasons=WHY)
    assert (held.status_code, held.json["code"]) == (409, "held")
    assert {each["kind"] for each in held.json["holds"]} == {"freeze", "lock"}
    assert visit["coordinator"].get(chem).json["state"] == "locked"
    _expect_the_database_to_refuse(visit.office, record)
    assert manager.post(f"/holds/{holds[1]}/lift", {"reason": " "}).status_code == 422
    for hold in holds:
        assert manager.post(f"/holds/{hold}/lift", {"reason": "corrected source"}).status_code == 200
    assert visit["coordinator"].save(chem, alt("78"), reasons=WHY).status_code == 200


def _expect_a_lock_to_be_a_decision(visit: Visit, target: dict[str, str]) -> None:
    manager, path = visit["data_manager"], f"/subjects/{visit.subject}/checklist"
    listed = manager.get(path, query_string={"event": "SE.SCR", "form": "CHEM"}).json
    standing = {name: count for name, count in listed["open"].items() if name != "unevaluated"}
    refused = manager.post("/holds", {"kind": "lock", **target})
    assert (refused.status_code, refused.json["needed"], listed["is_clean"]) == (409, list(standing), False)
    assert {(each["event"], each["form"], each["row"]) for each in listed["unevaluated"]} == {("SE.SCR", "CHEM", 0)}
    assert len(listed["unevaluated"]) == listed["open"]["unevaluated"] > 0
    assert manager.post("/holds", {"kind": "lock", "despite_open": True, **target}).status_code == 422  # says no reason
    for sent in ({"event": "SE.NONE"}, {"form": "NONE"}, {"event": "SE.UNS~0"}):
        assert manager.get(path, query_string=sent).status_code == 404


def _expect_the_database_to_refuse(office: Office, record: str) -> None:
    engine = create_engine(office.owner_url)
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text("UPDATE records SET data = '{}' WHERE id = :id"), {"id": record})
    engine.dispose()
