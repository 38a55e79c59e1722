"""The contract says what the API does: OpenAPI 3.1, an example for each operation, and every answer is as it tells."""

import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import Draft202012Validator, ValidationError
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from ecrf.api.contract import contract_of
from ecrf.app import create_app
from ecrf.policy.grants import Role
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import ROOT, Program, record_at
from tests.ecrf.browser import HOST
from tests.ecrf.schema import settings_for
from tests.house.accounts import administered

CONTRACT = contract_of(create_app(settings_for("sqlite://")))
METHODS = {"get", "post", "put", "patch", "delete"}
OPERATIONS = [(path, method) for path, methods in CONTRACT["paths"].items() for method in methods if method in METHODS]
NAMED = [pytest.param(path, method, id=f"{method} {path}") for path, method in OPERATIONS]
CHECKS = [
    not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
    checks.response_headers_conformance, checks.response_schema_conformance, checks.negative_data_rejection,
    checks.ignored_auth, checks.unsupported_method,
]  # fmt: skip
MORE_EXAMPLES = 12
EXAMPLES = 3  # of each operation, fitting and misfit; the same at each run
PROBLEMS = "#/components/responses/"


def operation_of(path: str, method: str) -> dict[str, Any]:
    return CONTRACT["paths"][path][method]


def media(operation: dict[str, Any]) -> dict[str, Any]:
    """The body of the answer that is hoped for."""
    success = next(status for status in operation["responses"] if status in {"200", "201"})
    (content,) = operation["responses"][success]["content"].values()
    return content


def fits(schema: dict[str, Any], example: Any) -> list[str]:
    """What is wrong with an example of a schema of the contract."""
    whole = {**schema, "components": CONTRACT["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(example)]


def test_the_contract_is_open_to_everybody_and_the_same(quick_office: Office) -> None:
    answer = quick_office.app.test_client().get(f"{ROOT}/openapi.json", base_url=HOST)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == json.loads(json.dumps(CONTRACT))
    assert answer.json["openapi"] == "3.1.0"


def test_every_address_of_the_api_is_in_the_contract(quick_office: Office) -> None:
    rules = {
        (rule.rule.count("/"), method.lower())
        for rule in quick_office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(ROOT) and rule.endpoint != "openapi"
    }
    assert rules == {(path.count("/"), method) for path, method in OPERATIONS}


@pytest.mark.parametrize(("path", "method"), NAMED)
def test_an_operation_is_described_with_an_example_that_fits(path: str, method: str) -> None:
    operation = operation_of(path, method)
    assert operation["summary"].endswith(".")
    assert operation["description"].startswith(operation["summary"])
    assert ("Idempotency-Key" in operation["description"]) is (method == "post")
    answered = media(operation)
    assert fits(answered["schema"], answered["example"]) == []
    if "requestBody" in operation:
        sent = operation["requestBody"]["content"]["application/json"]
        assert fits(sent["schema"], sent["example"]) == []


@pytest.mark.parametrize(("path", "method"), NAMED)
def test_an_operation_tells_its_problems(path: str, method: str) -> None:
    told = operation_of(path, method)["responses"]
    assert told["401"] == {"$ref": f"{PROBLEMS}UNAUTHORIZED"}
    assert told["429"] == {"$ref": f"{PROBLEMS}TOO_MANY_REQUESTS"}
    assert told["default"] == {"$ref": f"{PROBLEMS}DEFAULT_ERROR"}
    assert method != "patch" or {"412", "428", "422", "409"} <= told.keys()
    for response in CONTRACT["components"]["responses"].values():
        (content,) = response["content"].items()
        assert content[0] == "application/problem+json"
        assert fits(content[1]["schema"], content[1]["example"]) == []


def test_the_contract_is_one_by_the_specification() -> None:
    schemathesis.openapi.from_dict(CONTRACT).validate()
    broken = {**CONTRACT, "paths": {"/x": {"get": {"responses": 5}}}}
    with pytest.raises(ValidationError):
        schemathesis.openapi.from_dict(broken).validate()


@pytest.fixture(scope="module")
def known(quick_office: Office) -> dict[str, Any]:
    """Real ids for the places of an address."""
    coordinator, manager = quick_office["coordinator"], quick_office["data_manager"]
    subject = coordinator.register()
    coordinator.enter(subject)
    record = coordinator.get(record_at(subject, "HEM")).json["id"]
    query = manager.post(f"/records/{record}/queries", {"text": "Sure?"}).json["query"]["id"]
    other = coordinator.register()
    hold = manager.post("/holds", {"kind": "freeze", "level": "subject", "subject": other}).json["id"]
    return {
        **administered(quick_office.app, quick_office["administrator"].token), "subject_id": subject,
        "record_id": record, "query_id": query, "hold_id": hold, "item": "PLT",
        "event": "SE.SCR", "form": "CHEM", "row": 0, "study": "BEAM", "number": 1, "site": "NJ01",
    }  # fmt: skip


@pytest.fixture(scope="module")
def schema(quick_office: Office) -> BaseSchema:
    """The contract as schemathesis reads it."""
    return schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", quick_office.app)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "misfit"])
@pytest.mark.parametrize(("path", "method"), NAMED)
def test_no_answer_departs_from_the_contract(
    quick_office: Office, schema: BaseSchema, known: dict[str, Any], path: str, method: str, mode: GenerationMode
) -> None:
    expect_as_told(quick_office[_who_may(path, method)], schema[path][method], known, mode, EXAMPLES)


@pytest.mark.soak
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "misfit"])
@pytest.mark.parametrize(("path", "method"), NAMED)
def test_nobody_is_answered_what_the_contract_does_not_tell(
    quick_office: Office, schema: BaseSchema, known: dict[str, Any], path: str, method: str, mode: GenerationMode,
    role: Role,
) -> None:  # fmt: skip
    expect_as_told(quick_office[role.value], schema[path][method], known, mode, MORE_EXAMPLES)


def expect_as_told(
    program: Program, operation: APIOperation, known: dict[str, Any], mode: GenerationMode, examples: int
) -> None:
    """So many requests, fitting or not, by one person: every answer is one that the contract tells of."""
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def departs_never(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            _lead_to_what_is_there(case, known, program)
        case.call_and_validate(headers={"Authorization": f"Bearer {program.token}"}, checks=CHECKS)

    departs_never()


def _who_may(path: str, method: str) -> str:
    if re.search("/(people|grants|rights|roles|sessions|tokens|sites)", path):
        return "administrator"
    if "holds" in path:
        return "data_manager"
    asks = path.endswith(("/close", "/reopen")) or (path.startswith(f"{ROOT}/records") and method == "post")
    return "monitor" if asks else "coordinator"


def _lead_to_what_is_there(case: Case, known: dict[str, Any], program: Program) -> None:
    """Real ids and the tag that stands, so that not every answer is a 404 or a 412."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known[name]
    if "If-Match" in (case.headers or {}):
        record = record_at(known["subject_id"], known["form"])
        named = case.path_parameters or {}
        whose = next((each for each in ("person", "site") if f"{each}_id" in named), None)
        read = f"/{'people' if whose == 'person' else 'sites'}/{known[f'{whose}_id']}" if whose else record
        case.headers["If-Match"] = program.get(read).headers.get("ETag", '"1-1"')
