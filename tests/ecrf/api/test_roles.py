"""Every role tries every operation: what its permissions allow goes through, everything else is refused."""

import pytest

from ecrf.policy.grants import Role
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program, alt, record_at
from tests.ecrf.people import token_of

SITE_STAFF = {"coordinator", "investigator"}
READERS = {*SITE_STAFF, "monitor", "data_manager", "auditor"}
REVIEWERS = {"monitor", "data_manager"}
ALL = {role.value for role in Role}
WHY = {"ALT": {"code": "transcription"}}
OPERATIONS = {  # operation → (who may, what is sent)
    "GET /me": (ALL, None),
    "GET /studies": (ALL, None),
    "GET /studies/BEAM/versions": (ALL, None),
    "GET /studies/BEAM/versions/1": (ALL, None),
    "GET /sites": (ALL, None),
    "GET /subjects": (ALL, None),
    "POST /subjects": (SITE_STAFF, {"study": "BEAM", "site": "NJ01"}),
    "GET /subjects/{subject}": (READERS, None),
    "GET /subjects/{subject}/casebook": (READERS, None),
    "GET /subjects/{subject}/holds": (READERS, None),
    "GET /subjects/{subject}/trail": (READERS, None),
    "GET {chem}": (READERS, None),
    "PATCH {chem}": (SITE_STAFF, {"answers": alt("75"), "reasons": WHY}),
    "POST {visit}/complete": (SITE_STAFF, None),
    "GET /queries": (ALL, None),
    "GET /queries/{query}": (READERS, None),
    "GET /records/{record}/queries": (READERS, None),
    "POST /records/{record}/queries": (REVIEWERS, {"item": "ALT", "text": "Sure?"}),
    "POST /queries/{query}/answer": (SITE_STAFF, {"text": "Yes."}),
    "POST /queries/{query}/close": (REVIEWERS, {"text": "Settled."}),
    "POST /queries/{closed}/reopen": (REVIEWERS, {"text": "Not settled."}),
    "POST /holds": ({"data_manager"}, {"kind": "freeze", "level": "item", "record": "{record}", "item": "FASTING"}),
    "POST /holds/{hold}/lift": ({"data_manager"}, {"reason": "To see."}),
    "GET /records/{record}/items/ALT": (READERS, None),
    "GET /records/{record}/trail": (READERS, None),
    "GET /trail": ({*READERS, "administrator"}, None),
}
UNSEEN = {"study_builder", "administrator"}
"""Roles for whom subjects do not exist: they are told 404, everybody else 403."""


@pytest.fixture(scope="module")
def things(quick_office: Office) -> dict[str, str]:
    office = quick_office
    coordinator, monitor, manager = office["coordinator"], office["monitor"], office["data_manager"]
    subject = coordinator.register()
    coordinator.enter(subject)
    record = coordinator.get(record_at(subject, "CHEM")).json["id"]
    asked = [
        monitor.post(f"/records/{record}/queries", {"text": "Sure?", "item": "ALT"}).json["query"]["id"] for _ in "ab"
    ]
    monitor.post(f"/queries/{asked[1]}/close", {"text": "Settled."})
    hold = manager.post("/holds", {"kind": "freeze", "level": "item", "record": record, "item": "AST"}).json["id"]
    return {
        "subject": subject, "chem": record_at(subject, "CHEM"), "visit": record_at(subject, "SV"), "record": record,
        "query": asked[0], "closed": asked[1], "hold": hold,
    }  # fmt: skip


def attempt(program: Program, operation: str, things: dict[str, str], body: dict | None, tag: str | None) -> int:
    method, _, path = operation.partition(" ")
    sent = {key: value.format(**things) if isinstance(value, str) else value for key, value in (body or {}).items()}
    headers = {"If-Match": tag} if tag else {}
    return program.send(method, path.format(**things), sent or None, headers=headers).status_code


@pytest.mark.req("R-11-10")
@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_role_may_do_what_the_table_says(
    quick_office: Office, things: dict[str, str], operation: str, role: str
) -> None:
    allowed, body = OPERATIONS[operation]
    path = operation.partition(" ")[2].removesuffix("/complete").format(**things)
    tag = quick_office["coordinator"].get(path).headers.get("ETag") if "records/SE" in path else None
    status = attempt(quick_office[role], operation, things, body, tag)
    if role in allowed:
        # What somebody allowed did before may stand in the way by now, but not the permission.
        assert status in {200, 201, 409}
    else:
        assert status == (404 if role in UNSEEN and operation not in {"GET /trail", "POST /subjects"} else 403)


@pytest.mark.req("R-11-10")
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if not name.startswith("GET")])
def test_a_token_for_reading_changes_nothing(quick_office: Office, things: dict[str, str], operation: str) -> None:
    allowed, body = OPERATIONS[operation]
    token = token_of(quick_office.app, min(allowed), reads_only=True)
    reader = Program(quick_office.app, token)
    path = operation.partition(" ")[2].removesuffix("/complete").format(**things)
    tag = reader.get(path).headers.get("ETag") if "records/SE" in path else None
    assert attempt(reader, operation, things, body, tag) == 403
    assert reader.get("/me").json["reads_only"] is True
