"""The records of one form across subjects: which ones, in which order, from which key on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true, tuple_

from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.reach import is_held
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import GONE, stands
from ecrf.models.studies import SiteVersion, StudyVersion
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.document_values import is_not_false, sorting_value
from ecrf.reads.held import KINDS
from ecrf.reads.listing_steps import STEPPED, steps
from forms.definitions import Form, Study
from forms.expressions import Conjunct

ROWS, WHOLE = "rows", "form"
OWN_COLUMNS = ("subject", "event", "state")
"""What a list can be sorted by beside its items."""


@dataclass(frozen=True)
class ListingFilters:
    """What was chosen; an empty text is no choice. `study` is the short name, `columns` are OIDs with blanks between,
    `level` rows or form, `where` a condition in the study language, `truth` unknown for the rows on which it is not
    evaluable, `subject` a number people use, `sort` a column (`-ALT`: from the end), `after` the id of the last record
    of the page before."""

    study: str = ""
    form: str = ""
    level: str = ""
    columns: str = ""
    where: str = ""
    truth: str = ""
    site: str = ""
    event: str = ""
    subject: str = ""
    state: str = ""
    sort: str = ""
    after: str = ""

    def of(self, **changed: str) -> Self:
        """The same with some of them changed."""
        return replace(self, **changed)


class Key(NamedTuple):
    """Where a record stands in the list, and whether the condition can hold there."""

    id: str
    number: str
    may_hold: bool


@dataclass(frozen=True)
class Rows:
    """The records that the column filters leave, of one form of one study, in their order."""

    actor: Actor
    study_id: str
    study: Study
    form: Form
    filters: ListingFilters
    permission: Permission = Permission.RECORD_READ

    def window(self, size: int, conjuncts: Sequence[Conjunct] = ()) -> list[Key]:
        """The next so many after the key."""
        narrow = is_not_false(conjuncts, dict(self.form.items)) if conjuncts else true()
        number = func.coalesce(Subject.subject_number, Subject.screening_number)
        seen = self._seen(Record.id, number, narrow)
        if self.filters.sort.removeprefix("-") in STEPPED:
            return self._by_steps(seen, size)
        chosen = self._after(seen).order_by(*self._order).limit(size)
        return [Key(*row) for row in db.session.execute(chosen)]

    def _by_steps(self, seen: Select[Any], size: int) -> list[Key]:
        """The same where there are few values to sort by: those of each in the order of subjects, until there are
        enough, so that nothing is sorted as a whole."""
        last = self._last() if self.filters.after else None
        if self.filters.after and last is None:
            return []
        found: list[Key] = []
        for value, has_value in steps(self.study, self.filters.sort):
            if last is not None and (value > last[0] if self._is_backward else value < last[0]):
                continue
            of_value = seen.where(has_value)
            if last is not None and value == last[0]:
                number = Subject.screening_number
                of_value = of_value.where(number >= last[1], tuple_(*self._tail) > tuple(last[1:]))
            chosen = of_value.order_by(*self._tail).limit(size - len(found))
            found += [Key(*row) for row in db.session.execute(chosen)]
            if len(found) == size:
                break
        return found

    def total(self) -> int | None:
        """How many there are; None where counting them would take longer than a page may. Forms as a whole are counted
        by an index: all in these states, less those of the few visits that have gone."""
        if self.filters.state in KINDS:
            return None
        if self.filters.level == ROWS or self.filters.state in GONE:
            return self._count(Record, select(func.count()).select_from(Record), *self._of_records)
        state = self.filters.state
        in_state = [*self._of_form, Record.state == state if state else Record.state.not_in(GONE)]
        under = select(func.count()).join_from(Event, Record, Record.event_id == Event.id)
        gone = self._count(Event, under, Event.state.in_(GONE), *in_state)
        return self._count(Record, select(func.count()).select_from(Record), *in_state) - gone

    def _count(self, model: Any, counted: Select[Any], *conditions: ColumnElement[bool]) -> int:
        """A count, with the scope and the choices said of this model's columns, from which the database begins."""
        seen = allowed(self.actor, self.permission, study=model.study_id, site=model.site_id)
        chosen = counted.where(model.study_id == self.study_id, seen, *conditions)
        if self.filters.site:
            of_site = select(Site.id).where(Site.study_id == self.study_id, Site.code == self.filters.site)
            chosen = chosen.where(model.site_id.in_(of_site))
        if self.filters.subject:
            chosen = chosen.where(model.subject_id.in_(select(Subject.id).where(self._is_numbered)))
        return db.session.scalar(chosen) or 0

    def _seen(self, *columns: Any) -> Select[Any]:
        chosen = self._scoped(*columns).where(*self._of_records)
        if self.filters.site:
            of_site = select(Site.id).where(Site.study_id == self.study_id, Site.code == self.filters.site)
            chosen = chosen.where(Subject.site_id.in_(of_site))
        return chosen.where(self._is_numbered) if self.filters.subject else chosen

    def _scoped(self, *columns: Any) -> Select[Any]:
        seen = allowed(self.actor, self.permission, study=Subject.study_id, site=Subject.site_id)
        chosen = select(*columns).select_from(Subject).join(Record, Record.subject_id == Subject.id)
        return chosen.where(Subject.study_id == self.study_id, Record.form == self.form.oid, seen)

    @property
    def _is_numbered(self) -> ColumnElement[bool]:
        number = self.filters.subject
        return or_(Subject.screening_number == number, Subject.subject_number == number)

    @property
    def _of_records(self) -> list[ColumnElement[bool]]:
        return [*self._of_form, *self._of_state()]

    @property
    def _of_form(self) -> list[ColumnElement[bool]]:
        filters = self.filters
        conditions = [Record.form == self.form.oid, Record.row > 0 if filters.level == ROWS else Record.row == 0]
        if filters.event:
            oid, _, instance = filters.event.partition("~")
            conditions.append(Record.event == oid)
            conditions += [Record.instance == int(instance)] if instance.isdecimal() and len(instance) < 6 else []
        return conditions

    def _of_state(self) -> list[ColumnElement[bool]]:
        """The state that was chosen; but for what is removed or not done itself, nothing that has gone is listed."""
        state = self.filters.state
        if state in GONE:
            return [Record.state == state]
        if state in KINDS:
            return [stands(), is_held(KINDS[state])]
        return [stands(), *([Record.state == state] if state else [])]

    @property
    def _rank(self) -> ColumnElement[int]:
        """The place of an event in the plan."""
        ranks = {event.oid: event.order for event in self.study.events.values()}
        return case(ranks, value=Record.event, else_=len(ranks) + 1)

    @property
    def _tail(self) -> list[ColumnElement[Any]]:
        return [Subject.screening_number.expression, self._rank, Record.instance.expression, Record.row.expression]

    @property
    def _lead(self) -> ColumnElement[Any] | None:
        """What is sorted by before subject and visit."""
        name = self.filters.sort.removeprefix("-")
        if name in self.form.items:
            return sorting_value(self.form.items[name])
        own: dict[str, ColumnElement[Any]] = {"event": self._rank, "state": Record.state.expression}
        return own.get(name)

    @property
    def _is_backward(self) -> bool:
        return self.filters.sort.startswith("-")

    @property
    def _order(self) -> list[ColumnElement[Any]]:
        lead = self._lead
        if lead is None:
            return [column.desc() if self._is_backward else column for column in self._tail]
        return [(lead.desc() if self._is_backward else lead.asc()).nulls_last(), *self._tail]

    def _after(self, statement: Select[Any]) -> Select[Any]:
        """What comes after the last record of the page before; one that the actor may not see is like one that is
        not."""
        lead, tail = self._lead, self._tail
        if not self.filters.after:
            return statement
        last = self._last()
        if last is None:
            return statement.where(false())
        behind = tuple_(*tail) > tuple(last[-len(tail) :])
        if lead is not None:
            return statement.where(self._behind(lead, last[0], behind))
        number = Subject.screening_number  # said apart, so that the index of the numbers is of use
        if self._is_backward:
            return statement.where(number <= last[0], tuple_(*tail) < tuple(last))
        return statement.where(number >= last[0], behind)

    def _last(self) -> Any:
        """Where the last record of the page before stands."""
        lead = self._lead
        columns = [*([] if lead is None else [lead]), *self._tail]
        return db.session.execute(self._scoped(*columns).where(Record.id == self.filters.after)).one_or_none()

    def _behind(self, lead: ColumnElement[Any], value: Any, behind: ColumnElement[bool]) -> ColumnElement[bool]:
        if value is None:
            return and_(lead.is_(None), behind)
        beyond = lead < value if self._is_backward else lead > value
        return or_(beyond, lead.is_(None), and_(lead == value, behind))


def versions_in_play(study_id: str, form: str) -> list[int]:
    """The study versions under which records of a form stand or are now entered, the newest last."""
    pinned = select(Record.id).where(
        Record.study_id == study_id, Record.form == form, Record.study_version == StudyVersion.number
    )
    in_force = select(SiteVersion.id).where(
        SiteVersion.study_id == study_id, SiteVersion.study_version == StudyVersion.number
    )
    chosen = select(StudyVersion.number).where(
        StudyVersion.study_id == study_id, or_(pinned.exists(), in_force.exists())
    )
    return list(db.session.scalars(chosen.order_by(StudyVersion.number)))
