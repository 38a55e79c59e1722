"""A small study built in Python, and the casebooks that the tests of judging fill."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from forms.casebook import Casebook, EventKey, RecordKey
from forms.codelists import Code, CodeList
from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.datum import Datum
from forms.definitions import (
    Check,
    Derivation,
    Event,
    Form,
    Group,
    Item,
    ItemType,
    Parameter,
    Study,
    UnitChoice,
)
from forms.findings import Verdict
from forms.judge import judge
from forms.landmarks import DayRule
from forms.ranges import RangeRow, RangeTable
from forms.texts import Text

SCR, BL, W2, LOG = EventKey("SE.SCR"), EventKey("SE.BL"), EventKey("SE.W2"), EventKey("SE.LOG")
UNS1, UNS2 = EventKey("SE.UNS", 1), EventKey("SE.UNS", 2)
TODAY = date(2026, 6, 1)


def text(en: str) -> Text:
    return Text({"en": en, "zh-CN": en})


def codelist(oid: str, *codes: str) -> CodeList:
    return CodeList(oid, tuple(Code(code, text(code)) for code in codes))


def form(oid: str, *items: Item, repeating: bool = False) -> Form:
    return Form(oid, text(oid), {item.oid: item for item in items}, (Group("G", text("G"), ()),), repeating)


def item(oid: str, kind: str, **more: object) -> Item:
    return Item(oid, text(oid), ItemType(kind), **more)  # type: ignore[arg-type]


def lab(oid: str, *units: UnitChoice) -> tuple[Item, ...]:
    kinds = {"ST": "decimal", "XULN": "decimal", "NRIND": "text", "TOXGR": "text"}
    computed = (
        item(f"{oid}_{suffix}", kind, derivation=f"DV.{suffix}", lab=oid, companion=suffix,
             canonical=units[0].ucum if suffix == "ST" else None)
        for suffix, kind in kinds.items()
    )  # fmt: skip
    return (
        item(oid, "lab", units=units, canonical=units[0].ucum, required=True),
        item(f"{oid}_CS", "code", codelist="NY", lab=oid, companion="CS"),
        *computed,
    )


def check(id: str, on: str, items: str, fires_when: str, severity: str = "soft", **more: object) -> Check:
    return Check(id, on, tuple(items.split()), fires_when, severity, text(f"{id} fired."), "1", **more)  # type: ignore[arg-type]


def event(oid: str, kind: str, order: int, target: int | None, forms: str, repeating: bool = False) -> Event:
    return Event(f"SE.{oid}", oid, text(oid), kind, order, target, None, None, tuple(forms.split()), repeating)


ENZYME = (UnitChoice("U/L", "U/L"), UnitChoice("ukat/L", "µkat/L", Fraction(60)))
CREATININE = (UnitChoice("umol/L", "µmol/L"), UnitChoice("mg/dL", "mg/dL", Fraction("88.42")))

STUDY = Study(
    oid="ST.SMALL", name="SMALL", title=text("Small"), version="1", languages=("en", "zh-CN"), timezone="UTC",
    parameters={"LIMIT": Parameter("LIMIT", Fraction(3))},
    codelists={each.oid: each for each in (
        codelist("NY", "Y", "N"), codelist("SEX", "F", "M"), codelist("LAB", "LAB_A", "LAB_B"),
        codelist("ND", "NOTDONE"),
    )},
    events={each.oid: each for each in (
        event("SCR", "scheduled", 1, None, "SV DM CHEM MP"), event("BL", "scheduled", 2, 0, "SV CHEM VS"),
        event("W2", "scheduled", 3, 14, "SV CHEM VS"), event("UNS", "unscheduled", 4, None, "SV CHEM", repeating=True),
        event("LOG", "common", 5, None, "AE"),
    )},
    forms={each.oid: each for each in (
        form("SV", item("VISDAT", "date", required=True)),
        form("DM", item("SEX", "code", codelist="SEX", required=True),
             item("BRTHDAT", "date", required=True, partial=True),
             item("RFICDAT", "date", required=True), item("AGE", "integer", canonical="a", derivation="DV.AGE"),
             item("GUARDIAN", "text", required="AGE < 18 'a'", shown_if="AGE < 18 'a'")),
        form("CHEM", item("LABID", "code", codelist="LAB"), item("LBDTC", "datetime", partial=True),
             *lab("ALT", *ENZYME), *lab("CREA", *CREATININE),
             item("RATIO", "decimal", canonical="{ratio}", derivation="DV.RATIO")),
        form("VS", item("HEIGHT", "quantity", canonical="cm", units=(UnitChoice("cm", "cm"),)),
             item("WEIGHT", "quantity", canonical="kg", units=(UnitChoice("kg", "kg"),), required=True),
             item("BMI", "decimal", canonical="kg/m2", derivation="DV.BMI")),
        form("MP", item("MPDAT", "date", required=True), item("MPDOSE", "quantity", canonical="mg", required=True,
             units=(UnitChoice("mg", "mg"), UnitChoice("g", "g", Fraction(1000)))),
             item("MPGRAMS", "decimal", canonical="g", derivation="DV.MPGRAMS"),
             item("MPTOTAL", "decimal", canonical="g", derivation="DV.MPTOTAL"), repeating=True),
        form("AE", item("AETERM", "text", required=True, length=20), item("AESER", "code", codelist="NY"),
             item("AESTDAT", "date"), item("AEENDAT", "date"), repeating=True),
    )},
    derivations=(
        Derivation("DV.AGE", "DM", "AGE", "age(BRTHDAT, RFICDAT)"),
        Derivation("DV.RATIO", "CHEM", "RATIO", "ALT * 1 '{ratio}.umol/L' / (CREA * 1 'U/L')"),
        Derivation("DV.BMI", "VS", "BMI",
                   "WEIGHT / (coalesce(HEIGHT, PREV.VS.HEIGHT) * coalesce(HEIGHT, PREV.VS.HEIGHT))"),
        Derivation("DV.MPGRAMS", "MP", "MPGRAMS", "MPDOSE"),
        Derivation("DV.MPTOTAL", "MP", "MPTOTAL", "sum_rows(MP, MPGRAMS, present(MPDAT))"),
    ),
    checks=(
        check("ULN2", "CHEM", "ALT", "ALT > 2 * uln(ALT)"),
        check("JUMP", "CHEM", "ALT", "ALT > LIMIT * PREV.CHEM.ALT"),
        check("HIGH", "CHEM", "ALT", "ALT > 1000 'U/L'", "hard"),
        check("PAIR", "CHEM", "CREA", "CREA > 500 'umol/L' and ALT < 100 'U/L'", "hard"),
        check("CREAULN", "CHEM", "CREA", "CREA > uln(CREA)"),
        check("SHARE", "MP", "MPDOSE", "MPDOSE > 0.9 * MPTOTAL"),
        check("NOALT", "CHEM", "ALT ALT_CS", "ALT_NRIND == 'H' and missing(ALT_CS)"),
        check("DROP", "CHEM", "ALT", "ALT < 0.1 * PREV.CHEM.ALT", "hard"),
        check("NORANGE", "CHEM", "ALT", "present(ALT) and missing(uln(ALT))", analyte="CHEM.ALT"),
        check("FUTURE", "SV", "VISDAT", "VISDAT > today()", "hard"),
        check("ORDER", "SV", "VISDAT", "event_type == 'scheduled' and VISDAT <= PREV.SV.VISDAT", "hard"),
        check("CONSENT", "SV", "VISDAT", "VISDAT < SCR.DM.RFICDAT", "hard"),
        check("MINOR", "DM", "AGE GUARDIAN", "AGE < 18 'a' and missing(GUARDIAN)", "hard"),
        check("BORN", "DM", "BRTHDAT RFICDAT", "BRTHDAT >= RFICDAT", "hard"),
        check("THIN", "VS", "BMI", "BMI < 16 'kg/m2'"),
        check("ATBL", "VS", "WEIGHT", "WEIGHT > 2 * BL.VS.WEIGHT", events=("SE.W2",)),
        check("TWICE", "MP", "MPDAT", "duplicate_dates(MP, MPDAT)", "hard"),
        check("MUCH", "MP", "MPTOTAL", "MPTOTAL > 3 'g'"),
        check("BIG", "MP", "MPDOSE", "MPDOSE > 1000 'mg'"),
        check("ENDS", "AE", "AESTDAT AEENDAT", "AEENDAT < AESTDAT", "hard"),
        check("AELAB", "CHEM", "ALT", "ALT > 500 'U/L' and not any_row(AE, AESER == 'Y')"),
    ),
    sample_rules={"CHEM": DayRule("LBDTC", "LABID")}, missing_reasons="ND",
)  # fmt: skip
COMPILED: CompiledStudy = compile_study(STUDY)


def range_row(id: str, analyte: str, low: str, high: str, **more: object) -> RangeRow:
    row = RangeRow(
        id=id, revision=1, laboratory="LAB_A", analyte=analyte, sex="*", age_min=18, age_max=120, unit="U/L",
        low=Fraction(low), high=Fraction(high), valid_from=date(2026, 1, 1), valid_to=None,
    )  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


RANGES = RangeTable([
    range_row("alt", "CHEM.ALT", "7", "40", alert_low=Fraction(2), alert_high=Fraction(400)),
    range_row("crea-f", "CHEM.CREA", "0.5", "0.9", sex="F", unit="mg/dL"),
    range_row("crea-m", "CHEM.CREA", "0.6", "1.1", sex="M", unit="mg/dL"),
])  # fmt: skip
EMPTY_BOOK = Casebook({}, RANGES, TODAY)
CHEM, DM = RecordKey(SCR, "CHEM"), RecordKey(SCR, "DM")


def answers(values: Mapping[str, str | Datum]) -> dict[str, Datum]:
    """Answers as a page sends them; `80 U/L` stands for a value with its unit."""
    return {oid: typed if isinstance(typed, Datum) else _datum(typed) for oid, typed in values.items()}


def _datum(typed: str) -> Datum:
    value, _, unit = typed.partition(" ")
    return Datum(value or None, unit or None)


def with_verdict(book: Casebook, key: RecordKey, verdict: Verdict) -> Casebook:
    """The casebook after a service has written a verdict into it."""
    records = {each: dict(values) for each, values in book.records.items()}
    for oid, datum in verdict.accepted.items():
        records.setdefault(key, {})[oid] = datum
    for derived in verdict.derived:
        records.setdefault(derived.record, {})[derived.item] = derived.value
    return replace(book, records=records, events=book.events | {each.event for each in records})


def save(book: Casebook, at: EventKey, form: str, row: int = 0, /, **values: str | Datum) -> tuple[Casebook, Verdict]:
    """One save through the judge, and the casebook after it."""
    key = RecordKey(at, form, row)
    verdict = judge(COMPILED, book, key, answers(values))
    return with_verdict(book, key, verdict), verdict


def saved(*saves: tuple[EventKey, str, dict[str, str | Datum]] | tuple[EventKey, str, dict[str, str | Datum], int],
          book: Casebook = EMPTY_BOOK) -> Casebook:  # fmt: skip
    """A casebook after several saves, none of which may refuse anything."""
    for at, form_oid, values, *row in saves:
        book, verdict = save(book, at, form_oid, *row, **values)
        assert not verdict.refused
    return book


def fired(verdict: Verdict) -> set[tuple[str, str]]:
    """The checks that fire, with the events they fire on."""
    return {(found.check, found.record.event.written) for found in verdict.findings if found.outcome}


def outcome(verdict: Verdict, check_id: str, key: RecordKey) -> bool | str | None:
    """How one check came out on one record; `untouched` where the judgement did not run it."""
    found = [each.outcome for each in verdict.findings if (each.check, each.record) == (check_id, key)]
    return found[0] if found else "untouched"


def derived(verdict: Verdict) -> dict[str, str | None]:
    """The computed values that moved, as `SE.SCR.DM.AGE`."""
    return {f"{each.record.event.written}.{each.record.form}.{each.item}": each.value.text for each in verdict.derived}


ADULT: dict[str, str | Datum] = {"SEX": "F", "BRTHDAT": "1990-05-20", "RFICDAT": "2026-02-01"}
SAMPLE: dict[str, str | Datum] = {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00"}
SCREENED = saved((SCR, "SV", {"VISDAT": "2026-03-04"}), (SCR, "DM", ADULT))
