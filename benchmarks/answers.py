"""What the benchmarks type: a laboratory panel of twenty items, and a score sheet of twenty-six plain ones."""

from dataclasses import dataclass

from forms.datum import Datum

DEMOGRAPHY = {"BRTHDAT": Datum("1991-06-30"), "SEX": Datum("F")}
_PANEL = {
    "ALT": ("21", "U/L"), "AST": ("22", "U/L"), "ALP": ("70", "U/L"), "GGT": ("20", "U/L"), "TBIL": ("12.1", "umol/L"),
    "DBIL": ("3.1", "umol/L"), "TP": ("70", "g/L"), "ALB": ("45.1", "g/L"), "CREA": ("61", "umol/L"),
    "UREA": ("4.1", "mmol/L"), "URATE": ("250", "umol/L"), "SODIUM": ("140", "mmol/L"), "POTAS": ("4.1", "mmol/L"),
    "CHLOR": ("103", "mmol/L"), "CALC": ("2.31", "mmol/L"), "PHOS": ("1.11", "mmol/L"), "MAGN": ("0.85", "mmol/L"),
}  # fmt: skip
_DESCRIPTORS = (
    "SLSEIZ", "SLPSYC", "SLOBS", "SLVISU", "SLCRAN", "SLHEAD", "SLCVA", "SLVASC", "SLARTH", "SLMYOS", "SLCAST",
    "SLHEMA", "SLPROT", "SLPYUR", "SLRASH", "SLALOP", "SLMUCO", "SLPLEU", "SLPERI", "SLLOWC", "SLDNAB", "SLFEVE",
    "SLTHRO", "SLLEUK",
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A form of the screening visit, and the answers that fill it."""

    form: str
    answers: dict[str, Datum]

    def typed(self) -> dict[str, str]:
        """The answers as a page posts them."""
        values = {item: datum.text or "" for item, datum in self.answers.items()}
        return {**values, **{f"{item}.unit": datum.unit for item, datum in self.answers.items() if datum.unit}}


CHEMISTRY = Sheet(
    "CHEM",
    {
        "LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00"), "FASTING": Datum("Y"),
        **{item: Datum(*measured) for item, measured in _PANEL.items()},
    },
)  # fmt: skip
"""All in their ranges; each analyte has four computed companions beside it, and some thirty checks of its own form."""
SCORES = Sheet(
    "SLE",
    {"SLEDAT": Datum("2026-03-04"), "SLEBY": Datum("Dr Lin"), **dict.fromkeys(_DESCRIPTORS, Datum("N"))},
)
