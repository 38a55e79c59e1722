"""Why a finding stands, said in one sentence and then shown: what was compared, the range row, the boundary, the check.

Works from the stored explanation (`forms.findings.Explanation.document()`), so a query explains itself for ever.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.phrases import Phrase, phrase, strong
from ecrf.web.presenting.relations import (
    DAY,
    OPPOSITE,
    firing_side,
    is_measured,
    is_number,
    relation,
    resting_on_a_limit,
)
from ecrf.web.presenting.row_questions import answer_over_rows, form_asked
from ecrf.web.presenting.ruler import Ruler, ruler_for
from ecrf.web.presenting.signs import amount, day_text, number_sign, range_text, times_text, unit_sign
from ecrf.web.presenting.typed_units import as_typed

_LIMIT = re.compile(r"(?:(?P<factor>[0-9.]+)\s*\*\s*)?(?P<name>(?P<which>uln|lln)\([^()]+\))")
_FACTS = frozenset(("event", "event_type", "event_target", "event_min", "event_max"))

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Lexicon:
    """The words around an explanation: what items, answers, units and laboratories are called, and the sample's day."""

    label: Callable[[str], str] = str
    answer: Callable[[str, str], str] = lambda name, code: code
    unit: Callable[[str | None], str] = unit_sign
    laboratory: Callable[[str], str] = str
    sample_day: str | None = None
    evaluated: str = ""


@dataclass(frozen=True)
class Explained:
    """An explanation ready to show; `evidence` are pairs of a term and what is said of it."""

    sentences: tuple[Phrase, ...] = ()
    ruler: Ruler | None = None
    evidence: tuple[tuple[str, str], ...] = ()


def explain(document: Document | None, anchor: str | None, words: Lexicon) -> Explained:
    """The explanation of one finding whose first item is `anchor`."""
    if not document:
        return Explained()
    deciding = deciding_comparisons(document["comparisons"])
    limits = {operand["name"]: operand for operand in document["operands"] if operand.get("range")}
    operands = {operand["name"]: operand for operand in document["operands"] if operand["entered"] is not None}
    spoken = (as_typed(each, limit_of(each, limits), operands) for each in deciding)
    sentences = tuple(_sentence(each, anchor, limit, words) for each, limit in spoken)
    numeric = next((each for each in deciding if _is_numeric(each)), None)
    ruler = ruler_for(numeric, limit_of(numeric, limits), words.unit(numeric["unit"])) if numeric else None
    return Explained(sentences, ruler, tuple(_evidence(document, deciding, limits, words)))


def deciding_comparisons(comparisons: Iterable[Document]) -> list[Document]:
    """The comparisons that made the check fire: those that hold, or, under a `not`, those that do not, turned round."""
    known = [each for each in comparisons if each["left"] is not None and each["right"] is not None]
    about_data = [each for each in known if each["left_text"] not in _FACTS]
    failing = [each for each in about_data if each["outcome"] is False and each["operator"] in OPPOSITE]
    return [each for each in about_data if each["outcome"]] or [
        {**each, "operator": OPPOSITE[each["operator"]]} for each in failing
    ]


def limit_of(comparison: Document, limits: Mapping[str, Document]) -> Document | None:
    """The limit a comparison's boundary is built on, with its range row and the factor before it."""
    found = _LIMIT.search(comparison["right_text"])
    operand = limits.get(found["name"].replace(" ", "")) if found else None
    return {**operand, "factor": found["factor"], "which": found["which"]} if found and operand else None


def _is_numeric(comparison: Document) -> bool:
    return is_number(comparison["left"]) and is_number(comparison["right"])


def _is_measured(comparison: Document) -> bool:
    return is_measured(comparison["left"]) and is_measured(comparison["right"])


def _side(comparison: Document, side: str, words: Lexicon) -> str:
    """One side of a comparison as people write it."""
    text = str(comparison[side])
    if _is_measured(comparison):
        return amount(text, words.unit(comparison["unit"]))
    if text.startswith("[") and text.endswith("]"):
        return gettext(", ").join(words.answer(comparison["left_text"], each) for each in text[1:-1].split(", "))
    return day_text(text) if DAY.fullmatch(text) else words.answer(comparison["left_text"], text)


