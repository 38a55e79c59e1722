"""Freezing and locking a site or a study as a whole: every subject there, and none begins there meanwhile.

All its subjects are taken first, in the order of their ids, then the shared heads: whoever acts on one of them comes
before the hold or is refused by it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, not_, or_, select

from audit.entries import find_head, take_head
from audit.tables import trail_entries
from ecrf.db import db
from ecrf.errors import Clash, Held, IllegalState, NotFound
from ecrf.messages import N_
from ecrf.models.holds import WIDE, Hold, StaleMark
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.reads.open_points import Open, open_at
from ecrf.reads.wholes import Whole
from ecrf.services import reevaluating, studies
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import told
from ecrf.services.hold_acts import LIFTED, PERMISSIONS, SET
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import About, Acts, Reason
from ecrf.services.words import reason_given, reason_if_any

_LIFTS = tuple(LIFTED.values())
OPEN = N_("Something is open here. Mend it first, or lock despite that and say why.")


def hold(by: Actor, what: Whole, kind: str, reason: Reason, *, despite_open: bool = False) -> Hold:
    """Freeze or lock a site or a study; where something is open, a lock is a decision that the reason explains."""
    tell = unsaid(what.place, REASON, reason.text)
    with attempt(by, PERMISSIONS[kind], SET[kind], what.place, tell) as acting:
        given, acts = reason_if_any(reason), _taken(what)
        if _standing(what, kind) is not None:
            raise IllegalState(N_("This is held that way already."), state=kind, needed=("not_held",))
        opened = open_of(acting, what) if kind == "lock" else Open()
        if not opened.is_clean and not despite_open:
            raise IllegalState(OPEN, state="open", needed=tuple(name for name, _ in opened.against))
        if not opened.is_clean:
            given = reason_given(reason)
        made = Hold(
            study_id=what.study.id, site_id=what.place.site, subject_id=None, level="site" if what.site else "study",
            kind=kind, reason=given.text if given else None, held_at=acts.at, held_by=by.name,
        )  # fmt: skip
        acts.add(acting, SET[kind], [made], reason=given)
        acts.write()
        return made


def lift(by: Actor, standing: Hold, reason: Reason) -> Hold:
    """Lift what holds a site or a study; what it kept from moving in its subjects moves now."""
    what = Whole(db.session.get_one(Study, standing.study_id), db.session.get(Site, standing.site_id or ""))
    if not by.may(Permission.SUBJECT_READ, what.study.id, what.place.site):
        raise NotFound("hold")
    action, tell = LIFTED[standing.kind], unsaid(what.place, REASON, reason.text)
    with attempt(by, Permission.HOLD_LIFT, action, what.place, tell) as acting:
        given, acts = reason_given(reason), _taken(what)
        db.session.refresh(standing)
        if standing.lifted_at is not None:
            raise IllegalState(N_("This was lifted already."), state="lifted", needed=("standing",))
        standing.lifted_at = acts.at
        cause = acts.add(acting, action, [standing], reason=given)
        acts.write()
        for subject_id, forms in _withheld(what, standing).items():
            reevaluating.reconsider_forms(subject_id, forms, acts.at, cause)
        return standing


def open_of(by: Actor, what: Whole) -> Open:
    """What is open in all subjects of a site or a study, by the newest version."""
    by = require_at(by, Permission.RECORD_READ, what.study.id, what.place.site)
    study = studies.compiled(what.study.id, studies.newest(what.study)).study
    return open_at(by, what.study.id, what.place.site, study)


def expect_free(site: Site, *levels: str) -> None:
    """Refuse a beginning at a site that is held, or whose study is; with levels, what holds it at one of these."""
    held = select(Hold).where(
        Hold.level.in_(levels or WIDE), Hold.study_id == site.study_id, Hold.lifted_at.is_(None),
        Hold.site_id.is_(None) | (Hold.site_id == site.id),
    )  # fmt: skip
    holds = db.session.scalars(held).all()
    if holds:
        raise Held([told(each) for each in holds])


def _standing(what: Whole, kind: str) -> Hold | None:
    here = Hold.site_id.is_(None) if what.site is None else Hold.site_id == what.site.id
    level = Hold.level == ("site" if what.site else "study")
    chosen = select(Hold).where(Hold.study_id == what.study.id, here, level, Hold.kind == kind)
    return db.session.scalar(chosen.where(Hold.lifted_at.is_(None)))


def _about(what: Whole) -> About:
    """Its own chain."""
    if what.site is None:
        return About(f"study:{what.study.oid}", study=what.study.id)
    return About(f"site:{what.site.id}", study=what.study.id, site=what.site.id)


def _taken(what: Whole) -> Acts:
    """The acts on it, once nobody acts on any subject of it and none can be registered; a subject that came while they
    were taken clashes."""
    connection, before = db.session.connection(), _subjects(what)
    for subject_id in before:
        find_head(connection, f"subject:{subject_id}")
    acts = Acts(_about(what))
    take_head(connection, f"study:{what.study.oid}")  # registering takes it
    db.session.expire_all()
    if _subjects(what) != before:
        raise Clash
    return acts


def _subjects(what: Whole) -> Sequence[str]:
    chosen = select(Subject.id).where(Subject.study_id == what.study.id)
    of_site = chosen.where(Subject.site_id == what.site.id) if what.site else chosen
    return db.session.scalars(of_site.order_by(Subject.id)).all()


def _withheld(what: Whole, standing: Hold) -> dict[str, set[str]]:
    """The forms of each subject that this hold may have kept from moving: those with a stale mark; under a lock, from
    which no mark tells of a query, also of whatever was lifted while it stood, and after a new range of all."""
    chosen = select(Record.subject_id, Record.form).where(Record.study_id == what.study.id)
    of_site = chosen.where(Record.site_id == what.site.id) if what.site else chosen
    if standing.kind == "freeze" or not _all_waited(what, standing):
        marked = select(StaleMark.subject_id).where(StaleMark.cleared_at.is_(None))
        waiting = [Record.subject_id.in_(marked)]
        if standing.kind == "lock":
            waiting.append(Record.subject_id.in_(_since(standing, *_LIFTS).with_only_columns(trail_entries.c.subject)))
        of_site = of_site.where(or_(*waiting))
    found: dict[str, set[str]] = {}
    for subject_id, form in db.session.execute(of_site.distinct()):
        found.setdefault(subject_id, set()).add(form)
    return dict(sorted(found.items()))


def _all_waited(what: Whole, standing: Hold) -> bool:
    """Whether, while it stood, a range came, or something that held a site or the study was lifted."""
    wide = _since(standing, *_LIFTS).where(trail_entries.c.subject.is_(None))
    ranges = _since(standing, Action.RANGE_APPROVED)
    of_study = trail_entries.c.study == what.study.id
    return any(db.session.execute(each.where(of_study).limit(1)).first() is not None for each in (wide, ranges))


def _since(standing: Hold, *actions: Action) -> Select[Any]:
    """The entries of such acts since a hold was made, but for its own."""
    entry = trail_entries.c
    own = and_(entry.chain == standing.chain, entry.sequence == standing.sequence)
    return select(entry.chain).where(
        entry.action.in_([action.value for action in actions]), entry.recorded_at >= standing.held_at, not_(own)
    )
