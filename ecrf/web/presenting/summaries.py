"""What stands at the head of a form's page after a save, or when something waits: a sentence, a link per problem."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ecrf.web.presenting.cards import count_of_open, short_reason
from ecrf.web.presenting.catalogue import gettext, ngettext
from ecrf.web.presenting.changes import label_of
from ecrf.web.presenting.moments import clock, day, offset
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.signs import day_text
from ecrf.web.presenting.surroundings import form_url

_NAMED = 4
"""So many missing answers of a row are named; the row itself shows all of them."""


@dataclass(frozen=True)
class Link:
    """One problem: where it stands, and what it is."""

    url: str
    text: str


@dataclass(frozen=True)
class Summary:
    """The notice: `kind` is bad or warn; `takes_focus` after an act of the person."""

    kind: str
    heading: str
    links: tuple[Link, ...]
    takes_focus: bool = False


def summary_of(sheet: Sheet, *, was_saved: bool, after_act: bool) -> Summary | None:
    """The notice of a page; None where nothing is wrong and nothing waits."""
    typing = sheet.typing
    links = () if typing.is_held else (
        *_collision_links(sheet), *_refused_links(sheet), *_reason_links(sheet), *_missing_links(sheet),
        *_query_links(sheet),
    )  # fmt: skip
    if not links and not typing.fault and not typing.is_back and typing.kept_at is None:
        return None
    is_bad = bool(typing.refused or typing.unreasoned or typing.colliding or typing.fault or typing.is_incomplete)
    return Summary("bad" if is_bad else "warn", _heading(sheet, was_saved=was_saved), links, takes_focus=after_act)


def _heading(sheet: Sheet, *, was_saved: bool) -> str:
    """The worst first: why nothing was saved, what to choose, what to say, what was refused, what waits."""
    typing = sheet.typing
    if typing.fault:
        return (_held_text(sheet) if typing.is_held else "") or typing.fault
    if typing.is_back:
        return _back_text(sheet)
    if typing.kept_at is not None:
        return _draft_text(sheet, typing.kept_at)
    if typing.colliding and typing.base is None:
        return gettext("The page did not say which state of the form it showed. Choose what stands for each answer")
    if typing.colliding and typing.rival:
        person, at = typing.rival
        return gettext("%(person)s saved this form at %(time)s, while you were typing. Your other answers are saved; "
                       "choose what stands where you both changed the same", person=person,
                       time=f"{at.astimezone(ZoneInfo(sheet.facts.who.zone)):%H:%M}")  # fmt: skip
    if typing.colliding:
        return ngettext("%(num)s answer was changed by somebody else while you were typing",
                        "%(num)s answers were changed by somebody else while you were typing",
                        len(typing.colliding))  # fmt: skip
    if typing.unreasoned:
        return ngettext("Nothing was saved yet: %(num)s saved answer changes and needs a reason",
                        "Nothing was saved yet: %(num)s saved answers change and need a reason",
                        len(typing.unreasoned))  # fmt: skip
    if typing.is_incomplete:
        return gettext("Saved, but not complete: %(missing)s", missing=missing_text(sheet))
    return _after_saving(sheet) if was_saved else _without_saving(sheet)


def _held_text(sheet: Sheet) -> str:
    """That nothing was saved, and what holds the form; empty where nothing holds it as a whole."""
    hold = next((hold for hold in sheet.facts.holds if hold.item is None), None)
    if hold is None:
        return ""
    on = hold.held_at.astimezone(ZoneInfo(hold.zone)).date()
    moment = {"day": day_text(on.isoformat()), "time": clock(hold.held_at, hold.zone)[:5]}
    words = {"person": hold.held_by, "moment": gettext("%(day)s, %(time)s", **moment)}
    words["moment"] += f" {offset(hold.held_at, hold.zone)}"
    if hold.kind == "lock":
        return gettext("Nothing was saved: this form is locked by %(person)s since %(moment)s", **words)
    return gettext("Nothing was saved: this form is frozen by %(person)s since %(moment)s", **words)


def _back_text(sheet: Sheet) -> str:
    """That what was typed before the log-in waits to be saved; where it cannot be any more, why."""
    if not sheet.facts.is_writable:
        return _held_text(sheet)
    return gettext("What you typed before you logged in again is back and not saved yet. Save it")


def _draft_text(sheet: Sheet, kept_at: datetime) -> str:
    """Since when what was typed waits to be saved, and who saved meanwhile."""
    zone, rival = sheet.facts.who.zone, sheet.typing.rival
    words = {"day": day(kept_at, zone), "time": clock(kept_at, zone)[:5]}
    if not sheet.facts.is_writable:
        return gettext("What you typed on %(day)s at %(time)s is not saved, and cannot be any more", **words)
    if rival and sheet.typing.colliding:
        words["person"] = rival[0]
        return gettext("What you typed on %(day)s at %(time)s stands below and is not saved. %(person)s saved this "
                       "form meanwhile; choose what stands where you both changed the same", **words)  # fmt: skip
    return gettext(
        "What you typed on %(day)s at %(time)s stands below and is not saved. Save it, or discard it", **words
    )


def _after_saving(sheet: Sheet) -> str:
    refused, waiting = len(sheet.typing.refused), _waiting(sheet)
    if not refused:
        return gettext("Saved; %(waiting)s", waiting=waiting)
    said = ngettext("%(num)s value was not accepted", "%(num)s values were not accepted", refused)
    if not count_of_open(sheet):
        return gettext("Saved, but %(refused)s", refused=said)
    return gettext("Saved, but %(refused)s and %(waiting)s", refused=said, waiting=waiting)


def _without_saving(sheet: Sheet) -> str:
    """What was refused where nothing else was to be saved, else what waits."""
    refused = len(sheet.typing.refused)
    if not refused:
        return _waiting(sheet)
    return ngettext("%(num)s value was not accepted; nothing else changed",
                    "%(num)s values were not accepted; nothing else changed", refused)  # fmt: skip


def _waiting(sheet: Sheet) -> str:
    """The open queries."""
    return ngettext("%(num)s query is open", "%(num)s queries are open", count_of_open(sheet))


def missing_text(sheet: Sheet) -> str:
    """What is missing for the form to be complete, in words; empty where nothing is."""
    missing, rows = sheet.facts.missing, len(sheet.typing.unfinished)
    if rows:
        return ngettext("%(num)s row lacks required answers", "%(num)s rows lack required answers", rows)
    if len(missing) == 1:
        return gettext("%(item)s is missing", item=label_of(sheet, missing[0]))
    said = ngettext("%(num)s required answer is missing", "%(num)s required answers are missing", len(missing))
    return said if missing else ""


def _missing_links(sheet: Sheet) -> tuple[Link, ...]:
    missing = sheet.facts.missing if sheet.typing.is_incomplete else ()
    rows = sheet.typing.unfinished
    return (
        *(Link(f"#{name}", gettext("%(item)s is missing", item=label_of(sheet, name))) for name in missing),
        *(Link(f"{form_url(sheet.facts)}/{row}", _row_text(sheet, row, rows[row])) for row in sorted(rows)),
    )


def _row_text(sheet: Sheet, row: int, missing: tuple[str, ...]) -> str:
    items = gettext(", ").join(label_of(sheet, name) for name in missing[:_NAMED])
    if len(missing) <= _NAMED:
        return gettext("Row %(number)s: %(items)s", number=row, items=items)
    return gettext("Row %(number)s: %(items)s and %(more)s more", number=row, items=items, more=len(missing) - _NAMED)


def _collision_links(sheet: Sheet) -> tuple[Link, ...]:
    return tuple(Link(f"#c-{name}", gettext("%(item)s: choose which answer stands", item=label_of(sheet, name)))
                 for name in sheet.typing.colliding)  # fmt: skip


def _refused_links(sheet: Sheet) -> tuple[Link, ...]:
    refusals = sheet.typing.refused.items()
    return tuple(Link(f"#{name}", refusal.message.said_in(sheet.language)) for name, refusal in refusals)


def _reason_links(sheet: Sheet) -> tuple[Link, ...]:
    unsaid = [(f"#r-{name}", gettext("%(item)s: say why it changes", item=label_of(sheet, name)))
              for name in sheet.typing.unreasoned]  # fmt: skip
    wrong = [(f"#{'n' if fault.is_in_words else 'r'}-{name}",
              gettext("%(item)s: %(text)s", item=label_of(sheet, name), text=fault.text))
             for name, fault in sheet.typing.reason_faults.items()]  # fmt: skip
    return tuple(Link(*link) for link in (*unsaid, *wrong))


def _query_links(sheet: Sheet) -> tuple[Link, ...]:
    waiting = (query for query in sheet.facts.queries if query.state == "open")
    return tuple(Link(f"#q-{query.number}", short_reason(sheet, query)) for query in waiting)
