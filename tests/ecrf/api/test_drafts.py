"""Drafts by programs: one's own alone, kept beside the record and never in it."""

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import alt, record_at

TYPED = {"answers": {**alt("81"), "LABID": "LAB_A"}, "reasons": {"ALT": {"code": "other", "text": "late"}}}


def test_a_draft_is_kept_read_listed_and_discarded(office: Office) -> None:
    coordinator, draft = office["coordinator"], f"{record_at(office['coordinator'].register(), 'CHEM')}/draft"
    assert coordinator.get(draft).json["kept_at"] is None
    kept = coordinator.send("PUT", draft, {**TYPED, "revision": 0})
    typed, before = kept.json["answers"]["ALT"], kept.json["before"]["ALT"]
    assert (kept.status_code, typed["value"], before["value"]) == (200, "81", None)
    assert kept.json["reasons"] == {"ALT": {"code": "other", "text": "late"}}
    assert coordinator.get(draft).json == kept.json
    line = coordinator.get("/drafts").json["drafts"][0]
    assert (line["href"], line["count"], line["place"]) == (f"/api/v1{draft}", 2, "Screening · Serum chemistry")
    assert coordinator.send("DELETE", draft).json["kept_at"] is None
    assert coordinator.get("/drafts").json["drafts"] == []


def test_a_draft_is_its_persons_own_and_its_site_s(office: Office) -> None:
    draft = f"{record_at(office['coordinator'].register(), 'CHEM')}/draft"
    office["coordinator"].send("PUT", draft, {**TYPED, "revision": 0})
    assert office["investigator"].get(draft).json["answers"] == {}
    assert office["investigator"].get("/drafts").json["drafts"] == []
    assert office["monitor"].get(draft).status_code == 403
    assert office["coordinator NJ02"].get(draft).status_code == 404
    assert office["coordinator NJ02"].send("PUT", draft, {**TYPED, "revision": 0}).status_code == 404


def test_what_is_saved_by_now_is_no_draft(office: Office) -> None:
    coordinator = office["coordinator"]
    record = record_at(coordinator.register(), "CHEM")
    coordinator.save(record, alt("81"))
    kept = coordinator.send("PUT", f"{record}/draft", {**TYPED, "revision": 1}).json
    assert (kept["answers"].keys(), kept["reasons"]) == ({"LABID"}, {})
    coordinator.save(record, {"LABID": "LAB_A"})
    assert coordinator.send("PUT", f"{record}/draft", {**TYPED, "revision": 1}).json["kept_at"] is None


def test_an_item_that_the_form_does_not_have_is_named(office: Office) -> None:
    draft = f"{record_at(office['coordinator'].register(), 'CHEM')}/draft"
    refused = office["coordinator"].send("PUT", draft, {"answers": {"NOPE": "1"}, "revision": 0})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["answers.NOPE"])


def test_a_new_row_is_kept_under_the_id_that_it_will_have(office: Office) -> None:
    coordinator, row_id = office["coordinator"], "01990000-0000-7000-8000-00000000da7a"
    draft = f"{record_at(coordinator.register(), 'MH')}/draft?row_id={row_id}"
    assert coordinator.send("PUT", draft, {"answers": {"MHTERM": "Asthma"}, "revision": 0}).status_code == 200
    line = coordinator.get("/drafts").json["drafts"][0]
    assert (line["row"], line["row_id"], line["href"]) == (0, row_id, f"/api/v1{draft}")
    assert coordinator.get(draft).json["answers"]["MHTERM"]["value"] == "Asthma"
