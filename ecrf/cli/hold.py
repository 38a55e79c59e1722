"""Freezes and locks: set on a study, a site, a subject, a visit, a form of it, a row or an item, and lifted with a
reason."""

from dataclasses import dataclass, replace
from typing import Any

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.policy.actors import Actor
from ecrf.reads.hold_candidates import ACTS, HoldFilters, following
from ecrf.reads.holds import standing_holds
from ecrf.reads.holds import wide_holds as standing_wide_holds
from ecrf.reads.open_points import Part
from ecrf.reads.records import record_at
from ecrf.reads.subjects import subject_facts, subject_numbered
from ecrf.reads.wholes import whole
from ecrf.services import holds, wide_holds
from ecrf.services.bulk_holds import hold_subject
from ecrf.services.checked_holds import hold_one
from ecrf.services.checklists import Checklist, checklist
from ecrf.services.holds import Target
from ecrf.services.trail import Reason

hold = AppGroup("hold", help="Freezes (no data change) and locks (no change at all).")


def _where(command: click.decorators.FC) -> click.decorators.FC:
    """The words that name what is held: without FORM the visit, without EVENT the subject, else a site or the study."""
    command = click.option("--item", help="One item of the record.")(command)
    command = click.option("--site", help="Code of a site, to hold it as a whole.")(command)
    command = click.option("--whole-study", is_flag=True, help="Hold the study as a whole.")(command)
    for argument in ("form", "event", "subject"):
        command = click.argument(argument, required=False)(command)
    command = click.argument("study")(command)
    command = click.option("--reason", "text", help="Why, in one's own words.")(command)
    return places.by(click.option("--row", type=click.IntRange(0, 99999), help="One row of the form.")(command))


@dataclass(frozen=True)
class Named:
    """What the words name."""

    study: str
    subject: str | None = None
    event: str | None = None
    form: str | None = None
    row: int | None = None
    item: str | None = None
    site: str | None = None
    whole_study: bool = False

    def expect_one(self) -> None:
        """Raise where they name several things, or none: a study or a site is never meant by leaving something out."""
        if (self.row is not None or self.item is not None) and self.form is None:
            raise click.UsageError("name the event and the form of the row or item")
        if [self.subject is not None, self.site is not None, self.whole_study].count(True) != 1:
            raise click.UsageError("name a subject, or --site, or --whole-study")

    def target(self, actor: Actor) -> Target:
        """The thing of a subject."""
        subject = subject_numbered(actor, self.study, self.subject or "")
        key = places.event_key(self.event) if self.event else None
        if key is None:
            return Target("subject", subject)
        if self.form is None:
            return Target("event", subject, event=key)
        if self.row is None and self.item is None:
            return Target("form", subject, event=key, form=self.form)
        record = record_at(actor, subject, key, self.form, self.row or 0)
        return Target("record" if self.item is None else "item", subject, record_id=record, item=self.item)


@hold.command("freeze")
@_where
def freeze(text: str | None, by: str, **words: Any) -> None:
    """Freeze: no data change, while queries go on."""
    _set("freeze", Named(**words), text, by)


@hold.command("lock")
@click.option("--despite-open", is_flag=True, help="Lock although something is open; the reason says why.")
@_where
def lock(text: str | None, by: str, *, despite_open: bool, **words: Any) -> None:
    """Lock: nothing changes any more; the trail stays readable. What is open in it makes it a decision."""
    _set("lock", Named(**words), text, by, despite_open=despite_open)


@hold.command("check")
@click.argument("study")
@click.argument("subject", required=False)
@click.argument("event", required=False)
@click.argument("form", required=False)
@click.option("--site", help="Code of a site; without it and a subject the study.")
@places.by
def check(study: str, subject: str | None, event: str | None, form: str | None, site: str | None, by: str) -> None:
    """Print what is open before a lock, in a study, a site, a subject, a visit or a form; exit 1 where something stands
    against it."""
    with acting_as(by, reads_only=True) as actor:
        part = Part(places.event_key(event) if event else None, form)
        if subject is None:
            found = Checklist(wide_holds.open_of(actor, whole(actor, study, site)))
        else:
            found = checklist(actor, subject_numbered(actor, study, subject), part, clock.now())
    for name, count in found.open.points:
        click.echo(f"{count} {name.replace('_', ' ')}")
    for each in found.unevaluated:
        at = each.record
        click.echo(f"  {each.check} on {at.event.written} {at.form}" + (f"[{at.row}]" if at.row else ""))
    raise SystemExit(0 if found.open.is_clean else 1)


@hold.command("list")
@click.argument("study")
@click.argument("subject", required=False)
@places.by
def list_holds(study: str, subject: str | None, by: str) -> None:
    """Print the standing freezes and locks that reach a subject, or those of a study and its sites, with their ids."""
    with acting_as(by) as actor:
        if subject is None:
            whole(actor, study)
            standing = standing_wide_holds(actor, study, "en")
        else:
            found = subject_facts(actor, subject_numbered(actor, study, subject), clock.now())
            standing = standing_holds(actor, found.id, found.version, "en")
        for each in standing:
            click.echo(f"{each.id} {each.kind} {each.level} {each.place or subject}, by {each.held_by}")


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


def _set(kind: str, named: Named, text: str | None, by: str, *, despite_open: bool = False) -> None:
    named.expect_one()
    with acting_as(by) as actor:
        reason = Reason(text=text)
        if named.subject is None:
            where = whole(actor, named.study, named.site)
            made = wide_holds.hold(actor, where, kind, reason, despite_open=despite_open)
        else:
            made = hold_one(actor, named.target(actor), kind, reason, despite_open=despite_open)
        told = f"{made.id} {made.kind} {made.level}."
    click.echo(told)
