"""The study of the random casebooks: every type of item, units of every sort, visits that repeat, two logs of rows."""

from fractions import Fraction

from forms.compiling import compile_study
from forms.definitions import DayRule, Item, Parameter, Study, UnitChoice
from tests.forms.small_study import codelist, event, form, item, text

FACTORS: dict[str, tuple[str, str, str]] = {
    "U/L": ("enzyme", "1", "0"), "ukat/L": ("enzyme", "60", "0"), "kU/L": ("enzyme", "1000", "0"),
    "umol/L": ("molar", "1", "0"), "mmol/L": ("molar", "1000", "0"), "nmol/mL": ("molar", "1", "0"),
    "10*9/L": ("count", "1", "0"), "/uL": ("count", "1/1000", "0"), "10*3/uL": ("count", "1", "0"),
    "g/L": ("density", "1", "0"), "g/dL": ("density", "10", "0"), "mg/L": ("density", "1/1000", "0"),
    "L/L": ("share", "1", "0"), "%": ("share", "1/100", "0"),
    "kg": ("mass", "1000", "0"), "g": ("mass", "1", "0"), "mg": ("mass", "1/1000", "0"),
    "[lb_av]": ("mass", "453.59237", "0"),
    "cm": ("length", "1/100", "0"), "m": ("length", "1", "0"), "[in_i]": ("length", "0.0254", "0"),
    "L": ("volume", "1", "0"), "mL": ("volume", "1/1000", "0"),
    "a": ("span", "365.25", "0"), "d": ("span", "1", "0"), "wk": ("span", "7", "0"),
    "Cel": ("warmth", "1", "273.15"), "[degF]": ("warmth", "5/9", "459.67"),
    "K": ("warming", "1", "0"), "mK": ("warming", "1/1000", "0"),
    "m2": ("area", "1", "0"), "cm2": ("area", "1/10000", "0"),
    "kg/m2": ("load", "1000", "0"),
}  # fmt: skip
"""What a unit measures, and how a number of it is taken to the base of that: (number + offset) × factor."""

DECLARED: dict[str, dict[str, tuple[str, str, str]]] = {
    "ALT": {"U/L": ("1", "0", "0"), "ukat/L": ("60", "0", "0")},
    "CREA": {"umol/L": ("1", "0", "0"), "mg/dL": ("88.42", "0", "0")},
    "PLT": {"10*9/L": ("1", "0", "0"), "/uL": ("1/1000", "0", "0")},
    "HGB": {"g/L": ("1", "0", "0"), "g/dL": ("10", "0", "0")},
    "HCT": {"L/L": ("1", "0", "0")},
    "TEMP": {"Cel": ("1", "0", "0"), "[degF]": ("5/9", "-32", "0")},
    "WEIGHT": {"kg": ("1", "0", "0"), "[lb_av]": ("0.45359237", "0", "0")},
    "HEIGHT": {"cm": ("1", "0", "0")},
    "MPDOSE": {"mg": ("1", "0", "0"), "g": ("1000", "0", "0")},
    "AEDUR": {"d": ("1", "0", "0"), "wk": ("7", "0", "0")},
}
"""The units an item may be entered in, the canonical one first: (number + offset) × factor + post-offset."""

GENERAL = {
    ("CREA", "mmol/L"): (Fraction(1000), Fraction(0)), ("CREA", "g/L"): (Fraction(1000000, 113), Fraction(0)),
    ("ALT", "kU/L"): (Fraction(1000), Fraction(0)), ("WEIGHT", "g"): (Fraction(1, 1000), Fraction(0)),
    ("HCT", "%"): (Fraction(1, 100), Fraction(0)), ("PLT", "10*3/uL"): (Fraction(1), Fraction(0)),
    ("TEMP", "K"): (Fraction(1), Fraction("-273.15")),
}  # fmt: skip
"""Units that no item declares and that convert all the same: × factor + offset."""
# A point on a scale and a difference have one dimension in UCUM; a temperature typed in K is a point.


def measured(oid: str, kind: str, **more: object) -> Item:
    units = tuple(
        UnitChoice(code, code, *map(Fraction, (factor, offset, post)))
        for code, (factor, offset, post) in DECLARED[oid].items()
    )
    return item(oid, kind, units=units, canonical=units[0].ucum, **more)


