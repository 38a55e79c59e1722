"""Who asks: the session behind the cookie (Flask-Login) or the bearer token, looked up afresh at every request.

The one module that knows Flask-Login. Nothing is bound to addresses, nothing is remembered past the session.
"""

from dataclasses import dataclass

from flask import Flask, g, request, session
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user, logout_user

from ecrf import clock
from ecrf.access_errors import ConfirmationNeeded
from ecrf.config import settings
from ecrf.errors import Unauthenticated
from ecrf.policy.actors import Actor
from ecrf.reads import sessions as reads
from ecrf.services.sessions import token_hash

PUBLIC = frozenset(
    {"static", "health.show", "metrics.show", "login.show", "login.enter", "links.show", "links.use", "openapi"}
)
"""The endpoints that answer without a log-in; every other one asks for it."""

_BEARER = "bearer "


@dataclass(frozen=True)
class Visitor:
    """Somebody logged in, in the shape Flask-Login asks for; its id is the session's token."""

    token: str
    actor: Actor
    signed_in: reads.SignedIn | None = None
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """What the cookie carries."""
        return self.token


def init_app(app: Flask) -> None:
    """Let Flask-Login find people by our sessions and tokens."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_by_cookie)
    manager.request_loader(_by_bearer)


def current_actor() -> Actor:
    """Who asks; raises `Unauthenticated`."""
    if not current_user.is_authenticated:
        raise Unauthenticated
    visitor: Visitor = current_user
    return visitor.actor


def actor_or_none() -> Actor | None:
    """Who asks, if anybody is logged in and has been looked up."""
    return current_user.actor if "_login_user" in g and current_user.is_authenticated else None


def forget_who_asks() -> None:
    """Let the rest of the request be nobody's: while the database is away nobody can be looked up, and a page that says
    so asks it nothing."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - where Flask-Login keeps who asks


def current_session() -> reads.SignedIn:
    """The session of whoever asks by cookie; raises `Unauthenticated`."""
    if not current_user.is_authenticated or current_user.signed_in is None:
        raise Unauthenticated
    found: reads.SignedIn = current_user.signed_in
    return found


def fresh_actor() -> Actor:
    """Who asks by page, having given the password not long ago; raises `ConfirmationNeeded`."""
    actor = current_actor()
    if clock.now() - current_session().confirmed_at > settings().confirm_limit:
        raise ConfirmationNeeded
    return actor


def enter(token: str, user_id: str) -> None:
    """Give the browser a new session. Its form token is kept for the same person alone, so that a form that was open
    when the session ended can still be sent (and one that somebody else left open cannot)."""
    kept = session.get("csrf_token") if session.get("last_user") == user_id else None
    session.clear()
    if kept is not None:
        session["csrf_token"] = kept
    session["last_user"] = user_id
    login_user(Visitor(token, Actor(user_id, "", "")))


def last_user() -> str | None:
    """Who logged in last in this browser, also after the session has ended."""
    return session.get("last_user")


def leave() -> None:
    """Take the browser's session away. Who it was stays known, with the form token, as after a session that ended: a
    form that is still open in another window can be sent after the same person has logged in again."""
    logout_user()
    kept = {name: session[name] for name in ("csrf_token", "last_user") if name in session}
    session.clear()
    session.update(kept)


def has_bearer() -> bool:
    """Whether the request says who it is by a token in its header, which no browser sends by itself."""
    return is_api() and request.headers.get("Authorization", "").lower().startswith(_BEARER)


def is_api() -> bool:
    """Whether the request came to the API."""
    return request.path.startswith("/api/")


def _origin() -> str:
    return "api" if is_api() else "page"


def _by_cookie(token: str) -> Visitor | None:
    if is_api():  # programs show a token: what a browser sends by itself opens nothing there
        return None
    limits = settings()
    found = reads.by_session(
        token_hash(token), clock.now(), idle=limits.idle_limit, absolute=limits.absolute_limit,
        origin=_origin(), request_id=g.request_id,
    )  # fmt: skip
    return Visitor(token, found.actor, found) if found else None


def _by_bearer(_request: object) -> Visitor | None:
    if not has_bearer():
        return None
    token = request.headers["Authorization"][len(_BEARER) :].strip()
    actor = reads.by_token(token_hash(token), clock.now(), origin=_origin(), request_id=g.request_id)
    return Visitor("", actor) if actor else None


def is_public() -> bool:
    """Whether this request needs no log-in: a listed endpoint, or an address that leads nowhere for anybody."""
    return request.endpoint is None or request.endpoint in PUBLIC
