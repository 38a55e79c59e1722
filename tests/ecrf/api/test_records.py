"""Records: what is sent is kept as it was sent, against the state it was made against, whole or in part."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from audit.tables import trail_entries
from ecrf.db import db
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import SCREENING, alt, record_at


@pytest.fixture
def subject(office: Office) -> str:
    number = office["coordinator"].register()
    office["coordinator"].enter(number, "SV", "DM")
    return number


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("1.20", "1.20"), ('"1.20"', "1.20"), ("0.10", "0.10"), ("12345678901234567890123", None), ("1E2", None),
        ('" 80 "', "80"), ("-0.0", None), ('"８０"', "８０"),
    ],
)  # fmt: skip
def test_a_number_keeps_the_text_it_was_sent_with(office: Office, subject: str, sent: str, kept: str | None) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    body = '{"answers": {"LBDTC": "2026-03-04T08:00", "ALT": {"value": SENT, "unit": "U/L"}}}'.replace("SENT", sent)
    headers = {"If-Match": program.get(record).headers["ETag"], "Content-Type": "application/json"}
    answer = program.send("PATCH", record, data=body.encode(), headers=headers)
    if kept is None:
        assert answer.status_code in {200, 422}
        assert json.loads(sent, parse_float=str, parse_int=str).strip('"') in answer.text
    else:
        assert answer.json["record"]["answers"]["ALT"]["value"] == kept


def test_a_record_begins_at_revision_nought_and_counts(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    new = program.get(record)
    assert (new.json["id"], new.json["state"], new.json["revision"]) == (None, "not_started", 0)
    assert new.headers["ETag"] == '"0-0"'
    saved = program.send("PATCH", record, {"answers": SCREENING["CHEM"]}, headers={"If-Match": '"0-0"'})
    assert saved.json["record"]["revision"] == 1
    assert saved.headers["ETag"] == program.get(record).headers["ETag"]
    assert saved.json["record"] == program.get(record).json
    again = program.send("PATCH", record, {"answers": alt("80")}, headers={"If-Match": saved.headers["ETag"]})
    assert (again.status_code, again.json["changed"], again.headers["ETag"]) == (200, [], saved.headers["ETag"])


def test_a_computed_value_that_moved_makes_a_new_tag(office: Office, subject: str) -> None:
    """The filtration rate is computed from the date of birth: another form's save moves this record."""
    program, record = office["coordinator"], record_at(subject, "CHEM")
    program.enter(subject, "CHEM")
    assert program.save(record, {"CREA": {"value": "80", "unit": "umol/L"}}).status_code == 200
    before = program.get(record)
    why = {"BRTHDAT": {"code": "source_corrected"}}
    assert program.save(record_at(subject, "DM"), {"BRTHDAT": "1981-06-30"}, reasons=why).status_code == 200
    after = program.get(record)
    assert before.json["revision"] == after.json["revision"]
    assert before.json["computed"] != after.json["computed"]
    assert before.headers["ETag"] != after.headers["ETag"]
    stale = program.send("PATCH", record, {"answers": {}}, headers={"If-Match": before.headers["ETag"]})
    assert stale.status_code == 412


