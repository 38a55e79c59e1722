"""A value of the trail in words: the code's label, the unit's sign, the reason why there is none."""

from dataclasses import dataclass
from typing import Any

from forms.definitions import Item, Study
from forms.withheld import CODE, SAID


@dataclass(frozen=True)
class Trailed:
    """The parts of one trailed value, as they are stored."""

    value: str | None
    unit: str | None = None
    comparator: str | None = None
    missing: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says that there is nothing."""
        return self.value is None and self.missing is None


def trailed(row: Any, prefix: str) -> Trailed | None:
    """The value in a row's columns with this prefix; None where the trail holds none (redacted, or no earlier one)."""
    if getattr(row, f"{prefix}_kind") is None:
        return None
    return Trailed(*(getattr(row, f"{prefix}_{part}") for part in ("value", "unit", "comparator", "missing")))


@dataclass(frozen=True)
class Shown:
    """A value ready to be written: its text with comparator or label, its UCUM unit, and the study's sign for that."""

    text: str
    unit: str | None = None
    sign: str | None = None


def said(value: Trailed | None, study: Study | None, form: str | None, item: str | None, language: str) -> Shown | None:
    """The value as people read it; None for nothing."""
    if value is None or value.is_empty:
        return None
    found = _item(study, form, item)
    if value.missing == CODE:
        return Shown(SAID.said_in(language))
    if value.value is None:
        return Shown(_label(study, study.missing_reasons if study else None, value.missing or "", language))
    text = _coded(study, found, value.value, language) if found and found.codelist else value.value
    return Shown(f"{value.comparator or ''} {text}".strip(), value.unit, _sign(found, value.unit))


def _item(study: Study | None, form: str | None, item: str | None) -> Item | None:
    return study.forms[form].items.get(item) if study and form and item and form in study.forms else None


def _coded(study: Study | None, item: Item, codes: str, language: str) -> str:
    """The labels of one code or several."""
    return ", ".join(_label(study, item.codelist, code, language) for code in codes.split(" "))


def _label(study: Study | None, codelist: str | None, code: str, language: str) -> str:
    terms = study.codelists.get(codelist) if study and codelist else None
    term = terms.find(code) if terms else None
    return term.label.said_in(language) if term else code


def _sign(item: Item | None, unit: str | None) -> str | None:
    """The unit as the form shows it."""
    return next((choice.display for choice in item.units if choice.ucum == unit), None) if item and unit else None
