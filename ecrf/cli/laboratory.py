"""Laboratories and their reference ranges, from a study package's `laboratories.yaml`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ecrf.cli.acting import acting_as
from ecrf.policy.actors import Actor
from ecrf.services import laboratories, studies
from forms.definitions import Study as Definition
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study

laboratory = AppGroup("laboratory", help="Laboratories and their reference ranges.")


@laboratory.command("load")
@click.argument("package", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as", "by", metavar="USER", required=True, help="The data manager who enters and approves them.")
def load(package: Path, by: str) -> None:
    """Enter and approve the laboratories and ranges of a study package."""
    try:
        definition = load_study(package)
    except PackageFaults as faults:
        raise click.ClickException("\n".join(str(fault) for fault in faults.faults)) from faults
    with acting_as(by) as actor:
        rows = _enter(actor, definition)
    click.echo(f"{len(definition.laboratories)} laboratories with {rows} ranges are in use.")


def _enter(actor: Actor, definition: Definition) -> int:
    study = studies.find_study(definition.name)
    for each in definition.laboratories:
        laboratories.add(actor, study, each.code, dict(each.label.by_language))
    proposed = laboratories.propose(actor, study, definition.ranges)
    laboratories.approve(actor, study, proposed)
    return len(proposed)
