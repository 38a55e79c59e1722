"""Backups from the command line: made while people work, proved, and restored."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from audit.faults import Report
from ecrf import clock
from ecrf.cli.databases import database_at_hand
from ecrf.edge.transactions import unit_of_work
from ecrf.exchange import backups
from ecrf.exchange.backup_manifests import BackupFault, Manifest
from ecrf.policy.actors import OPERATOR
from ecrf.services import backups as service

backup = AppGroup("backup", help="Backups of the whole database.")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_log = structlog.get_logger(__name__)
Facts = dict[str, Any]


@backup.command("create")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON.")
def create(folder: Path, as_json: bool) -> None:
    """Make a backup in a new folder below FOLDER."""
    with database_at_hand(), _told("backup_made") as facts:
        place, manifest = backups.create(folder, clock.now())
        facts.update(_facts(manifest))
        with unit_of_work(OPERATOR):
            service.tell_made(OPERATOR, {**_names(manifest), "copy": manifest.files[manifest.copy]})
    said = f"{place}: {_counted(manifest)}; root {manifest.root}"
    click.echo(json.dumps({"folder": str(place), **_facts(manifest)}) if as_json else said)


@backup.command("verify")
@click.argument("folder", type=_FOLDER)
def verify(folder: Path) -> None:
    """Prove a backup without restoring it."""
    with _told("backup_verified") as facts:
        manifest, report = backups.verify(folder)
        facts.update(_facts(manifest))
    proof = f"its trail is whole: {_proof(report)}" if report else "its trail is proved when it is restored"
    click.echo(f"{manifest.id} is whole: {_counted(manifest)}; root {manifest.root}; {proof}.")


@backup.command("restore")
@click.argument("folder", type=_FOLDER)
@click.option("--replace", is_flag=True, help="Keep a database that is not empty aside and restore in its place.")
def restore(folder: Path, replace: bool) -> None:
    """Put a backup in the place of the database; the servers must be stopped meanwhile."""
    with _told("backup_restored") as facts:
        manifest, report, kept = backups.restore(folder, clock.now(), replace=replace)
        facts.update(_facts(manifest), kept=kept)
        with unit_of_work(OPERATOR):
            service.tell_restored(OPERATOR, {**_names(manifest), "kept": kept or "nothing"})
    aside = f" The database before is kept: {kept}." if kept else ""
    click.echo(f"{manifest.id} is restored, and its trail is whole: {_proof(report)}.{aside}")


@contextmanager
def _told(event: str) -> Iterator[Facts]:
    """One line of the log with the outcome and the seconds; what went wrong ends the command with its sentence."""
    facts: Facts = {}
    begun = time.perf_counter()
    tell: Callable[..., None] = lambda outcome, **more: _log.info(  # noqa: E731
        event, outcome=outcome, seconds=round(time.perf_counter() - begun, 3), **facts, **more
    )
    try:
        yield facts
    except (BackupFault, SQLAlchemyError, OSError) as fault:
        tell("failed", why=str(getattr(fault, "orig", None) or fault).splitlines()[0])
        raise click.ClickException(str(getattr(fault, "orig", None) or fault)) from fault
    tell("done")


def _names(manifest: Manifest) -> dict[str, str]:
    return {"backup": manifest.id, "root": manifest.root}


def _facts(manifest: Manifest) -> Facts:
    return {
        "backup": manifest.id,
        "root": manifest.root,
        "chains": manifest.chains,
        "rows": sum(manifest.rows.values()),
    }


def _counted(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables, {manifest.chains} chains"


def _proof(report: Report) -> str:
    return f"{report.chains} chains, {report.entries} entries, {report.changes} changes, {report.rows} rows"
