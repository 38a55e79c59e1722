"""Believable screening data for more subjects, the same for the same number: for trying lists and measuring speed."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from ecrf.exchange.subject_files import FiledRecord, FiledSubject
from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Study
from forms.ranges import RangeTable

_SEED = 20260304
_FIRST_VISIT = date(2026, 1, 12)
_GROWN_UP = 40
# Mean and spread of adults with active disease, in the unit of the local laboratory.
_VALUES: dict[str, dict[str, tuple[float, float, int]]] = {
    "HEM": {"WBC": (5.6, 1.2, 2), "NEUT": (3.4, 0.7, 2), "LYM": (1.5, 0.3, 2), "RBC": (4.1, 0.4, 2),
            "HGB": (116, 12, 0), "HCT": (0.36, 0.03, 3), "PLT": (210, 55, 0)},
    "CHEM": {"ALT": (27, 12, 0), "AST": (24, 8, 0), "ALP": (70, 16, 0), "TBIL": (9.5, 3.5, 1), "TP": (60, 5, 1),
             "ALB": (30, 4, 1), "CREA": (82, 22, 1), "UREA": (6.8, 1.8, 1), "URATE": (350, 60, 0),
             "SODIUM": (140, 2, 1), "POTAS": (4.2, 0.35, 2), "CHLOR": (104, 2, 1), "CALC": (2.15, 0.08, 2)},
}  # fmt: skip


def subjects(count: int, site: str, study: Study) -> Iterator[FiledSubject]:
    """So many subjects of a site, numbered from `S101` on."""
    for number in range(count):
        dice = random.Random(_SEED + number)  # noqa: S311 - seeded on purpose
        screening_number = f"{site}-S{101 + number}"
        yield FiledSubject(screening_number, tuple(_records(dice, screening_number, number, study)))


def _records(dice: random.Random, screening_number: str, number: int, study: Study) -> Iterator[FiledRecord]:
    event, visit = EventKey("SE.SCR"), _FIRST_VISIT + timedelta(days=number % 180)
    demography = _demography(dice, screening_number, visit)
    yield FiledRecord(event, "SV", 0, {"VISDAT": Datum(visit.isoformat()), "VISOCC": Datum("Y")})
    yield FiledRecord(event, "DM", 0, {item: Datum(text) for item, text in demography.items()})
    for form in _VALUES:
        yield FiledRecord(event, form, 0, _panel(dice, visit, form, study, demography["SEX"]))


def _demography(dice: random.Random, screening_number: str, visit: date) -> dict[str, str]:
    is_woman = dice.random() < 0.85  # lupus nephritis: about nine in ten are women
    answers = {
        "SCRNUM": screening_number, "RFICDAT": (visit - timedelta(days=1)).isoformat(), "RFICTIM": "09:30",
        "RFICVER": "v1.2 2025-12-01", "BRTHDAT": date(2026 - dice.randint(19, 60), 3, dice.randint(1, 28)).isoformat(),
        "SEX": "F" if is_woman else "M", "ETHNICCN": "HAN", "CHILDPOT": "Y" if is_woman else "NA",
    }  # fmt: skip
    if is_woman:
        answers |= {"CONTRACP": "IUD", "LACTATE": "N", "FERTREQ": "N"}
    return answers


def _panel(dice: random.Random, visit: date, form: str, study: Study, sex: str) -> dict[str, Datum]:
    """One laboratory panel in canonical units, with the significance of what lies outside the local ranges."""
    answers = {"LABID": Datum("LAB_A"), "LBDTC": Datum(f"{visit.isoformat()}T08:00")}
    ranges = RangeTable(study.ranges)
    for item, (mean, spread, decimals) in _VALUES[form].items():
        text = f"{max(dice.gauss(mean, spread), mean / 3):.{decimals}f}"
        answers[item] = Datum(text, study.forms[form].items[item].canonical)
        row = ranges.find("LAB_A", f"{form}.{item}", sex, _GROWN_UP, visit)
        if row and row.low is not None and row.high is not None and not row.low <= Fraction(text) <= row.high:
            answers[f"{item}_CS"] = Datum("N")
    return answers
