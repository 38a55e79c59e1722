"""Everything that can go wrong by somebody's doing: one catalogue of problems, each with the shape of its details.

Services raise them and know no HTTP; the edge alone turns them into pages and problem+json (RFC 9457). Titles and
messages are English sentences of the catalogue, translated where they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

from ecrf.messages import N_, Message


@dataclass(frozen=True)
class Place:
    """What an attempt was about, by ids (study, site, subject, record) and OIDs (event, form)."""

    study: str | None = None
    site: str | None = None
    subject: str | None = None
    event: str | None = None
    form: str | None = None
    record: str | None = None
    row: int | None = None
    study_version: int | None = None

    def within(self, wider: "Place") -> "Place":
        """The same place; what it does not say is as the wider one says it."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        return Place(**{name: getattr(wider, name) if part is None else part for name, part in known.items()})


class Problem(Exception):
    """An act that is refused. Nothing of it stays in the database but, where `traced`, an entry that it was tried.

    `place` says where (it chooses the chain of that entry), `notes` what was tried, as changes of the trail, `role` in
    which of the person's roles.
    """

    code: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]
    traced: ClassVar[bool] = False

    def __init__(self, message: Message | str, **details: Any) -> None:
        super().__init__(str(message))
        self.message = message if isinstance(message, Message) else Message(message)
        self.details: Mapping[str, Any] = details
        self.place = Place()
        self.notes: tuple[Any, ...] = ()
        self.role: str | None = None
        self.has_left_trace = False

    def at(self, place: Place, notes: Sequence[Any] = ()) -> Self:
        """The same problem, knowing where it arose and what was tried (`audit` changes with mark `refused`)."""
        self.place, self.notes = place, tuple(notes)
        return self

    def learn(self, place: Place, notes: Sequence[Any], role: str | None) -> None:
        """Take over what is not known yet of where it arose and in which role, and what was tried."""
        self.place, self.notes, self.role = self.place.within(place), tuple(notes), self.role or role


class BadInput(Problem):
    """Something typed or sent cannot be read. Details: `fields`, a message for each by name."""

    code, status, title = "bad_input", 422, N_("Some of this cannot be read")

    def __init__(self, fields: Mapping[str, Message | str]) -> None:
        given = {name: said if isinstance(said, Message) else Message(said) for name, said in fields.items()}
        super().__init__(N_("Look at the fields that are marked. Nothing was saved."), fields=given)


class NotAccepted(Problem):
    """Values that broke a rule, where one refused value refuses the act. Details: `refusals` (forms.findings)."""

    code, status, title, traced = "not_accepted", 422, N_("Some values were refused"), True

    def __init__(self, refusals: Sequence[Any]) -> None:
        super().__init__(N_("Some values broke a rule. Nothing was saved."), refusals=tuple(refusals))


class NotPublishable(Problem):
    """A study package with faults, or whose own tests disagree with it. Details: `faults`, and `cases`, the results
    that disagree."""

    code, status, title, traced = "not_publishable", 422, N_("Not publishable"), True

    def __init__(self, *, faults: Sequence[Any] = (), cases: Sequence[Any] = ()) -> None:
        said = N_("The package has faults. Nothing was published.")
        if not faults:
            said = N_("Tests of the package disagree with its checks. Nothing was published.")
        super().__init__(said, faults=tuple(faults), cases=tuple(cases))


class ReasonMissing(Problem):
    """Saved values were changed, or a hold was lifted, without saying why. Details: `items`."""

    code, status, title, traced = "reason_missing", 422, N_("A reason is missing"), True

    def __init__(
        self, items: Sequence[str] = (), said: str = N_("These values were saved before. Say why they change.")
    ) -> None:
        super().__init__(said, items=tuple(items))


class Unauthenticated(Problem):
    """Nobody is logged in, or no longer."""

    code, status, title = "unauthenticated", 401, N_("Log in to go on")

    def __init__(self) -> None:
        super().__init__(N_("You are not logged in, or were logged out after a time without work."))


class LogInRefused(Problem):
    """User name and password do not belong together: the same words whether the name exists or not."""

    code, status, title = "log_in_refused", 401, N_("Log-in refused")

    def __init__(self) -> None:
        super().__init__(N_("User name and password do not match."))


