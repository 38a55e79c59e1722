"""Visits, sites and studies are held by the API as by a page: what is named, what is open, how it is lifted."""

from typing import Any

import pytest

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import alt, record_at

DECIDED = {"despite_open": True, "reason": "Interim analysis."}


@pytest.fixture
def subject(office: Office) -> str:
    registered = office["coordinator"].register()
    office["coordinator"].enter(registered)
    return registered


@pytest.mark.req("R-DM-11", "R-DM-12")
@pytest.mark.parametrize(
    ("named", "place", "told"),
    [
        ({"level": "event", "event": "SE.SCR"}, "Screening", True),
        ({"level": "site", "study": "BEAM", "site": "NJ01"}, "NJ01 ", False),
        ({"level": "study", "study": "BEAM"}, "BEAM", False),
    ],
    ids=["event", "site", "study"],
)  # fmt: skip
def test_a_level_is_locked_and_lifted(
    office: Office, subject: str, named: dict[str, str], place: str, told: bool
) -> None:
    manager, staff = office["data_manager"], office["coordinator"]
    sent: dict[str, Any] = {"kind": "lock", **named, **({"subject": subject} if told else {})}
    refused = manager.post("/holds", sent)
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_state")
    assert {"in_progress", "not_started"} <= set(refused.json["needed"])
    made = manager.post("/holds", {**sent, **DECIDED})
    assert (made.status_code, made.json["level"]) == (201, named["level"])
    assert made.json["subject"] == (subject if told else None)
    assert made.json["place"].startswith(place)
    held = staff.save(record_at(subject, "CHEM"), alt("33"))
    assert [each["level"] for each in held.json["holds"]] == [named["level"]]
    assert [each["id"] for each in staff.get(f"/subjects/{subject}/holds").json["holds"]] == [made.json["id"]]
    listed = staff.get("/studies/BEAM/holds").json["holds"]
    assert [each["id"] for each in listed] == ([] if told else [made.json["id"]])
    assert staff.post(made.json["href"].removeprefix("/api/v1"), {"reason": "x"}).status_code in (403, 404)
    assert manager.post(made.json["href"].removeprefix("/api/v1"), {"reason": "Source corrected."}).status_code == 200
    assert office["data_manager"].get("/studies/BEAM/holds").json["holds"] == []


def test_what_is_open_at_a_site_and_in_a_study_is_told(office: Office, subject: str) -> None:
    manager = office["data_manager"]
    of_site = manager.get("/studies/BEAM/checklist", query_string={"site": "NJ01"}).json
    of_study = manager.get("/studies/BEAM/checklist").json
    assert of_site == of_study
    assert (of_site["is_clean"], of_site["unevaluated"]) == (False, [])
    assert manager.get("/studies/BEAM/checklist", query_string={"site": "NJ02"}).json["is_clean"] is True
    for path, sent in (("/studies/NONE/checklist", {}), ("/studies/BEAM/checklist", {"site": "NJ99"})):
        assert manager.get(path, query_string=sent).status_code == 404
    assert office["coordinator NJ02"].get("/studies/BEAM/checklist", query_string={"site": "NJ01"}).status_code == 404


@pytest.mark.parametrize(
    "named",
    [
        {"level": "site", "study": "BEAM"}, {"level": "study", "study": "BEAM", "site": "NJ01"}, {"level": "site"},
        {"level": "event", "event": "SE.SCR"}, {"level": "study", "subject": "x"}, {"level": "planet"},
    ],
)  # fmt: skip
def test_a_level_names_its_thing_and_nothing_else(office: Office, named: dict[str, str]) -> None:
    assert office["data_manager"].post("/holds", {"kind": "freeze", **named}).status_code == 422
