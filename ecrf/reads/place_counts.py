"""How many forms of each visit stand in which state: from the tallies of places, and from what holds some of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, func, literal, select, union_all

from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.records import Record
from ecrf.models.standing import GONE, stands
from ecrf.models.subjects import OUT_OF_COURSE
from ecrf.models.summaries import PlaceTally, SiteTally
from ecrf.reads.definitions import plan
from ecrf.reads.held_sites import held_sites
from forms.definitions import Event as PlannedEvent
from forms.definitions import Study

_HELD = {"freeze": "frozen", "lock": "locked"}
_PLANNED = ("scheduled", "common")
_EVERY = ""
"""Stands for all sites together: where no visit repeats, no more have begun at any site than are expected there, and
all may be counted as one."""
_BEGUN = ("in_progress", "complete", "not_done")
Sites = Mapping[str, str]
"""The codes of sites by their ids."""
Counts = Counter[tuple[str, str]]
"""How many by the id of a site and an event."""


Planned = Mapping[tuple[str, str], bool]
"""The forms of the plan by event and form: whether each is asked for without a condition."""


def counts(
    study_id: str, study: Study, sites: Sites, by: str, *, event: str = "", form: str = ""
) -> dict[str, Counter[str]]:
    """How many forms of the plan stand in which state at these sites, by the `site` (its code), `event` or `form`;
    those of one event and of one form where they are named. A form with data that is held counts as that alone."""
    planned = _planned(study, event, form)
    ids = list(sites)
    sites = sites if by == "site" else _together(study, sites)
    expected, not_done = _visits(study, ids, sites)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, state, number in _awaited(planned, sites, by, {"not_started": expected, "not_done": not_done}):
        found[key][state] += number
    for site, oid, of_form, states in _forms(ids, sites):
        if (oid, of_form) in planned:
            known = found[_key(by, sites[site], oid, of_form)]
            for state, number in states:
                known[state] += number
            if planned[oid, of_form]:  # what has begun is awaited no longer; no more than was expected there
                known["not_started"] -= min(sum(number for _, number in states), expected[site, oid])
    for site, oid, of_form, state, kind, number in _held(study_id, ids, sites):
        if (oid, of_form) in planned:
            known = found[_key(by, sites[site], oid, of_form)]
            known[state] -= number
            known[_HELD[kind]] += number
    return {each: states for each, states in found.items() if states.total()}


def _planned(study: Study, event: str, form: str) -> Planned:
    return {
        (each.oid, oid): study.forms[oid].shown_if is None
        for each in plan(study)
        for oid in each.forms
        if event in ("", each.oid) and form in ("", oid)
    }


def _together(study: Study, sites: Sites) -> Sites:
    repeat = any(each.repeating and each.kind in _PLANNED for each in plan(study))
    return sites if repeat else {_EVERY: ""}


def _key(by: str, site: str, event: str, form: str) -> str:
    return site if by == "site" else event if by == "event" else form


def _awaited(planned: Planned, sites: Sites, by: str, visits: Mapping[str, Counts]) -> Iterator[tuple[str, str, int]]:
    """What each visit brings with it for the forms that are asked of it without a condition."""
    asked = Counter(event for (event, _), is_asked in planned.items() if is_asked)
    for state, numbers in visits.items():
        in_all: Counter[str] = Counter()
        for (site, event), number in numbers.items():
            in_all[event] += number
            if by == "site":
                yield sites[site], state, number * asked[event]
        if by != "site":
            for event, form in (place for place, is_asked in planned.items() if is_asked):
                yield _key(by, "", event, form), state, in_all[event]


def _visits(study: Study, ids: list[str], sites: Sites) -> tuple[Counts, Counts]:
    """How many of the visits at each site are expected or took place, and how many are said not to be done."""
    subjects: Counter[tuple[str, int]] = Counter()
    by_status = (_site(SiteTally, sites), SiteTally.bucket)
    of_status = select(*by_status, func.sum(SiteTally.number)).where(
        SiteTally.site_id.in_(ids), SiteTally.measure == "subjects"
    )
    for site, status, count in db.session.execute(of_status.group_by(*by_status)):
        subjects[site, int(status in OUT_OF_COURSE)] += count
    begun: Counter[tuple[str, str, str, int]] = Counter()
    columns = (_site(PlaceTally, sites), PlaceTally.event, PlaceTally.state, PlaceTally.is_apart)
    of_visits = select(*columns, func.sum(PlaceTally.number)).where(PlaceTally.site_id.in_(ids), PlaceTally.form == "")
    for site, oid, state, is_apart, count in db.session.execute(of_visits.group_by(*columns)):
        begun[site, oid, state, is_apart] = count
    expected, not_done = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for event in plan(study):
        for site in sites:
            expected[site, event.oid] = _expected(site, event, subjects, begun)
            not_done[site, event.oid] = sum(begun[site, event.oid, "not_done", before] for before in (0, 1))
    return expected, not_done


def _site(model: Any, sites: Sites) -> Any:
    """The site that a row is counted at."""
    return literal(_EVERY).label("site") if _EVERY in sites else model.site_id.label("site")


def _expected(
    site: str, event: PlannedEvent, subjects: Counter[tuple[str, int]], begun: Counter[tuple[str, str, str, int]]
) -> int:
    """A visit of the plan is expected of each subject, one that counts from enrolment only after it; what took place
    before counts, what was taken away or not done does not."""
    if event.kind not in _PLANNED:
        return 0
    gone = [sum(begun[site, event.oid, state, before] for state in GONE) for before in (0, 1)]
    after = subjects[site, 0] - gone[0]
    if event.target is None:
        return max(after + subjects[site, 1] - gone[1], 0)
    return max(after + begun[site, event.oid, "started", 1], 0)


def _forms(ids: list[str], sites: Sites) -> Iterator[tuple[str, str, str, list[tuple[str, int]]]]:
    """By the id of the site, event and form: how many forms stand in each state."""
    place = (_site(PlaceTally, sites), PlaceTally.event, PlaceTally.form)
    chosen = select(*place, PlaceTally.state, func.sum(PlaceTally.number)).where(
        PlaceTally.site_id.in_(ids), PlaceTally.form != "", PlaceTally.state.in_(_BEGUN)
    )
    rows = db.session.execute(chosen.group_by(*place, PlaceTally.state).order_by(*place))
    for (site, event, form), states in groupby(rows, key=itemgetter(0, 1, 2)):
        yield site, event, form, [(row[3], row[4]) for row in states]


def _held(study_id: str, ids: list[str], sites: Sites) -> Iterator[tuple[Any, ...]]:
    """The forms with data that are frozen or locked, by site, event, form, state and the strongest of what holds them.
    Where a site is held as a whole its tallies tell, less what a lock below a freeze holds."""
    wide = held_sites(ids).kinds
    yield from _held_apart(study_id, [site for site in ids if site not in wide], sites)
    for kind in set(wide.values()):
        held = [site for site in ids if wide.get(site) == kind]
        below = [] if kind == "lock" else [row for row in _held_apart(study_id, held, sites) if row[4] == "lock"]
        yield from below
        locked = Counter({tuple(row[:4]): row[5] for row in below})
        for site, event, form, states in _forms(held, sites):
            for state, number in states:
                if state not in GONE:
                    yield site, event, form, state, kind, number - locked[site, event, form, state]


def _held_apart(study_id: str, ids: list[str], sites: Sites) -> Any:
    """Those that something below the site holds. Each level finds its records by an index, from the holds."""
    levels = {
        "subject": Record.subject_id == Hold.subject_id,
        "event": Record.event_id == Hold.event_id,
        "form": and_(Record.event_id == Hold.event_id, Record.form == Hold.form),
        "record": Record.id == Hold.record_id,
    }  # fmt: skip
    place = (Record.id, _site(Record, sites), Record.event, Record.form, Record.state)
    standing = (Hold.study_id == study_id, Hold.lifted_at.is_(None), Hold.site_id.in_(ids))
    reached = union_all(*(
        select(*place, Hold.kind).join_from(Hold, Record, on)
        .where(*standing, Hold.level == level, Record.row == 0, stands())
        for level, on in levels.items()
    )).subquery()  # fmt: skip
    _, *columns = reached.c
    strongest = select(*columns[:-1], func.max(reached.c.kind).label("kind"))
    each = strongest.group_by(reached.c.id, *columns[:-1]).subquery()
    return db.session.execute(select(*each.c, func.count()).group_by(*each.c))
