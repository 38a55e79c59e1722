"""What was not done or entered by mistake, in words: the note at the head of a page, and the acts open here."""

from dataclasses import dataclass
from datetime import datetime

from ecrf.messages import N_
from ecrf.reads.forms import FormFacts, FormGone
from ecrf.reads.subjects import SiteChoice
from ecrf.services.trail import Reason
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.moments import clock, day, offset
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.summaries import Link
from ecrf.web.presenting.surroundings import form_url, visit_place

_HEADINGS = {
    ("row", "removed"): N_("This row was removed"), ("form", "removed"): N_("This form was removed"),
    ("visit", "removed"): N_("This visit was removed"), ("form", "not_done"): N_("This form was not done"),
    ("visit", "not_done"): N_("This visit did not take place"),
}  # fmt: skip
_MEANINGS = {
    "removed": N_("It is kept as it was and counts for nothing. What was entered stands below and cannot be changed."),
    "not_done": N_("Nothing is expected here any more, and nothing can be entered until this is taken back."),
}
_WAYS = {"form": N_("To the form, where this is undone"), "visit": N_("To the visit, where this is undone")}
CHOICES = {"not_done": NOT_DONE_REASONS, "remove": REMOVAL_REASONS}
_SUMMARIES = {
    ("not_done", "form"): N_("This form was not done …"), ("not_done", "visit"): N_("This visit did not take place …"),
    ("remove", "row"): N_("This row was entered by mistake …"),
    ("remove", "form"): N_("This form was entered by mistake …"),
    ("remove", "visit"): N_("This visit was entered by mistake …"),
    ("resume", "form"): N_("Take back that it was not done …"),
    ("resume", "visit"): N_("Take back that it did not take place …"),
    ("restore", "row"): N_("Restore this row …"), ("restore", "form"): N_("Restore this form …"),
    ("restore", "visit"): N_("Restore this visit …"),
}  # fmt: skip
_MEANS = {
    "not_done": N_("Nothing more is asked for here, and its findings on missing answers close."),
    "remove": N_("Nothing is deleted: it stays as it was, struck out, counts for nothing, and can be restored."),
    "resume": N_("It is as it was before, and what is missing is asked for again."),
    "restore": N_("Its values count again, and are checked against everything as it stands now."),
}
_BUTTONS = {
    "not_done": N_("Mark not done"), "remove": N_("Remove"), "resume": N_("Take back"), "restore": N_("Restore"),
}  # fmt: skip


@dataclass(frozen=True)
class Departure:
    """The note on a page whose record has gone; `url` leads to where that is undone, where it is another page."""

    state: str
    heading: str
    meaning: str
    who: str
    reason: str | None
    note: str | None
    url: str = ""
    way: str = ""


@dataclass(frozen=True)
class StateAct:
    """One act that is open: folded under a sentence, with the reasons to choose from (none: words), what was typed for
    it, and what was wrong with that. `number` is asked for where it is not None, one of the `sites` where there are
    any; `problems` lead to what stands against it."""

    code: str
    summary: str
    meaning: str
    button: str
    choices: tuple[str, ...]
    chosen: str = ""
    words: str = ""
    fault: str = ""
    number: str | None = None
    sites: tuple[SiteChoice, ...] = ()
    problems: tuple[Link, ...] = ()
    needs_words: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it stands unfolded: somebody tried it."""
        return bool(self.fault)


def state_act(code: str, what: str, tried: str = "", why: Reason | None = None, fault: str = "") -> StateAct:
    """One act on a `row`, a `form` or a `visit`, as it was `tried`, if it was."""
    given = (why or Reason()) if code == tried else Reason()
    return StateAct(
        code, gettext(_SUMMARIES[code, what]), gettext(_MEANS[code]), gettext(_BUTTONS[code]), CHOICES.get(code, ()),
        given.code or "", given.text or "", fault if code == tried else "",
    )  # fmt: skip


def departure_of(sheet: Sheet) -> Departure | None:
    """The note on what took the record away."""
    gone = sheet.facts.gone
    if gone is None:
        return None
    url = "" if gone.is_own else _undone_at(sheet.facts, gone)
    return Departure(
        gone.state, gettext(_HEADINGS[gone.what, gone.state]), gettext(_MEANINGS[gone.state]),
        by_whom(gone.by, gone.at, gone.zone), gone.reason, gone.note, url, gettext(_WAYS[gone.what]) if url else "",
    )  # fmt: skip


def by_whom(person: str, at: datetime, zone: str) -> str:
    """Who said so and when: "Wang Min, 9 Jun 2026, 09:30 UTC+8"."""
    time = f"{clock(at, zone)[:5]} {offset(at, zone)}"
    return gettext("%(person)s, %(day)s, %(time)s", person=person, day=day(at, zone), time=time)


def state_acts_of(sheet: Sheet) -> tuple[StateAct, ...]:
    """The acts that this person may do on this page; none while it is frozen or locked."""
    facts, typing = sheet.facts, sheet.typing
    what = "row" if facts.row else "form"
    codes = [code for code, permission in _open_acts(facts) if permission in facts.may and not facts.holds]
    return tuple(state_act(code, what, typing.act, typing.why, typing.fault) for code in codes)


def _open_acts(facts: FormFacts) -> list[tuple[str, str]]:
    """What leads on from the state that stands, with the permission it needs."""
    if facts.gone is not None:
        undo = {"removed": ("restore", "record.remove"), "not_done": ("resume", "record.not_done")}
        return [undo[facts.gone.state]] if facts.gone.is_own else []
    holds_rows = any(row.state != "removed" for row in facts.rows)
    empty = not (facts.row or facts.holds_answers or holds_rows)
    return [("not_done", "record.not_done")] * empty + [("remove", "record.remove")] * (facts.record_id is not None)


def _undone_at(facts: FormFacts, gone: FormGone) -> str:
    return form_url(facts) if gone.what == "form" else visit_place(facts)
