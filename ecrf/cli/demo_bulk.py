"""Made subjects entered in bulk: real entries, hashes and findings, some thousands in minutes.

Their acts have the times at which they would have been done: visits over months, queries of many ages.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

import click
from sqlalchemy import select

from ecrf import clock
from ecrf.cli.demo_people import LogIn
from ecrf.cli.demo_sites import place_of
from ecrf.cli.demo_subjects import EARLIEST, casebook, kind_of, opened, reviewed
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor
from ecrf.policy.grants import Role
from ecrf.reads.people import by_username
from ecrf.services import holds, queries
from ecrf.services.bulk_entry import BulkEntry, Happening, Judged, Saying
from ecrf.services.holds import Target
from ecrf.services.trail import Reason
from forms.definitions import Study

_TOGETHER = 50
_ANSWERS = (
    "Corrected against the source.",
    "Value confirmed by the laboratory.",
    "已核对原始记录。",
    "Repeated at the next visit.",
)
_CLOSINGS = ("Settled.", "Agreed, thank you.", "已解决。")
_QUESTIONS = ("Please check against the source.", "请核对原始病历。", "Is this the value of the local laboratory?")
_QUERIED, _HELD = 0.05, 0.04
Staff = dict[tuple[str, str | None], Actor]


def enter_made(count: int, study: Study, log_ins: Sequence[LogIn]) -> None:
    """Enter so many made subjects, site by site, and review some of them."""
    staff, told = _actors(log_ins) if count else {}, story_ends()
    judged: dict[int, Judged] = {}
    places = sorted((*place_of(number, count), number) for number in range(count))
    done = 0
    for code, of_site in groupby(places, key=lambda place: place[0]):
        numbers = [(number, subject) for _, number, subject in of_site]
        for first in range(0, len(numbers), _TOGETHER):
            _enter(code, numbers[first : first + _TOGETHER], study, staff, judged, told)
        done += len(numbers)
        if count > _TOGETHER:
            click.echo(f"{done} of {count} made subjects are entered.", err=True)


def story_ends() -> date:
    """The day on which the story of made subjects ends: today."""
    return max(EARLIEST, clock.now().date())


def _actors(log_ins: Sequence[LogIn]) -> Staff:
    """Everybody by role and site, with the grants of now, whatever the time of their acts."""
    return {(each.role, each.site): by_username(each.username, clock.now(), origin="cli") for each in log_ins}


def _enter(
    code: str, numbers: list[tuple[str, int]], study: Study, staff: Staff, judged: dict[int, Judged], today: date
) -> None:  # fmt: skip
    """Some subjects of one site in one transaction."""
    coordinator, monitor = staff[Role.COORDINATOR, code], staff[Role.MONITOR, code]
    with clock.told_by(lambda: opened(today)), unit_of_work():
        entry = BulkEntry(coordinator, db.session.scalars(select(Site).where(Site.code == code)).one())
        for number, made in numbers:
            kind = kind_of(made)
            happened = casebook(kind, number, study, today)
            talk = _Talk(made, happened, coordinator, monitor, reviewed(today))
            subject, verdicts = entry.enter(number, happened, talk.about, judged.get(kind))
            judged.setdefault(kind, verdicts)
            _review(made, subject.id, monitor, staff[Role.DATA_MANAGER, None], reviewed(today))
    db.session.remove()


class _Talk:
    """What site and monitor say about the queries of one subject, after its data were entered."""

    def __init__(
        self, made: int, happened: Sequence[Happening], coordinator: Actor, monitor: Actor, until: datetime
    ) -> None:  # fmt: skip
        self._dice = random.Random(f"talk {made}")  # noqa: S311 - seeded on purpose
        self._coordinator, self._monitor = coordinator, monitor
        self._at, self._until = happened[-1].at, until

    def about(self, query: Query) -> Iterable[Saying]:
        """Nothing about a third; an answer to most of the rest; an end to half of them. What data closed is closed."""
        if query.state != "open" or self._dice.random() < 0.35:
            return
        yield Saying(self._coordinator, queries.ANSWER, self._dice.choice(_ANSWERS), self._later())
        if self._dice.random() < 0.5:
            yield Saying(self._monitor, queries.CLOSE, self._dice.choice(_CLOSINGS), self._later())

    def _later(self) -> datetime:
        self._at = min(self._at + timedelta(hours=self._dice.randint(1, 72)), self._until - timedelta(hours=1))
        return self._at


def _review(made: int, subject_id: str, monitor: Actor, manager: Actor, at: datetime) -> None:
    """A question of the monitor about some subjects, and freezes and locks of some, by the services of the pages."""
    dice = random.Random(f"review {made}")  # noqa: S311 - seeded on purpose
    with clock.told_by(lambda: at + timedelta(minutes=made % 600)):
        if dice.random() < _QUERIED:
            queries.raise_query(monitor, _record_of(subject_id, "VS"), "WEIGHT", dice.choice(_QUESTIONS))
        if dice.random() < _HELD:
            target = dice.choice(
                (Target("subject", subject_id), Target("record", subject_id, _record_of(subject_id, "DM")))
            )
            act = dice.choice((holds.freeze, holds.lock))
            act(manager, target, Reason(text="Reviewed and clean."))


def _record_of(subject_id: str, form: str) -> str:
    """The first record of a form; every made subject has the screening's."""
    first = select(Record.id).where(Record.subject_id == subject_id, Record.form == form).order_by(Record.id).limit(1)
    return db.session.scalars(first).one()