class TooManyAttempts(Problem):
    """Too many refused log-ins of one user name. Details: `retry_after`, seconds."""

    code, status, title = "too_many_attempts", 429, N_("Too many attempts")

    def __init__(self, retry_after: int) -> None:
        wait = Message(N_("Too many attempts. Try again in %(seconds)s seconds."), {"seconds": retry_after})
        super().__init__(wait, retry_after=retry_after)


class FormRefused(Problem):
    """A change that does not come from a page of ours, or from one of an earlier log-in (CSRF)."""

    code, status, title = "form_refused", 403, N_("This page is out of date")

    def __init__(self) -> None:
        super().__init__(N_("This page belongs to another log-in. Go back, load it again and send it again."))


class Forbidden(Problem):
    """The person sees the thing but may not do this with it. Details: `permission`."""

    code, status, title, traced = "forbidden", 403, N_("Not allowed"), True

    def __init__(self, permission: str) -> None:
        super().__init__(N_("Your role does not allow this."), permission=str(permission))


class NotFound(Problem):
    """There is no such thing, or none this person may know of."""

    code, status, title = "not_found", 404, N_("Not found")

    def __init__(self, what: str = "") -> None:
        super().__init__(N_("There is nothing here."), what=what)


class IllegalState(Problem):
    """The thing's state does not allow the act. Details: `state`, and `needed`, what would have to be."""

    code, status, title, traced = "illegal_state", 409, N_("Not possible now"), True

    def __init__(self, message: Message | str, *, state: str, needed: Sequence[str] = ()) -> None:
        super().__init__(message, state=state, needed=tuple(needed))


class Held(Problem):
    """The data are frozen or locked. Details: `holds`, each as (level, kind, who, when, why) of plain data."""

    code, status, title, traced = "held", 409, N_("Frozen or locked"), True

    def __init__(self, holds: Sequence[Any]) -> None:
        super().__init__(N_("These data are frozen or locked. A data manager can lift that."), holds=tuple(holds))


class Conflict(Problem):
    """The value belongs to another thing already. Details: `field`, `value`."""

    code, status, title = "conflict", 409, N_("Already in use")

    def __init__(self, field: str, value: str) -> None:
        said = Message(N_("“%(value)s” is already in use."), {"value": value})
        super().__init__(said, field=field, value=value)


class Stale(Problem):
    """Somebody saved in between. Details: `current`, the values as they stand now, and their `revision`."""

    code, status, title, traced = "stale", 412, N_("Changed in the meantime"), True

    _FORM = N_("Somebody saved this form after you opened it. Nothing of yours was saved yet.")

    def __init__(self, current: Mapping[str, Any], revision: int, said: str | Message = _FORM) -> None:
        super().__init__(said, current=current, revision=revision)


class RevisionMissing(Problem):
    """A change through the API did not say which revision it is based on (RFC 6585)."""

    code, status, title = "revision_missing", 428, N_("Revision missing")

    def __init__(self) -> None:
        super().__init__(N_("Send the revision you have read, in If-Match."))


class Clash(Problem):
    """Two acts at the same moment that do not go together; the database let one of them through."""

    code, status, title = "clash", 409, N_("Two at the same moment")

    def __init__(self) -> None:
        super().__init__(N_("Somebody did something at the same moment that does not go with this. Try again."))


class Unreadable(Problem):
    """The request as a whole cannot be read: not the method, the size or the shape that is expected here."""

    code, title = "unreadable", N_("This cannot be read")

    def __init__(self, status: int = 400, message: str = N_("The request cannot be read. Nothing was saved.")) -> None:
        self.status = status  # type: ignore[misc]
        super().__init__(message)


class Internal(Problem):
    """A fault of ours. Nothing of it is told but the number of the request, by which the logs find it."""

    code, status, title = "internal", 500, N_("Something went wrong here")

    def __init__(self) -> None:
        said = N_("That is our fault, not yours. Nothing was saved; what you typed is still in your browser.")
        super().__init__(said)


class Busy(Problem):
    """The database did not come free in time. Details: `retry_after`, seconds."""

    code, status, title = "busy", 503, N_("Busy")

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(N_("The system is busy. Nothing was saved; try again."), retry_after=retry_after)
