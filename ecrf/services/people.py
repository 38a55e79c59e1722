"""Accounts and their roles."""

from datetime import datetime

from sqlalchemy import or_, select, update

from audit.entries import take_head
from ecrf import clock
from ecrf.db import db
from ecrf.errors import BadInput, Conflict, Forbidden, IllegalState, NotFound
from ecrf.ids import new_id
from ecrf.messages import N_, Message
from ecrf.models.grants import Grant
from ecrf.models.links import AccountLink
from ecrf.models.passwords import Password
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.users import User
from ecrf.names import is_username, name_key
from ecrf.policy.actions import Action
from ecrf.policy.actors import OPERATOR, Actor
from ecrf.policy.grants import SITE_BOUND, Role
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import passwords, sessions
from ecrf.services.password_words import words_about
from ecrf.services.seen import expect_as_seen
from ecrf.services.segregation import expect_segregation
from ecrf.services.tokens import revoke_all
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts, Reason
from ecrf.services.words import reason_given


def find(username: str) -> User:
    """An account by its user name; raises `NotFound`."""
    user = db.session.scalar(select(User).where(User.username_key == name_key(username)))
    if user is None:
        raise NotFound("account")
    return user


def named(user_id: str) -> User:
    """An account by its id; raises `NotFound`."""
    user = db.session.get(User, user_id, populate_existing=True)
    if user is None:
        raise NotFound("account")
    return user


def held(user_id: str) -> User:
    """An account by its id, as it stands once nobody else acts on accounts: what is read of it next stays true."""
    take_head(db.session.connection(), SYSTEM_CHAIN)
    return named(user_id)


def add(by: Actor, username: str, *, name: str, organisation: str, password: str | None = None) -> User:
    """Add an account; raises `BadInput` for its fields and `Conflict` for a user name that is another's.

    The person sets the password by a link (`services.links`). Whoever sets up a machine may give one, no administrator.
    """
    by = require(by, Permission.PEOPLE_MANAGE)
    _expect_fields(username, name, organisation)
    acts = Acts(About(SYSTEM_CHAIN))
    if db.session.scalar(select(User.id).where(User.username_key == name_key(username))):
        raise Conflict("username", username)
    user = User(
        id=new_id(), username=username, username_key=name_key(username), name=name.strip(),
        organisation=organisation.strip(), added_at=acts.at, password_changed_at=acts.at if password else None,
    )  # fmt: skip
    if password is not None:
        _expect_operator(by)
        passwords.expect_strong(password, words_about(user))
    acts.add(by, Action.ACCOUNT_ADDED, [user])
    acts.write()
    if password is not None:
        _keep(user, password)
    return user


def set_password(by: Actor, user: User, password: str, *, how: str = "") -> None:
    """Set one's own password; every session of the account ends. Nobody sets another's, but for the operator of the
    machine (21 CFR 11.200(a)(2)). `how` is told in the trail, `link` where a link led here."""
    if by.id != user.id:
        _expect_operator(require(by, Permission.PEOPLE_MANAGE))
    passwords.expect_strong(password, words_about(user))
    acts = Acts(About(SYSTEM_CHAIN))
    user.password_changed_at = acts.at
    acts.add(by, Action.PASSWORD_CHANGED, [user], reason=Reason(how) if how else None)
    acts.write()
    _keep(user, password)
    sessions.close_all(user.id, acts.at)


def rename(by: Actor, user: User, reason: Reason, *, name: str, organisation: str, was: str | None = None) -> User:
    """Change the printed name and the organisation, with a reason. What was signed and done under the old ones keeps
    them: the trail and signatures hold the words of their moment (21 CFR 11.50)."""
    by = require(by, Permission.PEOPLE_MANAGE)
    _expect_fields(user.username, name, organisation)
    given = reason_given(reason)
    expect_as_seen(was, (user.name, user.organisation))
    if (name.strip(), organisation.strip()) == (user.name, user.organisation):
        raise IllegalState(N_("Name and organisation are these already."), state="same", needed=("another",))
    acts = Acts(About(SYSTEM_CHAIN))
    user.name, user.organisation = name.strip(), organisation.strip()
    acts.add(by, Action.ACCOUNT_CHANGED, [user], reason=given)
    acts.write()
    return user


def deactivate(by: Actor, user: User, reason: Reason) -> None:
    """Close an account: its sessions, tokens, links and roles end at once, its name stays taken for ever."""
    by = require(by, Permission.PEOPLE_MANAGE)
    if by.id == user.id:
        raise IllegalState(N_("Nobody closes the account in use: another administrator does."), state="own")
    if user.deactivated_at is not None:
        raise IllegalState(N_("This account is closed already."), state="closed", needed=("open",))
    given = reason_given(reason)
    acts = Acts(About(SYSTEM_CHAIN))
    user.deactivated_at = acts.at
    cause = acts.add(by, Action.ACCOUNT_CHANGED, [user], reason=given)
    if ended := _end_grants(user, acts.at):
        acts.add(by, Action.GRANT_ENDED, ended, reason=given, cause=cause)
    if revoked := revoke_all(user.id, acts.at):
        acts.add(by, Action.TOKEN_REVOKED, revoked, reason=given, cause=cause)
    acts.write()
    sessions.close_all(user.id, acts.at)
    withdraw_links(user.id, acts.at)


