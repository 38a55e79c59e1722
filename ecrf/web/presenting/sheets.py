"""Everything a form's page is made from in one request: the facts, the plan, and what the person has typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ecrf.reads.forms import FormFacts, FormHold, FormQuery
from ecrf.services.trail import Reason
from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.plans import FormPlan, GroupPlan, plan_of
from forms.datum import EMPTY, Datum, differs, without_lonely_unit
from forms.findings import Refusal


@dataclass(frozen=True)
class ReasonFault:
    """What is wrong with the reason of one item, and whether it is in its words or in its code."""

    text: str
    is_in_words: bool = False


@dataclass(frozen=True)
class Typing:
    """What came with a request and is not saved: answers, reasons, and what was wrong with them.

    `unreasoned` are saved answers that changed without a reason, `reason_faults` what is wrong with the reason of
    an item; `base` the answers as they stood when the person began to type; `chosen` says for a colliding item
    whether `theirs` or `yours` is to stand; `replies` are query answers by the query's id. `rival` is who saved
    meanwhile, and when. `fault` says why nothing was saved, `is_held` that it was a freeze or lock, `is_incomplete`
    that the form could not be completed, `unfinished` what is missing for that by row, `is_back` that what was
    typed before a log-in is on the page again, `kept_at` since when it was kept as a draft; `drafted` are the names
    of what stands in the draft or was typed in on the page (`ALT`, `reply.<query>`).
    `act` is one that marks, removes or restores the form, and `why` its reason.
    """

    answers: Mapping[str, Datum] = field(default_factory=dict)
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    base: Mapping[str, Datum] | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    replies: Mapping[str, str] = field(default_factory=dict)
    same_reason: bool = True
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    unreasoned: tuple[str, ...] = ()
    reason_faults: Mapping[str, ReasonFault] = field(default_factory=dict)
    colliding: tuple[str, ...] = ()
    rival: tuple[str, datetime] | None = None
    fault: str = ""
    is_held: bool = False
    is_incomplete: bool = False
    unfinished: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    is_back: bool = False
    act: str = ""
    why: Reason | None = None
    kept_at: datetime | None = None
    drafted: frozenset[str] = frozenset()


NOTHING_TYPED = Typing()


@dataclass(frozen=True)
class Sheet:
    """The facts, the plan and the typing of one page, and the questions its parts ask of them."""

    facts: FormFacts
    plan: FormPlan
    typing: Typing
    language: str
    now: datetime

    @cached_property
    def groups(self) -> tuple[GroupPlan, ...]:
        """The sections of this record: of a repeating form those of the row, or those of the form itself."""
        own = frozenset(self.facts.items)
        return tuple(
            group if own.issuperset(group.items) else replace(group, items=tuple(filter(own.__contains__, group.items)))
            for group in self.plan.groups if not own.isdisjoint(group.items)
        )  # fmt: skip

    def stored(self, item: str) -> Datum:
        """The saved value."""
        return self.facts.values.get(item, EMPTY)

    def displayed(self, item: str) -> Datum:
        """What the control holds: what was typed, else what is saved."""
        return self.typing.answers.get(item, self.stored(item))

    def is_changed(self, item: str) -> bool:
        """Whether what is typed is not what is saved."""
        typed = self.typing.answers.get(item)
        return typed is not None and differs(self.stored(item), without_lonely_unit(typed))

    def is_shown(self, item: str) -> bool:
        """Whether an item stands on the page: by its condition, or because something is typed or stored for it."""
        return item in self.facts.shown or not self.displayed(item).is_empty

    def changed_answers(self) -> tuple[str, ...]:
        """The saved answers that what is typed would change, in the order of the form."""
        return tuple(oid for oid in self.plan.items if not self.stored(oid).is_empty and self.is_changed(oid))

    def hold_on(self, item: str) -> FormHold | None:
        """The freeze or lock of this single item, or of the laboratory item it belongs to."""
        return next((hold for hold in self.facts.holds if hold.item in self._held_by(item)), None)

    def is_locked(self, item: str | None) -> bool:
        """Whether a lock reaches this item, or the record as a whole."""
        by = {None, *(self._held_by(item) if item else ())}
        return any(hold.kind == "lock" and hold.item in by for hold in self.facts.holds)

    def _held_by(self, item: str) -> set[str]:
        """The items whose hold reaches this one."""
        found = self.plan.form.items.get(item)
        return {item, found.lab} if found is not None and found.lab else {item}

    @cached_property
    def _placed(self) -> dict[str, list[FormQuery]]:
        """The queries by the item under which they stand: the laboratory item for its companions, "" for no item."""
        placed: dict[str, list[FormQuery]] = {}
        for query in self.facts.queries:
            placed.setdefault(self.plan.anchors.get(query.item or "", ""), []).append(query)
        return placed

    def queries_at(self, item: str) -> Sequence[FormQuery]:
        """The queries that stand under an item, those on a laboratory item's companions included."""
        return self._placed.get(item, ())

    def unplaced_queries(self) -> Sequence[FormQuery]:
        """The queries on the form as a whole, and those on items that do not stand on the page."""
        return self._placed.get("", ())

    def said(self, item: str, datum: Datum) -> str:
        """A value as text: labels for codes, the sign of the unit, the reason where there is none."""
        return said(self.plan, self.plan.items[item], datum)


def sheet_of(facts: FormFacts, language: str, now: datetime, typing: Typing = NOTHING_TYPED) -> Sheet:
    """The sheet of one page in one language."""
    return Sheet(facts, plan_of(facts.study, facts.form.oid, language), typing, language, now)


def said(plan: FormPlan, item: ItemPlan, datum: Datum) -> str:
    """A value as text; empty where there is neither a value nor a reason for its absence."""
    if datum.text is None:
        return plan.reason_of(datum.missing)
    if item.kind == "codes":
        return ", ".join(item.label_of(code) for code in datum.text.split())
    if item.options:
        return item.label_of(datum.text)
    if item.kind == "datetime":
        return datum.text.replace("T", " ")
    number = f"{datum.comparator} {datum.text}" if datum.comparator else item.shown(datum.text)
    return f"{number} {item.sign_of(datum.unit)}".strip() if datum.unit or item.kind == "computed" else number
