"""What a filter or a body names is scoped as an address is (every address: `tests/house/test_routes_of_sites.py`)."""

import pytest

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import record_at

Ids = dict[str, str]


@pytest.fixture(scope="module")
def ids(office: Office) -> Ids:
    """What stands at NJ01: a subject with a record and a query."""
    subject = office["coordinator"].register()
    office["coordinator"].enter(subject)
    record = office["coordinator"].get(record_at(subject, "CHEM")).json["id"]
    asked = office["monitor"].post(f"/records/{record}/queries", {"item": "ALT", "text": "Sure?"})
    assert asked.status_code == 201
    return {"subject_id": subject, "record_id": record}


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
    office: Office, ids: Ids, method: str, path: str, body: dict[str, str] | None
) -> None:
    sent = {name: text.format(**ids) for name, text in body.items()} if body else None
    answer = office["coordinator NJ02"].send(method, path.format(**ids), sent)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize(
    ("path", "noun"), [("/subjects", "subjects"), ("/queries", "queries"), ("/trail?subject=NJ01-S001", "acts")]
)
def test_no_list_tells_of_another_site(office: Office, ids: Ids, path: str, noun: str) -> None:
    own, other = office["monitor"].get(path).json, office["monitor NJ02"].get(path).json
    assert own[noun]
    assert (other[noun], other.get("total", 0)) == ([], 0)
