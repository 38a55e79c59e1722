"""A value that breaks a rule: told with its item, its text and the rule, traced, and nothing half-written."""

from typing import Any

import pytest
from sqlalchemy import func, select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import SCREENING, alt, record_at

LARGE = "x" * (10 * 2**20)
REFUSED = [  # (form, item, what is sent, the rule, what the message names)
    ("CHEM", "ALT", {"value": "many", "unit": "U/L"}, "type", "many"),
    ("CHEM", "ALT", {"value": "1,5", "unit": "U/L"}, "type", "1,5"),
    ("CHEM", "ALT", {"value": "1e400", "unit": "U/L"}, "type", "1e400"),
    ("CHEM", "ALT", {"value": "NaN", "unit": "U/L"}, "type", "NaN"),
    ("CHEM", "ALT", {"value": "Infinity", "unit": "U/L"}, "type", "Infinity"),
    ("CHEM", "ALT", {"value": "81", "unit": "furlong"}, "unit", "furlong"),
    ("CHEM", "ALT", {"value": "81"}, "unit", "81"),
    ("CHEM", "ALT", {"value": "81", "unit": "U/L", "comparator": "≈"}, "comparator", "≈"),
    ("CHEM", "ALT", {"value": LARGE, "unit": "U/L"}, "type", "xxx"),
    ("CHEM", "ALT", {"value": "8\x001", "unit": "U/L"}, "characters", "8"),
    ("CHEM", "ALT", {"missing": "NEVER"}, "missing", "NEVER"),
    ("CHEM", "FASTING", "MAYBE", "codelist", "MAYBE"),
    ("CHEM", "NOSUCH", "1", "unknown", "NOSUCH"),
    ("CHEM", "ALT_XULN", "3", "computed", "3"),
    ("SV", "VISDAT", "2026-02-30", "type", "2026-02-30"),
    ("SV", "VISDAT", "2026-13-01", "type", "2026-13-01"),
    ("SV", "VISDAT", "2026-03-05", "EC011", "2026-03-05"),
    ("DM", "RFICVER", LARGE, "length", "xxx"),
]  # fmt: skip


def changes(office: Office) -> int:
    with office.app.app_context():
        query = select(func.count()).select_from(trail_changes).where(trail_changes.c.mark == "set")
        return int(db.session.scalar(query) or 0)


@pytest.mark.req("R-SEC-8")
@pytest.mark.parametrize(("form", "item", "sent", "rule", "named"), REFUSED)
def test_a_refused_value_refuses_the_act_and_leaves_its_trace(
    office: Office, screened: str, form: str, item: str, sent: Any, rule: str, named: str
) -> None:
    program, before = office["coordinator"], changes(office)
    why = {item: {"code": "other", "text": "test"}}
    beside = {"AST": alt("9")["ALT"]} if form == "CHEM" else {}
    answer = program.save(record_at(screened, form), {item: sent, **beside}, reasons=why)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    (refusal,) = answer.json["refusals"]
    assert (refusal["item"], refusal["rule"]) == (item, rule)
    assert named in refusal["message"]
    assert len(answer.data) < 10_000
    assert changes(office) == before
    assert "AST" not in program.get(record_at(screened, form)).json["answers"]
    _expect_trace(office, item, rule)


def _expect_trace(office: Office, item: str, rule: str) -> None:
    newest = select(func.max(trail_entries.c.recorded_at)).where(trail_entries.c.action == "act.refused")
    joined = (trail_changes.c.chain == trail_entries.c.chain) & (trail_changes.c.sequence == trail_entries.c.sequence)
    query = (
        select(trail_changes.c.path, trail_changes.c.reason_code)
        .join(trail_entries, joined)
        .where(trail_changes.c.mark == "refused", trail_entries.c.recorded_at == newest.scalar_subquery())
        .order_by(trail_entries.c.sequence.desc())
    )
    with office.app.app_context():
        path, reason = db.session.execute(query).first()
    assert path.endswith(f"/data/{item}")
    assert reason.startswith(f"{rule}@")


@pytest.mark.req("R-ODM-22")
def test_a_refusal_is_told_in_the_readers_language(office: Office, screened: str) -> None:
    program, record = office["coordinator"], record_at(screened, "SV")
    said = [
        program.save(record, {"VISDAT": "soon"}, headers={"Accept-Language": language}).json
        for language in ("en", "zh-CN")
    ]
    assert "soon was not accepted" in said[0]["refusals"][0]["message"]
    assert "soon" in said[1]["refusals"][0]["message"]
    assert "未" in said[1]["refusals"][0]["message"]


def test_the_screening_of_these_tests_names_real_items(office: Office, screened: str) -> None:
    for form, answers in SCREENING.items():
        record = office["coordinator"].get(record_at(screened, form)).json
        assert set(answers) <= set(record["answers"])
    with office.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(trail_values))
