"""Somebody else's site does not exist: every address with an id, made from the application's own map, is tried from
the other one."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ecrf.app import create_app
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import ROOT, alt, record_at
from tests.ecrf.schema import settings_for

IDLE = {"AST": {"code": "query"}}  # a fault of its own, which is told of to nobody who may not see the record
BODIES = {
    "change": {"answers": alt("81"), "reasons": IDLE}, "replace": {"answers": alt("81"), "reasons": IDLE},
    "ask": {"text": "Which value stands?"}, "answer": {"text": "This one."}, "close": {"text": "Settled."},
    "reopen": {"text": "Not settled."}, "lift": {"reason": "To see."},
}  # fmt: skip
OPEN_TO_ALL_SITES = {"study", "number"}


def with_ids(app: Flask) -> list[tuple[Rule, str]]:
    """Every operation whose address names something of a site."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(ROOT)]
    closed = [rule for rule in rules if rule.arguments - OPEN_TO_ALL_SITES]
    return [(rule, method) for rule in closed for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]


OPERATIONS = with_ids(create_app(settings_for("sqlite://")))


@pytest.fixture(scope="module")
def ids(office: Office) -> dict[str, str | int]:
    """What stands at NJ01: a subject with a record, a query and a hold."""
    coordinator, manager = office["coordinator"], office["data_manager"]
    subject = coordinator.register()
    coordinator.enter(subject)
    record = coordinator.get(record_at(subject, "CHEM")).json["id"]
    query = office["monitor"].post(f"/records/{record}/queries", {"item": "ALT", "text": "Sure?"}).json["query"]["id"]
    hold = manager.post("/holds", {"kind": "freeze", "level": "item", "record": record, "item": "AST"}).json["id"]
    return {
        "subject_id": subject, "record_id": record, "query_id": query, "hold_id": hold, "item": "ALT",
        "event": "SE.SCR", "form": "CHEM", "row": 0,
    }  # fmt: skip


def address(rule: Rule, ids: dict[str, str | int]) -> str:
    built = rule.build({name: ids[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def test_every_noun_with_an_id_is_tried() -> None:
    arguments = {argument for rule, _ in OPERATIONS for argument in rule.arguments}
    assert arguments == {"subject_id", "record_id", "query_id", "hold_id", "item", "event", "form", "row"}
    acts = {rule.endpoint.rpartition(".")[2] for rule, method in OPERATIONS if method != "GET"}
    assert acts == {*BODIES, "complete"}


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize("person", ["coordinator NJ02", "monitor NJ02", "investigator NJ02", "administrator"])
@pytest.mark.parametrize(("rule", "method"), OPERATIONS, ids=lambda part: getattr(part, "rule", part))
def test_what_belongs_to_another_site_is_not_found(
    office: Office, ids: dict[str, str | int], rule: Rule, method: str, person: str
) -> None:
    body = BODIES.get(rule.endpoint.rpartition(".")[2])
    tag = office["coordinator"].get(record_at(str(ids["subject_id"]), "CHEM")).headers["ETag"]
    invented = {**ids, **dict.fromkeys(("subject_id", "record_id", "query_id", "hold_id"), "no-such-id")}
    answers = [
        office[person].send(method, address(rule, each), body, headers={"If-Match": tag}) for each in (ids, invented)
    ]
    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(404, "not_found")] * 2
    foreign, unknown = ({**answer.json, "instance": None} for answer in answers)
    assert foreign == unknown


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/queries?subject={subject_id}", None),
        ("POST", "/holds", {"kind": "lock", "level": "subject", "subject": "{subject_id}"}),
        ("POST", "/holds", {"kind": "lock", "level": "form", "record": "{record_id}"}),
        ("POST", "/holds", {"kind": "lock", "level": "item", "record": "{record_id}", "item": "ALT"}),
        ("POST", "/subjects", {"study": "BEAM", "site": "NJ01"}),
    ],
)
def test_an_id_in_a_filter_or_a_body_is_scoped_too(
    office: Office, ids: dict[str, str | int], method: str, path: str, body: dict[str, str] | None
) -> None:
    sent = {name: text.format(**ids) for name, text in body.items()} if body else None
    answer = office["coordinator NJ02"].send(method, path.format(**ids), sent)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize(
    ("path", "noun"), [("/subjects", "subjects"), ("/queries", "queries"), ("/trail?subject=NJ01-S001", "acts")]
)
def test_no_list_tells_of_another_site(office: Office, ids: dict[str, str | int], path: str, noun: str) -> None:
    own, other = office["monitor"].get(path).json, office["monitor NJ02"].get(path).json
    assert own[noun]
    assert (other[noun], other.get("total", 0)) == ([], 0)
