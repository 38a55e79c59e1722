"""A request that does not fit: a clear problem that names the place and the value, and nothing half-written."""

import json
from typing import Any

import pytest

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program, alt, record_at

MISSHAPEN = [  # (body, status, what is named)
    ('{"answers": {"ALT": NaN}}', 400, "NaN"),
    ('{"answers": {"ALT": -Infinity}}', 400, "-Infinity"),
    ('{"answers": {"ALT": "1", "ALT": "2"}}', 400, "ALT"),
    ('{"answers": {"ALT": "\\ud800"}}', 400, ""),
    ('{"answers": ', 400, "1:"),
    (b'{"answers": {"ALT": "\xff"}}', 400, ""),
    ("[" * 100_000, 400, ""),
    ("", 400, ""),
    ("[]", 422, "body"),
    ("{}", 422, "answers"),
    ('{"answers": []}', 422, "answers"),
    ('{"answers": {"ALT": true}}', 422, "answers.ALT"),
    ('{"answers": {"ALT": {"valeu": "1"}}}', 422, "answers.ALT"),
    ('{"answers": {"ALT": {"value": "1", "unit": 7}}}', 422, "answers.ALT"),
    ('{"answers": {"CODES": ["A", 1]}}', 422, "answers.CODES"),
    ('{"answers": {"A\\u0000": "1"}}', 422, "answers.A"),
    ('{"answers": {}, "state": "locked"}', 422, "state"),
    ('{"answers": {}, "site_id": "x", "signed_by": "me"}', 422, "signed_by"),
    ('{"answers": {}, "reasons": {"ALT": "because"}}', 422, "reasons.ALT"),
    ('{"answers": {}, "reasons": {"ALT": {"code": "because"}}}', 422, "because"),
    ('{"answers": {}, "reasons": {"NOPE": {"code": "query"}}}', 422, "reasons.NOPE"),
    (json.dumps({"answers": {"AST": {"value": "20", "unit": "U/L"}}, "reasons": {"NOPE": {"code": "query"}}}), 422,
     "reasons.NOPE"),
    (json.dumps({"answers": {}, "reasons": {f"R{n}": {"code": "query"} for n in range(2001)}}), 413, ""),
    (json.dumps(dict.fromkeys(map(str, range(100_000)), 0))[:-1] + ', "99999": 0}', 400, "99999"),
]  # fmt: skip


def fields_of(answer: Any) -> str:
    return json.dumps(answer.json, ensure_ascii=False)


@pytest.mark.req("R-SEC-22", "R-SEC-37")
@pytest.mark.parametrize(("body", "status", "named"), MISSHAPEN)
def test_a_misshapen_body_is_refused_with_its_place(
    office: Office, screened: str, body: str | bytes, status: int, named: str
) -> None:
    program = office["coordinator"]
    tag = program.get(record_at(screened, "CHEM")).headers["ETag"]
    headers = {"If-Match": tag, "Content-Type": "application/json"}
    answer = program.send("PATCH", record_at(screened, "CHEM"), data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert named in fields_of(answer)
    assert program.get(record_at(screened, "CHEM")).headers["ETag"] == tag


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Content-Type": "text/plain", "If-Match": "now"}, 415, "unreadable"),
        ({"Content-Type": "application/x-www-form-urlencoded", "If-Match": "now"}, 415, "unreadable"),
        ({}, 428, "revision_missing"),
        ({"If-Match": "*"}, 428, "revision_missing"),
        ({"If-Match": ""}, 428, "revision_missing"),
        ({"If-Match": '"0-0"'}, 412, "stale"),
        ({"If-Match": "W/now"}, 412, "stale"),
        ({"If-Match": "1; DROP"}, 428, "revision_missing"),
    ],
)
def test_a_change_says_what_it_is_made_against(
    office: Office, screened: str, headers: dict[str, str], status: int, code: str
) -> None:
    program, record = office["coordinator"], record_at(screened, "CHEM")
    tag = program.get(record).headers["ETag"]
    sent = {name: value.replace("now", tag) for name, value in headers.items()}
    body = json.dumps({"answers": alt("79"), "reasons": {}})
    answer = program.send("PATCH", record, data=body, headers={"Content-Type": "application/json", **sent})
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert program.get(record).headers["ETag"] == tag


