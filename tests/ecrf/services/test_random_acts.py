"""Random acts by random people against a model of ten lines each: what is refused, what stands, what the trail says."""

import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from audit.verify import verify
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, IllegalState, NotFound, Problem, ReasonMissing, Stale
from ecrf.guards import guards
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.watched import WATCHED
from ecrf.policy.grants import Role
from ecrf.services import holds, queries, records, subjects
from ecrf.services.holds import Target
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.databases import Server
from tests.ecrf import trial
from tests.ecrf.schema import settings_for

SCREENING = EventKey("SE.SCR")
ULN = 40  # of ALT in laboratory A before June 2026, for everybody
PEOPLE = [
    ("coordinator", "NJ01"), ("investigator", "NJ01"), ("monitor", "NJ01"), ("coordinator", "NJ02"),
    ("monitor", "NJ02"), ("data_manager", None), ("auditor", None), ("administrator", None), ("study_builder", None),
]  # fmt: skip
ENTERS = {("coordinator", "NJ01"), ("investigator", "NJ01")}
REVIEWS = {("monitor", "NJ01"), ("data_manager", None)}
HOLDS = {("data_manager", None)}
SEES = ENTERS | REVIEWS | {("auditor", None)}

# The same acts every time, and no search for the smallest failure: the suite has five minutes.
BOUNDS = settings(
    max_examples=20, stateful_step_count=25, deadline=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip

numbers = st.one_of(
    st.integers(0, 200).map(str), st.sampled_from(["80", "81", "79", "80.0", "15000", "15001", "0", "-1"]),
    st.sampled_from(["1,5", "1e400", "NaN", "abc", "８１", "8１", "4.3.2", "", " ", "+5", "9" * 45, "\x00", "\ud800"]),
    st.text(string.printable, max_size=6),
)  # fmt: skip
people = st.sampled_from(PEOPLE)


@dataclass
class Model:
    """What ought to stand: the ALT typed last and held good, how the record is held, and the revision."""

    alt: str | None = None
    revision: int = 1
    holds: list[str] = field(default_factory=list)  # kinds of the standing holds
    complete: bool = False


def number_in(text: str) -> Fraction | None:
    """The naive reading of a typed number: ASCII or full-width digits, at most 8 of them, one point."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    whole, _, rest = plain.removeprefix("-").partition(".")
    digits = whole + rest
    shaped = whole.isdecimal() and digits.isascii() and (rest.isdecimal() or "." not in plain)
    return Fraction(plain) if shaped and len(digits) <= 8 else None


def holds_good(text: str) -> bool:
    """Whether an ALT in U/L stands: a number from 0 to 15 000, an end of it included."""
    number = number_in(text)
    return number is not None and 0 <= number <= 15000


class Acts(RuleBasedStateMachine):
    """One subject of NJ01 with demography and an empty chemistry form, and whatever people do to its ALT."""

    app: Flask
    place: trial.Trial

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        coordinator = self.place.actor("coordinator")
        with self.app.app_context(), unit_of_work():
            self.subject = subjects.register(coordinator, "BEAM", "NJ01").id
            for form, answers in _begun():
                records.save(coordinator, Address(self.subject, SCREENING, form), answers, reasons={}, revision=0)
            self.record = db.session.scalars(
                select(Record.id).where(Record.subject_id == self.subject, Record.form == "CHEM")
            ).one()  # fmt: skip

    @rule(who=people, text=numbers, stale=st.booleans(), reasoned=st.booleans())
    def save(self, who: tuple[str, str | None], text: str, stale: bool, reasoned: bool) -> None:
        typed = Datum(text, "U/L") if text.strip() else Datum()
        revision = self.model.revision - stale
        reasons = {"ALT": Reason("transcription", "typed wrongly")} if reasoned else {}
        expected = self._save_ought_to(who, typed, text, stale, reasoned)
        refused = self._try(expected, who, lambda by: records.save(by, self._chemistry, {"ALT": typed}, reasons=reasons,
                                                                  revision=revision).verdict.refused)  # fmt: skip
        if expected is None:
            changes = typed.text != self.model.alt
            assert bool(refused) is (changes and not self._keeps(typed, text))
            if changes and not refused:
                self.model.revision += 1
                self.model.alt = typed.text

    @rule(who=people, kind=st.sampled_from(["freeze", "lock"]), level=st.sampled_from(["record", "subject", "item"]))
    def hold(self, who: tuple[str, str | None], kind: str, level: str) -> None:
        record, item = (self.record if level != "subject" else None), ("ALT" if level == "item" else None)
        target = Target(level, self.subject, record, item)
        act = holds.freeze if kind == "freeze" else holds.lock
        expected = self._role_ought_to(who, HOLDS) or (IllegalState if f"{kind} {level}" in self.model.holds else None)
        self._try(expected, who, lambda by: act(by, target))
        if expected is None:
            self.model.holds.append(f"{kind} {level}")

    @precondition(lambda self: self.model.holds)
    @rule(who=people, reason=st.sampled_from(["data correction agreed", "", "  "]))
    def lift(self, who: tuple[str, str | None], reason: str) -> None:
        with self.app.app_context():
            hold = db.session.scalars(
                select(holds.Hold).where(holds.Hold.subject_id == self.subject, holds.Hold.lifted_at.is_(None))
            ).first()  # fmt: skip
            name, hold_id = f"{hold.kind} {hold.level}", hold.id
        expected = self._role_ought_to(who, HOLDS) or (None if reason.strip() else ReasonMissing)
        self._try(expected, who, lambda by: holds.lift(by, hold_id, Reason("unlock", reason)))
        if expected is None:
            self.model.holds.remove(name)

    @rule(who=people, text=st.sampled_from(["Which value stands?", "", " ", "x" * 2001]))
    def raise_query(self, who: tuple[str, str | None], text: str) -> None:
        locked = self._is_held("lock")
        said = bool(text.strip()) and len(text.strip()) <= queries.LONGEST
        expected = self._role_ought_to(who, REVIEWS) or (Held if locked else None if said else Problem)
        self._try(expected, who, lambda by: queries.raise_query(by, self.record, "ALT", text))

    @invariant()
    def what_stands_is_what_was_accepted(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.app.app_context():
            record = db.session.get(Record, self.record)
            assert record.data.get("ALT", {}).get("v") == self.model.alt
            assert record.revision == self.model.revision
            self._expect_query()

    def teardown(self) -> None:
        with self.app.app_context(), db.engine.connect() as connection:
            report = verify(connection, WATCHED.values(), guards=guards(connection.dialect.name))
            assert report.exit_code == 0, report

    @property
    def _chemistry(self) -> Address:
        return Address(self.subject, SCREENING, "CHEM")

    def _expect_query(self) -> None:
        """Exclusion 2 has an open query exactly while the ALT that stands is over twice the limit."""
        query = db.session.scalar(select(Query).where(Query.record_id == self.record, Query.check_id == "EC032"))
        number = number_in(self.model.alt) if self.model.alt else None
        fires = number is not None and number > 2 * ULN
        assert (query is not None and query.state != "closed") is fires

    def _save_ought_to(
        self, who: tuple[str, str | None], typed: Datum, text: str, stale: bool, reasoned: bool
    ) -> type[Problem] | None:
        refusal = self._role_ought_to(who, ENTERS)
        if refusal or stale:
            return refusal or Stale
        if self._is_held("freeze") or self._is_held("lock"):
            return Held
        return self._value_ought_to(typed, text, reasoned)

    def _value_ought_to(self, typed: Datum, text: str, reasoned: bool) -> type[Problem] | None:
        changes = typed.text != self.model.alt and self.model.alt is not None
        return ReasonMissing if changes and self._keeps(typed, text) and not reasoned else None

    def _keeps(self, typed: Datum, text: str) -> bool:
        """Whether a value that differs from the stored one would be kept."""
        return (typed.is_empty or holds_good(text)) and not any(hold.endswith("item") for hold in self.model.holds)

    def _is_held(self, kind: str) -> bool:
        return any(hold.startswith(kind) and not hold.endswith("item") for hold in self.model.holds)

    def _role_ought_to(self, who: tuple[str, str | None], may: set[tuple[str, str | None]]) -> type[Problem] | None:
        if who in may:
            return None
        return Forbidden if who in SEES else NotFound

    def _try(self, expected: type[Problem] | None, who: tuple[str, str | None], act):  # type: ignore[no-untyped-def]
        role, site = who
        by = self.place.actor(Role(role), site)
        with self.app.app_context():
            if expected is None:
                with unit_of_work(by):
                    return act(by)
            with pytest.raises(expected), unit_of_work(by):
                act(by)
        return None


def _begun() -> Iterator[tuple[str, dict[str, Datum]]]:
    yield "SV", {"VISDAT": Datum("2026-03-04"), "VISOCC": Datum("Y")}
    yield "DM", {"RFICDAT": Datum("2026-03-03"), "BRTHDAT": Datum("1991-06-30"), "SEX": Datum("M")}
    yield "CHEM", {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00")}


@pytest.mark.req("R-11-6", "R-11-9", "R-11-10", "R-AUD-1", "R-AUD-5", "R-DM-7", "R-DM-16")
@pytest.mark.timeout(280)
def test_random_acts_leave_what_the_model_says_and_a_trail_that_replays_to_it(server: Server) -> None:
    database = server.create(trial.prepare)
    app = create_app(settings_for(database.app_url))
    try:
        with app.app_context():
            place = trial.found()
        machine = type("Acts", (Acts,), {"app": app, "place": place})
        run_state_machine_as_test(machine, settings=BOUNDS)
    finally:
        with app.app_context():
            db.engine.dispose()
        server.drop(database)