def _sentence(comparison: Document, anchor: str | None, limit: Document | None, words: Lexicon) -> Phrase:
    form = form_asked(comparison["left_text"])
    if form is not None:
        said = strong(answer_over_rows(comparison["left"]))
        return phrase(gettext("%(label)s: %(said)s."), label=words.label(form), said=said)
    numeric = _is_measured(comparison)
    days = all(DAY.fullmatch(str(comparison[side])) for side in ("left", "right"))
    value, boundary = _side(comparison, "left", words), _side(comparison, "right", words)
    said = relation(comparison["operator"], value, boundary, numeric=numeric, days=days)
    if comparison["left_text"].split(".")[-1] != anchor or not numeric:
        said = phrase(gettext("%(label)s: %(said)s"), label=words.label(comparison["left_text"]), said=said)
    return phrase(gettext("%(said)s."), said=said) if limit is None else _with_limit(said, limit, words)


def _with_limit(said: Phrase, limit: Document, words: Lexicon) -> Phrase:
    """The sentence with the limit behind its boundary: which limit, whose, for whom, on which day."""
    row, is_upper = limit["range"], limit["which"] == "uln"
    is_multiple = limit["factor"] not in (None, "1")
    facts = {
        "limit": amount(row["high" if is_upper else "low"], words.unit(row["unit"])),
        "times": times_text(limit["factor"]) if is_multiple else "",
        "laboratory": words.laboratory(row["laboratory"]),
        "whom": _whom(row),
        "day": day_text(words.sample_day),
    }
    return resting_on_a_limit(f"times {limit['which']}" if is_multiple else limit["which"], said, facts)


def _whom(row: Document) -> str:
    """The people a range row is for."""
    people = {"F": gettext("women"), "M": gettext("men")}.get(row["sex"], gettext("people"))
    if _is_all_ages(row):
        return people
    return gettext("%(people)s of %(low)s to %(high)s years", people=people, low=row["age_min"], high=row["age_max"])


def _is_all_ages(row: Document) -> bool:
    return bool(row["age_min"] <= 0 and row["age_max"] >= 100)


def _evidence(
    document: Document, deciding: Iterable[Document], limits: Mapping[str, Document], words: Lexicon
) -> Iterable[tuple[str, str]]:
    entered = [operand for operand in document["operands"] if operand["item"] and operand["entered"] is not None]
    for operand in entered:
        label = f"{words.label(operand['name'])}: " if len(entered) > 1 else ""
        yield gettext("Compared"), label + _compared(operand, words)
    for operand in {(each["range"]["id"], each["range"]["revision"]): each for each in limits.values()}.values():
        yield gettext("Range row"), _range_row(operand, words)
    for comparison in deciding:
        if _is_measured(comparison):
            yield gettext("Boundary"), _boundary(comparison, limit_of(comparison, limits), words)
    check = gettext("%(check)s of CRF %(version)s", check=document["check"], version=document["version"])
    yield gettext("Check"), check + (gettext(", evaluated %(time)s", time=words.evaluated) if words.evaluated else "")


def _compared(operand: Document, words: Lexicon) -> str:
    """What was typed, and how it became what was compared."""
    typed = amount(f"{operand['comparator'] or ''} {operand['entered']}".strip(), words.unit(operand["unit"]))
    if not operand["unit"]:
        return gettext("%(typed)s as entered", typed=words.answer(operand["name"], typed))
    if operand["factor"] in (None, "1"):
        return gettext("%(typed)s as entered; no conversion", typed=typed)
    compared = amount(operand["compared"] or "", words.unit(operand["compared_unit"]))
    return gettext("%(typed)s as entered; × %(factor)s = %(compared)s", typed=typed, factor=operand["factor"],
                   compared=compared)  # fmt: skip


def _range_row(operand: Document, words: Lexicon) -> str:
    row = operand["range"]
    sex = {"F": gettext("female"), "M": gettext("male")}.get(row["sex"], gettext("both sexes"))
    ages = gettext("%(low)s to %(high)s years", low=row["age_min"], high=row["age_max"])
    parts = (
        words.laboratory(row["laboratory"]), row["analyte"].split(".")[-1], sex,
        gettext("all ages") if _is_all_ages(row) else ages,
        amount(range_text(row["low"], row["high"]), words.unit(row["unit"])),
        gettext("from %(day)s", day=row["valid_from"]), gettext("revision %(number)s", number=row["revision"]),
    )  # fmt: skip
    return " · ".join(parts)


def _boundary(comparison: Document, limit: Document | None, words: Lexicon) -> str:
    """How the boundary comes about, and on which side of it the check fires."""
    fires = firing_side(comparison["operator"], amount(comparison["right"], words.unit(comparison["unit"])))
    if limit is None or limit["factor"] in (None, "1"):
        return fires
    row = limit["range"]
    base = number_sign(row["high"] if limit["which"] == "uln" else row["low"])
    return gettext("%(factor)s × %(base)s = %(boundary)s; %(fires)s", factor=limit["factor"], base=base,
                   boundary=comparison["right"], fires=fires)  # fmt: skip