CODES = {
    "NY": ("Y", "N"), "SEX": ("F", "M"), "LAB": ("LAB_A", "LAB_B"), "GRADE": ("1", "2", "3", "X"),
    "DRUG": ("MMF", "TAC", "CYC"), "ROUTE": ("IV", "PO"),
}  # fmt: skip
CODED = {
    "SEX": "SEX", "LABID": "LAB", "YES": "NY", "NO": "NY", "GRADE": "GRADE", "DRUGS": "DRUG", "MPROUTE": "ROUTE",
    "AESER": "NY",
}  # fmt: skip
FORMS = {
    "SV": ("VISDAT",),
    "DM": ("SEX", "BRTHDAT", "AGEYEARS"),
    "CHEM": ("LABID", "LBDTC", "ALT", "CREA"),
    "HEM": ("LABID", "LBDTC", "PLT", "HGB", "HCT"),
    "VS": ("TEMP", "WEIGHT", "HEIGHT", "START", "END", "DRAWN", "DOSED", "CLOCK"),
    "QS": ("A", "B", "SCORE", "YES", "NO", "GRADE", "DRUGS", "NOTE"),
    "MP": ("MPDOSE", "MPDAT", "MPROUTE", "MPNO"),
    "AE": ("AESTDAT", "AEDUR", "AESER", "AENO"),
}
REPEATING = ("MP", "AE")
TYPES = {
    "date": ("VISDAT", "BRTHDAT", "START", "END", "MPDAT", "AESTDAT"), "datetime": ("LBDTC", "DRAWN", "DOSED"),
    "time": ("CLOCK",), "lab": ("ALT", "CREA", "PLT", "HGB", "HCT"),
    "quantity": ("TEMP", "WEIGHT", "HEIGHT", "MPDOSE", "AEDUR"), "integer": ("MPNO", "AENO"), "decimal": ("A", "B"),
    "text": ("NOTE",), "codes": ("DRUGS",), "code": ("SEX", "LABID", "YES", "NO", "GRADE", "MPROUTE", "AESER"),
}  # fmt: skip
TYPE_OF = {oid: kind for kind, oids in TYPES.items() for oid in oids} | {"SCORE": "integer", "AGEYEARS": "integer"}
EVENTS = {
    "SCR": ("scheduled", 1, None, "SV DM CHEM HEM VS QS MP"), "BL": ("scheduled", 2, 0, "SV CHEM HEM VS QS"),
    "W2": ("scheduled", 3, 14, "SV CHEM HEM VS QS"), "UNS": ("unscheduled", 4, None, "SV CHEM VS QS"),
    "LOG": ("common", 5, None, "AE"),
}  # fmt: skip
LIMIT, AGE_MIN, DOSES = Fraction(3), Fraction(18), (Fraction(40), Fraction(500))


def _item(oid: str) -> Item:
    kind = TYPE_OF[oid]
    if kind in ("lab", "quantity"):
        return measured(oid, kind, **({"molar_mass": Fraction(113)} if oid == "CREA" else {}))
    if kind in ("code", "codes"):
        return item(oid, kind, codelist=CODED[oid])
    canonical = {"AGEYEARS": "a"}.get(oid)
    return item(oid, kind, canonical=canonical, partial=kind in ("date", "datetime", "time"))


STUDY = Study(
    oid="ST.WIDE", name="WIDE", title=text("Wide"), version="1", languages=("en",), timezone="UTC",
    parameters={
        "LIMIT": Parameter("LIMIT", LIMIT), "AGE_MIN": Parameter("AGE_MIN", AGE_MIN, "a"),
        "DOSES": Parameter("DOSES", DOSES, "mg"), "ARM": Parameter("ARM", "Y"),
    },
    codelists={oid: codelist(oid, *codes) for oid, codes in CODES.items()},
    events={f"SE.{alias}": event(alias, kind, order, target, forms, repeating=alias == "UNS")
            for alias, (kind, order, target, forms) in EVENTS.items()},
    forms={oid: form(oid, *map(_item, items), repeating=oid in REPEATING) for oid, items in FORMS.items()},
    derivations=(), checks=(), sample_rules={"CHEM": DayRule("LBDTC", "LABID"), "HEM": DayRule("LBDTC", "LABID")},
)  # fmt: skip
COMPILED = compile_study(STUDY)
