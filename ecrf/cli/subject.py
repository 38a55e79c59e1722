"""Subjects: added, and entered from files."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from ecrf.cli import places
from ecrf.cli.acting import acting_as, told
from ecrf.errors import BadInput, Problem
from ecrf.exchange.subject_files import FiledSubject, read_subjects
from ecrf.exchange.subject_loading import Loaded, expect_whole, load, written
from ecrf.reads.subjects import subject_numbered
from ecrf.services import statuses, studies, subjects, transfers
from ecrf.services.trail import Reason
from forms.definitions import Study

subject = AppGroup("subject", help="Subjects.")


def _at(command: click.decorators.FC) -> click.decorators.FC:
    """The words that name a subject, and who acts."""
    for argument in ("number", "study"):
        command = click.argument(argument, metavar="SUBJECT" if argument == "number" else None)(command)
    return places.by(command)


def _told(problem: Problem) -> str:
    """A refusal with each finding that holds enrolment up."""
    findings = problem.details.get("findings", ())
    each = (f"{found['check'] or found['item']} ({found['event']} {found['form']})" for found in findings)
    return "; ".join([told(problem), *each])


@subject.command("add")
@click.argument("study")
@click.option("--site", required=True, help="Code of the site.")
@click.option("--number", help="The screening number; else the next of the site's scheme.")
@click.option("--as", "by", metavar="USER", required=True, help="The account that registers.")
def add(study: str, site: str, number: str | None, by: str) -> None:
    """Register a subject for screening."""
    with acting_as(by) as actor:
        registered = subjects.register(actor, study, site, number).screening_number
    click.echo(f"{registered} is registered.")


@subject.command("enrol")
@_at
@click.option("--number", "subject_number", help="The subject number; else that of the form, or the next.")
def enrol(study: str, number: str, by: str, subject_number: str | None) -> None:
    """Enrol a subject in screening; exit code 1 while its data do not let it."""
    with acting_as(by, _told) as actor:
        enrolled = statuses.enrol(actor, subject_numbered(actor, study, number), subject_number).subject_number
    click.echo(f"{enrolled} is enrolled.")


@subject.command("status")
@_at
@click.argument("act", type=click.Choice(("screen_failure", "complete", "withdraw", "correct")))
@click.option("--reason", "text", help="Why, in one's own words; only `complete` goes without.")
def set_status(study: str, number: str, by: str, act: str, text: str | None) -> None:
    """Say that a subject is a screen failure, completed or was withdrawn; `correct` takes the last step back."""
    with acting_as(by) as actor:
        changed = statuses.ACTS[act](actor, subject_numbered(actor, study, number), None, Reason(text=text)).status
    click.echo(f"{changed}.")


@subject.command("transfer")
@_at
@click.option("--site", required=True, help="Code of the site it moves to.")
@places.why
def transfer(study: str, number: str, by: str, site: str, text: str) -> None:
    """Move a subject to another open site of its study, with all its data."""
    with acting_as(by) as actor:
        transfers.transfer(actor, subject_numbered(actor, study, number), site, Reason(text=text))
    click.echo(f"{number} is at {site}.")


@subject.command("load")
@click.argument("study")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="Code of the site.")
@click.option("--as", "by", metavar="USER", required=True, help="The account that enters the data.")
@click.option("--json", "as_json", is_flag=True, help="Print findings and computed values as JSON.")
@click.option("--partial", is_flag=True, help="Keep what holds where a value is refused; else nothing is entered.")
def load_file(study: str, file: Path, site: str, by: str, as_json: bool, partial: bool) -> None:
    """Enter subjects from a YAML or JSON file; exit code 1 when a value was refused, and then nothing is entered."""
    with acting_as(by, reads_only=True) as actor:
        definition = subjects.form_definitions(actor, studies.find_study(study).name, site)
    filed = _filed(file, definition)  # nothing is held up while a file is read
    with ExitStack() as afterwards, acting_as(by) as actor:
        loaded = [load(actor, study, site, each) for each in filed]
        refused = [_refusal(each, place) for each in loaded for place in each.refused]
        by_number = {each.subject.screening_number: each for each in loaded}
        afterwards.callback(_tell, by_number, refused, partial=partial, as_json=as_json)
        if not partial:
            expect_whole(loaded)
    raise SystemExit(1 if refused else 0)


def _filed(file: Path, definition: Study) -> list[FiledSubject]:
    try:
        return read_subjects(file, definition)
    except BadInput as problem:
        told = [f"{place}: {fault}" for place, fault in problem.details["fields"].items()]
        raise click.ClickException("\n".join([*told, f"{len(told)} faults. Nothing was entered."])) from problem


def _refusal(loaded: Loaded, place: Any) -> dict[str, Any]:
    key, refusal = place
    return {
        "subject": loaded.subject.screening_number, "event": key.event.written, "form": written(key),
        "item": refusal.item, "rule": refusal.rule, "message": refusal.message.said_in("en"),
    }  # fmt: skip


def _tell(loaded: Mapping[str, Loaded], refused: list[dict[str, Any]], *, partial: bool, as_json: bool) -> None:
    """Say what came of it, by screening number; after the act, for whoever reads slowly would hold the others up."""
    if as_json:
        told = [{"findings": each.findings, "derived": each.derived} for each in loaded.values()]
        merged = told[0] if len(told) == 1 else {"subjects": told}
        click.echo(json.dumps({**merged, "refused": refused}, ensure_ascii=False))
        return
    if not loaded:
        click.echo("The file holds no subjects. Nothing was entered.")
    would = "would stand" if refused and not partial else "stand"
    for number, each in loaded.items():
        click.echo(f"{number}: {len(each.findings)} findings {would}.")
        for finding in each.findings:
            click.echo(f"  {finding['check']} on {finding['event']} {finding['form']}")
    for refusal in refused:
        place = " ".join(refusal[part] for part in ("subject", "event", "form", "item"))
        click.echo(f"refused: {place}: {refusal['message']}", err=True)
