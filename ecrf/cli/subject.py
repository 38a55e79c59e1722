"""Subjects: added, and entered from files."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from ecrf.cli.acting import acting_as
from ecrf.exchange.subject_files import read_subjects
from ecrf.exchange.subject_loading import Loaded, expect_whole, load, written
from ecrf.services import sites, studies, subjects

subject = AppGroup("subject", help="Subjects.")


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


@subject.command("load")
@click.argument("study")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="Code of the site.")
@click.option("--as", "by", metavar="USER", required=True, help="The account that enters the data.")
@click.option("--json", "as_json", is_flag=True, help="Print findings and computed values as JSON.")
@click.option("--partial", is_flag=True, help="Keep what holds where a value is refused; else nothing is entered.")
def load_file(study: str, file: Path, site: str, by: str, as_json: bool, partial: bool) -> None:
    """Enter subjects from a YAML or JSON file; exit code 1 when a value was refused, and then nothing is entered."""
    with acting_as(by) as actor:
        found = studies.find_study(study)
        definition = studies.compiled(found.id, studies.version_at(sites.find(found, site))).study
        loaded = [load(actor, study, site, each) for each in read_subjects(file, definition)]
        refused = [_refusal(each, place) for each in loaded for place in each.refused]
        _tell(loaded, refused, as_json)
        if not partial:
            expect_whole(loaded)
    raise SystemExit(1 if refused else 0)


def _refusal(loaded: Loaded, place: Any) -> dict[str, Any]:
    key, refusal = place
    return {
        "subject": loaded.subject.screening_number, "event": key.event.written, "form": written(key),
        "item": refusal.item, "rule": refusal.rule, "message": refusal.message.said_in("en"),
    }  # fmt: skip


def _tell(loaded: list[Loaded], refused: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        told = [{"findings": each.findings, "derived": each.derived} for each in loaded]
        merged = told[0] if len(told) == 1 else {"subjects": told}
        click.echo(json.dumps({**merged, "refused": refused}, ensure_ascii=False))
        return
    for each in loaded:
        click.echo(f"{each.subject.screening_number}: {len(each.findings)} findings stand.")
        for finding in each.findings:
            click.echo(f"  {finding['check']} on {finding['event']} {finding['form']}")
    for refusal in refused:
        click.echo(f"refused: {refusal['event']} {refusal['form']} {refusal['item']}: {refusal['message']}", err=True)
