"""A small study at two sites, written row by row with its trail, so that reads and pages are tested on known data."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from audit.entries import Change
from ecrf.db import db
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import SiteVersion, Study, StudyVersion
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import SYSTEM, Actor, Grant
from ecrf.policy.grants import Role
from ecrf.services import tallies
from ecrf.services.trail import About, Acts, Reason, about_record
from forms import definitions as d
from forms.published import canonical_json
from tests.ecrf.clinic_study import DEFINITION

START = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


class _Settled(Acts):
    """Acts whose sums are written at once, as a commit would: tests roll back instead."""

    def write(self) -> None:
        super().write()
        tallies.settle()


@dataclass
class Clinic:
    """The study with its two sites; whoever tests adds subjects and data."""

    study: Study
    sites: dict[str, Site]
    at: datetime = START

    def later(self, **by: float) -> datetime:
        self.at += timedelta(**(by or {"minutes": 1}))
        return self.at

    def actor(self, role: str, site: str | None = None, name: str = "") -> Actor:
        grant = Grant(Role(role), self.study.id, self.sites[site].id if site else None)
        return Actor(f"{role}-{site}", name or role.replace("_", " ").title(), "Hospital", (grant,))

    def subject(self, site: str, number: str, **more) -> Subject:
        where = self.sites[site]
        subject = Subject(study_id=self.study.id, site_id=where.id, screening_number=number, **more)
        acts = self._acts(subject)
        acts.add(self.actor("coordinator", site), Action.SUBJECT_REGISTERED, [subject])
        acts.write()
        return subject

    def record(
        self, subject: Subject, event: str, form: str, data: dict | None = None, *, row: int = 0, **more
    ) -> Record:
        """A saved record, with its event where it is the first one there."""
        by, instance = more.pop("by", None) or self._coordinator(subject), more.pop("instance", 0)
        acts, moved = self._acts(subject), []
        found = (
            db.session.query(Event).filter_by(subject_id=subject.id, oid=f"SE.{event}", instance=instance).one_or_none()
        )
        if found is None:
            moved.append(found := Event(**_whose(subject), oid=f"SE.{event}", instance=instance))
        record = Record(
            **_whose(subject), event_id=found.id, event=found.oid, instance=instance, form=form, row=row,
            study_version=1, revision=1, data={item: _datum(value) for item, value in (data or {}).items()}, **more,
        )  # fmt: skip
        acts.add(by, Action.RECORD_SAVED, [*moved, record], about=about_record(acts.about, record))
        acts.write()
        return record

    def change(self, record: Record, item: str, value: str, *, reason: Reason, refused: str | None = None) -> None:
        """One corrected value, and perhaps one that was refused, with its computed companion as a consequence."""
        subject = db.session.get(Subject, record.subject_id)
        acts, path = self._acts(subject), f"records/{record.id}/data/{item}"
        notes = [Change(path, reason.text, mark="note", reason_code=reason.code)]
        if refused:
            notes.append(
                Change(f"records/{record.id}/data/WBC", refused, "datum", mark="refused", reason_code="RH.WBC@1.0")
            )
        record.data = {**record.data, item: {**record.data[item], "v": value}}
        record.revision += 1
        cause = acts.add(
            self._coordinator(subject),
            Action.RECORD_SAVED,
            [record],
            about=about_record(acts.about, record),
            notes=notes,
        )
        record.data = {**record.data, f"{item}_ST": {"v": value}}
        acts.add(SYSTEM, Action.CONSEQUENCES, [record], cause=cause)
        acts.write()

    def query(
        self, record: Record, number: int, item: str | None = "PLT", *, check: str | None = "EC040", **more
    ) -> Query:
        subject = db.session.get(Subject, record.subject_id)
        acts = self._acts(subject)
        message = {"en": "Platelets below 50,000/µL.", "zh-CN": "血小板低于 50,000/µL。"}
        query = Query(
            **_whose(subject), record_id=record.id, number=number, item=item, check_id=check,
            check_version="1.0" if check else None, message=message if check else {"und": "Which value stands?"},
            explanation=EXPLANATION if check else None, opened_at=acts.at, changed_at=acts.at,
            opened_by="System" if check else "Monitor", opened_role=None if check else "monitor", **more,
        )  # fmt: skip
        acts.add(SYSTEM, Action.CONSEQUENCES, [query])
        acts.write()
        return query

    def say(self, query: Query, kind: str, words: str, state: str, by: Actor) -> None:
        subject = db.session.get(Subject, query.subject_id)
        acts = self._acts(subject)
        query.state, query.changed_at = state, acts.at
        message = QueryMessage(
            **_whose(subject), query_id=query.id, kind=kind, text=words, said_at=acts.at, said_by=by.name,
            said_role=by.role_for(subject.site_id),
        )  # fmt: skip
        acts.add(by, Action.QUERY_ANSWERED, [query, message])
        acts.write()

    def end_visit(self, record: Record, state: str) -> None:
        """The visit of a record is said not to have been done, or to be removed."""
        subject = db.session.get(Subject, record.subject_id)
        acts, event = self._acts(subject), db.session.get(Event, record.event_id)
        event.state = state
        acts.add(self._coordinator(subject), Action.RECORD_SAVED, [event])
        acts.write()

    def hold(self, subject: Subject, kind: str, level: str = "subject", **what) -> Hold:
        acts = self._acts(subject)
        reason = "for the interim analysis"
        hold = Hold(
            **_whose(subject), level=level, kind=kind, held_at=acts.at, held_by="Chen Yu", reason=reason, **what
        )
        action = Action.LOCKED if kind == "lock" else Action.FROZEN
        acts.add(self.actor("data_manager", name="Chen Yu"), action, [hold], reason=Reason(text=reason))
        acts.write()
        return hold

    def _coordinator(self, subject: Subject) -> Actor:
        site = next(code for code, site in self.sites.items() if site.id == subject.site_id)
        return self.actor("coordinator", site, "Wang Min")

    def _acts(self, subject: Subject) -> Acts:
        if subject.id is None:
            db.session.add(subject)
        about = About(subject.chain, study=subject.study_id, site=subject.site_id, subject=subject.id)
        return _Settled(about, self.later())


def _datum(value: str | dict[str, str]) -> dict[str, str]:
    return {"v": value} if isinstance(value, str) else value


def _whose(subject: Subject) -> dict[str, str]:
    return {"study_id": subject.study_id, "site_id": subject.site_id, "subject_id": subject.id}


def open_clinic(definition: d.Study = DEFINITION) -> Clinic:
    """The study, published and in force at two sites."""
    study = Study(oid=definition.oid, name=definition.name)
    version = StudyVersion(
        study_id=study.id, number=1, label=definition.version, definition=canonical_json(definition), sha256="0" * 64,
        published_at=START, published_by="Builder",
    )  # fmt: skip
    sites = {
        code: Site(study_id=study.id, code=code, name=name, timezone="Asia/Shanghai") for code, name in SITES.items()
    }
    in_force = [
        SiteVersion(study_id=study.id, site_id=site.id, study_version=1, in_force_from=START, approval="EC 1")
        for site in sites.values()
    ]
    for rows in ([study], [version, *sites.values()], in_force):
        acts = Acts(About(f"study:{study.id}", study=study.id), START)
        acts.add(SYSTEM, Action.STUDY_PUBLISHED, rows)
        acts.write()
    return Clinic(study, sites)


SITES = {"NJ01": "Nanjing", "NJ02": "Partner hospital"}
EXPLANATION = {
    "check": "EC040", "version": "1.0", "expression": "PLT < 50000 '/uL'", "today": None,
    "operands": [{
        "name": "PLT", "entered": "49999", "unit": "/uL", "comparator": None, "compared": "49.999",
        "compared_unit": "10*9/L", "factor": "0.001", "range": None, "item": "PLT",
    }],
    "comparisons": [{
        "left_text": "PLT", "operator": "<", "right_text": "50000 '/uL'", "left": "49.999", "right": "50",
        "unit": "10*9/L", "outcome": True,
    }],
}  # fmt: skip
