"""Believable values of adults with active lupus nephritis and their course; chance comes from outside."""

import random
import re
from datetime import date, timedelta
from fractions import Fraction

from forms.datum import Datum
from forms.definitions import Study
from forms.ranges import RangeTable

_GROWN_UP = 40
# Mean and spread at screening, decimals, and by what share the mean moves in a year of treatment.
_VALUES: dict[str, dict[str, tuple[float, float, int, float]]] = {
    "HEM": {"WBC": (5.6, 1.2, 2, 0.1), "NEUT": (0.61, 0.05, 2, 0), "LYM": (0.25, 0.03, 2, 0),
            "RBC": (4.1, 0.4, 2, 0.05), "HGB": (116, 12, 0, 0.1), "HCT": (0.00305, 0.00006, 3, 0),
            "PLT": (210, 55, 0, 0)},
    "CHEM": {"ALT": (27, 12, 0, 0), "AST": (24, 8, 0, 0), "ALP": (70, 16, 0, 0), "TBIL": (9.5, 3.5, 1, 0),
             "TP": (60, 5, 1, 0.2), "ALB": (30, 4, 1, 0.4), "CREA": (82, 22, 1, -0.1), "UREA": (6.8, 1.8, 1, -0.1),
             "URATE": (350, 60, 0, 0), "SODIUM": (140, 2, 1, 0), "POTAS": (4.2, 0.35, 2, 0), "CHLOR": (104, 2, 1, 0),
             "CALC": (2.15, 0.08, 2, 0.05)},
}  # fmt: skip
PANELS = tuple(_VALUES)
_SHARES = {"NEUT": "WBC", "LYM": "WBC", "HCT": "HGB"}  # drawn as a share of what they belong to
_CRITERION = re.compile(r"(INC|EXC)\d\d")
_LEAST_BMI, _LEAST = 17, {"WBC": 3.2}  # below, nobody may take part
_STEADY = 0.3  # a person's values differ less from one visit to the next than people do
_NOT_DONE, _NOT_DONE_ODDS = ("NOTDONE", "LOST", "HEMOL", "REFUSED"), 0.01


