"""A ward: the clinic with a chemistry form, and a data manager who holds and lifts."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.holds import StaleMark
from ecrf.policy.actors import Actor
from ecrf.reads.wholes import whole
from ecrf.services import holds, wide_holds
from ecrf.services.holds import Target
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

UL = "U/L"
AGREED = Reason("data_correction", "agreed with the site on the phone")
LEVELS = ("record", "form", "event", "subject", "site", "study")
WIDE = {"site": "NJ01", "study": None}
WAYS = [(level, kind) for level in LEVELS for kind in ("freeze", "lock")]
ACTS = {"freeze": holds.freeze, "lock": holds.lock}


@dataclass
class Ward:
    """A clinic with a chemistry form, and a data manager who holds and lifts."""

    clinic: Clinic
    manager: Actor

    def target(self, level: str, form: str = "CHEM") -> Target:
        record = self.clinic.record(form)
        return {
            "item": Target("item", self.clinic.subject, record.id, "ALT"),
            "record": Target("record", self.clinic.subject, record.id),
            "form": Target("form", self.clinic.subject, event_id=record.event_id, form=form),
            "event": Target("event", self.clinic.subject, event_id=record.event_id),
            "subject": Target("subject", self.clinic.subject),
        }[level]

    def hold(self, level: str, kind: str = "freeze", form: str = "CHEM") -> str:
        return self.held_by(self.manager, level, kind, form)

    def held_by(self, by: Actor, level: str, kind: str = "freeze", form: str = "CHEM") -> str:
        """Somebody freezes or locks, whatever is open."""
        reason = Reason(text="reviewed")
        target = None if level in WIDE else self.target(level, form)
        db.session.rollback()
        with unit_of_work(by):
            if target is not None:
                return ACTS[kind](by, target, reason).id
            where = whole(by, "BEAM", WIDE[level])
            return wide_holds.hold(by, where, kind, reason, despite_open=True).id

    def lift(self, hold_id: str) -> None:
        with unit_of_work(self.manager):
            holds.lift(self.manager, hold_id, AGREED)

    def marks(self) -> list[str]:
        standing = select(StaleMark.item).where(StaleMark.cleared_at.is_(None))
        return sorted(db.session.scalars(standing, execution_options={"populate_existing": True}))


@pytest.fixture
def ward(clinic: Clinic) -> Ward:
    clinic.sample("CHEM", ALT=Datum("20", UL), CREA=Datum("92", "umol/L"))
    return Ward(clinic, clinic.by("data_manager"))
