"""Visits: added where the plan has none, marked not done, removed, and taken back."""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.models.events import Event
from ecrf.reads.subjects import subject_numbered
from ecrf.services import visits
from ecrf.services.trail import Reason
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS

visit = AppGroup("visit", help="Visits of a subject.")

_NOTE = click.option("--note", "text", help="Why, in one's own words; “other” needs some.")


def _at(command: click.decorators.FC) -> click.decorators.FC:
    """The words that name a visit, and who acts."""
    for argument in ("event", "subject", "study"):
        command = click.argument(argument)(command)
    return places.by(command)


@visit.command("begin")
@_at
def begin(study: str, subject: str, event: str, by: str) -> None:
    """Add an unscheduled visit: EVENT is its OID, SE.UNS."""
    with acting_as(by) as actor:
        begun = visits.begin(actor, subject_numbered(actor, study, subject), event).key.written
    click.echo(f"{begun} is added.")


@visit.command("not-done")
@_at
@_NOTE
@places.reason_of(NOT_DONE_REASONS)
def mark_not_done(study: str, subject: str, event: str, by: str, code: str, text: str | None) -> None:
    """Mark a visit of the plan as not having taken place; it may hold no answers."""
    _act(visits.not_done, study, subject, event, by, Reason(code, text))
    click.echo("Marked not done.")


@visit.command("remove")
@_at
@_NOTE
@places.reason_of(REMOVAL_REASONS)
def remove(study: str, subject: str, event: str, by: str, code: str, text: str | None) -> None:
    """Remove a visit that was entered by mistake, with all that stands in it; nothing is deleted."""
    _act(visits.remove, study, subject, event, by, Reason(code, text))
    click.echo("Removed.")


@visit.command("resume")
@_at
@places.why
def resume(study: str, subject: str, event: str, by: str, text: str) -> None:
    """Take back that a visit did not take place."""
    _act(visits.resume, study, subject, event, by, Reason(text=text))
    click.echo("Taken back.")


@visit.command("restore")
@_at
@places.why
def restore(study: str, subject: str, event: str, by: str, text: str) -> None:
    """Restore a visit that was removed."""
    _act(visits.restore, study, subject, event, by, Reason(text=text))
    click.echo("Restored.")


def _act(act: Callable[..., Event], study: str, subject: str, event: str, by: str, reason: Reason) -> None:
    with acting_as(by) as actor:
        act(actor, subject_numbered(actor, study, subject), places.event_key(event), reason)