class Values:
    """The values of one subject, one visit after the other."""

    def __init__(self, dice: random.Random, study: Study) -> None:
        self._dice, self._study, self._ranges = dice, study, RangeTable(study.ranges)
        self.is_woman = dice.random() < 0.85  # lupus nephritis: about nine in ten are women
        self._means: dict[tuple[str, str], float] = {}
        self._weight, self._height = (
            dice.gauss(58 if self.is_woman else 68, 8),
            dice.gauss(161 if self.is_woman else 172, 6),
        )

    def demography(self, number: str, visit: date) -> dict[str, Datum]:
        """Who the subject is, with the consent of the day before."""
        answers = {
            "SCRNUM": number, "RFICDAT": (visit - timedelta(days=1)).isoformat(), "RFICTIM": "09:30",
            "RFICVER": "v1.2 2025-12-01", "SEX": "F" if self.is_woman else "M", "ETHNICCN": "HAN",
            "BRTHDAT": date(2026 - self._dice.randint(19, 60), 3, self._dice.randint(1, 28)).isoformat(),
            "CHILDPOT": "Y" if self.is_woman else "NA",
        }  # fmt: skip
        if self.is_woman:
            answers |= {"CONTRACP": "IUD", "LACTATE": "N", "FERTREQ": "N"}
        return _typed(answers)

    def visit(self, day: date) -> dict[str, Datum]:
        """The date of a visit that took place."""
        return _typed({"VISDAT": day.isoformat(), "VISOCC": "Y"})

    def missed(self) -> dict[str, Datum]:
        """A visit that did not take place, and why."""
        why = ("Subject did not come", "Travel was not possible", "Subject was ill at home")
        return _typed({"VISOCC": "N", "VISREAS": self._dice.choice(why)})

    def start(self, day: date) -> dict[str, Datum]:
        """The start of induction."""
        items = self._study.forms["BLV"].items
        return _typed({"INDSTDAT": day.isoformat()}) | {"PREDSTD": Datum("30", items["PREDSTD"].canonical)}

    def eligibility(self, day: date, number: str, *, is_eligible: bool) -> dict[str, Datum]:
        """The criteria, and whether the subject is enrolled on a day, under this number."""
        items = self._study.forms["IE"].items
        met = {item: "Y" if item.startswith("INC") else "N" for item in items if _CRITERION.fullmatch(item)}
        if is_eligible:
            return _typed(met | {
                "IEDAT": (day - timedelta(days=1)).isoformat(), "ENRLYN": "Y", "ENRLDAT": day.isoformat(),
                "SUBJID": number, "ARM": "BEL_MT", "PIAPPR": "Y",
            })  # fmt: skip
        against = self._dice.choice([item for item in met if item.startswith("EXC")])
        why = self._dice.choice(("An exclusion criterion applies", "Subject does not want to take part"))
        return _typed(met | {against: "Y", "IEDAT": day.isoformat(), "ENRLYN": "N", "IEFAIL": why})

    def vital_signs(self, day: date, *, first: bool) -> dict[str, Datum]:
        """Weight, pressure, pulse and temperature, and at first the height."""
        self._weight = min(max(self._weight + self._dice.gauss(0, 0.4), 38), 110)
        signs = {
            "VSDAT": day.isoformat(), "WEIGHT": f"{self._weight:.1f}", "SYSBP": f"{self._dice.gauss(126, 11):.0f}",
            "DIABP": f"{self._dice.gauss(80, 7):.0f}", "PULSE": f"{self._dice.gauss(78, 8):.0f}",
            "TEMP": f"{self._dice.gauss(36.5, 0.2):.1f}",
        }  # fmt: skip
        if first:
            tallest = 100 * (self._weight / _LEAST_BMI) ** 0.5
            signs["HEIGHT"] = f"{min(max(self._height, 140), 195, tallest):.1f}"
        items = self._study.forms["VS"].items
        return {item: Datum(text, items[item].canonical) for item, text in signs.items()}

    def panel(self, form: str, day: date, since: timedelta) -> dict[str, Datum]:
        """One laboratory panel in canonical units, with the significance of what lies outside the local ranges."""
        answers, items = _typed({"LABID": "LAB_A", "LBDTC": f"{day.isoformat()}T08:00"}), self._study.forms[form].items
        drawn: dict[str, float] = {}
        for item, (_, spread, decimals, drift) in _VALUES[form].items():
            usual = self._usual(form, item) * (1 + drift * min(since.days, 365) / 365)
            least = max(usual / 2, _LEAST.get(item, 0))
            drawn[item] = max(self._dice.gauss(usual, spread * _STEADY), least) * drawn.get(_SHARES.get(item, ""), 1)
            text = f"{drawn[item]:.{decimals}f}"
            if self._dice.random() < _NOT_DONE_ODDS:
                answers[item] = Datum(missing=self._dice.choice(_NOT_DONE))
                continue
            answers[item] = Datum(text, items[item].canonical)
            if self._is_outside(form, item, text, day):
                answers[f"{item}_CS"] = Datum("N" if self._dice.random() < 0.9 else "Y")
        return answers

    def _usual(self, form: str, item: str) -> float:
        """What the item usually is in this person, drawn when it is first asked for."""
        mean, spread, *_ = _VALUES[form][item]
        return self._means.setdefault((form, item), max(self._dice.gauss(mean, spread), mean / 2))

    def _is_outside(self, form: str, item: str, text: str, day: date) -> bool:
        row = self._ranges.find("LAB_A", f"{form}.{item}", "F" if self.is_woman else "M", _GROWN_UP, day)
        return bool(row and row.low is not None and row.high is not None and not row.low <= Fraction(text) <= row.high)


def _typed(answers: dict[str, str]) -> dict[str, Datum]:
    return {item: Datum(text) for item, text in answers.items()}