def reopen(by: Actor, user: User, reason: Reason) -> None:
    """Open a closed account again, with a reason. It has no roles until they are given anew."""
    by = require(by, Permission.PEOPLE_MANAGE)
    if user.deactivated_at is None:
        raise IllegalState(N_("This account is open."), state="open", needed=("closed",))
    given = reason_given(reason)
    acts = Acts(About(SYSTEM_CHAIN))
    user.deactivated_at = None
    acts.add(by, Action.ACCOUNT_CHANGED, [user], reason=given)
    acts.write()


def grant(
    by: Actor, user: User, role: Role, *, study: Study | None = None, site: Site | None = None,
    starts_at: datetime | None = None, ends_at: datetime | None = None,
) -> Grant:  # fmt: skip
    """Give a role, from now or a later moment on; roles of sites need a site, which says the study."""
    by = require(by, Permission.GRANT_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    if by.id == user.id:  # who gives access does not take it (EMA guideline on computerised systems, annex 3)
        said = N_("Nobody gives a role to oneself: ask another administrator.")
        raise IllegalState(said, state="own", needed=("other",))
    _expect_open(user)
    _expect_place(role, study, site)
    starts_at = max(starts_at or acts.at, acts.at)
    if ends_at is not None and ends_at <= starts_at:
        raise BadInput({"until": Message(N_("A role ends after it begins."))})
    row = Grant(
        id=new_id(), user_id=user.id, role=role.value,
        study_id=_study_id(study, site), site_id=site.id if site is not None else None,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip
    expect_segregation(row)
    acts.add(by, Action.GRANT_ADDED, [row])
    acts.write()
    return row


def revoke(by: Actor, grant_id: str, reason: Reason, *, ends_at: datetime | None = None) -> Grant:
    """End a role, now (it has no effect from the next request on) or at a later moment, also one that is to begin."""
    by = require(by, Permission.GRANT_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    row = db.session.get(Grant, grant_id, populate_existing=True)
    if row is None:
        raise NotFound("grant")
    if row.ends_at is not None and row.ends_at <= acts.at:
        raise IllegalState(N_("This role has ended already."), state="ended", needed=("in_force",))
    wanted = max(ends_at or acts.at, acts.at, row.starts_at)
    if row.ends_at is not None and wanted > row.ends_at:
        raise IllegalState(N_("This role ends before that: give it anew to prolong it."), state="ends_before")
    given = reason_given(reason)
    row.ends_at = wanted
    acts.add(by, Action.GRANT_ENDED, [row], reason=given)
    acts.write()
    return row


def withdraw_links(user_id: str, at: datetime) -> None:
    """Let the links of an account work no more, as a part of an act that has its own entry."""
    alive = AccountLink.user_id == user_id, AccountLink.used_at.is_(None), AccountLink.withdrawn_at.is_(None)
    db.session.execute(update(AccountLink).where(*alive).values(withdrawn_at=at))


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


def _expect_open(user: User) -> None:
    if user.deactivated_at is not None:
        raise IllegalState(N_("This account is closed: open it first."), state="closed", needed=("open",))


def _expect_place(role: Role, study: Study | None, site: Site | None) -> None:
    if role in SITE_BOUND and site is None:
        raise BadInput({"site": Message(N_("This role is held at a site: name it."))})
    if site is not None and study is not None and site.study_id != study.id:
        raise BadInput({"site": Message(N_("This site is not one of that study."))})


def _study_id(study: Study | None, site: Site | None) -> str | None:
    return str(site.study_id) if site is not None else study.id if study is not None else None


def _end_grants(user: User, at: datetime) -> list[Grant]:
    """End all roles of a person that have not ended, those to come before they begin."""
    lasting = or_(Grant.ends_at.is_(None), Grant.ends_at > at)
    rows = list(db.session.scalars(select(Grant).where(Grant.user_id == user.id, lasting)))
    for row in rows:
        row.ends_at = max(at, row.starts_at)
    return rows


def _keep(user: User, password: str) -> None:
    db.session.merge(Password(user_id=user.id, hash=passwords.hashed(password)))
    db.session.flush()


def _expect_operator(by: Actor) -> None:
    if by.fixed_role != OPERATOR.fixed_role:
        raise Forbidden(Permission.PEOPLE_MANAGE)
