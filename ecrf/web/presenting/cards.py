"""A query under its value: the finding that explains itself on one side, what was said about it on the other."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ecrf.reads.forms import FormQuery
from ecrf.reads.queries import MessageFacts
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.explanations import Explained, Lexicon, explain
from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.moments import age
from ecrf.web.presenting.plans import plan_of
from ecrf.web.presenting.sheets import Sheet
from forms.datum import EMPTY


@dataclass(frozen=True)
class Card:
    """One query ready to show; `text` and the fields named as in `query_thread.html` are what its macros use.

    `item` is the anchor of the value to correct; `reply` what is typed in the answer box and not sent.
    """

    id: str
    anchor: str
    number: int
    state: str
    text: str
    explained: Explained
    check: str | None
    check_version: str | None
    opened_at: datetime
    opened_by: str
    opened_role: str | None
    changed_at: datetime
    resolution: str | None
    zone: str
    messages: tuple[MessageFacts, ...]
    item: str | None
    heading: str
    closes_itself: bool
    is_expanded: bool
    may_answer: bool
    may_close: bool
    reply: str = ""


def card_of(sheet: Sheet, query: FormQuery) -> Card:
    """The card of one query; open ones stand expanded, answered ones for whoever may close them."""
    facts, may = sheet.facts, sheet.facts.may
    may_close = "query.close" in may and not _is_over(sheet, query)
    reply = sheet.typing.replies.get(query.id, "")
    return Card(
        query.id, f"q-{query.number}", query.number, query.state, query.message.said_in(sheet.language),
        explain(query.explanation, query.item, lexicon_of(sheet, query)), query.check, query.check_version,
        query.opened_at, query.opened_by, query.opened_role, query.changed_at, query.resolution, facts.who.zone,
        query.messages, query.item, _heading(sheet, query), query.check is not None,
        query.state == "open" or may_close or bool(reply), takes_reply(sheet, query), may_close, reply,
    )  # fmt: skip


def takes_reply(sheet: Sheet, query: FormQuery) -> bool:
    """Whether the reader can answer a query as it stands."""
    return "query.answer" in sheet.facts.may and not _is_over(sheet, query)


def _is_over(sheet: Sheet, query: FormQuery) -> bool:
    return query.state == "closed" or sheet.is_locked(query.item)


def _heading(sheet: Sheet, query: FormQuery) -> str:
    """The query's number and how long it has waited."""
    words = {"number": query.number, "age": age(query.opened_at, sheet.now)}
    if query.state == "answered":
        return gettext("Query %(number)s, answered, asked %(age)s ago", **words)
    return gettext("Query %(number)s, open for %(age)s", **words)


def lexicon_of(sheet: Sheet, query: FormQuery | None = None) -> Lexicon:
    """What things are called on this form."""
    rule = sheet.facts.study.sample_rules.get(sheet.facts.form.oid)
    sample = sheet.facts.values.get(rule.sample, EMPTY).text if rule else None
    laboratory = sheet.plan.items.get(rule.laboratory or "") if rule else None
    evaluated = f"{query.changed_at.astimezone(ZoneInfo(sheet.facts.who.zone)):%H:%M:%S}" if query else ""
    return Lexicon(
        label=lambda name: _label(sheet, name),
        answer=lambda name, code: _answer(sheet, name, code),
        laboratory=laboratory.label_of if laboratory else str,
        sample_day=sample, evaluated=evaluated,
    )  # fmt: skip


def _label(sheet: Sheet, name: str) -> str:
    """The label of an item of this form, of another form, of a form, or the expression as it is written."""
    own = sheet.plan.items.get(name) or sheet.facts.study.forms.get(name)
    if own is not None:
        if not isinstance(own, ItemPlan):
            return own.label.said_in(sheet.language)
        return own.name if own.protocol else own.label
    *_, form, item = ["", *name.split(".")]
    found = sheet.facts.study.forms[form].items.get(item) if form in sheet.facts.study.forms else None
    return found.label.said_in(sheet.language) if found else name


def _answer(sheet: Sheet, name: str, code: str) -> str:
    *_, form, item = [sheet.facts.form.oid, *name.split(".")]
    if form not in sheet.facts.study.forms:
        return code
    found = plan_of(sheet.facts.study, form, sheet.language).items.get(item)
    return found.label_of(code) if found else code


def standing(sheet: Sheet) -> tuple[FormQuery, ...]:
    """The queries that are not closed."""
    return tuple(query for query in sheet.facts.queries if query.state != "closed")


def count_of_open(sheet: Sheet) -> int:
    """How many queries wait for an answer."""
    return sum(query.state == "open" for query in sheet.facts.queries)


def short_reason(sheet: Sheet, query: FormQuery) -> str:
    """One line for the summary: the item, and what is asked."""
    item = sheet.plan.items.get(query.item or "")
    text = query.message.said_in(sheet.language)
    if item is None or item.protocol or text.startswith(item.label):
        return text
    return gettext("%(item)s: %(text)s", item=item.label, text=text)
