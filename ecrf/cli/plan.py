"""Visits: when they are due, for when they are planned, and calendar files."""

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.exchange import visit_calendars
from ecrf.reads.subjects import subject_numbered
from ecrf.reads.visits import VisitLine, schedule_of
from ecrf.services import planning

plan = AppGroup("plan", help="When visits are due, and for when they are planned.")


@plan.command("list")
@click.argument("study")
@click.argument("subject")
@places.by
def list_visits(study: str, subject: str, by: str) -> None:
    """Print a subject's visits with their windows, planned days and states."""
    with acting_as(by, reads_only=True) as actor:
        found = schedule_of(actor, subject_numbered(actor, study, subject), clock.now(), language="en")
        for each in found.visits:
            click.echo(_line(each))


@plan.command("set")
@click.argument("study")
@click.argument("subject")
@click.argument("event")
@click.argument("day", required=False, default="")
@click.option("--at", default="", help="A time of day at the site: 08:30.")
@click.option("--note", default="", help="A note of up to 200 characters.")
@click.option("--clear", is_flag=True, help="Clear the plan instead.")
@places.by
def set_plan(study: str, subject: str, event: str, day: str, at: str, note: str, by: str, *, clear: bool) -> None:
    """Plan a visit for a day, or move it; a day outside the window is said, not refused."""
    if bool(day) == clear:
        raise click.UsageError("say a day, or --clear")
    with acting_as(by) as actor:
        found = planning.plan_visit(
            actor, subject_numbered(actor, study, subject), places.event_key(event), on=day, at=at, note=note
        )
        outside = found.outside
    click.echo(f"{event} is planned for {day}{_outside(outside)}." if day else f"The plan of {event} is cleared.")


@plan.command("calendar")
@click.argument("study")
@click.argument("site", required=False, default="")
@click.option("--subject", help="Of one subject alone, by its number.")
@places.by
def calendar(study: str, site: str, subject: str | None, by: str) -> None:
    """Print planned visits as a calendar file: of a study, of one of its sites, or of one subject."""
    with acting_as(by, reads_only=True) as actor:
        if subject is None:
            text = visit_calendars.of_sites(actor, clock.now(), study=study, site=site, language="en")
        else:
            of = subject_numbered(actor, study, subject)
            text = visit_calendars.of_subject(actor, of, clock.now(), language="en")
    click.echo(text, nl=False)


def _line(each: VisitLine) -> str:
    window = f" {each.first} to {each.last}" if each.first else ""
    planned = f", planned for {each.planned_on}{_outside(each.outside)}" if each.planned_on and each.is_ahead else ""
    took_place = f" {each.day}{_outside(each.outside)}" if each.day else ""
    return f"{each.written} {each.state}{took_place}{f', window{window}' if window else ''}{planned}"


def _outside(days: int) -> str:
    return f" ({abs(days)} d {'before' if days < 0 else 'after'} its window)" if days else ""
