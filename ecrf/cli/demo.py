"""The demonstration: BEAM with two sites, two laboratories, their people and a subject, in an empty database."""

import json
import os
from contextlib import suppress
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import make_url, select

from ecrf import clock
from ecrf.cli import demo_people, demo_sites
from ecrf.cli.demo_bulk import enter_made, story_ends
from ecrf.cli.demo_people import LogIn
from ecrf.cli.demo_subjects import opened as opened_for
from ecrf.config import DEMO_FOLDER, keep_demo_secret, settings
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.exchange.subject_files import FiledSubject, read_subjects
from ecrf.exchange.subject_loading import load
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actors import OPERATOR, Actor
from ecrf.policy.grants import Role
from ecrf.reads.people import by_username
from ecrf.services import laboratories, planning, sites, statuses, studies
from ecrf.services.trail import Reason
from forms.definitions import Study as Definition
from forms.published import study_from_json

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "forms" / "studies" / "beam"
APPROVAL = "EC 2026-014"
PLAN = {"subjects": "24", "starts_on": "2026-02-01", "ends_on": "2026-12-31"}
"""How many subjects each site is to enrol, from when until when."""
_ENROLLED = "ENRLYN"


@click.command("demo")
@click.option(
    "--subjects",
    "count",
    type=click.IntRange(0, 20000),
    default=0,
    help="So many made subjects more, at more sites where they are many.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the log-ins as JSON.")
@with_appcontext
def demo(count: int, as_json: bool) -> None:
    """Make the demonstration in an empty database; where it is there already, say where the log-ins are."""
    kept = _beside_the_database()
    keep_demo_secret(ROOT)
    keep_to_owner(ROOT / DEMO_FOLDER, _database_file())
    upgrade()
    if db.session.scalar(select(Study.id).limit(1)) is not None:
        db.session.rollback()
        _tell_kept(kept, as_json)
        return
    db.session.rollback()
    log_ins = _make(count)
    _keep(kept, log_ins)
    _tell(log_ins, kept, as_json)


def _make(count: int) -> list[LogIn]:
    with unit_of_work():
        office = demo_people.add_office()
    builder, manager = _actor(office, Role.STUDY_BUILDER), _actor(office, Role.DATA_MANAGER)
    opened = opened_for(story_ends()) if count else clock.now()
    with clock.told_by(lambda: opened), unit_of_work():
        version = studies.publish(builder, PACKAGE, notes="The demonstration study.")
        definition, number = study_from_json(version.definition), version.number
    with clock.told_by(lambda: opened), unit_of_work():
        study = studies.find_study(definition.name)
        named = demo_sites.sites_for(count)
        places = [sites.add(OPERATOR, study, code, name, definition.timezone) for code, name in named]
        for place in places:
            studies.put_in_force(builder, place, number, approval=APPROVAL)
        _stock(manager, study, definition)
        for place in places:
            planning.plan_site(manager, study.name, place.code, **PLAN)
    with unit_of_work():
        staff = demo_people.add_site_staff(db.session.scalars(select(Site).order_by(Site.code)))
    _enter(_actor(staff, Role.COORDINATOR), definition)
    enter_made(count, definition, [*staff, *office])
    return [*staff, *office]


def _actor(people: list[LogIn], role: Role) -> Actor:
    """The first of these people with a role, at the first site where the role belongs to one."""
    username = next(each.username for each in people if each.role == role and each.site in (None, demo_sites.FIRST))
    return by_username(username, clock.now(), origin="cli")


def _stock(manager: Actor, study: Study, definition: Definition) -> None:
    """The laboratories of the package with their ranges, proposed and approved."""
    for laboratory in definition.laboratories:
        laboratories.add(manager, study, laboratory.code, dict(laboratory.label.by_language))
    laboratories.approve(manager, study, laboratories.propose(manager, study, definition.ranges))


def _enter(coordinator: Actor, definition: Definition) -> None:
    """The subjects of the package, through the same services as a page."""
    for file in sorted((PACKAGE / "demonstration").glob("*.yaml")):
        for subject in read_subjects(file, definition):
            with unit_of_work(coordinator):
                loaded = load(coordinator, definition.name, demo_sites.FIRST, subject)
                _decide(coordinator, loaded.subject.id, subject)


def _decide(coordinator: Actor, subject_id: str, filed: FiledSubject) -> None:
    """Enrol the subject that its file says is enrolled; the other one is a screen failure."""
    said = {each.answers[_ENROLLED].text for each in filed.records if _ENROLLED in each.answers}
    if "Y" in said:
        statuses.enrol(coordinator, subject_id)
    elif "N" in said:
        statuses.end(coordinator, subject_id, "screen_failure", Reason(text="Not eligible: see the criteria."))


def keep_to_owner(folder: Path, database: Path | None) -> None:
    """Let nobody else read the demonstration's folder and its database, from the first byte on; what belongs to another
    user of the machine stays as that user has it."""
    if database is not None and database.parent.is_dir():
        database.touch(mode=0o600)
        for file in database.parent.glob(f"{database.name}*"):
            with suppress(PermissionError):
                file.chmod(0o600)
    with suppress(PermissionError):
        folder.chmod(0o700)


def _database_file() -> Path | None:
    url = make_url(settings().database_url)
    return Path(url.database).resolve() if url.drivername.startswith("sqlite") and url.database else None


def _beside_the_database() -> Path:
    """Where this database's log-ins are kept: beside a file, by the database's name in `instance/` otherwise."""
    file = _database_file()
    if file is not None:
        return file.with_suffix(".log-ins.json")
    return ROOT / DEMO_FOLDER / f"{make_url(settings().database_url).database}.log-ins.json"


def _keep(path: Path, log_ins: list[LogIn]) -> None:
    """Keep the log-ins, readable by their owner alone."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({"users": [each.as_data() for each in log_ins]}, ensure_ascii=False, indent=1), "utf-8")


def _tell_kept(kept: Path, as_json: bool) -> None:
    if not kept.exists():
        raise click.ClickException("the demonstration was begun and not finished, or its log-ins are gone: start over")
    if as_json:
        click.echo(kept.read_text("utf-8"))
        return
    click.echo(f"The demonstration's data are kept. Its log-ins are in {_shown(kept)}.")
    _tell_address()


def _tell(log_ins: list[LogIn], kept: Path, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"users": [each.as_data() for each in log_ins]}, ensure_ascii=False))
        return
    click.echo("The demonstration is ready. Log in with one of:")
    for each in (each for each in log_ins if each.is_first):
        click.echo(f"  {each.role:14} {each.site or '':5} {each.username:11} {each.password}")
    more = sum(not each.is_first for each in log_ins)
    also = f" and {more} more of other sites" if more else ""
    click.echo(f"These log-ins{also}, with tokens for the API, are kept in {_shown(kept)}.")
    _tell_address()


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _tell_address() -> None:
    address = os.environ.get("ECRF_DEMO_ADDRESS")
    if address and current_app.extensions["ecrf"].demo:
        click.echo(f"Open {address} in a browser. Ctrl+C stops it.")
