"""Listings: the items of one form across subjects, narrowed by a condition in the study language.

What columns can narrow is narrowed by the database; the condition is evaluated exactly, a bounded number of records at
a time. A record on which it is UNKNOWN is not shown, but counted, and listed where that is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from audit.entries import Change
from ecrf.db import db
from ecrf.errors import BadInput, NotFound
from ecrf.messages import N_, Message
from ecrf.models.studies import Study as StudyRow
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.policy.withholding import is_withheld
from ecrf.reads.listing_rows import OWN_COLUMNS, ROWS, WHOLE, Key, ListingFilters, Rows, versions_in_play
from ecrf.reads.matrix import studies_seen
from ecrf.services import studies
from ecrf.services.listing_conditions import Condition, Fault, condition
from ecrf.services.listing_lines import Line, lines_of, truths_of
from ecrf.services.trail import About, Acts
from forms.compiled import CompiledStudy
from forms.definitions import Item, Study

PAGE = 50
LONGEST = 2000
_SHOWN_FIRST = 8
_EVALUATED, _SEARCHED = 150, 1200
_CHUNK = 100
_EXPORTED_AT_ONCE = 500


@dataclass(frozen=True)
class Listing:
    """One page of a listing, `items` those that may be chosen and `columns` those that are.

    `searched` counts the records looked at for it, `unknown` those of them on which the condition is not evaluable;
    `upto` is the number of the subject where the search stopped, `next` the key to go on from, None at the end. `total`
    counts what the column filters leave, None where it was not counted.
    """

    filters: ListingFilters
    study: Study | None = None
    study_id: str = ""
    items: tuple[Item, ...] = ()
    columns: tuple[Item, ...] = ()
    levels: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    lines: tuple[Line, ...] = ()
    searched: int = 0
    unknown: int = 0
    upto: str = ""
    next: str | None = None
    total: int | None = None


def listing(
    actor: Actor, filters: ListingFilters, now: datetime, *, size: int = PAGE,
    permission: Permission = Permission.RECORD_READ,
) -> Listing:  # fmt: skip
    """One page of the records on which the actor has the permission; raises `NotFound` for a study or a form that is
    named and not there. A faulty condition shows nothing, and says where its faults are; to whoever sees no study there
    is none."""
    opened = _opened(actor, filters, permission)
    if opened is None:
        return Listing(filters)
    page, rows, judged = opened
    if page.faults:
        return page
    if judged is None:
        return _plain(page, rows, size)
    return _searched(page, rows, judged, now, size)


def pages_to_export(by: Actor, filters: ListingFilters, now: datetime) -> Iterator[Listing]:
    """All records of a listing in their order, page by page; at least one page. Raises `Forbidden` for whoever may not
    take data out, `BadInput` for a faulty condition."""
    export = Permission.RECORD_EXPORT
    following: str | None = ""
    while following is not None:
        page = listing(by, filters.of(after=following), now, size=_EXPORTED_AT_ONCE, permission=export)
        if page.study is None:
            raise NotFound("study")
        _exporter(by, page.study_id)
        if page.faults:
            raise BadInput({"where": told(page.faults[0])})
        yield page
        following = page.next


def exported(by: Actor, page: Listing, count: int, sha256: str) -> None:
    """Write into the trail of the study that a listing was taken out of the system: its filters, how many records, and
    the digest of the file."""
    study = db.session.get_one(StudyRow, page.study_id)
    acts = Acts(About(f"study:{study.oid}", study=study.id, form=page.filters.form))
    chosen = {name: value for name, value in vars(page.filters).items() if value and name != "after"}
    notes = [Change(f"listing/{name}", value, mark="note") for name, value in sorted(chosen.items())]
    notes += [Change("listing/rows", str(count), mark="note"), Change("listing/sha256", sha256, mark="note")]
    acts.add(_exporter(by, study.id), Action.LISTING_EXPORTED, notes=notes)
    acts.write()


def _exporter(by: Actor, study_id: str) -> Actor:
    """The actor in the role that allows taking data of a study out, be it of one site."""
    here = [grant for grant in by.grants if grant.study_id in (None, study_id)]
    allowing = [grant for grant in here if grant.carries(Permission.RECORD_EXPORT)]
    site = next(iter([*allowing, *here])).site_id
    return require_at(by, Permission.RECORD_EXPORT, study_id, site)


def told(fault: Fault) -> Message:
    """A fault of a condition in one line."""
    said = N_("Line %(line)s, column %(column)s: %(fault)s")
    words = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    return Message(said, {"line": fault.line, "column": fault.column, "fault": words})


def _opened(
    actor: Actor, filters: ListingFilters, permission: Permission
) -> tuple[Listing, Rows, Condition | None] | None:  # fmt: skip
    found = next((row for row in studies_seen(actor) if filters.study in ("", row.name)), None)
    if found is None and filters.study:
        raise NotFound("study")
    if found is None:
        return None
    newest = studies.compiled(found.id, found.number)
    form = filters.form or next(iter(newest.study.forms))
    numbers = versions_in_play(found.id, form) or [found.number]
    compiled = studies.compiled(found.id, numbers[-1])
    if form not in compiled.study.forms:
        raise NotFound("form")
    filters = filters.of(study=found.name, form=form, level=_level(compiled, form, filters.level))
    page = _page(actor, compiled, found.id, filters)
    rows = Rows(actor, found.id, compiled.study, compiled.study.forms[form], page.filters, permission)
    if not filters.where:
        return page, rows, None
    judged = condition(actor, found.id, numbers, form, filters.where)
    return replace(page, faults=judged.faults), rows, judged


def _level(compiled: CompiledStudy, form: str, wanted: str) -> str:
    levels = _levels(compiled, form)
    return wanted if wanted in levels else levels[0]


def _levels(compiled: CompiledStudy, form: str) -> tuple[str, ...]:
    """Whether there are rows to list, or the form itself, or either."""
    kinds = {ROWS: compiled.items_at(form, 1) if compiled.row_items(form) else (), WHOLE: compiled.items_at(form, 0)}
    return tuple(level for level, items in kinds.items() if items) or (WHOLE,)


def _page(actor: Actor, compiled: CompiledStudy, study_id: str, filters: ListingFilters) -> Listing:
    form = compiled.study.forms[filters.form]
    oids = compiled.items_at(form.oid, 1 if filters.level == ROWS else 0)
    items = tuple(form.items[oid] for oid in oids if not is_withheld(actor, form.items[oid]))
    wanted = filters.columns.split()
    columns = tuple(item for item in items if item.oid in wanted) or _first(items, form.listed)
    named = {*OWN_COLUMNS, *(item.oid for item in items)}
    sort = filters.sort if filters.sort.removeprefix("-") in named else ""
    told = filters.of(columns=" ".join(item.oid for item in columns), sort=sort)
    return Listing(told, compiled.study, study_id, items, columns, _levels(compiled, form.oid))


def _first(items: tuple[Item, ...], listed: tuple[str, ...]) -> tuple[Item, ...]:
    """The columns of whoever has chosen none: those by which rows are told apart, else the first that are entered."""
    told = tuple(item for item in items if item.oid in listed)
    return told or tuple(item for item in items if not item.is_computed and item.lab is None)[:_SHOWN_FIRST]


def _plain(page: Listing, rows: Rows, size: int) -> Listing:
    keys = rows.window(size + 1)
    lines = tuple(lines_of([key.id for key in keys[:size]]))
    following = keys[size - 1].id if len(keys) > size else None
    return replace(page, lines=lines, searched=len(lines), next=following, total=rows.total())


def _searched(page: Listing, rows: Rows, judged: Condition, now: datetime, size: int) -> Listing:
    """Look for records until the page is full, a bound is reached, or there are no more."""
    most = max(_EVALUATED, 2 * size)
    bound = _SEARCHED if judged.conjuncts else most
    keys = rows.window(bound + 1, judged.conjuncts)
    may_hold = [at for at, key in enumerate(keys[:bound]) if key.may_hold]
    search = _Search(None if page.filters.truth == "unknown" else True, size)
    for first in range(0, min(len(may_hold), most), _CHUNK):
        chunk = may_hold[first : min(first + _CHUNK, most)]
        lines = lines_of([keys[at].id for at in chunk])
        truths = truths_of(lines, judged.filters, page.study_id, now)
        if any(search.is_full_after(*seen) for seen in zip(chunk, lines, truths, strict=True)):
            break
    else:
        search.searched = may_hold[most] if len(may_hold) > most else len(keys[:bound])
    return _stopped(page, keys, search)


@dataclass
class _Search:
    """What has been found so far: `searched` counts the records that were looked at or left out."""

    wanted: bool | None
    size: int
    lines: list[Line] = field(default_factory=list)
    unknown: int = 0
    searched: int = 0

    def is_full_after(self, at: int, line: Line, truth: bool | None) -> bool:
        """Take a record and its truth; whether that fills the page."""
        self.unknown += truth is None
        self.searched = at + 1
        if truth is self.wanted:
            self.lines.append(line)
        return len(self.lines) == self.size


def _stopped(page: Listing, keys: list[Key], search: _Search) -> Listing:
    """The page as the search left it."""
    last = keys[search.searched - 1] if search.searched else None
    return replace(
        page, lines=tuple(search.lines), unknown=search.unknown, searched=search.searched,
        upto=last.number if last else "", next=last.id if last and search.searched < len(keys) else None,
    )  # fmt: skip
