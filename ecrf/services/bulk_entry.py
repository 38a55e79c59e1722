"""Whole casebooks entered at once, for studies made or taken over: one subject, one appending to the trail.

Each record is judged by the same engine in the order in which it was entered, and each act has its own entry at its own
time, as if it had come from a page. What a page reads from the database between two saves stands in memory here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from audit.entries import take_head
from ecrf.db import db
from ecrf.errors import IllegalState
from ecrf.messages import N_
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require, require_at
from ecrf.services import consequences, queries, studies, wide_holds
from ecrf.services.bulk_steps import Step, take
from ecrf.services.casebooks import Found, OpenCasebook
from ecrf.services.records import Address, enter, expect_accepted, expect_planned, say_complete, start
from ecrf.services.subjects import expect_new_number
from ecrf.services.trail import Acts
from forms.casebook import EventKey
from forms.datum import Datum
from forms.findings import Verdict
from forms.judge import judge, missing_required


class NotAlike(ValueError):
    """A sheet or a step differs from the one it was to be like: in its form, its day or what is read of it."""


@dataclass(frozen=True)
class Sheet:
    """One record as it was entered: where, what, when, and whether it was marked complete in the end."""

    event: EventKey
    form: str
    row: int
    answers: Mapping[str, Datum]
    at: datetime
    is_complete: bool = False


@dataclass(frozen=True)
class Saying:
    """What somebody said in the thread of a query, later than all data were entered."""

    by: Actor
    move: queries.Move
    text: str
    at: datetime


Happening = Sheet | Step
"""What happens to a subject: a sheet is entered, or a step on its way."""
Talk = Callable[[Query], Iterable[Saying]]
"""What people said about a query that a check opened."""


@dataclass(frozen=True)
class Judged:
    """A casebook as it was judged: what happened, and the verdicts of the sheets (None: no sheet)."""

    happenings: Sequence[Happening]
    verdicts: Sequence[Verdict | None]


class BulkEntry:
    """Entry at one site by one person; made once for each transaction."""

    def __init__(self, by: Actor, site: Site) -> None:
        by = require_at(by, Permission.SUBJECT_REGISTER, site.study_id, site.id)
        self.by = require_at(by, Permission.RECORD_EDIT, site.study_id, site.id)
        if site.status != "open":
            raise IllegalState(N_("This site is closed."), state="closed", needed=("open",))
        self.site, self.study = site, db.session.get_one(Study, site.study_id)
        self.version = studies.version_at(site)
        self.compiled = studies.compiled(site.study_id, self.version)
        take_head(db.session.connection(), f"study:{self.study.oid}")  # numbers are the study's
        wide_holds.expect_free(self.site)
        self._taken: dict[tuple[str, str], set[str]] = {}

    def enter(
        self, number: str, happenings: Sequence[Happening], talk: Talk | None = None, like: Judged | None = None
    ) -> tuple[Subject, Judged]:
        """Register a subject and enter its sheets and its other steps in order; raises `NotAccepted` where a value is
        refused.

        A casebook `like` one that was judged before takes over its verdicts: forms are pure, so that the same answers
        on the same days give the same. Answers may differ in what nothing reads; raises `NotAlike` for others.
        """
        expect_new_number(self.site, number)
        subject = Subject(study_id=self.study.id, site_id=self.site.id, screening_number=number)
        found = Found(subject, self.site, self.study, self.version, has_holds=False)
        acts = Acts(found.about, happenings[0].at if happenings else None)
        acts.add(self.by, Action.SUBJECT_REGISTERED, [subject])
        today = found.today(acts.at)
        book = OpenCasebook(found, self.version, self.compiled, {}, {}, [], today, last_number=0)
        known = self._taken_over(found, happenings, like) if like else [None] * len(happenings)
        verdicts = [
            self._happen(acts, book, each, verdict, is_judged=like is not None)
            for each, verdict in zip(happenings, known, strict=True)
        ]
        for query in [*book.opened.values()] if talk else ():
            self._discuss(acts, book, query, talk(query) if talk else ())
        acts.write()
        return subject, Judged(happenings, verdicts)

    def _happen(
        self, acts: Acts, book: OpenCasebook, what: Happening, known: Verdict | None, *, is_judged: bool
    ) -> Verdict | None:
        acts.at, book.today = what.at, book.found.today(what.at)
        if isinstance(what, Sheet):
            return self._save(acts, book, what, known)
        take(what, acts, self.by, book, is_judged=is_judged)
        return None

    def _save(self, acts: Acts, book: OpenCasebook, sheet: Sheet, known: Verdict | None) -> Verdict:
        """One save, as `records.save` does it, but for what it would have to read."""
        address = Address(book.found.subject.id, sheet.event, sheet.form, sheet.row)
        expect_planned(book, address)
        taken = self._take(sheet)
        verdict = None if taken else known
        verdict = verdict or judge(self.compiled, replace(book.as_seen(), taken=taken), address.key, sheet.answers)
        record = book.records.get(address.key)
        expect_accepted(record, verdict)
        record = record or start(book, address)
        cause = enter(acts, self.by, book, record, verdict, {})
        consequences.follow(acts, book, verdict, cause=cause)
        if sheet.is_complete and not missing_required(self.compiled, book.as_seen(), address.key):
            say_complete(acts, self.by, record)
        return verdict

    def _discuss(self, acts: Acts, book: OpenCasebook, query: Query, sayings: Iterable[Saying]) -> None:
        """The thread of a query, as `queries.answer` and `queries.close` write it."""
        record = next(each for each in book.records.values() if each.id == query.record_id)
        for said in sayings:
            if query.state not in said.move.since:
                raise IllegalState(N_("The query is not in a state for this."), state=query.state)
            acts.at, by = said.at, require(said.by, said.move.permission, record)
            query.state, query.resolution = said.move.state, said.move.resolution
            queries.put_in_words(acts, by, said.move.action, record, query, said.move.kind, said.text)

    def _taken_over(self, found: Found, happenings: Sequence[Happening], like: Judged) -> list[Verdict | None]:
        pairs = zip(happenings, like.happenings, like.verdicts, strict=True)
        return [self._same(found, *each) for each in pairs]

    def _same(self, found: Found, what: Happening, model: Happening, verdict: Verdict | None) -> Verdict | None:
        if isinstance(what, Sheet) and isinstance(model, Sheet) and verdict is not None:
            return self._same_sheet(found, what, model, verdict)
        if what != model:
            raise NotAlike(type(what).__name__)
        return None

    def _same_sheet(self, found: Found, sheet: Sheet, model: Sheet, verdict: Verdict) -> Verdict:
        """The verdict on a sheet that differs from another at most in what no check and no derivation reads."""
        there = (sheet.event, sheet.form, sheet.row, sheet.answers.keys(), found.today(sheet.at))
        if there != (model.event, model.form, model.row, model.answers.keys(), found.today(model.at)):
            raise NotAlike(sheet.form)
        moved = {item for item, datum in sheet.answers.items() if datum != model.answers[item]}
        if not moved:
            return verdict
        affected = self.compiled.affected(frozenset(f"{sheet.form}.{item}" for item in moved))
        checks = [each for each in affected.checks if each not in self.compiled.questions]
        if affected.lab_items or affected.derivations or checks:
            raise NotAlike(*sorted(moved))
        return replace(verdict, accepted={item: sheet.answers[item] for item in verdict.accepted})

    def _take(self, sheet: Sheet) -> frozenset[str]:
        """Which unique items of a sheet hold what another record of the study has; the rest is taken from now on."""
        items = self.compiled.study.forms[sheet.form].items
        found = set()
        for item, datum in sheet.answers.items():
            if datum.text and items[item].unique:
                taken = self._values_of(sheet.form, item)
                found |= {item} & {item for text in [datum.text] if text in taken}
                taken.add(datum.text)
        return frozenset(found)

    def _values_of(self, form: str, item: str) -> set[str]:
        if (form, item) not in self._taken:
            standing = Record.study_id == self.study.id, Record.form == form, Record.state != "removed"
            texts = db.session.scalars(select(Record.data[(item, "v")].as_string()).where(*standing))
            self._taken[form, item] = {text for text in texts if text}
        return self._taken[form, item]
