"""The facts of pages of the small study, made by hand: what presenters are shown in tests."""

from datetime import UTC, datetime

from ecrf.reads.forms import FormFacts, FormHold, FormQuery, Who
from ecrf.reads.queries import MessageFacts
from forms.datum import Datum
from forms.findings import RangeUsed
from forms.texts import Text
from tests.ecrf.web.example_study import EVENT, FORMS, STUDY, text

NOW = datetime(2026, 6, 9, 2, 41, 0, tzinfo=UTC)
WHO = Who("01990000-0000-7000-8000-000000000001", "NJ01-004", "NJ01", "Nanjing", "Asia/Shanghai", "F", "1991-11-02")
SITE_STAFF = frozenset({"record.read", "record.edit", "record.complete", "query.read", "query.answer", "subject.read"})
MONITOR = frozenset({"record.read", "query.read", "query.raise", "query.close", "query.reopen"})
DATA_MANAGER = MONITOR | {"hold.freeze", "hold.lock", "hold.lift"}


def used(item: str, low: str, high: str, unit: str) -> RangeUsed:
    return RangeUsed(f"row-{item}", 2, "LAB_A", f"CHEM.{item}", "F", 0, 120, low, high, unit, "2026-06-01", None)


RANGES = {
    "ALT": used("ALT", "7", "40", "U/L"), "AST": used("AST", "13", "35", "U/L"), "ALP": used("ALP", "35", "100", "U/L"),
    "GGT": used("GGT", "7", "45", "U/L"), "TBIL": used("TBIL", "0", "23.0", "umol/L"), "CREA": used("CREA", "45",
        "84", "umol/L"),
    "K": used("K", "3.5", "5.3", "mmol/L"), "NA": used("NA", "137", "147", "mmol/L"),
}  # fmt: skip


def result(value: str, unit: str, xuln: str, flag: str, grade: str = "0", cs: str | None = None) -> dict[str, Datum]:
    parts = {"": Datum(value, unit), "_XULN": Datum(xuln), "_NRIND": Datum(flag), "_TOXGR": Datum(grade)}
    return parts | ({"_CS": Datum(cs)} if cs else {})


def _values() -> dict[str, Datum]:
    rows = {
        "ALT": result("124", "U/L", "3.1", "H", "2", "Y"), "AST": result("85", "U/L", "2.43", "H", "1", "N"),
        "ALP": result("85", "U/L", "0.85", "N"), "GGT": result("61", "U/L", "1.36", "H", "1", "N"),
        "TBIL": result("9.2", "umol/L", "0.4", "N"), "CREA": result("83", "umol/L", "0.99", "N"),
        "NA": result("139", "mmol/L", "0.95", "N"),
    }  # fmt: skip
    found = {f"{oid}{suffix}": datum for oid, parts in rows.items() for suffix, datum in parts.items()}
    sample = {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-06-09T08:05"), "FASTING": Datum("Y")}
    return (
        found
        | sample
        | {"EGFR": Datum("81.8", "mL/min/{1.73_m2}"), "PHOS": Datum(missing="HEMOL"), "BICARB": Datum("24.1", "mmol/L")}
    )


def operand(
    name: str, entered: str | None, unit: str | None, compared: str, compared_unit: str, **more: object
) -> dict[str, object]:
    return {"name": name, "entered": entered, "unit": unit, "comparator": None, "compared": compared,
        "compared_unit": compared_unit,
            "factor": None, "range": None, "item": name if entered else None} | more  # fmt: skip


def above_limit(item: str, value: str, factor: str, row: RangeUsed, boundary: str) -> dict[str, object]:
    limit = operand(f"uln({item})", None, None, row.high or "", row.unit, range=vars(row))
    rule = {"left_text": item, "operator": ">", "right_text": f"{factor} * uln({item})", "left": value,
        "right": boundary,
            "unit": row.unit, "outcome": True}  # fmt: skip
    event = {"left_text": "event", "operator": "==", "right_text": "'SE.W14'", "left": "SE.W14", "right": "SE.W14",
             "unit": None, "outcome": True}  # fmt: skip
    return {"check": "EC091", "version": "1.0", "expression": "", "today": None, "comparisons": [event, rule],
            "operands": [operand(item, value, row.unit, value, row.unit), limit]}  # fmt: skip


def query(number: int, item: str | None, message: Text, state: str = "open", **more: object) -> FormQuery:
    facts = {
        "id": f"01990000-0000-7000-9000-{number:012}", "number": number, "item": item, "check": "EC091",
            "check_version": "1.0", "gate": None,
        "message": message, "explanation": None, "state": state, "resolution": None,
            "opened_at": NOW.replace(minute=31),
        "opened_by": "System", "opened_role": None, "changed_at": NOW.replace(minute=31),
    }  # fmt: skip
    return FormQuery(**(facts | more))  # type: ignore[arg-type]


ALT_QUERY = query(
    118, "ALT", text("ALT above 3 × ULN on treatment: is there an AE?", "治疗期 ALT>3×ULN:是否记录 AE?"),
    explanation=above_limit("ALT", "124", "3", RANGES["ALT"], "120"),
)  # fmt: skip
ALB_QUERY = query(
    112, "GGT", text("GGT repeated?", "GGT 是否复查?"), "answered", check=None, check_version=None,
        opened_by="Chen Yu", opened_role="monitor",
    messages=(MessageFacts("answer", "Yes, on 12 June.", "Wang Min", "coordinator", NOW),),
)  # fmt: skip


def facts(form: str = "CHEM", **more: object) -> FormFacts:
    """The facts of a form's page at Week 14, half entered; `more` replaces what a test is about."""
    values = (
        _values()
        if form == "CHEM"
        else {"SCRNUM": Datum("NJ01-S004"), "SYMPT": Datum("FEV PAIN"), "WEIGHT": Datum("52.2", "kg")}
    )
    definition = FORMS[form]
    required = frozenset(oid for oid, item in definition.items.items() if item.required is True)
    given = {
        "who": WHO, "study": STUDY, "event": EVENT, "instance": 0, "form": definition, "row": 0,
            "record_id": "01990000-0000-7000-a000-000000000001",
        "state": "in_progress", "revision": 3, "values": values,
            "items": tuple(definition.items), "shown": frozenset(definition.items),
            "required": required,
        "missing": tuple(sorted(oid for oid in required if oid not in values)),
            "ranges": RANGES if form == "CHEM" else {},
        "ranged": frozenset(RANGES) | {"BICARB"}, "visit_date": "2026-06-09", "visit_offset": 97, "today": NOW.date(),
            "may": SITE_STAFF,
        "queries": (ALB_QUERY, ALT_QUERY) if form == "CHEM" else (), "entries": dict.fromkeys(values, 1),
            "saved": ("Wang Min", NOW.replace(minute=31)),
    }  # fmt: skip
    return FormFacts(**(given | more))  # type: ignore[arg-type]


def hold(kind: str = "lock", item: str | None = None) -> FormHold:
    return FormHold(
        "01990000-0000-7000-b000-000000000001",
        "item" if item else "form",
        kind,
        item,
        "Chen Yu",
        NOW,
        "Asia/Shanghai",
        "Interim analysis",
    )
