"""The criteria of a protocol: the investigator's answer beside what the data say, and whether the two agree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecrf.web.presenting.evidence import Evidence, evidence_of
from ecrf.web.presenting.fields import Field, field_of
from ecrf.web.presenting.plans import GroupPlan
from ecrf.web.presenting.sheets import Sheet

_NUMBERED = re.compile(r"[A-Z]+0*([0-9]+)")
_DECIDED = ("Y", "N")

AGREES, DISAGREES, UNKNOWN, JUDGEMENT = "agrees", "disagrees", "unknown", "judgement"
_KINDS = (AGREES, DISAGREES, UNKNOWN, JUDGEMENT)


@dataclass(frozen=True)
class Criterion:
    """One criterion; `number` is empty for a further question among them. `said` is what the data say, with the
    values that were looked at and the formula; `agreement` is empty where there is nothing to compare yet."""

    field: Field
    number: str
    said: str
    agreement: str
    evidence: tuple[Evidence, ...] = ()
    formula: str = ""


@dataclass(frozen=True)
class Tally:
    """How many criteria are answered, and how the answers stand to the data; `first` leads to the first of a kind."""

    answered: int
    counts: tuple[tuple[str, int, str], ...]


def criteria_of(sheet: Sheet, group: GroupPlan) -> Iterator[Criterion]:
    """The criteria of one section, with the questions that stand among them."""
    formulas = {rule.item: rule.expression for rule in sheet.facts.study.derivations
                if rule.form == sheet.facts.form.oid}  # fmt: skip
    for name in group.items:
        yield _criterion(sheet, name, formulas)


def _criterion(sheet: Sheet, name: str, formulas: dict[str, str]) -> Criterion:
    field, twin = field_of(sheet, name), sheet.plan.twins.get(name)
    number = _NUMBERED.fullmatch(name) if field.plan.protocol else None
    if twin is None or name not in sheet.facts.grounds:
        return Criterion(field, number[1] if number else "", "", JUDGEMENT if number else "")
    return Criterion(
        field, number[1] if number else "", sheet.said(twin, sheet.stored(twin)),
        agreement(sheet.displayed(name).text, sheet.stored(twin).text), evidence_of(sheet, name),
        " ".join(formulas.get(twin, "").split()),
    )  # fmt: skip


def agreement(answer: str | None, verdict: str | None) -> str:
    """How an answer stands to what the data say."""
    if verdict not in _DECIDED:
        return UNKNOWN
    if answer not in _DECIDED:
        return ""
    return AGREES if answer == verdict else DISAGREES


def tally_of(criteria: tuple[Criterion, ...]) -> Tally:
    """The counts over all criteria of a form."""
    asked = [each for each in criteria if each.number]
    kinds = {kind: [each for each in asked if each.agreement == kind] for kind in _KINDS}
    counts = tuple((kind, len(found), found[0].field.name if found else "") for kind, found in kinds.items())
    return Tally(sum(bool(each.field.value) for each in asked), counts)
