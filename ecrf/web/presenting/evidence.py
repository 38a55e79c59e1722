"""What was looked at to say what the data say: each value with its name, and where it was entered."""

import re
from dataclasses import dataclass, replace

from ecrf.reads.forms import FormFacts
from ecrf.web.addresses import event_code
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.plans import FormPlan, plan_of
from ecrf.web.presenting.row_questions import answer_over_rows, form_asked
from ecrf.web.presenting.sheets import Sheet, said
from ecrf.web.presenting.signs import amount
from ecrf.web.presenting.surroundings import visit_url
from forms.casebook import EventKey
from forms.datum import Datum
from forms.findings import Operand

_LIMIT = re.compile(r"(uln|lln)\(([A-Z0-9_.a-z]+)\)")


@dataclass(frozen=True)
class Evidence:
    """One value: its name, what it is, its limit of normal where that was looked at, and where it is entered, as far as
    that is known."""

    label: str
    said: str
    url: str = ""
    limit: str = ""


def evidence_of(sheet: Sheet, criterion: str) -> tuple[Evidence, ...]:
    """What was looked at for one criterion, in the order of its formula, each once; a limit stands behind its value.

    Parameters and the visit go without saying.
    """
    found: dict[str, Evidence] = {}
    for operand in sheet.facts.grounds.get(criterion, ()):
        limit = _LIMIT.fullmatch(operand.name)
        if limit is not None and limit[2] in found:
            found[limit[2]] = replace(found[limit[2]], limit=_limit(sheet, operand, limit))
        elif operand.item:
            found[operand.name] = _value(sheet, operand)
        elif rows := _rows(sheet, operand):
            found[f"{rows.label}: {rows.said}"] = rows
    return tuple(found.values())


def _value(sheet: Sheet, operand: Operand) -> Evidence:
    plan = _plan(sheet, operand.name)
    datum = Datum(operand.entered, operand.unit, operand.comparator)
    text = said(plan, plan.items[operand.item or ""], datum)
    return Evidence(_label(plan, operand.item or ""), text or gettext("no value"), _url(sheet.facts, operand.name))


def _limit(sheet: Sheet, operand: Operand, limit: re.Match[str]) -> str:
    """The limit of normal: "ULN 40 U/L"."""
    if operand.compared is None:
        return gettext("no range on file")
    plan, item = _plan(sheet, limit[2]), limit[2].rpartition(".")[2]
    bound = amount(operand.compared, plan.items[item].sign_of(operand.compared_unit))
    return gettext("ULN %(bound)s", bound=bound) if limit[1] == "uln" else gettext("LLN %(bound)s", bound=bound)


def _rows(sheet: Sheet, operand: Operand) -> Evidence | None:
    """Whether a row of another form applies, or what was counted over its rows."""
    form = form_asked(operand.name)
    if form is None or form not in sheet.facts.study.forms:
        return None
    label = sheet.facts.study.forms[form].label.said_in(sheet.language)
    url = f"{visit_url(sheet.facts)}/{form}" if form in sheet.facts.event.forms else ""
    return Evidence(label, answer_over_rows(operand.compared), url)


def _plan(sheet: Sheet, name: str) -> FormPlan:
    """The form that holds what a name of an expression means."""
    form = [sheet.facts.form.oid, *name.split(".")][-2]
    return plan_of(sheet.facts.study, form, sheet.language)


def _label(plan: FormPlan, item: str) -> str:
    return plan.items[item].label


def _url(facts: FormFacts, name: str) -> str:
    """The place of `ITEM`, of `FORM.ITEM` of this visit, or of `EVENT.FORM.ITEM`; empty for values found by time."""
    *place, item = name.split(".")
    if not place:
        return f"#{item}"
    if len(place) == 1:
        return f"{visit_url(facts)}/{place[0]}#{item}" if place[0] in facts.event.forms else ""
    found = next((each for each in facts.study.events.values() if each.alias == place[0] and not each.repeating), None)
    return f"/subjects/{facts.who.id}/{event_code(EventKey(found.oid))}/{place[1]}#{item}" if found else ""
