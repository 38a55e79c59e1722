"""A small study with items that point at a person or would unblind, at one site, and a person for each role; what
stands in those items are marks that can be looked for in every answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.policy.actors import OPERATOR, Actor, Grant
from ecrf.policy.grants import SITE_BOUND, Role
from ecrf.services import sites, studies
from tests.databases import Server
from tests.ecrf.api.program import Program, record_at
from tests.ecrf.conftest import NOON
from tests.ecrf.people import add_person
from tests.ecrf.schema import migrate, settings_for
from tests.ecrf.trial import found
from tests.house.accounts import administered
from tests.house.page_acts import METRICS_TOKEN
from tests.house.standing import NAMES
from tests.house.two_sites import TwoSites, arrived

PERSON, BLIND, CHECK = "QZPERSON", "QZBLIND", "EC.BLIND"
"""What no reader without the right may see: of an item that points at a person, of one that would unblind, and of a
check that reads the latter."""
FILES = {
    "study.yaml": """\
study: ST.BEAM
name: BEAM
version: "1.0"
title: {en: A small study}
languages: [en]
timezone: Asia/Shanghai
subject: {sex: SCR.DM.SEX, born: SCR.DM.BRTHDAT, visit: SV.VISDAT}
missing_reasons: NDREAS
laboratory_items:
  CS: {label: {en: Significance}, codelist: NY}
  AENO: {label: {en: AE number}}
  ST: {label: {en: Canonical}}
  XULN: {label: {en: Multiple of ULN}}
  NRIND: {label: {en: Range flag}, codelist: NRIND}
events:
  - {oid: SE.SCR, name: {en: Screening}, type: scheduled, window: [-14, 0], forms: [SV, DM, IP, MH]}
  - {oid: SE.W2, name: {en: Week 2}, type: scheduled, target: 14, window: [-3, 3], forms: [SV, IP]}
  - {oid: SE.W4, name: {en: Week 4}, type: scheduled, target: 28, window: [-3, 3], forms: [SV, IP]}
""",
    "codelists.yaml": """\
SEX: {F: {en: Female}, M: {en: Male}}
NY: {N: {en: "No"}, Y: {en: "Yes"}}
NRIND: {L: {en: Low}, N: {en: Normal}, H: {en: High}}
LAB: {LAB_A: {en: Laboratory A}}
NDREAS: {LOST: {en: Lost}}
""",
    "forms/SV.yaml": """\
form: SV
name: {en: Visit}
groups:
  - {group: VISIT, name: {en: Visit}, items: [{oid: VISDAT, label: {en: Visit date}, type: date, required: true}]}
""",
    "forms/DM.yaml": """\
form: DM
name: {en: Demographics}
groups:
  - group: PERSON
    name: {en: Person}
    items:
      - {oid: NAMED, label: {en: Name}, type: text, identifying: true, required: true}
      - {oid: NICK, label: {en: Name again}, type: text, identifying: true, derivation: DV.NICK}
      - {oid: BRTHDAT, label: {en: Born}, type: date, identifying: true}
      - {oid: SEX, label: {en: Sex}, type: code, codelist: SEX}
""",
    "forms/IP.yaml": """\
form: IP
name: {en: Product}
laboratory: {code: LABID, sampled: LBDTC}
groups:
  - group: PRODUCT
    name: {en: Product}
    items:
      - {oid: KIT, label: {en: Kit}, type: text, restricted: true, required: true}
      - {oid: KITCOPY, label: {en: Kit again}, type: text, restricted: true, derivation: DV.KITCOPY}
      - {oid: TAKEN, label: {en: Taken}, type: code, codelist: NY}
      - {oid: LABID, label: {en: Laboratory}, type: code, codelist: LAB}
      - {oid: LBDTC, label: {en: Sampled}, type: datetime}
  - group: LEVELS
    name: {en: Levels}
    layout: grid
    items:
      - {oid: LEVEL, label: {en: Drug level}, type: lab, restricted: true, units: [{ucum: ng/mL, shown: ng/mL}]}
""",
    "forms/MH.yaml": """\
form: MH
name: {en: History}
repeating: true
listed: [MHNAME, MHKIT, MHTERM]
groups:
  - group: ROW
    name: {en: Condition}
    items:
      - {oid: MHNAME, label: {en: Told by}, type: text, identifying: true}
      - {oid: MHKIT, label: {en: Kit then}, type: text, restricted: true}
      - {oid: MHTERM, label: {en: Condition}, type: text}
""",
    "derivations.yaml": """\
- {oid: DV.NICK, item: DM.NICK, formula: NAMED,
   tests: [{given: {NAMED: A}, expect: A}, {given: {}, expect: null}]}
- {oid: DV.KITCOPY, item: IP.KITCOPY, formula: KIT,
   tests: [{given: {KIT: A}, expect: A}, {given: {}, expect: null}]}
""",
    "checks/all.yaml": """\
- id: EC.PERSON
  on: DM
  items: [SEX]
  fires_when: NAMED != 'nobody'
  severity: soft
  message: {en: Somebody is named.}
  why: to be seen
  tests: [{given: {NAMED: A}, fires: true}, {given: {NAMED: nobody}, fires: false}, {given: {}, fires: false}]
