"""Where a form's page stands: the subject, the visit and its window, the form before and the form after."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ecrf.reads.definitions import anchor
from ecrf.reads.forms import FormFacts, Who
from ecrf.web.addresses import event_code
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.signs import day_text, number_sign


@dataclass(frozen=True)
class Step:
    """A form of the same visit to go on to."""

    url: str
    title: str


@dataclass(frozen=True)
class Surroundings:
    """The context of the page in words; `url` is the page's own address, `row_before` and `row_after` those of the
    neighbouring rows, empty where there is none. `is_log` says that the form is kept through the whole study.
    `hold_target` is how the form is named where it is frozen or locked, empty while its visit has not begun."""

    url: str
    subject_url: str
    visit_url: str
    trail_url: str
    print_url: str
    number: str
    zone: str
    person: str
    site: str
    event: str
    visit_day: str
    saved_time: str
    window: str
    version: str
    position: str
    row: int
    is_new: bool
    is_log: bool
    previous: Step | None
    next: Step | None
    form_url: str
    new_row_url: str
    row_before: str
    row_after: str
    hold_target: str = ""


def surroundings_of(sheet: Sheet) -> Surroundings:
    """The surroundings of one page."""
    facts = sheet.facts
    base, own = visit_url(facts), form_url(facts)
    before, after = _neighbours(facts)
    row_before, row_after = _rows_around(facts)
    return Surroundings(
        url=f"{own}/{'new' if facts.new_id else facts.row}" if facts.row else own,
        subject_url=f"/subjects/{facts.who.id}", visit_url=visit_place(facts),
        trail_url=f"/records/{facts.record_id}/trail" if facts.record_id else "", print_url=_print_url(facts),
        number=facts.who.number,
        zone=facts.who.zone,
        person=person_text(facts.who, facts.visit_date), site=f"{facts.who.site_code} {facts.who.site_name}".strip(),
        event=event_text(facts, sheet.language), visit_day=_visit_day(facts), saved_time=_saved_time(facts),
        window=_window(facts),
        version=facts.study.version, position=_position(facts), row=facts.row, is_new=facts.new_id is not None,
        is_log=facts.event.kind == "common",
        previous=_step(facts, base, before, sheet.language), next=_step(facts, base, after, sheet.language),
        form_url=own, new_row_url=f"{own}/new", row_before=row_before, row_after=row_after,
        hold_target=_hold_target(facts),
    )  # fmt: skip


def _hold_target(facts: FormFacts) -> str:
    if facts.record_id is not None:
        return urlencode({"record": facts.record_id})
    named = {"subject": facts.who.id, "event": event_code(facts.key), "form": facts.form.oid}
    return urlencode(named) if facts.visit_date else ""


def visit_place(facts: FormFacts) -> str:
    """The place of the visit on the casebook's page."""
    return f"/subjects/{facts.who.id}#{anchor(facts.key)}"


def _print_url(facts: FormFacts) -> str:
    """The form as it is printed, with all its rows."""
    return f"/subjects/{facts.who.id}/print/{event_code(facts.key)}/{facts.form.oid}"


def visit_url(facts: FormFacts) -> str:
    """The address in front of the forms of a visit."""
    return f"/subjects/{facts.who.id}/{event_code(facts.key)}"


def form_url(facts: FormFacts) -> str:
    """The address of a form as a whole."""
    return f"{visit_url(facts)}/{facts.form.oid}"


def _rows_around(facts: FormFacts) -> tuple[str, str]:
    """The addresses of the rows before and after this one."""
    if not facts.row:
        return "", ""
    numbers = [row.row for row in facts.rows]
    before = max((number for number in numbers if number < facts.row), default=0)
    after = min((number for number in numbers if number > facts.row), default=0)
    own = form_url(facts)
    return f"{own}/{before}" if before else "", f"{own}/{after}" if after else ""


def event_text(facts: FormFacts, language: str) -> str:
    """An event as people call it, with its number where it repeats."""
    label = facts.event.label.said_in(language)
    return f"{label} {facts.instance}" if facts.instance else label


def person_text(who: Who, day: str | None) -> str:
    """Sex and age on the day of the visit: "Female, 34 y"; as much of it as is known."""
    sex = {"F": gettext("Female"), "M": gettext("Male")}.get(who.sex or "", "")
    years = completed_years(who.birth, day)
    if years is None:
        return sex
    return gettext("%(sex)s, %(years)s y", sex=sex, years=years) if sex else gettext("%(years)s y", years=years)


def completed_years(birth: str | None, day: str | None) -> int | None:
    """Age in completed years; None where either day is not known to the day."""
    born, on = _day(birth), _day(day)
    if born is None or on is None:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _neighbours(facts: FormFacts) -> tuple[str | None, str | None]:
    """The forms before and after this one in the visit."""
    around = (None, *facts.event.forms, None)
    at = around.index(facts.form.oid)
    return around[at - 1], around[at + 1]


def _step(facts: FormFacts, base: str, form: str | None, language: str) -> Step | None:
    return Step(f"{base}/{form}", facts.study.forms[form].label.said_in(language)) if form else None


def _position(facts: FormFacts) -> str:
    number, count = facts.event.forms.index(facts.form.oid) + 1, len(facts.event.forms)
    return gettext("form %(number)s of %(count)s in this visit", number=number, count=count)


def _visit_day(facts: FormFacts) -> str:
    if not facts.visit_date:
        return ""
    if facts.visit_offset is None:
        return facts.visit_date
    return gettext("%(date)s · day %(day)s", date=facts.visit_date, day=number_sign(str(facts.visit_offset)))


def _saved_time(facts: FormFacts) -> str:
    """When somebody wrote last: the time alone on the same day, with its day otherwise."""
    if facts.saved is None:
        return ""
    local = facts.saved[1].astimezone(ZoneInfo(facts.who.zone))
    return f"{local:%H:%M}" if local.date() == facts.today else f"{local:%Y-%m-%d %H:%M}"


def _window(facts: FormFacts) -> str:
    """The planned window, and whether the visit lies in it; empty where either is not known."""
    event, on = facts.event, _day(facts.visit_date)
    if on is None or facts.visit_offset is None or event.target is None:
        return ""
    start = on - timedelta(days=facts.visit_offset)
    first = start + timedelta(days=event.target + (event.window_min or 0))
    last = start + timedelta(days=event.target + (event.window_max or 0))
    span = {"first": day_text(first.isoformat(), with_year=False), "last": day_text(last.isoformat(), with_year=False)}
    if first <= on <= last:
        return gettext("%(first)s – %(last)s, inside", **span)
    return gettext("%(first)s – %(last)s, outside", **span)
