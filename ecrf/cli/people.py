"""Accounts from the command line. Secrets come from standard input or are printed once."""

import os
import sys

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli.acting import acting_as
from ecrf.cli.people_access import access, by_option
from ecrf.config import settings
from ecrf.reads.accounts import PersonFilters, listing
from ecrf.services import links
from ecrf.services import people as accounts
from ecrf.services.trail import Reason

people = AppGroup("people", help="Accounts, roles, sessions and API tokens.")
for command in access.commands.values():
    people.add_command(command)


@people.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The printed name.")
@click.option("--organisation", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the person's password from standard input; else a link.")
@by_option
def add(username: str, name: str, organisation: str, password_stdin: bool, by: str | None) -> None:
    """Add an account, and print the link with which the person sets the password, this once."""
    password = _from_stdin() if password_stdin else None
    with acting_as(by) as actor:
        user = accounts.add(actor, username, name=name, organisation=organisation, password=password)
        made = None if password else links.issue(actor, user, settings().link_life)
    click.echo(f"{username} added.")
    if made is not None:
        _tell(made)


@people.command("link")
@click.argument("username")
@by_option
def link(username: str, by: str | None) -> None:
    """Print a one-time link: to activate an account, or to reset its password, sessions and tokens at once."""
    with acting_as(by) as actor:
        made = links.issue(actor, accounts.find(username), settings().link_life)
    _tell(made)


@people.command("password")
@click.argument("username")
def password(username: str) -> None:
    """Set, as the operator of the machine, the password read from standard input; all sessions of the account end."""
    given = _from_stdin()
    with acting_as(None) as actor:
        accounts.set_password(actor, accounts.find(username), given)
    click.echo(f"The password of {username} is set.")


@people.command("list")
@click.argument("search", default="")
@click.option("--state", type=click.Choice(["open", "closed", "any"]), default="open", show_default=True)
@by_option
def list_people(search: str, state: str, by: str | None) -> None:
    """Print accounts with their roles in force, those with SEARCH in a name or the organisation."""
    after: str | None = ""
    with acting_as(by, reads_only=True) as actor:
        while after is not None:
            found = listing(actor, PersonFilters(q=search, state=state, after=after), clock.now(), size=500)
            for each in found.people:
                roles = ", ".join(f"{grant.role}{f' at {grant.site}' if grant.site else ''}" for grant in each.roles)
                click.echo(f"{each.username} ({each.name}, {each.organisation}) {each.state}: {roles or 'no role'}")
            after = found.next


@people.command("rename")
@click.argument("username")
@click.option("--name", help="The new printed name.")
@click.option("--organisation", help="The new organisation.")
@click.option("--reason", required=True, help="Why it changes.")
@by_option
def rename(username: str, name: str | None, organisation: str | None, reason: str, by: str | None) -> None:
    """Change the printed name or the organisation; what was signed and done before keeps the old ones."""
    with acting_as(by) as actor:
        user = accounts.find(username)
        names = {"name": name or user.name, "organisation": organisation or user.organisation}
        accounts.rename(actor, user, Reason(text=reason), **names)
    click.echo(f"{username} is {names['name']}, {names['organisation']}.")


@people.command("close")
@click.argument("username")
@click.option("--reason", required=True, help="Why it is closed.")
@by_option
def close(username: str, reason: str, by: str | None) -> None:
    """Close an account: its sessions, tokens and roles end at once, its name stays taken."""
    with acting_as(by) as actor:
        accounts.deactivate(actor, accounts.find(username), Reason(text=reason))
    click.echo(f"The account of {username} is closed.")


@people.command("reopen")
@click.argument("username")
@click.option("--reason", required=True, help="Why it is opened again.")
@by_option
def reopen(username: str, reason: str, by: str | None) -> None:
    """Open a closed account again, without roles."""
    with acting_as(by) as actor:
        accounts.reopen(actor, accounts.find(username), Reason(text=reason))
    click.echo(f"The account of {username} is open again.")


def _tell(made: links.Made) -> None:
    """Print a link, this once, under the address of the installation where that is known."""
    hosts = settings().trusted_hosts
    address = os.environ.get("ECRF_DEMO_ADDRESS") or (f"https://{hosts[0]}" if hosts else "")
    click.echo(f"Link, shown this once, good until {made.expires_at:%Y-%m-%dT%H:%MZ}: {address}/link/{made.token}")


def _from_stdin() -> str:
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise click.UsageError("no password on standard input")
    return given
