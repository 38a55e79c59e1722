"""Forms and rows that were not done or entered by mistake: marked so with a reason, and taken back with one.

Nothing is deleted. What has gone leaves checks and derivations, its own and everybody else's, as an act of the system
whose cause is the act; a row's number is never given again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audit.entries import Change, EntryKey
from ecrf.errors import Held, IllegalState, Place
from ecrf.messages import N_
from ecrf.models.records import Record
from ecrf.models.standing import GONE
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import records, reevaluating
from ecrf.services.attempts import Telling, attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, told
from ecrf.services.earlier import state_before
from ecrf.services.records import Address
from ecrf.services.traces import REASON, typed_on, unsaid
from ecrf.services.trail import Acts, Reason, about_record, is_new
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS, listed_reason, reason_given
from forms.casebook import RecordKey
from forms.judge import missing_required

_STANDING = ("in_progress", "complete")


@dataclass(frozen=True)
class Move:
    """One act: what it needs, from which states it leads, and which reasons it takes (`choices` None: words)."""

    permission: Permission
    action: Action
    since: tuple[str, ...]
    state: str | None
    choices: tuple[str, ...] | None = None

    def reason(self, given: Reason) -> Reason:
        """The reason, fit to be kept."""
        return listed_reason(given, self.choices) if self.choices else reason_given(given)


_NOT_DONE = Move(Permission.RECORD_NOT_DONE, Action.RECORD_NOT_DONE, _STANDING, "not_done", NOT_DONE_REASONS)
_RESUME = Move(Permission.RECORD_NOT_DONE, Action.RECORD_RESUMED, ("not_done",), None)
_REMOVE = Move(Permission.RECORD_REMOVE, Action.RECORD_REMOVED, _STANDING, "removed", REMOVAL_REASONS)
_RESTORE = Move(Permission.RECORD_REMOVE, Action.RECORD_RESTORED, ("removed",), None)


def not_done(by: Actor, address: Address, reason: Reason, *, revision: int) -> Record:
    """Mark a form not done, begun or not; one that holds entered values or rows is refused."""
    return _act(by, address, reason, revision, _NOT_DONE)


def resume(by: Actor, address: Address, reason: Reason, *, revision: int) -> Record:
    """Take back that a form was not done: it is as it was before."""
    return _act(by, address, reason, revision, _RESUME)


def remove(by: Actor, address: Address, reason: Reason, *, revision: int) -> Record:
    """Remove a form (its rows go with it) or a row that was entered by mistake: kept as it was, counted nowhere."""
    return _act(by, address, reason, revision, _REMOVE)


def restore(by: Actor, address: Address, reason: Reason, *, revision: int) -> Record:
    """Restore what was removed: its data take part again, judged as everything stands now."""
    return _act(by, address, reason, revision, _RESTORE)


ACTS: dict[str, Callable[..., Record]] = {"not_done": not_done, "resume": resume, "remove": remove, "restore": restore}
"""The acts by the codes that faces send."""


def _act(by: Actor, address: Address, reason: Reason, revision: int, move: Move) -> Record:
    acts = Acts.on_subject(address.subject_id)
    found = find_subject(by, address.subject_id, acts.at)
    with attempt(by, move.permission, move.action, found.place, why_on(found, address.key, reason)) as acting:
        acts.about = found.about
        book = records.open_at(found, address, acts.at)
        record = book.records.get(address.key)
        records.expect_revision(record, revision)
        expect_free(book, [key for key in book.records if _is_under(key, address.key)], address.key)
        _expect_move(book, address, record, move)
        given = move.reason(reason)
        record = record or records.start(book, address)
        return _write(acts, acting, book, record, move, given)


def why_on(found: Found, key: RecordKey, reason: Reason) -> Telling:
    """For `attempt`: the place of a record, and the words of a reason that were not taken."""

    def tell(why: str) -> tuple[Place, tuple[Change, ...]]:
        place, _ = typed_on(found, key)(why)
        where, notes = unsaid(place, REASON, reason.text)(why)
        return where, tuple(notes)

    return tell


def expect_free(book: OpenCasebook, keys: list[RecordKey], at: RecordKey) -> None:
    """Refuse to move what is frozen or locked, as a whole or in one of its items: it could not go without them."""
    reaching = {hold.id: hold for hold in book.holds_on(book.events.get(at.event), at.form, book.records.get(at))}
    for record in (book.records[key] for key in keys):
        of_record = (*book.holds_on(book.events[record.key.event], record.form, record), *book.item_holds(record))
        reaching |= {hold.id: hold for hold in of_record}
    if reaching:
        raise Held([told(hold) for hold in reaching.values()])


def _expect_move(book: OpenCasebook, address: Address, record: Record | None, move: Move) -> None:
    """Refuse what does not lead from the state that stands, and everything under a form or visit that has gone."""
    around = book.gone(address.key)
    if around is not None and around.thing is not record:
        records.expect_standing(around)
    if move is _NOT_DONE:
        _expect_empty(book, address, record)
    elif record is None:
        raise IllegalState(N_("Nothing has begun here."), state="not_started", needed=move.since)
    if record is not None and record.state not in move.since:
        raise IllegalState(_said(record, move), state=record.state, needed=move.since)


def _said(record: Record, move: Move) -> str:
    if move.state == record.state:
        return N_("This is marked so already.")
    if record.state in GONE:
        return records.GONE["form" if record.row == 0 else "row", record.state]
    return N_("There is nothing to take back: this stands as it was entered.")


def _expect_empty(book: OpenCasebook, address: Address, record: Record | None) -> None:
    """Refuse to call not done what holds data, or a single row."""
    if address.row:
        raise IllegalState(N_("Only a form as a whole is not done; remove the row."), state="row", needed=("form",))
    under = [key for key in book.records if _is_under(key, address.key)]
    if any(key.row and book.records[key].state not in GONE for key in under):
        said = N_("This form holds rows. Remove them before you mark it not done.")
        raise IllegalState(said, state="rows", needed=("no_rows",))
    if record is not None and entered(book, record):
        said = N_("This form holds answers. Remove it, or empty it before you mark it not done.")
        raise IllegalState(said, state="answered", needed=("empty",))


def entered(book: OpenCasebook, record: Record) -> tuple[str, ...]:
    """The items of a record that hold what people entered."""
    items = book.compiled.study.forms[record.form].items
    return tuple(item for item in record.data if item in items and not items[item].is_computed)


def say_never_done(acts: Acts, by: Actor, book: OpenCasebook, address: Address, reason: Reason) -> None:
    """Site staff say that a form that has not begun was not done, as an act that is yet to be written: nothing has read
    it, so that nothing follows."""
    records.expect_revision(book.records.get(address.key), 0)
    records.expect_standing(book.gone(address.key))
    _say(acts, by, book, records.start(book, address), _NOT_DONE, _NOT_DONE.reason(reason))


def _say(acts: Acts, by: Actor, book: OpenCasebook, record: Record, move: Move, reason: Reason) -> EntryKey:
    moved = [each for each in (book.events[record.key.event], record) if each is record or is_new(each)]
    record.state = move.state or state_before(record.chain, "records", record.id) or "in_progress"
    if record.state == "complete" and missing_required(book.compiled, book.as_seen(), record.key):
        record.state = "in_progress"
    record.revision += 1
    return acts.add(by, move.action, moved, about=about_record(acts.about, record), reason=reason)


def _write(acts: Acts, by: Actor, book: OpenCasebook, record: Record, move: Move, reason: Reason) -> Record:
    cause = _say(acts, by, book, record, move, reason)
    acts.write()
    under = [key for key in book.records if _is_under(key, record.key)]
    reevaluating.reconsider_records(record.subject_id, under, acts.at, cause)
    return record


def _is_under(key: RecordKey, at: RecordKey) -> bool:
    """Whether a record is the one at a place, or one of its rows."""
    return key == at or (at.row == 0 and key._replace(row=0) == at)
