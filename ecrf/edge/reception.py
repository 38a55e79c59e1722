"""What happens before a view: the request is named and bounded, its sender's page and person are checked."""

from flask import Flask, g, request, session
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from ecrf import clock
from ecrf.access_errors import PasswordTooOld
from ecrf.config import settings
from ecrf.db import db
from ecrf.edge.identity import has_bearer, is_api, is_public
from ecrf.edge.keeping import is_foreign
from ecrf.edge.rates import expect_few
from ecrf.edge.transactions import SAFE_METHODS, begin, unit_of_work
from ecrf.errors import BadInput, FormRefused, Unauthenticated
from ecrf.ids import new_id
from ecrf.messages import N_
from ecrf.reads.sessions import SignedIn
from ecrf.services import sessions

STRANGERS_BODY = 2**20
"""How much somebody may send who shows neither a session nor a token: an expired session's form, not more."""

_FILE = N_("A file was sent under this name; none is taken here.")

OF_ONES_PASSWORD = frozenset({"account.show", "account.change_password", "login.leave"})
"""Where a person whose password is too old may still go."""

WITHOUT_DATABASE = frozenset({"static", "metrics.show"})
"""What answers while the database is away: neither asks it anything."""

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Stand at the door of every request."""
    csrf.init_app(app)
    app.before_request(receive)


def receive() -> None:
    """Check a request before its view, cheapest first; nothing is locked while a body is still on its way."""
    g.request_id = new_id()
    if request.endpoint in WITHOUT_DATABASE:
        return
    if request.method not in SAFE_METHODS:
        _take_body()
        _expect_own_page()
    begin()
    _expect_person()


def _take_body() -> None:
    """Read the body, bounded. What was typed is judged where it is kept, and refused there with its page around it."""
    if not has_bearer() and "_user_id" not in session:
        request.max_content_length = min(STRANGERS_BODY, settings().max_body_bytes)
    if request.mimetype == "application/json" or not request.form:
        request.get_data()
    if not is_api() and request.files:
        raise BadInput(dict.fromkeys(request.files, _FILE))


def _expect_own_page() -> None:
    """A change comes from a page of ours (its token, and the browser says no other site). The API knows no cookie, so
    that a foreign page has nothing to send there."""
    if is_api():
        return
    if is_foreign():
        raise FormRefused
    try:
        csrf.protect()
    except CSRFError as refused:
        # Where nobody is logged in nothing is done anyway: what was typed waits at the log-in, and is sent from there
        # by a page of ours and a click.
        raise FormRefused if is_public() or current_user.is_authenticated else Unauthenticated from refused


def _expect_person() -> None:
    if is_public():
        return
    if not current_user.is_authenticated:
        raise Unauthenticated
    if is_api():
        expect_few(current_user.actor.id)
    signed_in = current_user.signed_in
    _expect_young_password(signed_in)
    if signed_in is not None and signed_in.is_due(clock.now()):
        db.session.rollback()
        with unit_of_work():
            sessions.see(signed_in.session_id, clock.now())
        begin()


def _expect_young_password(signed_in: SignedIn | None) -> None:
    oldest = settings().password_max_age
    if signed_in is None or oldest is None or request.endpoint in OF_ONES_PASSWORD:
        return
    changed = signed_in.password_changed_at
    if changed is None or clock.now() - changed > oldest:
        raise PasswordTooOld
