"""Accounts and their roles."""

from datetime import datetime

from sqlalchemy import select

from ecrf import clock
from ecrf.db import db
from ecrf.errors import BadInput, Conflict, IllegalState, NotFound
from ecrf.ids import new_id
from ecrf.messages import N_, Message
from ecrf.models.grants import Grant
from ecrf.models.passwords import Password
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.users import User
from ecrf.names import is_username, name_key
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.grants import REVIEWERS, SITE_BOUND, SITE_STAFF, Role
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import passwords, sessions
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason


def find(username: str) -> User:
    """An account by its user name; raises `NotFound`."""
    user = db.session.scalar(select(User).where(User.username_key == name_key(username)))
    if user is None:
        raise NotFound("account")
    return user


def add(by: Actor, username: str, *, name: str, organisation: str, password: str) -> User:
    """Add an account; raises `BadInput` for its fields and `Conflict` for a user name that is another's."""
    by = require(by, Permission.PEOPLE_MANAGE)
    _expect_fields(username, name, organisation)
    acts = Acts(About(SYSTEM_CHAIN))
    if db.session.scalar(select(User.id).where(User.username_key == name_key(username))):
        raise Conflict("username", username)
    user = User(
        id=new_id(), username=username, username_key=name_key(username), name=name, organisation=organisation,
        added_at=acts.at, password_changed_at=acts.at,
    )  # fmt: skip
    passwords.expect_strong(password, _words_about(user))
    acts.add(by, Action.ACCOUNT_ADDED, [user])
    acts.write()
    db.session.add(Password(user_id=user.id, hash=passwords.hashed(password)))
    db.session.flush()
    return user


def set_password(by: Actor, user: User, password: str) -> None:
    """Set a password, one's own or as an administrator; every session of the account ends."""
    if by.id != user.id:
        by = require(by, Permission.PEOPLE_MANAGE)
    passwords.expect_strong(password, _words_about(user))
    acts = Acts(About(SYSTEM_CHAIN))
    user.password_changed_at = acts.at
    acts.add(by, Action.PASSWORD_CHANGED, [user])
    acts.write()
    db.session.merge(Password(user_id=user.id, hash=passwords.hashed(password)))
    sessions.close_all(user.id, acts.at)


def deactivate(by: Actor, user: User, reason: Reason) -> None:
    """Close an account: its sessions end at once, its name stays taken for ever."""
    by = require(by, Permission.PEOPLE_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    user.deactivated_at = acts.at
    acts.add(by, Action.ACCOUNT_CHANGED, [user], reason=reason)
    acts.write()
    sessions.close_all(user.id, acts.at)


def grant(
    by: Actor, user: User, role: Role, *, study: Study | None = None, site: Site | None = None,
    starts_at: datetime | None = None, ends_at: datetime | None = None,
) -> Grant:  # fmt: skip
    """Give a role, from now or a later moment on; roles of sites need a site, which says the study."""
    by = require(by, Permission.GRANT_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    _expect_place(role, study, site)
    row = Grant(
        id=new_id(), user_id=user.id, role=role.value,
        study_id=_study_id(study, site), site_id=site.id if site is not None else None,
        starts_at=max(starts_at or acts.at, acts.at), ends_at=ends_at,
    )  # fmt: skip
    _expect_segregation(row)
    acts.add(by, Action.GRANT_ADDED, [row])
    acts.write()
    return row


def revoke(by: Actor, grant_id: str, reason: Reason) -> Grant:
    """End a role now; it has no effect from the next request on."""
    by = require(by, Permission.GRANT_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    row = db.session.get(Grant, grant_id, populate_existing=True)
    if row is None:
        raise NotFound("grant")
    if row.ends_at is not None and row.ends_at <= acts.at:
        raise IllegalState(N_("This role has ended already."), state="ended", needed=("in_force",))
    row.ends_at = max(acts.at, row.starts_at)
    acts.add(by, Action.GRANT_ENDED, [row], reason=reason)
    acts.write()
    return row


def now_in_force(user: User) -> tuple[Grant, ...]:
    """The roles a person has at this moment."""
    at = clock.now()
    rows = db.session.scalars(select(Grant).where(Grant.user_id == user.id, Grant.starts_at <= at)).all()
    return tuple(row for row in rows if row.ends_at is None or row.ends_at > at)


def _expect_fields(username: str, name: str, organisation: str) -> None:
    faults = {}
    if not is_username(username):
        faults["username"] = Message(N_("A user name has 2 to 64 letters, digits or . _ @ + -"))
    for field, text in (("name", name), ("organisation", organisation)):
        if not (text.strip() and text.isprintable() and len(text) <= 200):
            faults[field] = Message(N_("Write 1 to 200 characters on one line."))
    if faults:
        raise BadInput(faults)


def _expect_place(role: Role, study: Study | None, site: Site | None) -> None:
    if role in SITE_BOUND and site is None:
        raise BadInput({"site": Message(N_("This role is held at a site: name it."))})
    if site is not None and study is not None and site.study_id != study.id:
        raise BadInput({"site": Message(N_("This site is not one of that study."))})


def _expect_segregation(given: Grant) -> None:
    """Nobody administers who has an interest in the data, and nobody reviews the data of a site who enters them there
    (EMA guideline on computerised systems, annex 3; ICH E6(R3) 4.2.2)."""
    grants = db.session.scalars(select(Grant).where(Grant.user_id == given.user_id))
    held = [row for row in grants if _meet_in_time(row, given)]
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


def _study_id(study: Study | None, site: Site | None) -> str | None:
    if site is not None:
        return str(site.study_id)
    return study.id if study is not None else None


def _words_about(user: User) -> tuple[str, ...]:
    studies = db.session.scalars(select(Study.name)).all()
    return (user.username, user.name, user.organisation, *studies, "ecrf")
