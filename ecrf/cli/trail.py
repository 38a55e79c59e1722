"""The trail's own proof from the command line."""

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from audit.faults import Report
from ecrf.cli.databases import NoDatabase, database_at_hand
from ecrf.db import read_only
from ecrf.errors import NotFound
from ecrf.reads.proofs import prove
from ecrf.services.studies import find_study

trail = AppGroup("trail", help="The audit trail.")


@trail.command("verify")
@click.option("--study", "study_name", help="Short name; without it every chain is verified.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def verify(study_name: str | None, as_json: bool) -> None:
    """Recompute and replay the trail and compare it with the data: exit 0 whole, 1 tampered, 2 cannot tell."""
    try:
        with database_at_hand():
            report, false_definitions = prove(_study_id(study_name) if study_name else None)
    except NoDatabase as fault:
        report, false_definitions = Report(unknown=str(fault)), ()
    faults = (*(str(fault) for fault in report.faults), *false_definitions)
    _tell(report, faults, as_json)
    raise SystemExit(report.exit_code or (1 if false_definitions else 0))


def _study_id(name: str) -> str:
    read_only()
    try:
        return find_study(name).id
    except NotFound:
        raise NoDatabase(f"there is no study {name}") from None


def _tell(report: Report, faults: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        counts = {name: value for name, value in asdict(report).items() if name not in {"faults", "fault_count"}}
        code = report.exit_code or (1 if faults else 0)
        click.echo(json.dumps({**counts, "exit_code": code, "faults": faults}, ensure_ascii=False))
        return
    for fault in faults:
        click.echo(fault)
    counted = f"{report.chains} chains, {report.entries} entries, {report.changes} changes, {report.rows} rows"
    if report.unknown:
        click.echo(f"Cannot tell{' the rest' if faults else ''}: {report.unknown}")
    elif faults:
        click.echo(f"NOT whole: {report.fault_count or len(faults)} faults in {counted}.")
    else:
        click.echo(f"Whole: {counted}; replaying the trail gives exactly the current data.")
