"""Freezes and locks: set on a subject, a form of a visit, a row or an item, and lifted with a reason."""

from dataclasses import replace

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.policy.actors import Actor
from ecrf.reads.hold_candidates import ACTS, HoldFilters, following
from ecrf.reads.holds import standing_holds
from ecrf.reads.open_points import Part
from ecrf.reads.records import record_at
from ecrf.reads.subjects import subject_facts, subject_numbered
from ecrf.services import holds
from ecrf.services.bulk_holds import hold_subject
from ecrf.services.checked_holds import hold_one
from ecrf.services.checklists import checklist
from ecrf.services.holds import Target
from ecrf.services.trail import Reason

hold = AppGroup("hold", help="Freezes (no data change) and locks (no change at all).")


def _where(command: click.decorators.FC) -> click.decorators.FC:
    """The words that name what is held: without EVENT and FORM the whole subject."""
    command = click.option("--item", help="One item of the record.")(command)
    for argument in ("form", "event"):
        command = click.argument(argument, required=False)(command)
    for argument in ("subject", "study"):
        command = click.argument(argument)(command)
    command = click.option("--reason", "text", help="Why, in one's own words.")(command)
    return places.by(click.option("--row", type=click.IntRange(0, 99999), help="One row of the form.")(command))


@hold.command("freeze")
@_where
def freeze(
    study: str, subject: str, event: str | None, form: str | None, row: int | None, item: str | None, text: str | None,
    by: str,
) -> None:  # fmt: skip
    """Freeze: no data change, while queries go on."""
    _set("freeze", study, subject, event, form, row, item, text, by)


@hold.command("lock")
@click.option("--despite-open", is_flag=True, help="Lock although something is open; the reason says why.")
@_where
def lock(
    study: str, subject: str, event: str | None, form: str | None, row: int | None, item: str | None, text: str | None,
    by: str, despite_open: bool,
) -> None:  # fmt: skip
    """Lock: nothing changes any more; the trail stays readable. What is open in it makes it a decision."""
    _set("lock", study, subject, event, form, row, item, text, by, despite_open=despite_open)


@hold.command("check")
@click.argument("study")
@click.argument("subject")
@click.argument("event", required=False)
@click.argument("form", required=False)
@places.by
def check(study: str, subject: str, event: str | None, form: str | None, by: str) -> None:
    """Print what is open in a subject, a visit or a form before it is locked; exit 1 where something stands against."""
    with acting_as(by, reads_only=True) as actor:
        part = Part(places.event_key(event) if event else None, form)
        found = checklist(actor, subject_numbered(actor, study, subject), part, clock.now())
    for name, count in found.open.points:
        click.echo(f"{count} {name.replace('_', ' ')}")
    for each in found.unevaluated:
        at = each.record
        click.echo(f"  {each.check} on {at.event.written} {at.form}" + (f"[{at.row}]" if at.row else ""))
    raise SystemExit(0 if found.open.is_clean else 1)


@hold.command("list")
@click.argument("study")
@click.argument("subject")
@places.by
def list_holds(study: str, subject: str, by: str) -> None:
    """Print a subject's standing freezes and locks with their ids."""
    with acting_as(by) as actor:
        found = subject_facts(actor, subject_numbered(actor, study, subject), clock.now())
        for each in standing_holds(actor, found.id, found.version, "en"):
            click.echo(f"{each.id} {each.kind} {each.level} {each.place or found.number}, by {each.held_by}")


@hold.command("lift")
@click.argument("hold_id")
@click.option("--reason", "text", required=True, help="Why, in one's own words.")
@places.by
def lift(hold_id: str, text: str, by: str) -> None:
    """Lift a freeze or a lock; whatever else holds the same data goes on holding it."""
    with acting_as(by) as actor:
        holds.lift(actor, hold_id, Reason(text=text))
    click.echo("Lifted.")


@hold.command("many")
@click.argument("act", type=click.Choice(tuple(ACTS)))
@click.argument("study")
@click.option("--site", default="", help="Code of a site; all sites without it.")
@click.option("--event", default="", help="A visit, SE.SCR or SE.UNS~2; the whole subject without it and --form.")
@click.option("--form", default="", help="A form of the visit, or of all visits.")
@click.option("--status", default="", help="Status of the subjects.")
@click.option("--reason", "text", help="Why, in one's own words; the same in every entry.")
@click.option("--despite-open", is_flag=True, help="Lock although something is open; the reason says why.")
@places.by
def many(
    act: str, study: str, site: str, event: str, form: str, status: str, text: str | None, despite_open: bool, by: str
) -> None:  # fmt: skip
    """Freeze, lock, unfreeze or unlock every subject that matches, one after the other; exit 1 if one is left out."""
    filters, left_out = HoldFilters(act, study, site, event, form, status), 0
    while True:
        with acting_as(by, reads_only=True) as actor:
            found = following(actor, filters, 1)
        if not found:
            break
        with acting_as(by) as actor:
            done = hold_subject(actor, found[0][0], act, filters.part, Reason(text=text), despite_open=despite_open)
        left_out += done.why == "open"
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in done.open.against)
        click.echo(f"{done.number}: {done.count} {act}" + (f", left out: {told}" if done.why == "open" else ""))
        filters = replace(filters, after=found[0][1])
    raise SystemExit(1 if left_out else 0)


def _set(
    kind: str, study: str, subject: str, event: str | None, form: str | None, row: int | None, item: str | None,
    text: str | None, by: str, *, despite_open: bool = False,
) -> None:  # fmt: skip
    if (row is not None or item is not None) and form is None:
        raise click.UsageError("name the event and the form of the row or item")
    with acting_as(by) as actor:
        target = _target(actor, subject_numbered(actor, study, subject), event, form, row, item)
        made = hold_one(actor, target, kind, Reason(text=text), despite_open=despite_open)
        told = f"{made.id} {made.kind} {made.level}."
    click.echo(told)


def _target(
    actor: Actor, subject: str, event: str | None, form: str | None, row: int | None, item: str | None
) -> Target:  # fmt: skip
    if event is None or form is None:
        return Target("subject", subject)
    key = places.event_key(event)
    if row is None and item is None:
        return Target("form", subject, event=key, form=form)
    record = record_at(actor, subject, key, form, row or 0)
    return Target("record" if item is None else "item", subject, record_id=record, item=item)
