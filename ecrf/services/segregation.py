"""Which roles one person never holds together: who administers has no interest in the data, and nobody reviews what he
enters (EMA guideline on computerised systems, annex 3; ICH E6(R3) 4.2.2)."""

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import IllegalState
from ecrf.messages import N_
from ecrf.models.grants import Grant
from ecrf.policy.grants import REVIEWERS, SITE_STAFF, Role


def expect_segregation(given: Grant) -> None:
    """Raise `IllegalState` where the person holds, at any moment of this grant, a role that does not go with it, or
    this one already: given twice, it would go on after one of them is ended."""
    grants = db.session.scalars(select(Grant).where(Grant.user_id == given.user_id))
    held = [row for row in grants if _meet_in_time(row, given)]
    if any((row.role, row.study_id, row.site_id) == (given.role, given.study_id, given.site_id) for row in held):
        said = N_("This role is held there at that time already: end that one first.")
        raise IllegalState(said, state="held", needed=("ended",))
    roles = sorted({row.role for row in held})
    if held and (given.role == Role.ADMINISTRATOR) != (roles == [Role.ADMINISTRATOR]):
        said = N_("An administrator holds no other role: end the one before giving the other.")
        raise IllegalState(said, state=",".join(roles), needed=("one kind of role",))
    if any(_enters_and_reviews(*pair) for row in held for pair in ((row, given), (given, row))):
        said = N_("Nobody enters and reviews the data of one site: end the one role there before giving the other.")
        raise IllegalState(said, state=",".join(roles), needed=("one kind of role",))


def _enters_and_reviews(one: Grant, other: Grant) -> bool:
    """Whether the one is to enter data at a site where the other is to review them; a role without a site has all."""
    if one.role not in SITE_STAFF or other.role not in REVIEWERS:
        return False
    return other.study_id in (None, one.study_id) and other.site_id in (None, one.site_id)


def _meet_in_time(row: Grant, given: Grant) -> bool:
    """Whether one that is held is in force at any moment at which the other will be."""
    begins_before = given.ends_at is None or row.starts_at < given.ends_at
    ends_after = row.ends_at is None or row.ends_at > max(row.starts_at, given.starts_at)
    return begins_before and ends_after
