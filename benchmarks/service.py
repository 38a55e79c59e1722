"""Our save at the service layer: permission, revision, checks, derived values, queries, trail; and its statements."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import event

from benchmarks.clinic import CHEMISTRY, Clinic
from benchmarks.clock import Measured, measure
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.services import records
from ecrf.services.trail import Reason
from forms.datum import Datum

CORRECTION = {"ALT": Datum("25", "U/L")}
WHY = {"ALT": Reason("transcription")}
BEGINNINGS_AND_ENDS = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


def save(clinic: Clinic, subject: str, answers: Mapping[str, Datum] = CHEMISTRY) -> records.Saved:
    """One first entry, of twenty items unless told, committed."""
    with unit_of_work():
        saved = records.save(clinic.coordinator, clinic.chemistry(subject), answers, reasons={}, revision=0)
    assert len(saved.changed) == len(answers), saved.verdict
    db.session.remove()
    return saved


def measure_service(clinic: Clinic, turns: range) -> Measured:
    """Saves of the chemistry forms of these subjects, by their places."""
    return measure(lambda turn: save(clinic, clinic.subjects[turn]), turns)


def correct(clinic: Clinic, subject: str) -> records.Saved:
    """One value of a saved form corrected, with its reason, committed."""
    with unit_of_work():
        saved = records.save(
            clinic.coordinator, clinic.chemistry(subject), CORRECTION, reasons=WHY, revision=1
        )  # fmt: skip
    assert saved.changed == tuple(CORRECTION), saved.verdict
    db.session.remove()
    return saved


def measure_corrections(clinic: Clinic, turns: range) -> Measured:
    """Corrections of forms that were saved before."""
    return measure(lambda turn: correct(clinic, clinic.subjects[turn]), turns)


def values_of(clinic: Clinic, turn: int) -> int:
    """How many values the twenty items of one save become with what is computed from them."""
    saved = save(clinic, clinic.subjects[turn])
    return len(saved.changed) + len(saved.verdict.derived)


def statements_of(clinic: Clinic, turn: int, answers: Mapping[str, Datum] = CHEMISTRY) -> list[str]:
    """The statements of one save, but for the transaction's own."""
    with _listening() as heard:
        save(clinic, clinic.subjects[turn], answers)
    return [statement for statement in heard if not statement.lstrip().startswith(BEGINNINGS_AND_ENDS)]


@contextmanager
def _listening() -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(db.engine, "before_cursor_execute", hear)
