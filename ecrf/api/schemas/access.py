"""Sessions and tokens."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import Instant, choice, told, words


class SessionSchema(Schema):
    """A log-in that is in force, last used to the minute."""

    id = told()
    opened_at = Instant()
    seen_at = Instant()


class SessionsSchema(Schema):
    """The sessions of an account, the newest first."""

    sessions = fields.List(fields.Nested(SessionSchema))


class TokenSchema(Schema):
    """What is known of a token; never the token itself."""

    id = told()
    label = told("What it is for.", example="nightly export")
    reads_only = fields.Boolean()
    issued_at = Instant()
    expires_at = Instant()
    revoked_at = Instant(allow_none=True)
    state = told("live, expired or revoked.", example="live")


class TokensSchema(Schema):
    """The newest tokens of an account."""

    tokens = fields.List(fields.Nested(TokenSchema))


class NewTokenSchema(Schema):
    """A token for oneself: for reading alone, or for all that one may."""

    label = words(100, required=True, metadata={"description": "What it is for."})
    scope = choice("read", "all", load_default="read")
    days = fields.Integer(load_default=90, metadata={"description": "How long it works; the installation has a most."})


class MadeTokenSchema(Schema):
    """A token just made; `secret` is told this once: a repeat of the request is answered with null in its place."""

    secret = told(example="ecrf_…")
    token = fields.Nested(TokenSchema)


_ID = "019f3c5e-6a00-7b11-8c22-0d33ee44ff55"
SESSIONS = {"sessions": [
    {"id": _ID, "opened_at": "2026-03-04T08:00:00.000000Z", "seen_at": "2026-03-04T08:41:00.000000Z"},
]}  # fmt: skip
TOKEN = {
    "id": _ID, "label": "nightly export", "reads_only": True, "issued_at": "2026-03-04T08:00:00.000000Z",
    "expires_at": "2026-06-02T08:00:00.000000Z", "revoked_at": None, "state": "live",
}  # fmt: skip
TOKENS = {"tokens": [TOKEN]}
NEW_TOKEN = {"label": "nightly export", "scope": "read", "days": 90}
MADE = {"secret": "ecrf_kq3V1nR6c0b8wq4N2mY7tJ5xL9sD3fG1hP0aZ8uQ6eI", "token": TOKEN}
