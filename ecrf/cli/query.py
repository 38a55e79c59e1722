"""Queries: listed, and what people say in them. A query is named by its subject and its number there."""

from collections.abc import Callable

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.models.queries import Query
from ecrf.policy.actors import Actor
from ecrf.reads.queries import listing, query_numbered
from ecrf.reads.query_filters import QueryFilters
from ecrf.reads.records import record_at
from ecrf.reads.subjects import subject_numbered
from ecrf.services import queries

query = AppGroup("query", help="Questions about data, raised by checks and by people.")

Act = Callable[[Actor, str, str], Query]


@query.command("list")
@click.argument("study")
@click.argument("subject")
@places.by
def list_queries(study: str, subject: str, by: str) -> None:
    """Print a subject's queries, the oldest first."""
    with acting_as(by) as actor:
        filters = QueryFilters(subject=subject_numbered(actor, study, subject), state="")
        for each in listing(actor, filters, clock.now(), language="en", size=500).queries:
            click.echo(f"{each.number} {each.state} {each.place}: {each.text}")


@query.command("raise")
@click.argument("study")
@click.argument("subject")
@click.argument("event")
@click.argument("form")
@click.argument("text")
@click.option("--item", help="The item asked about; else the form.")
@places.row
@places.by
def raise_query(
    study: str, subject: str, event: str, form: str, text: str, item: str | None, row: int, by: str
) -> None:  # fmt: skip
    """Ask about a record or one of its items."""
    with acting_as(by) as actor:
        record = record_at(actor, subject_numbered(actor, study, subject), places.event_key(event), form, row)
        number = queries.raise_query(actor, record, item, text).number
    click.echo(f"Query {number} is raised.")


@query.command("answer")
@click.argument("study")
@click.argument("subject")
@click.argument("number", type=int)
@click.argument("text")
@places.by
def answer(study: str, subject: str, number: int, text: str, by: str) -> None:
    """Answer a query, as the site does."""
    _say(queries.answer, study, subject, number, text, by)


@query.command("close")
@click.argument("study")
@click.argument("subject")
@click.argument("number", type=int)
@click.argument("text")
@places.by
def close(study: str, subject: str, number: int, text: str, by: str) -> None:
    """Close a query with the words that settle it."""
    _say(queries.close, study, subject, number, text, by)


@query.command("reopen")
@click.argument("study")
@click.argument("subject")
@click.argument("number", type=int)
@click.argument("text")
@places.by
def reopen(study: str, subject: str, number: int, text: str, by: str) -> None:
    """Open a closed query again, with its history."""
    _say(queries.reopen, study, subject, number, text, by)


def _say(act: Act, study: str, subject: str, number: int, text: str, by: str) -> None:
    with acting_as(by) as actor:
        state = act(actor, query_numbered(actor, subject_numbered(actor, study, subject), number), text).state
    click.echo(f"Query {number} is {state}.")