@pytest.mark.req("R-DM-16")
def test_a_stale_change_is_told_both_versions(office: Office, screened: str) -> None:
    program, record = office["coordinator"], record_at(screened, "HEM")
    old = program.get(record).headers["ETag"]
    why = {"PLT": {"code": "query"}}
    assert program.save(record, {"PLT": {"value": "60", "unit": "10*9/L"}}, reasons=why).status_code == 200
    mine = {"answers": {"PLT": {"value": "70", "unit": "10*9/L"}}, "reasons": why}
    answer = program.send("PATCH", record, mine, headers={"If-Match": old})
    assert (answer.status_code, answer.json["revision"]) == (412, 2)
    assert answer.json["current"]["PLT"]["value"] == "60"
    assert answer.json["yours"]["PLT"]["value"] == "70"
    assert program.get(record).json["answers"]["PLT"]["value"] == "60"


@pytest.mark.req("R-SEC-47")
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/subjects?limit=0", "limit"), ("/subjects?limit=many", "many"), ("/subjects?limit=201", "201"),
        ("/subjects?limit=1e400", "limit"), ("/subjects?state=gone", "gone"), ("/subjects?colour=red", "colour"),
        ("/subjects?site=NJ01&site=NJ02", "site"), ("/subjects?site=%00", "site"), ("/queries?age=old", "age"),
        ("/queries?after=%ED%A0%80%00", "after"), ("/trail?since=2026-02-30", "2026-02-30"),
        ("/trail?action=act.invented", "act.invented"), ("/trail?role=king", "king"),
    ],
)  # fmt: skip
def test_a_filter_with_a_fault_is_told_and_shows_nothing_wrongly(office: Office, path: str, named: str) -> None:
    answer = office["coordinator"].get(path)
    assert (answer.status_code, answer.json["code"]) == (422, "bad_input")
    assert named in fields_of(answer)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/subjects", {"study": "BEAM"}, 422),
        ("POST", "/subjects", {"study": "BEAM", "site": "NJ01", "status": "enrolled"}, 422),
        ("POST", "/subjects", {"study": "BEAM", "site": "NJ01", "screening_number": "a b"}, 422),
        ("POST", "/subjects", {"study": "BEAM", "site": "NJ01", "screening_number": 7}, 422),
        ("POST", "/subjects", {"study": "NONE", "site": "NJ01"}, 404),
        ("POST", "/holds", {"kind": "lock", "level": "form"}, 422),
        ("POST", "/holds", {"kind": "melt", "level": "subject", "subject": "x"}, 422),
        ("GET", "/subjects?study=NONE", None, 404),
        ("GET", "/studies/NONE/versions", None, 404),
        ("GET", "/studies/BEAM/versions/9", None, 404),
        ("GET", "/subjects/%00", None, 404),
        ("GET", "/nowhere", None, 404),
        ("DELETE", "/subjects", None, 405),
        ("POST", "/me", {}, 405),
    ],
)
def test_what_cannot_be_is_a_problem(office: Office, method: str, path: str, body: Any, status: int) -> None:
    answer = office["coordinator"].send(method, path, body)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert status != 405 or "GET" in answer.headers["Allow"]


def test_a_number_is_given_once(office: Office) -> None:
    office["coordinator"].register("NJ01-S777")
    body = {"study": "BEAM", "site": "NJ01", "screening_number": "NJ01-S777"}
    answer = office["coordinator"].post("/subjects", body)
    assert (answer.status_code, answer.json["field"], answer.json["value"]) == (409, "screening_number", "NJ01-S777")


@pytest.mark.parametrize(
    ("event", "form", "row"),
    [("SE.NONE", "CHEM", 0), ("SE.SCR", "NONE", 0), ("SE.SCR", "CHEM", 1), ("SE.SCR~2", "CHEM", 0), ("~", "CHEM", 0)],
)
def test_a_record_that_the_plan_does_not_hold_is_not_found(
    office: Office, screened: str, event: str, form: str, row: int
) -> None:
    program, record = office["coordinator"], record_at(screened, form, event, row)
    assert program.get(record).status_code == 404
    sent = {"answers": {"VISDAT": "2026-03-04"}}
    assert program.send("PATCH", record, sent, headers={"If-Match": '"0-0"'}).status_code == 404


@pytest.mark.req("R-SEC-32")
def test_a_body_too_large_is_refused(office: Office) -> None:
    stranger = Program(office.app, "nobody")
    for program, size, status in ((office["coordinator"], 17 * 2**20, 413), (stranger, 10, 401)):
        answer = program.send("POST", "/subjects", data="x" * size, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
