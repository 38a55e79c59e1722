"""A subject moves to another site of its study: every row of its data goes with it, in one act, and its trail stays.

Who may see the subject goes with it, too: all scopes ask where it is now. Key, numbers and chain stay as they are.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select, update

from audit.entries import Change, take_head
from ecrf.db import Model, db
from ecrf.errors import Held, IllegalState, NotFound, Place
from ecrf.messages import N_
from ecrf.models.drafts import Draft
from ecrf.models.events import Event
from ecrf.models.holds import Hold, StaleMark
from ecrf.models.looks import Look
from ecrf.models.planning import PlannedVisit
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import studies, wide_holds
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, find_subject, holds_of, told
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import Acts, Reason
from ecrf.services.words import reason_given

TRAILED = (Event, Record, Query, QueryMessage, Hold, StaleMark, PlannedVisit)
"""The rows of a subject beside itself, which the trail tells of."""
UNTRAILED = (Draft, Look)


def transfer(by: Actor, subject_id: str, site_code: str, reason: Reason) -> Subject:
    """Move a subject to another open site of its study; refused while anything of it is locked, or one of the sites is
    held.

    What is frozen stays frozen. The subject is taken first, so that a save comes either before the move, or after it
    and from the new site.
    """
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)

    def tell(why: str) -> tuple[Place, Sequence[Change]]:
        return unsaid(found.place, REASON, reason.text)(why)

    action = Action.SUBJECT_TRANSFERRED
    with attempt(by, Permission.SUBJECT_TRANSFER, action, found.place, tell) as acting:
        site = _target(by, found, site_code)
        _expect_free(found, site)
        given = reason_given(reason)
        acts.about = found.about
        rows = [found.subject, *_rows(subject_id)]
        for row in rows:
            row.site_id = site.id  # type: ignore[attr-defined]
        acts.add(acting, action, rows, reason=given)
        acts.write()
        for model in UNTRAILED:
            db.session.execute(update(model).where(model.subject_id == subject_id).values(site_id=site.id))
        return found.subject


def _expect_free(found: Found, to: Site) -> None:
    """Refuse to move what is locked, and a subject out of a held site or into one."""
    take_head(db.session.connection(), f"site:{to.id}")  # nobody holds the other site meanwhile
    wide_holds.expect_free(to, "site")
    standing = [hold for hold in holds_of(found) if hold.kind == "lock" or hold.level == "site"]
    if standing:
        raise Held([told(hold) for hold in standing])


def _rows(subject_id: str) -> Iterator[Model]:
    for model in TRAILED:
        yield from db.session.scalars(select(model).where(model.subject_id == subject_id))


def _target(by: Actor, found: Found, code: str) -> Site:
    """The other site; one where the actor has no business does not exist."""
    site = db.session.scalar(select(Site).where(Site.study_id == found.study.id, Site.code == code))
    if site is None or not by.may(Permission.SUBJECT_TRANSFER, site.study_id, site.id):
        raise NotFound("site")
    if site.id == found.site.id:
        raise IllegalState(N_("The subject is at this site already."), state=site.code, needed=("another",))
    if site.status != "open":
        raise IllegalState(N_("This site is closed."), state="closed", needed=("open",))
    studies.version_at(site)
    return site
