"""A request that is sent twice is done once, and a program that sends too much is told when to go on."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from ecrf.db import db
from ecrf.models.kept_answers import KeptAnswer
from ecrf.models.subjects import Subject
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program
from tests.ecrf.people import add_person, token_of

NEW = {"study": "BEAM", "site": "NJ01"}


def keyed(key: str) -> dict:
    return {"headers": {"Idempotency-Key": key}}


def subjects(office: Office) -> int:
    with office.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Subject)) or 0


def test_the_same_request_is_done_once_and_answered_the_same(office: Office) -> None:
    coordinator, before = office["coordinator"], subjects(office)
    first, second = (coordinator.post("/subjects", NEW, **keyed("one")) for _ in "ab")
    assert (first.status_code, second.status_code, subjects(office)) == (201, 201, before + 1)
    assert (first.json, first.headers["Location"]) == (second.json, second.headers["Location"])
    assert [each.headers.get("Idempotency-Replayed") for each in (first, second)] == [None, "true"]


def test_another_request_with_the_key_is_refused_and_that_of_somebody_else_is_not(office: Office) -> None:
    coordinator, before = office["coordinator"], subjects(office)
    assert coordinator.post("/subjects", NEW, **keyed("two")).status_code == 201
    other = coordinator.post("/subjects", {**NEW, "screening_number": None}, **keyed("two"))
    assert (other.status_code, other.json["code"]) == (422, "key_reused")
    assert office["investigator"].post("/subjects", NEW, **keyed("two")).status_code == 201
    assert subjects(office) == before + 2


def test_a_refused_act_leaves_its_key_free(office: Office) -> None:
    coordinator = office["coordinator"]
    taken = coordinator.post("/subjects", NEW).json["screening_number"]
    refused = coordinator.post("/subjects", {**NEW, "screening_number": taken}, **keyed("three"))
    assert refused.status_code == 409
    assert coordinator.post("/subjects", NEW, **keyed("three")).status_code == 201


def test_ten_at_the_same_moment_do_it_once(office: Office) -> None:
    coordinator, before = office["coordinator"], subjects(office)
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: coordinator.post("/subjects", NEW, **keyed("four")), range(10)))
    assert Counter(each.status_code for each in answers) == {201: 10}
    assert len({each.json["id"] for each in answers}) == 1
    assert subjects(office) == before + 1


@pytest.mark.req("R-SEC-29")
def test_no_secret_is_kept_for_a_repeat(quick_office: Office) -> None:
    coordinator = quick_office["coordinator"]
    first, second = (coordinator.post("/tokens", {"label": "x"}, **keyed("five")) for _ in "ab")
    assert (second.status_code, second.json["token"]) == (201, first.json["token"])
    assert (first.json["secret"].startswith("ecrf_"), second.json["secret"]) == (True, None)
    with quick_office.app.app_context():
        kept = " ".join(db.session.scalars(select(KeptAnswer.body)))
        assert first.json["secret"] not in kept


@pytest.mark.req("R-SEC-23")
def test_who_may_do_less_now_is_not_told_what_was_answered_then(quick_office: Office) -> None:
    app = quick_office.app
    first = quick_office["coordinator"].post("/subjects", NEW, **keyed("seven"))
    assert first.status_code == 201
    reading = Program(app, token_of(app, "coordinator", reads_only=True))
    again = reading.post("/subjects", NEW, **keyed("seven"))
    assert (again.status_code, again.json["code"]) == (422, "key_reused")


def test_a_key_is_forgotten_after_a_day(quick_office: Office) -> None:
    coordinator = quick_office["coordinator"]
    first = coordinator.post("/subjects", NEW, **keyed("six")).json["id"]
    quick_office.clock.forward(days=1, seconds=1)
    program = Program(quick_office.app, token_of(quick_office.app, "coordinator"))
    assert program.post("/subjects", NEW, **keyed("six")).json["id"] != first
    with quick_office.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(KeptAnswer)) == 1


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "t\tab"])
def test_a_key_that_is_none_is_told(quick_office: Office, key: str) -> None:
    token = token_of(quick_office.app, "coordinator")
    refused = Program(quick_office.app, token).post("/subjects", NEW, **keyed(key))
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["Idempotency-Key"])


@pytest.mark.req("R-SEC-32")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_program_that_sends_too_much_is_told_when_to_go_on(make_app) -> None:
    app = make_app(api_rate="3 per minute")
    for username in ("ann", "bob"):
        add_person(app, username)
    ann, also_ann, bob = (Program(app, token_of(app, username)) for username in ("ann", "ann", "bob"))
    assert [each.get("/me").status_code for each in (ann, also_ann, ann, also_ann, ann, bob)] == [
        200, 200, 200, 429, 429, 200,
    ]  # fmt: skip
    refused = ann.get("/me")
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) == refused.json["retry_after"] <= 60
