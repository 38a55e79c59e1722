"""A whole casebook: how long it takes to enter, and what one save costs in it beside one in an almost empty one."""

import time
from dataclasses import replace

from benchmarks.clinic import PACKAGE, SITE, Clinic
from benchmarks.clock import Measured, fastest, measure
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.exchange.subject_files import FiledSubject, read_subjects
from ecrf.exchange.subject_loading import load
from ecrf.services import form_pages, records, studies
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum

FILE = PACKAGE / "demonstration" / "NJ01-S001.yaml"
VISIT = EventKey("SE.W4")
ALMOST_EMPTY = {(EventKey("SE.SCR"), "DM"), (EventKey("SE.SCR"), "SV"), (VISIT, "SV"), (VISIT, "CHEM")}
ROUNDS, TURNS = 3, 40


def measure_loading(clinic: Clinic) -> tuple[str, int, float]:
    """The subject of the demonstration entered through week 24: its id, its records, the seconds."""
    filed = _filed()
    before = time.perf_counter()
    with unit_of_work():
        entered = load(clinic.coordinator, "BEAM", SITE, filed)
    assert not entered.refused, entered.refused
    return entered.subject.id, len(filed.records), time.perf_counter() - before


def measure_both(clinic: Clinic, full: str) -> tuple[Measured, Measured]:
    """One value of a visit corrected again and again: in an almost empty casebook, and in the full one."""
    empty = replace(_filed(), screening_number="NJ01-S998")
    few = tuple(each for each in empty.records if (each.event, each.form) in ALMOST_EMPTY)
    without_number = tuple(
        replace(each, answers={item: datum for item, datum in each.answers.items() if item != "SCRNUM"}) for each in few
    )
    with unit_of_work():
        other = load(clinic.coordinator, "BEAM", SITE, replace(empty, records=without_number)).subject.id
    pairs = [(_corrected(clinic, other), _corrected(clinic, full)) for _ in range(ROUNDS)]
    return fastest([pair[0] for pair in pairs]), fastest([pair[1] for pair in pairs])


def _filed() -> FiledSubject:
    study = studies.find_study("BEAM")
    definition = studies.compiled(study.id, 1).study
    db.session.rollback()
    return replace(read_subjects(FILE, definition)[0], screening_number="NJ01-S999")


def _corrected(clinic: Clinic, subject: str) -> Measured:
    address, reasons = Address(subject, VISIT, "CHEM"), {"ALT": Reason("transcription")}
    standing = form_pages.open_page(clinic.coordinator, address).revision
    db.session.remove()

    def correct(turn: int) -> None:
        nonlocal standing
        answers = {"ALT": Datum(str(20 + (standing + turn) % 7), "U/L")}
        with unit_of_work():
            saved = records.save(clinic.coordinator, address, answers, reasons=reasons, revision=standing)
        standing += len(saved.changed)
        db.session.remove()

    return measure(correct, range(TURNS))