@pytest.mark.req("R-SEC-8")
def test_in_part_what_holds_is_saved_and_the_rest_is_told(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    program.enter(subject, "CHEM")
    sent = {"AST": {"value": "1,5", "unit": "U/L"}, "ALP": {"value": "88", "unit": "U/L"}}
    whole = program.save(record, sent)
    assert (whole.status_code, [each["item"] for each in whole.json["refusals"]]) == (422, ["AST"])
    part = program.save(record, sent, query="?partial=true")
    assert (part.status_code, part.json["changed"]) == (200, ["ALP"])
    (refused,) = part.json["refused"]
    assert (refused["item"], refused["value"], refused["unit"], refused["rule"]) == ("AST", "1,5", "U/L", "type")
    steps = program.get(f"/records/{part.json['record']['id']}/items/AST").json["steps"]
    assert [(step["kind"], step["now"]["text"]) for step in steps] == [("refused", "1,5"), ("refused", "1,5")]


def test_put_holds_all_that_a_record_has(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    program.enter(subject, "CHEM")
    kept = {name: value for name, value in SCREENING["CHEM"].items() if name not in {"FASTING", "ALT"}}
    unsaid = program.save(record, {**kept, **alt("79")}, method="PUT", reasons={"ALT": {"code": "query"}})
    assert (unsaid.status_code, unsaid.json["items"]) == (422, ["FASTING"])
    why = {item: {"code": "source_corrected"} for item in ("ALT", "FASTING")}
    said = program.save(record, {**kept, **alt("79")}, method="PUT", reasons=why)
    assert sorted(said.json["changed"]) == ["ALT", "FASTING"]
    assert "FASTING" not in said.json["record"]["answers"]
    assert said.json["record"]["computed"]


def test_null_empties_an_item_and_a_missing_reason_fills_it(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    program.enter(subject, "CHEM")
    why = {"ALT": {"code": "other", "text": "tube broken"}, "FASTING": {"code": "query"}}
    answer = program.save(record, {"ALT": {"missing": "LOST"}, "FASTING": None}, reasons=why)
    assert answer.status_code == 200, answer.text
    answers = answer.json["record"]["answers"]
    assert answers["ALT"] == {"value": None, "unit": None, "comparator": None, "missing": "LOST"}
    assert "FASTING" not in answers


def test_a_comparator_stands_beside_its_value(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    sent = {"LBDTC": "2026-03-04T08:00", "ALT": {"value": "5", "unit": "U/L", "comparator": "<"}}
    answer = program.save(record, sent)
    assert answer.json["record"]["answers"]["ALT"]["comparator"] == "<"


def test_a_form_is_complete_when_nothing_required_is_missing(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "SV")
    tag = program.get(record).headers["ETag"]
    assert program.post(f"{record}/complete").status_code == 428
    assert program.post(f"{record}/complete", headers={"If-Match": '"9-9"'}).status_code == 412
    done = program.post(f"{record}/complete", headers={"If-Match": tag})
    assert (done.status_code, done.json["state"]) == (200, "complete")
    chem = record_at(subject, "CHEM")
    early = program.post(f"{chem}/complete", headers={"If-Match": '"0-0"'})
    assert (early.status_code, early.json["code"], early.json["state"]) == (409, "illegal_state", "not_started")
    program.enter(subject, "CHEM")
    missing = program.post(f"{chem}/complete", headers={"If-Match": program.get(chem).headers["ETag"]})
    assert (missing.status_code, missing.json["state"]) == (409, "required_missing")
    assert missing.json["needed"] == program.get(chem).json["missing"]


@pytest.mark.req("R-11-9")
def test_a_refused_change_leaves_one_trace_and_nothing_else(office: Office, subject: str) -> None:
    def entries() -> int:
        with office.app.app_context():
            query = select(func.count()).select_from(trail_entries)
            return int(db.session.scalar(query) or 0)

    before, record = entries(), record_at(subject, "SV")
    office["coordinator"].save(record, {"VISDAT": "soon"})
    office["monitor"].save(record, {"VISDAT": "2026-03-03"})
    assert entries() == before + 2


def test_rows_of_a_repeating_form_are_records_of_their_own(office: Office, subject: str) -> None:
    program = office["coordinator"]
    forms = [
        (visit["event"], form["form"])
        for visit in program.get(f"/subjects/{subject}/casebook").json["visits"]
        for form in visit["forms"]
    ]
    repeating = [place for place in forms if program.get(record_at(subject, place[1], place[0], 1)).status_code == 200]
    for event, form in repeating:
        assert program.get(record_at(subject, form, event, 1)).json["row"] == 1
    assert ("SE.SCR", "CHEM") not in repeating


@pytest.mark.req("R-DM-16", "R-SEC-9")
def test_of_two_changes_at_once_one_is_told_that_it_is_stale(office: Office, subject: str) -> None:
    program, record = office["coordinator"], record_at(subject, "CHEM")
    program.enter(subject, "CHEM")
    headers = {"If-Match": program.get(record).headers["ETag"]}
    reasons = {"ALT": {"code": "query"}}

    def change(value: str) -> int:
        return program.send("PATCH", record, {"answers": alt(value), "reasons": reasons}, headers=headers).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(change, ("71", "72", "73", "74")))
    assert statuses == [200, 412, 412, 412]
    assert program.get(record).json["revision"] == 2