- id: EC.BLIND
  on: IP
  items: [TAKEN]
  fires_when: KIT != 'none'
  severity: soft
  message: {en: A kit is named.}
  why: to be seen
  tests: [{given: {KIT: A}, fires: true}, {given: {KIT: none}, fires: false}, {given: {}, fires: false}]
""",
}

OPENED = NOON - timedelta(days=30)
ENTERED = (
    ("SV", 0, {"VISDAT": "2026-03-04"}),
    ("DM", 0, {"NAMED": f"{PERSON} A", "BRTHDAT": "1991-06-30", "SEX": "M"}),
    ("IP", 0, {"KIT": f"{BLIND} A", "LEVEL": {"value": "4.25", "unit": "ng/mL"}, "TAKEN": "N"}),
    ("IP", 0, {"KIT": f"{BLIND} B"}),
    ("DM", 0, {"NAMED": f"{PERSON} B"}),
    ("MH", 1, {"MHNAME": f"{PERSON} C", "MHKIT": f"{BLIND} C", "MHTERM": "Gout"}),
)
"""In the order of the saves; what stood before is corrected with a reason that quotes it."""
WHY = {"code": "other", "text": f"It was {BLIND} A, of {PERSON} A."}


@contextmanager
def blinded_site(server: Server) -> Iterator[TwoSites]:
    """A site with the study on a database of its own."""
    created = server.create(migrate)
    opened = TwoSites(create_app(settings_for(created.app_url, metrics_token=METRICS_TOKEN)))
    with TemporaryDirectory() as folder, clock.told_by(lambda: OPENED):
        _publish(opened.app, Path(folder) / "beam")
    with clock.told_by(lambda: NOON):
        _engage(opened)
        _enter(opened)
        opened.ids |= administered(opened.app, opened.people["administrator"].token)
    yield opened
    with opened.app.app_context():
        db.engine.dispose()
    server.drop(created)


def _publish(app: Flask, package: Path) -> None:
    for name, text in FILES.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    builder = Actor("builder", "Builder", "Office", (Grant(Role.STUDY_BUILDER),))
    with app.app_context(), unit_of_work():
        studies.publish(builder, package)
        site = sites.add(OPERATOR, studies.find_study("BEAM"), "NJ01", "Nanjing", "Asia/Shanghai")
        studies.put_in_force(builder, site, 1, approval="EC 2026-014")


def _engage(opened: TwoSites) -> None:
    with opened.app.app_context():
        site = found().sites["NJ01"]
    for role in Role:
        add_person(opened.app, role.value, role, site=site if role in SITE_BOUND else None)
        opened.people[role.value] = arrived(opened.app, role.value)


def _enter(opened: TwoSites) -> None:
    """Enter it all; `ids` names what stands on the form of the person, `blind_ids` what stands on that of the kit."""
    coordinator, monitor, manager = (
        Program(opened.app, opened.people[who].token) for who in ("coordinator", "monitor", "data_manager")
    )
    subject = coordinator.register()
    assert monitor.send("PUT", f"/subjects/{subject}/look", {"seen": 1}).status_code == 200
    for minute, (form, row, answers) in enumerate(ENTERED):
        reasons = {item: WHY for item in ("KIT", "NAMED") if item in answers}
        with clock.told_by(lambda: NOON + timedelta(minutes=minute)):  # noqa: B023 - called before the next minute
            saved = coordinator.save(record_at(subject, form, row=row), answers, reasons=reasons)
        assert saved.status_code == 200, saved.text
    draft = f"{record_at(subject, 'DM')}/draft"
    assert coordinator.send("PUT", draft, {"answers": {"NAMED": f"{PERSON} D"}, "revision": 2}).status_code == 200
    for form, item in (("DM", "NAMED"), ("IP", "KIT")):
        record = coordinator.get(record_at(subject, form)).json["id"]
        asked = [query["id"] for query in coordinator.get(f"/records/{record}/queries").json["queries"]]
        said = f"It is {PERSON} B, with {BLIND} B."
        if form == "DM":  # the other one stays open
            assert coordinator.post(f"/queries/{asked[0]}/answer", {"text": said}).status_code == 200
        held = manager.post("/holds", {"kind": "freeze", "level": "record", "record": record, "reason": said})
        assert held.status_code == 201, held.text
        opened.ids[f"{form}_record"], opened.ids[f"{form}_query"] = record, asked[0]
        opened.ids[f"{form}_hold"], opened.ids[f"{form}_item"] = held.json["id"], item
    opened.ids |= {**NAMES, "subject_id": subject}


def ids_of(opened: TwoSites, form: str) -> dict[str, str | int]:
    """The ids with those of the flagged item of this form where one of the kind is asked for."""
    own = {name: opened.ids[f"{form}_{name}"] for name in ("record", "query", "hold", "item")}
    there = {"record_id": own["record"], "query_id": own["query"], "hold_id": own["hold"], "item": own["item"]}
    return {**opened.ids, "form": form, **there}
