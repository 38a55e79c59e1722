"""Our save at the service layer: permission, revision, checks, derived values, queries, trail; and its statements."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from benchmarks.answers import CHEMISTRY, Sheet
from benchmarks.clinic import Clinic
from benchmarks.clock import Measured, measure
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.services import records
from ecrf.services.trail import Reason
from forms.datum import Datum

CORRECTION = {"ALT": Datum("25", "U/L")}
WHY = {"ALT": Reason("transcription")}
BEGINNINGS_AND_ENDS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


def save(clinic: Clinic, subject: str, sheet: Sheet = CHEMISTRY) -> records.Saved:
    """One first entry, committed."""
    with unit_of_work():
        address = clinic.screening(subject, sheet.form)
        saved = records.save(clinic.coordinator, address, sheet.answers, reasons={}, revision=0)
    assert len(saved.changed) == len(sheet.answers), saved.verdict
    db.session.remove()
    return saved


def measure_service(clinic: Clinic, turns: range, sheet: Sheet = CHEMISTRY) -> Measured:
    """First entries of a form of these subjects, by their places."""
    return measure(lambda turn: save(clinic, clinic.subjects[turn], sheet), turns)


def correct(clinic: Clinic, subject: str) -> records.Saved:
    """One value of a saved form corrected, with its reason, committed."""
    with unit_of_work():
        address = clinic.screening(subject, CHEMISTRY.form)
        saved = records.save(clinic.coordinator, address, CORRECTION, reasons=WHY, revision=1)
    assert saved.changed == tuple(CORRECTION), saved.verdict
    db.session.remove()
    return saved


def measure_corrections(clinic: Clinic, turns: range) -> Measured:
    """Corrections of forms that were saved before."""
    return measure(lambda turn: correct(clinic, clinic.subjects[turn]), turns)


def values_of(clinic: Clinic, turn: int, sheet: Sheet = CHEMISTRY) -> int:
    """How many values the items of one save become with what is computed from them."""
    saved = save(clinic, clinic.subjects[turn], sheet)
    return len(saved.changed) + len(saved.verdict.derived)


def statements_of(clinic: Clinic, turn: int, sheet: Sheet = CHEMISTRY) -> list[str]:
    """The statements of one save, but for the transaction's own."""
    with listening() as heard:
        save(clinic, clinic.subjects[turn], sheet)
    return [statement for statement in heard if not statement.lstrip().startswith(BEGINNINGS_AND_ENDS)]


@contextmanager
def listening() -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(db.engine, "before_cursor_execute", hear)
