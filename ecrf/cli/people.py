"""Accounts, roles and tokens from the command line. Secrets come from standard input or are printed once."""

import secrets
import sys
from datetime import UTC, datetime, timedelta

import click
from flask.cli import AppGroup

from ecrf.cli.acting import acting_as
from ecrf.policy.grants import Role
from ecrf.services import people as accounts
from ecrf.services import sites, studies, tokens
from ecrf.services.trail import Reason

people = AppGroup("people", help="Accounts, roles and API tokens.")

_DAY = ["%Y-%m-%d"]
_by = click.option("--as", "by", metavar="USER", help="Act as this account; else as the operator.")


@people.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The printed name.")
@click.option("--organisation", required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else one is made.")
@_by
def add(username: str, name: str, organisation: str, password_stdin: bool, by: str | None) -> None:
    """Add an account."""
    password = _from_stdin() if password_stdin else secrets.token_urlsafe(15)
    with acting_as(by) as actor:
        accounts.add(actor, username, name=name, organisation=organisation, password=password)
    click.echo(f"{username} added." if password_stdin else f"{username} added. Password, shown this once: {password}")


@people.command("password")
@click.argument("username")
@_by
def password(username: str, by: str | None) -> None:
    """Set the password read from standard input; all sessions of the account end."""
    given = _from_stdin()
    with acting_as(by) as actor:
        accounts.set_password(actor, accounts.find(username), given)
    click.echo(f"The password of {username} is set.")


@people.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--study", "study_name", help="Short name; without it the role holds in every study.")
@click.option("--site", "site_code", help="Code of a site of that study.")
@click.option("--from", "starts", type=click.DateTime(_DAY), help="The first day, in UTC; else now.")
@click.option("--until", "ends", type=click.DateTime(_DAY), help="The day from which it no longer holds, in UTC.")
@_by
def grant(
    username: str, role: str, study_name: str | None, site_code: str | None, starts: datetime | None,
    ends: datetime | None, by: str | None,
) -> None:  # fmt: skip
    """Give a role; those of sites need --study and --site."""
    if site_code and not study_name:
        raise click.UsageError("--site needs --study")
    with acting_as(by) as actor:
        study = studies.find_study(study_name) if study_name else None
        site = sites.find(study, site_code) if study and site_code else None
        given = {"starts_at": _utc(starts), "ends_at": _utc(ends)}
        accounts.grant(actor, accounts.find(username), Role(role), study=study, site=site, **given)
    click.echo(f"{username} is {role}{f' at {site_code}' if site_code else ''}.")


@people.command("revoke")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--site", "site_code", help="Code of the site where the role is held.")
@click.option("--reason", required=True, help="Why it ends.")
@_by
def revoke(username: str, role: str, site_code: str | None, reason: str, by: str | None) -> None:
    """End a role; it has no effect from the next request on."""
    with acting_as(by) as actor:
        ended = [
            accounts.revoke(actor, each.id, Reason(text=reason))
            for each in accounts.now_in_force(accounts.find(username))
            if each.role == role and (site_code is None or sites.code_of(each.site_id) == site_code)
        ]
    if not ended:
        raise click.ClickException(f"{username} holds no such role now")
    click.echo(f"{username} is no longer {role}{f' at {site_code}' if site_code else ''}.")


@people.command("close")
@click.argument("username")
@click.option("--reason", required=True, help="Why it is closed.")
@_by
def close(username: str, reason: str, by: str | None) -> None:
    """Close an account: its sessions and tokens end at once, its name stays taken."""
    with acting_as(by) as actor:
        accounts.deactivate(actor, accounts.find(username), Reason(text=reason))
    click.echo(f"The account of {username} is closed.")


@people.command("token")
@click.argument("username")
@click.option("--label", default="command line", show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
@click.option("--read-only", "reads_only", is_flag=True, help="For reading alone.")
@_by
def token(username: str, label: str, days: int, reads_only: bool, by: str | None) -> None:
    """Make a token for the API and print it, this once."""
    with acting_as(by) as actor:
        life = timedelta(days=days)
        made = tokens.issue(actor, accounts.find(username), label=label, life=life, reads_only=reads_only)
    click.echo(made)


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None


def _from_stdin() -> str:
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise click.UsageError("no password on standard input")
    return given
