"""What administrators act on: an account in use with a role, a session and a token, a closed and a new one; sites."""

from typing import Any

from flask import Flask

from ecrf.policy.grants import Role
from tests.ecrf.api.program import Program
from tests.ecrf.browser import Browser
from tests.ecrf.people import PASSWORD, add_person, token_of

PERSON = {"name": "Ann Spare", "organisation": "Clinic"}


def administered(app: Flask, token: str) -> dict[str, str]:
    """Make them, some with an administrator's token; answers their ids."""
    admin, ann = Program(app, token), f"/people/{add_person(app, 'spare', Role.AUDITOR)}"
    for username in ("spare", "coordinator.nj01"):  # the coordinator has two sessions, to end one of them
        Browser(app).log_in(username, PASSWORD)
    token_of(app, "spare")
    gone, waiting = (_made(admin, {**PERSON, "username": username}) for username in ("gone", "waiting"))
    assert admin.post(f"/people/{gone['person']['id']}/close", {"reason": "Left."}).status_code == 200
    known, site = admin.get(ann), admin.get("/sites").json["sites"][0]
    shut = admin.post("/sites", {"study": "BEAM", "code": "SHUT", "name": "Shut", "timezone": "UTC"}).json["id"]
    assert admin.post(f"/sites/{shut}/close", {"reason": "Done."}).status_code == 200
    return {
        "person_id": known.json["id"], "person_tag": known.headers["ETag"], "grant_id": known.json["grants"][0]["id"],
        "session_id": admin.get(f"{ann}/sessions").json["sessions"][0]["id"],
        "token_id": admin.get(f"{ann}/tokens").json["tokens"][0]["id"], "closed_person_id": gone["person"]["id"],
        "site_id": site["id"], "site_tag": admin.get(f"/sites/{site['id']}").headers["ETag"], "closed_site_id": shut,
        "token": waiting["link"]["path"].rsplit("/", 1)[1],
    }  # fmt: skip


def _made(admin: Program, sent: dict[str, str]) -> dict[str, Any]:
    answer = admin.post("/people", sent)
    assert answer.status_code == 201, answer.text
    return answer.json
