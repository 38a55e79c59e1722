"""What stands at NJ01: a subject with a visit, chemistry with queries and a hold, and a row; entered by programs."""

from flask import Flask

from tests.ecrf.api.program import Program, alt, record_at
from tests.ecrf.people import PASSWORD

ENTERED = {
    ("SV", 0): {"VISDAT": "2026-03-04", "VISOCC": "Y"},
    ("DM", 0): {"RFICDAT": "2026-03-03", "BRTHDAT": "1991-06-30", "SEX": "M"},
    ("CHEM", 0): {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "ALT_CS": "N", **alt("81")},
    ("MH", 1): {"MHCAT": "GEN", "MHTERM": "Hypertension", "MHONGO": "Y"},
}  # fmt: skip
"""All that is required of the visit date and of a row of the medical history, and a value that a check asks about."""
TYPED = {
    ("CHEM", 0, ""): alt("80"), ("MH", 1, ""): {"MHTERM": "Hypertonia"},
    ("MH", 0, "?row_id=01990000-0000-7000-8000-0000000000ad"): {"MHTERM": "Gout"},
}  # fmt: skip
"""What the coordinator typed and has not saved."""
NAMES = {
    "item": "ALT", "event": "SE.SCR", "missed_event": "SE.W2", "form": "CHEM", "row": 1, "no_row": 0,
    "visit_form": "SV",
    "row_event": "SE.SCR", "row_form": "MH", "site": "NJ01", "study": "BEAM", "number": 1, "filename": "mark.svg",
    "topic": "queries", "language": "en", "picture": "worklist.png",
    "planned_event": "SE.W2", "username": "auditor.office", "password": PASSWORD,
}  # fmt: skip
STATES = (("", "CHEM", 0), ("visit_", "SV", 0), ("row_", "MH", 1))


def enter(app: Flask, tokens: dict[str, str]) -> dict[str, str | int]:
    """Enter it all with the tokens of these people; answers the ids, and the revisions that stand."""
    programs = {who: Program(app, token) for who, token in tokens.items()}
    coordinator, monitor = programs["coordinator NJ01"], programs["monitor NJ01"]
    subject = coordinator.register()
    for (form, row), answers in ENTERED.items():
        saved = coordinator.save(record_at(subject, form, row=row), answers)
        assert saved.status_code == 200, saved.text
    for (form, row, query), answers in TYPED.items():
        draft = f"{record_at(subject, form, row=row)}/draft{query}"
        assert coordinator.send("PUT", draft, {"answers": answers, "revision": 1 - bool(query)}).status_code == 200
    assert coordinator.post(f"/subjects/{subject}/visits/SE.W4/plan", {"on": "2026-04-02"}).status_code == 200
    record = coordinator.get(record_at(subject, "CHEM")).json["id"]
    query, closed = (_asked(monitor, record, text) for text in ("Sure?", "And this?"))
    assert monitor.post(f"/queries/{closed}/close", {"text": "Settled."}).status_code == 200
    frozen = {"kind": "freeze", "level": "item", "record": record, "item": "AST"}
    hold = programs["data_manager office"].post("/holds", frozen).json["id"]
    ids = {**NAMES, "subject_id": subject, "record_id": record, "query_id": query, "closed_query_id": closed}
    return {**ids, "hold_id": hold, **_states(coordinator, subject)}


def _states(coordinator: Program, subject: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name, form, row in STATES:
        stands = coordinator.get(record_at(subject, form, row=row))
        found |= {f"{name}tag": stands.headers["ETag"], f"{name}revision": stands.json["revision"]}
    return found


def _asked(monitor: Program, record: str, text: str) -> str:
    asked = monitor.post(f"/records/{record}/queries", {"item": "ALT", "text": text})
    assert asked.status_code == 201, asked.text
    return asked.json["query"]["id"]
