"""Every refused act has its entry, and it stands where whoever reviews the record will read it, by page and by API."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.records import Record
from tests.conftest import DIALECTS, Servers
from tests.ecrf.api.program import Program, alt, record_at
from tests.ecrf.people import token_of
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, beam_app, with_new_subject

ROLES = {"wang": "coordinator", "liu": "monitor", "chen": "data_manager", "qian": "coordinator"}
WHY = {"ALT": {"code": "transcription"}}


@dataclass(frozen=True)
class Desk:
    """A subject whose chemistry is entered (ALT 30), and the two ways in for everybody."""

    beam: BeamApp
    programs: Mapping[str, Program]

    def record(self, form: str = "CHEM") -> str | None:
        return self._one(select(Record.id).where(Record.subject_id == self.beam.subject, Record.form == form))

    def hold(self) -> str:
        return self._one(select(Hold.id).where(Hold.subject_id == self.beam.subject).order_by(Hold.id.desc()))

    def query(self) -> str:
        return self._one(select(Query.id).where(Query.subject_id == self.beam.subject, Query.check_id.is_(None)))

    def post(self, who: str, path: str, **sent: str) -> TestResponse:
        return self.beam.page(who).browser.post(path, sent)

    def send(self, who: str, path: str, **sent: Any) -> TestResponse:
        return self.programs[who].post(path, sent)

    def enter(self, value: str, **more: Any) -> TestResponse:
        return self.programs["wang"].save(self.chemistry, alt(value), **more)

    def lock(self, level: str = "form", **more: str) -> None:
        decided: dict[str, Any] = {"despite_open": True, "reason": "clean", **more}
        assert self.send("chen", "/holds", **self.target(level), **decided).status_code == 201

    def target(self, level: str, kind: str = "lock") -> dict[str, str]:
        named = {"subject": self.beam.subject} if level == "subject" else {"record": self.record() or ""}
        return {"kind": kind, "level": level, **named, **({"item": "ALT"} if level == "item" else {})}

    def ask(self) -> None:
        assert self.send("liu", f"/records/{self.record()}/queries", item="ALT", text="Sure?").status_code == 201

    def close(self) -> None:
        self.ask()
        assert self.send("liu", f"/queries/{self.query()}/close", text="Yes.").status_code == 200

    @property
    def chemistry(self) -> str:
        return record_at(self.beam.subject, "CHEM")

    @property
    def page(self) -> str:
        return f"/subjects/{self.beam.subject}/SE.SCR/CHEM"

    def entries(self) -> set[Any]:
        """The refusals of every chain."""
        query = select(trail_entries).where(trail_entries.c.action == "act.refused")
        with self.beam.app.app_context():
            return set(db.session.execute(query))

    def told(self, entry: Any) -> dict[str, str | None]:
        """What an entry says was tried, by the last part of its path."""
        same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
        query = (
            select(trail_changes.c.path, trail_values.c.value).join(trail_values, same[0] & same[1] & same[2])
            .where(trail_changes.c.chain == entry.chain, trail_changes.c.sequence == entry.sequence)
        )  # fmt: skip
        with self.beam.app.app_context():
            return {path.rpartition("/")[2]: value for path, value in db.session.execute(query)}

    def _one(self, statement: Any) -> Any:
        with self.beam.app.app_context():
            return db.session.scalars(statement).first()


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[tuple[Flask, Mapping[str, Program]]]:
    with beam_app(servers(request.param)) as app:
        yield app, {who: Program(app, token_of(app, who)) for who in ROLES}


@pytest.fixture
def desk(opened: tuple[Flask, Mapping[str, Program]]) -> Desk:
    app, programs = opened
    desk = Desk(with_new_subject(app), programs)
    answers = {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:05", **alt("30")}
    assert programs["wang"].save(desk.chemistry, answers).status_code == 200
    return desk


def saved_page(desk: Desk, who: str, **typed: str) -> TestResponse:
    """A save by page, typed against the first state of the record."""
    return desk.post(who, desk.page, revision="1", base=json.dumps({"ALT": {"v": "30", "u": "U/L"}}),
                     **{"ALT": "79", "ALT.unit": "U/L", **typed})  # fmt: skip


def stale(desk: Desk) -> TestResponse:
    headers = {"If-Match": '"9-9"'}
    return desk.programs["wang"].send("PATCH", desk.chemistry, {"answers": alt("79"), "reasons": WHY}, headers=headers)


def saved_by(who: str) -> Callable[[Desk], TestResponse]:
    return lambda desk: desk.programs[who].save(desk.chemistry, alt("79"), reasons=WHY)


def completed(desk: Desk) -> TestResponse:
    tag = desk.programs["wang"].get(desk.chemistry).headers["ETag"]
    return desk.programs["wang"].post(f"{desk.chemistry}/complete", headers={"If-Match": tag})


Act = Callable[[Desk], Any]


@dataclass(frozen=True)
class Refusal:
    """One way to be refused: what comes before, the act by page and by API, and what its entry says.

    `form` and `has_record` say where; `value` is what stood there of what was typed, by the last part of its path.
    """

    code: str
    by: str
    tried: str
    page: Act | None
    api: Act | None
    before: Act = lambda _: None
    form: str | None = "CHEM"
    has_record: bool = True
    value: tuple[str, str] | None = None


ALT = ("ALT", "79")
REFUSALS = {
    "saved without a reason": Refusal(
        "reason_missing", "wang", "record.saved", lambda d: saved_page(d, "wang"), lambda d: d.enter("79"), value=ALT),
    "saved against an earlier state": Refusal(
        "stale", "wang", "record.saved", lambda d: saved_page(d, "wang"), stale,
        lambda d: d.enter("31", reasons=WHY), value=ALT),
    "saved by a monitor": Refusal(
        "forbidden", "liu", "record.saved", lambda d: saved_page(d, "liu"), saved_by("liu"), value=ALT),
    "saved by a data manager": Refusal(
        "forbidden", "chen", "record.saved", lambda d: saved_page(d, "chen"), saved_by("chen"), value=ALT),
    "saved on a locked form": Refusal(
        "held", "wang", "record.saved", lambda d: saved_page(d, "wang"), saved_by("wang"), lambda d: d.lock(),
        value=ALT),
    "saved with a refused value": Refusal(
        "not_accepted", "wang", "record.saved", None, lambda d: d.enter("1,5"), value=("ALT", "1,5")),
    "completed with answers missing": Refusal(
        "illegal_state", "wang", "record.completed",
        lambda d: d.post("wang", f"{d.page}/complete", revision="1", **SAMPLE), completed),
    "locked by a monitor": Refusal(
        "forbidden", "liu", "hold.locked", lambda d: d.post("liu", "/holds", **d.target("form"), reason="now"),
        lambda d: d.send("liu", "/holds", **d.target("form"), reason="now"), has_record=False, value=("reason", "now")),
    "an item locked by a monitor": Refusal(
        "forbidden", "liu", "hold.locked", lambda d: d.post("liu", "/holds", **d.target("item")),
        lambda d: d.send("liu", "/holds", **d.target("item"))),
    "a subject frozen by a coordinator": Refusal(
        "forbidden", "wang", "hold.frozen", lambda d: d.post("wang", "/holds", **d.target("subject", "freeze")),
        lambda d: d.send("wang", "/holds", **d.target("subject", "freeze")), form=None, has_record=False),
    "locked twice": Refusal(
        "illegal_state", "chen", "hold.locked", lambda d: d.post("chen", "/holds", **d.target("record")),
        lambda d: d.send("chen", "/holds", **d.target("record")), lambda d: d.lock("record")),
    "lifted without a reason": Refusal(
        "reason_missing", "chen", "hold.unlocked", lambda d: d.post("chen", f"/holds/{d.hold()}/lift", reason=" "),
        lambda d: d.send("chen", f"/holds/{d.hold()}/lift", reason=" "), lambda d: d.lock("item")),
    "lifted twice": Refusal(
        "illegal_state", "chen", "hold.unlocked", lambda d: d.post("chen", f"/holds/{d.hold()}/lift", reason="again"),
        lambda d: d.send("chen", f"/holds/{d.hold()}/lift", reason="again"),
        lambda d: (d.lock(), d.send("chen", f"/holds/{d.hold()}/lift", reason="letter")), has_record=False),
    "lifted by a coordinator": Refusal(
        "forbidden", "wang", "hold.unlocked", lambda d: d.post("wang", f"/holds/{d.hold()}/lift", reason="please"),
        lambda d: d.send("wang", f"/holds/{d.hold()}/lift", reason="please"), lambda d: d.lock("record"),
        value=("reason", "please")),
    "asked of a locked record": Refusal(
        "held", "liu", "query.raised", lambda d: d.post("liu", f"/records/{d.record()}/query", text="Why?"),
        lambda d: d.send("liu", f"/records/{d.record()}/queries", text="Why?"), lambda d: d.lock(),
        value=("text", "Why?")),
    "asked by a coordinator": Refusal(
        "forbidden", "wang", "query.raised", lambda d: d.post("wang", f"/records/{d.record()}/query", text="Why?"),
        lambda d: d.send("wang", f"/records/{d.record()}/queries", text="Why?")),
    "answered where it is closed": Refusal(
        "illegal_state", "wang", "query.answered", lambda d: d.post("wang", f"/queries/{d.query()}/answer", text="So."),
        lambda d: d.send("wang", f"/queries/{d.query()}/answer", text="So."), lambda d: d.close(),
        value=("text", "So.")),
    "closed by a coordinator": Refusal(
        "forbidden", "wang", "query.closed", lambda d: d.post("wang", f"/queries/{d.query()}/close", text="So."),
        lambda d: d.send("wang", f"/queries/{d.query()}/close", text="So."), lambda d: d.ask()),
}  # fmt: skip


def named(face: str) -> list[Any]:
    """The refusals that one can meet by this way in."""
    return [pytest.param(refusal, id=name) for name, refusal in REFUSALS.items() if getattr(refusal, face)]


@pytest.mark.req("R-11-9", "R-DM-16", "R-FDA-19")
@pytest.mark.parametrize("refusal", named("api"))
def test_an_act_refused_by_the_api_is_told_of_where_it_was_tried(desk: Desk, refusal: Refusal) -> None:
    expect_told(desk, refusal, "api")


@pytest.mark.req("R-11-9", "R-DM-16", "R-FDA-19")
@pytest.mark.parametrize("opened", ["sqlite"], indirect=True)  # pages find their place through the same services
@pytest.mark.parametrize("refusal", named("page"))
def test_an_act_refused_by_page_is_told_of_where_it_was_tried(desk: Desk, refusal: Refusal) -> None:
    expect_told(desk, refusal, "page")


def expect_told(desk: Desk, refusal: Refusal, face: str) -> None:
    refusal.before(desk)
    before = desk.entries()
    answer = getattr(refusal, face)(desk)
    assert 400 <= answer.status_code < 500, answer.text
    (entry,) = desk.entries() - before
    assert (entry.reason_code, entry.actor_role, entry.origin) == (refusal.code, ROLES[refusal.by], face)
    assert (entry.chain, entry.subject) == (f"subject:{desk.beam.subject}", desk.beam.subject)
    assert (entry.form, entry.event) == (refusal.form, refusal.form and "SE.SCR")
    assert entry.record == (desk.record() if refusal.has_record else None)
    told = desk.told(entry)
    assert told["tried"] == refusal.tried
    assert refusal.value is None or told[refusal.value[0]] == refusal.value[1]
    reviewed = f"/subjects/{desk.beam.subject}/trail" if refusal.form is None else f"/records/{desk.record()}/trail"
    (act,) = desk.programs["liu"].get(reviewed, query_string={"action": "act.refused"}).json["acts"]
    assert (act["who"], act["tried"], act["reason"]) == (entry.actor_name, refusal.tried, refusal.code)
