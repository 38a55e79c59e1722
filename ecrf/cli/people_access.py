"""What accounts may do, from the command line: roles, sessions, tokens, and who held which role on a day."""

from datetime import UTC, datetime, timedelta

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli.acting import acting_as
from ecrf.config import settings
from ecrf.policy.grants import Role, table
from ecrf.reads.rights import rights_on
from ecrf.reads.sessions import open_sessions
from ecrf.reads.tokens import tokens_of
from ecrf.services import people as accounts
from ecrf.services import sessions as log_ins
from ecrf.services import sites, studies, tokens
from ecrf.services.trail import Reason

access = AppGroup("access")
"""These stand among the commands of `people`."""

_DAY = ["%Y-%m-%d"]
by_option = click.option("--as", "by", metavar="USER", help="Act as this account; else as the operator.")
_ROLE = click.Choice([role.value for role in Role])


@access.command("grant")
@click.argument("username")
@click.argument("role", type=_ROLE)
@click.option("--study", "study_name", help="Short name; without it the role holds in every study.")
@click.option("--site", "site_code", help="Code of a site of that study.")
@click.option("--from", "starts", type=click.DateTime(_DAY), help="The first day, in UTC; else now.")
@click.option("--until", "ends", type=click.DateTime(_DAY), help="The day from which it no longer holds, in UTC.")
@by_option
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


@access.command("revoke")
@click.argument("username")
@click.argument("role", type=_ROLE)
@click.option("--site", "site_code", help="Code of the site where the role is held.")
@click.option("--until", "ends", type=click.DateTime(_DAY), help="The day from which it no longer holds; else now.")
@click.option("--reason", required=True, help="Why it ends.")
@by_option
def revoke(
    username: str, role: str, site_code: str | None, ends: datetime | None, reason: str, by: str | None
) -> None:  # fmt: skip
    """End a role; it has no effect from the next request on, or from a day on."""
    with acting_as(by) as actor:
        ended = [
            accounts.revoke(actor, each.id, Reason(text=reason), ends_at=_utc(ends))
            for each in accounts.now_in_force(accounts.find(username))
            if each.role == role and (site_code is None or sites.code_of(each.site_id) == site_code)
        ]
    if not ended:
        raise click.ClickException(f"{username} holds no such role now")
    until = f" from {ends:%Y-%m-%d} on" if ends else ""
    click.echo(f"{username} is no longer {role}{f' at {site_code}' if site_code else ''}{until}.")


@access.command("rights")
@click.option("--day", type=click.DateTime(_DAY), help="The day, in UTC; else today.")
@by_option
def rights(day: datetime | None, by: str | None) -> None:
    """Print who held which role where on a day, and from when to when."""
    asked, after = (day or clock.now()).date(), ""
    with acting_as(by, reads_only=True) as actor:
        while True:
            found = rights_on(actor, asked, after=after)
            for each in found.rights:
                place = " ".join(part for part in (each.grant.study, each.grant.site) if part) or "every study"
                until = f"{each.grant.ends_at:%Y-%m-%dT%H:%MZ}" if each.grant.ends_at else "open"
                click.echo(f"{each.username} {each.grant.role} {place} {each.grant.starts_at:%Y-%m-%dT%H:%MZ} {until}")
            if found.next is None:
                return
            after = found.next


@access.command("roles")
def roles() -> None:
    """Print the table of roles and permissions."""
    for permission, holders in table():
        click.echo(f"{permission:22} {' '.join(role for role in Role if role in holders)}")


@access.command("sessions")
@click.argument("username")
@click.option("--end", "ends", is_flag=True, help="End them all.")
@by_option
def sessions(username: str, ends: bool, by: str | None) -> None:
    """Print the sessions of an account that are in force; with --end, end them."""
    limits = settings()
    with acting_as(by) as actor:
        user, at = accounts.find(username), clock.now()
        found = open_sessions(actor, user.id, at, idle=limits.idle_limit, absolute=limits.absolute_limit)
        if ends:
            log_ins.end_all(actor, user.id, at)
    for each in found:
        click.echo(f"{each.id} begun {each.opened_at:%Y-%m-%dT%H:%MZ}, last used {each.seen_at:%Y-%m-%dT%H:%MZ}")
    if ends:
        click.echo(f"All sessions of {username} have ended.")


@access.command("token")
@click.argument("username")
@click.option("--label", default="command line", show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
@click.option("--read-only", "reads_only", is_flag=True, help="For reading alone.")
@by_option
def token(username: str, label: str, days: int, reads_only: bool, by: str | None) -> None:
    """Make a token for the API and print it, this once; as an account, for that account alone."""
    with acting_as(by) as actor:
        life, longest = timedelta(days=days), settings().token_longest
        user = accounts.find(username)
        made = tokens.make(actor, user, label=label, life=life, reads_only=reads_only, longest=longest).token
    click.echo(made)


@access.command("tokens")
@click.argument("username")
@click.option("--revoke", "token_id", metavar="ID", help="Let this one work no more.")
@by_option
def list_tokens(username: str, token_id: str | None, by: str | None) -> None:
    """Print the tokens of an account with their ids, never the tokens themselves; with --revoke, revoke one."""
    with acting_as(by) as actor:
        user, at = accounts.find(username), clock.now()
        if token_id:
            tokens.revoke(actor, token_id, at)
        found = tokens_of(actor, user.id, at)
    for each in found:
        may = "read" if each.reads_only else "all"
        click.echo(f"{each.id} {each.state} {may} until {each.expires_at:%Y-%m-%dT%H:%MZ} {each.label}")


def _utc(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=UTC) if day else None
