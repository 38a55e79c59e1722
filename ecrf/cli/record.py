"""Records: shown, saved and completed, through the same services as a page."""

import json
from collections.abc import Callable, Iterable

import click
from flask.cli import AppGroup

from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.reads.forms import FormFacts
from ecrf.services import form_pages, record_states, records
from ecrf.services.trail import Reason
from ecrf.services.words import NOT_DONE_REASONS, REMOVAL_REASONS
from forms.datum import Datum
from forms.findings import Refusal
from forms.given import datum_of

_REVISION = click.option("--revision", type=click.IntRange(0), required=True, help="The revision that was seen.")
record = AppGroup("record", help="One form of one event of a subject, or one row of it.")


def _at(command: click.decorators.FC) -> click.decorators.FC:
    """The words that name a record, and who acts."""
    for argument in ("form", "event", "subject", "study"):
        command = click.argument(argument)(command)
    return places.by(places.row(command))


def _marking(choices: tuple[str, ...]) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """The reason of a list, with words, and the revision it was said of."""

    def decorated(command: click.decorators.FC) -> click.decorators.FC:
        command = click.option("--note", "text", help="Why, in one's own words; “other” needs some.")(command)
        return _REVISION(places.reason_of(choices)(command))

    return decorated


def _taking_back(command: click.decorators.FC) -> click.decorators.FC:
    """Why, in words, and the revision it was said of."""
    return _REVISION(places.why(command))


@record.command("show")
@_at
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")
def show(study: str, subject: str, event: str, form: str, row: int, by: str, as_json: bool) -> None:
    """Print a record's state, revision and values as they were typed."""
    with acting_as(by) as actor:
        facts = form_pages.open_page(actor, places.record_address(actor, study, subject, event, form, row))
        _tell(facts, as_json)


@record.command("save")
@_at
@click.argument("answers", nargs=-1, required=True)
@click.option("--revision", type=click.IntRange(0), required=True, help="The revision the answers were typed against.")
@click.option("--reason", "code", help="Why saved values change: a code, as on the page.")
@click.option("--note", help="Why, in one's own words.")
@click.option("--partial", is_flag=True, help="Keep what holds where a value is refused; else nothing is saved.")
def save(
    study: str, subject: str, event: str, form: str, row: int, by: str, answers: tuple[str, ...], revision: int,
    code: str | None, note: str | None, partial: bool,
) -> None:  # fmt: skip
    """Save ANSWERS: `ALT=81`, `"PLT=49999 '/uL'"`, `"CREA=<50"`, `ALT=` empties. Exit 1 when one is refused."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        given = _answers(answers, form_pages.open_page(actor, address))
        reasons = dict.fromkeys(given, Reason(code, note)) if code else {}
        saved = records.save(actor, address, given, reasons=reasons, revision=revision, partial=partial)
        standing = saved.record.revision if saved.record else 0
    click.echo(f"{len(saved.changed)} values saved; revision {standing}.")
    _tell_refused(saved.verdict.refused)


@record.command("complete")
@_at
@click.option("--revision", type=click.IntRange(0), required=True, help="The revision that is complete.")
def complete(study: str, subject: str, event: str, form: str, row: int, by: str, revision: int) -> None:
    """Say that a record is complete."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        standing = records.complete(actor, address, revision=revision).revision
    click.echo(f"Complete; revision {standing}.")


@record.command("not-done")
@_at
@_marking(NOT_DONE_REASONS)
def mark_not_done(
    study: str, subject: str, event: str, form: str, row: int, by: str, code: str, text: str | None, revision: int
) -> None:  # fmt: skip
    """Mark a form not done, whether or not it has begun; it may hold no answers and no rows."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        standing = record_states.not_done(actor, address, Reason(code, text), revision=revision).revision
    click.echo(f"Marked not done; revision {standing}.")


@record.command("remove")
@_at
@_marking(REMOVAL_REASONS)
def remove(
    study: str, subject: str, event: str, form: str, row: int, by: str, code: str, text: str | None, revision: int
) -> None:  # fmt: skip
    """Remove a form or a row that was entered by mistake; nothing is deleted."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        standing = record_states.remove(actor, address, Reason(code, text), revision=revision).revision
    click.echo(f"Removed; revision {standing}.")


@record.command("restore")
@_at
@_taking_back
def restore(
    study: str, subject: str, event: str, form: str, row: int, by: str, text: str, revision: int
) -> None:  # fmt: skip
    """Restore a form or a row that was removed."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        standing = record_states.restore(actor, address, Reason(text=text), revision=revision).revision
    click.echo(f"Restored; revision {standing}.")


@record.command("resume")
@_at
@_taking_back
def resume(
    study: str, subject: str, event: str, form: str, row: int, by: str, text: str, revision: int
) -> None:  # fmt: skip
    """Take back that a form was not done."""
    with acting_as(by) as actor:
        address = places.record_address(actor, study, subject, event, form, row)
        standing = record_states.resume(actor, address, Reason(text=text), revision=revision).revision
    click.echo(f"Taken back; revision {standing}.")


def _answers(written: Iterable[str], facts: FormFacts) -> dict[str, Datum]:
    answers = {}
    for each in written:
        item, separator, value = each.partition("=")
        if not separator or item in answers:
            raise click.UsageError(f"“{each[:64]}”: write ITEM=VALUE, each item once")
        definition = facts.form.items.get(item)
        answers[item] = datum_of(definition, value or None) if definition else Datum(value or None)
    return answers


def _tell(facts: FormFacts, as_json: bool) -> None:
    values = {item: datum.document() for item, datum in facts.values.items()}
    if as_json:
        told = {"state": facts.state, "revision": facts.revision, "values": values, "missing": facts.missing}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{facts.state}, revision {facts.revision}")
    for item, parts in values.items():
        click.echo(f"  {item} {' '.join(parts[key] for key in ('q', 'v', 'u', 'nd') if key in parts)}")


def _tell_refused(refused: Iterable[Refusal]) -> None:
    told = [f"refused: {each.item}: {each.message.said_in('en')}" for each in refused]
    for line in told:
        click.echo(line, err=True)
    if told:
        raise SystemExit(1)
