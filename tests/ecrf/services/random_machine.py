"""The machine of random acts: one subject, and whatever people do to it, held against the model after every act."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import Role
from ecrf.services import holds, queries, record_states, records, subjects
from ecrf.services.holds import Target
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf import trial
from tests.ecrf.services import random_acts as some
from tests.ecrf.services.random_model import Asked, Form, Model
from tests.ecrf.services.random_rules import PEOPLE, Refusal

Why = tuple[str, str] | None
SCREENING = EventKey("SE.SCR")
UNITS = {"ALT": "U/L", "PLT": "10*9/L"}
NUMBER = "NJ01-S001"
class Acts(RuleBasedStateMachine):
    """One subject of NJ01 with demography, a visit date and an empty chemistry form, and whatever people do to it."""

    app: Flask
    place: trial.Trial

    @initialize()
    def begin(self) -> None:
        self.model = Model({"SV": Form(1, {"VISDAT": "2026-03-04", "VISOCC": "Y"}), "CHEM": Form(1), "HEM": Form()})
        self.holds: list[str] = []
        self.asked: list[str] = []
        coordinator = self._person("Wang")
        with self.app.app_context(), unit_of_work():
            self.subject = subjects.register(coordinator, "BEAM", "NJ01").id
            for form, answers in _begun():
                records.save(coordinator, self._at(form), answers, reasons={}, revision=0)
            self.chemistry = db.session.scalars(
                select(Record.id).where(Record.subject_id == self.subject, Record.form == "CHEM")
            ).one()  # fmt: skip

    @rule(who=some.staff, text=some.numbers, stale=some.seldom, reason=some.reasons, partial=st.booleans())
    def save_alt(self, who: str, text: str, stale: bool, reason: Why, partial: bool) -> None:
        self._save(who, "CHEM", {"ALT": text}, stale, reason, partial)

    @rule(who=some.staff, text=some.numbers, day=some.days, form=st.sampled_from(["SV", "HEM"]), reason=some.reasons,
          partial=st.booleans())  # fmt: skip
    def save_another(self, who: str, text: str, form: str, reason: Why, partial: bool, day: str) -> None:
        self._save(who, form, {"VISDAT": day} if form == "SV" else {"PLT": text}, False, reason, partial)

    @rule(who=some.staff, form=st.sampled_from(["SV", "SV", "CHEM", "HEM"]), stale=some.seldom)
    def complete(self, who: str, form: str, stale: bool) -> None:
        revision = self.model.forms[form].revision - stale
        expected = self.model.complete(who, form, stale=stale)
        self._try(expected, who, lambda by: records.complete(by, self._at(form), revision=revision))

    @rule(who=st.one_of(some.staff, some.reviewers), act=some.talks, text=some.words, item=some.items,
          chosen=st.integers(0, 99))  # fmt: skip
    def talk(self, who: str, act: str, text: str, item: str | None, chosen: int) -> None:
        asked: list[tuple[str, Asked]] = [*zip(self.asked, self.model.queries, strict=True)]
        asked += [("", self.model.exclusion)] if self.model.exclusion else []
        if act == "ask" or not asked:
            expected = self.model.ask(who, item, text)
            made = self._try(expected, who, lambda by: queries.raise_query(by, self.chemistry, item, text).id)
            self.asked += [made] if made else []
            return
        query_id, query = asked[chosen % len(asked)]
        expected = self.model.say(who, query, act, text)
        self._try(expected, who, lambda by: getattr(queries, act)(by, query_id or self._exclusion().id, text))

    @rule(who=some.managers, kind=st.sampled_from(["freeze", "lock"]), on=some.held, reason=some.held_reasons)
    def hold(self, who: str, kind: str, on: str, reason: str | None) -> None:
        act, target = (holds.freeze if kind == "freeze" else holds.lock), self._target(on)
        expected = self.model.hold(who, kind, on, reason)
        made = self._try(expected, who, lambda by: act(by, target, Reason(text=reason)).id)
        if made:
            self.holds.append(made)
            self.model.holds[made] = (kind, on)

    @precondition(lambda self: self.holds)
    @rule(who=some.managers, chosen=st.integers(0, 99), reason=some.agreed)
    def lift(self, who: str, chosen: int, reason: str) -> None:
        standing = [*self.model.holds, *self.model.holds, *self.holds]
        hold = standing[chosen % len(standing)]
        expected = self.model.lift(who, hold, reason)
        self._try(expected, who, lambda by: holds.lift(by, hold, Reason("unlock", reason)))

    @rule(who=some.staff, form=some.moved, act=some.moves, stale=some.seldom, reason=some.why_moved)
    def move(self, who: str, form: str, act: str, stale: bool, reason: tuple[str, str]) -> None:
        at = self.model.forms[form]
        act = {"": "remove", "removed": "restore", "not_done": "resume"}[at.gone] if act == "leads on" else act
        revision = at.revision - stale
        expected = self.model.move(who, form, act, stale=stale, reason=reason)
        given = Reason(*(part or None for part in reason))
        self._try(expected, who, lambda by: record_states.ACTS[act](by, self._at(form), given, revision=revision))

    @precondition(lambda self: self.model.exclusion and not self.model.holds)
    @rule(who=st.sampled_from(["Wang", "Zhao"]), text=st.sampled_from(["The same as row 2", "It was right"]))
    def take_away_and_bring_back(self, who: str, text: str) -> None:
        """Where nothing is held and the check has asked, which chance alone seldom leaves to be removed."""
        for _ in range(2):
            self.move(who, "CHEM", "leads on", False, ("entered_twice", text))
            self.what_stands_is_what_was_accepted()

    talk_again, save_again, lift_again, move_again = talk, save_alt, lift, move  # two names: twice as often

    @rule(who=some.staff, site=st.sampled_from(["NJ01", "NJ02"]), number=st.sampled_from([None, "two words", NUMBER]))
    def register(self, who: str, site: str, number: str | None) -> None:
        typed = number if site == "NJ01" else number and "two words"
        expected = self.model.register(who, site, typed)
        self._try(expected, who, lambda by: subjects.register(by, "BEAM", site, typed))

    @invariant()
    def what_stands_is_what_was_accepted(self) -> None:
        if not hasattr(self, "model"):
            return
        with self.app.app_context():
            found = {each.form: each for each in db.session.scalars(self._own(Record))}
            for name, form in self.model.forms.items():
                record = found.get(name)
                assert (record.revision if record else 0) == form.revision, name
                stands = {item: parts["v"] for item, parts in (record.data if record else {}).items()}
                assert {item: stands.get(item) for item in _TYPED[name]} == {
                    item: form.values.get(item) for item in _TYPED[name]
                }
                state = form.gone or ("complete" if form.is_complete else "in_progress")
                assert (record.state if record else state) == state, name
            self._expect_queries()

    def teardown(self) -> None:
        """Whatever was refused and may be told of stands in the subject's trail, in its order and in the right role."""
        entries = select(trail_entries.c.reason_code, trail_entries.c.actor_role).where(
            trail_entries.c.subject == self.subject, trail_entries.c.action == "act.refused"
        )
        with self.app.app_context():
            told = [tuple(row) for row in db.session.execute(entries.order_by(trail_entries.c.sequence))]
        assert told == self.model.refused

    def _save(self, who: str, form: str, typed: dict[str, str], stale: bool, reason: Why, partial: bool) -> None:
        revision = self.model.forms[form].revision - stale
        expected = self.model.save(who, form, typed, stale=stale, reason=reason, partial=partial)
        answers = {item: Datum(text, UNITS.get(item)) if text.strip() else Datum() for item, text in typed.items()}
        given = dict.fromkeys(typed, Reason(*reason)) if reason else {}
        self._try(expected, who, lambda by: records.save(by, self._at(form), answers, reasons=given, revision=revision,
                                                         partial=partial))  # fmt: skip

    def _expect_queries(self) -> None:
        found = {each.id: each for each in db.session.scalars(self._own(Query))}
        for id, asked in zip(self.asked, self.model.queries, strict=True):
            assert (found[id].state, found[id].resolution) == (asked.state, asked.resolution)
        exclusion, asked = self._exclusion(), self.model.exclusion
        assert (exclusion is not None) is (asked is not None)
        if exclusion and asked:
            assert (exclusion.state, exclusion.resolution) == (asked.state, asked.resolution)

    def _exclusion(self) -> Query | None:
        return db.session.scalar(self._own(Query).where(Query.check_id == "EC032"))

    def _own(self, model: Any) -> Any:
        return select(model).where(model.subject_id == self.subject)

    def _at(self, form: str) -> Address:
        return Address(self.subject, SCREENING, form)

    def _target(self, on: str) -> Target:
        level, _, name = on.partition(" ")
        if level == "form":
            return Target("form", self.subject, event=SCREENING, form=name)
        if level == "event":
            return Target("event", self.subject, event=SCREENING)
        record = None if level == "subject" else self.chemistry
        return Target(level, self.subject, record, name if level == "item" else None)

    def _person(self, who: str) -> Actor:
        study, sites = self.place.study_id, self.place.sites
        grants = tuple(Grant(Role(role), study if site else None, sites[site] if site else None)
                       for role, site in PEOPLE[who])  # fmt: skip
        return Actor(f"test-{who}", who, "Test clinic", grants)

    def _try(self, expected: Refusal, who: str, act: Callable[[Actor], Any]) -> Any:
        by = self._person(who)
        with self.app.app_context():
            if expected is None:
                with unit_of_work(by):
                    return act(by)
            with pytest.raises(expected) as raised, unit_of_work(by):
                act(by)
            assert type(raised.value) is expected
        return None


_TYPED = {"SV": ("VISDAT",), "CHEM": ("ALT",), "HEM": ("PLT",)}


def _begun() -> Iterator[tuple[str, dict[str, Datum]]]:
    yield "SV", {"VISDAT": Datum("2026-03-04"), "VISOCC": Datum("Y")}
    yield "DM", {"RFICDAT": Datum("2026-03-03"), "BRTHDAT": Datum("1991-06-30"), "SEX": Datum("M")}
    yield "CHEM", {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00")}
