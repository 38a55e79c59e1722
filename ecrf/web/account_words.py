"""The words for the states of accounts, roles, passwords and tokens."""

from ecrf.messages import N_
from ecrf.reads.accounts import PersonFacts
from ecrf.web.words import said

_ACCOUNT = {"open": N_("open account"), "closed": N_("closed account"), "pending": N_("not activated yet")}
_GRANT = {"in_force": N_("in force"), "planned": N_("to come"), "ended": N_("ended")}
_PASSWORD = {
    "never": N_("not set yet"), "reset": N_("was reset and is not set again yet"), "set": N_("set"),
}  # fmt: skip
_TOKEN = {"live": N_("works"), "expired": N_("expired"), "revoked": N_("revoked")}


def account_state(person: PersonFacts) -> str:
    """Whether somebody can log in with the account."""
    waits = person.state == "open" and person.password == "never"
    return said(_ACCOUNT, "pending" if waits else person.state)


def grant_state(state: str) -> str:
    """Whether a role is in force."""
    return said(_GRANT, state)


def password_state(state: str) -> str:
    """Whether there is a password."""
    return said(_PASSWORD, state)


def token_state(state: str) -> str:
    """Whether a token works."""
    return said(_TOKEN, state)


FILTERS = (account_state, grant_state, password_state, token_state)
