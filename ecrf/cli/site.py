"""Sites of a study, and the version in force at each."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli.acting import acting_as
from ecrf.reads.studies import sites as listed
from ecrf.services import planning, sites, studies
from ecrf.services.trail import Reason

site = AppGroup("site", help="Sites of a study.")

_by = click.option("--as", "by", metavar="USER", help="Act as this account; else as the operator.")


@site.command("add")
@click.argument("study")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="As the IANA list names it: Asia/Shanghai.")
@click.option("--address")
@_by
def add(study: str, code: str, name: str, timezone: str, address: str | None, by: str | None) -> None:
    """Add a site to a study."""
    with acting_as(by) as actor:
        sites.add(actor, studies.find_study(study), code, name, timezone, address)
    click.echo(f"{code} is a site of {study}.")


@site.command("list")
@_by
def list_sites(by: str | None) -> None:
    """Print the sites with their state, time zone and the version in force."""
    with acting_as(by, reads_only=True) as actor:
        for each in listed(actor, clock.now()):
            version = f"version {each.version}" if each.version else "no version"
            click.echo(f"{each.study} {each.code} {each.status} {each.timezone} {version}: {each.name}")


@site.command("change")
@click.argument("study")
@click.argument("code")
@click.option("--name")
@click.option("--timezone", help="As the IANA list names it: Asia/Shanghai.")
@click.option("--address", help="An empty one takes it away.")
@click.option("--reason", required=True, help="Why it changes.")
@_by
def change(
    study: str, code: str, name: str | None, timezone: str | None, address: str | None, reason: str, by: str | None
) -> None:  # fmt: skip
    """Change the name, the time zone or the address of a site; its code stays."""
    with acting_as(by) as actor:
        place = sites.find(studies.find_study(study), code)
        sites.change(
            actor, place, Reason(text=reason), name=name or place.name, timezone=timezone or place.timezone,
            address=place.address if address is None else address,
        )  # fmt: skip
    click.echo(f"{code} is changed.")


@site.command("close")
@click.argument("study")
@click.argument("code")
@click.option("--reason", required=True, help="Why it is closed.")
@_by
def close(study: str, code: str, reason: str, by: str | None) -> None:
    """Close a site: no subject is added and no data are entered or changed there; all is read as before."""
    with acting_as(by) as actor:
        sites.close(actor, sites.find(studies.find_study(study), code), Reason(text=reason))
    click.echo(f"{code} is closed.")


@site.command("reopen")
@click.argument("study")
@click.argument("code")
@click.option("--reason", required=True, help="Why it is opened again.")
@_by
def reopen(study: str, code: str, reason: str, by: str | None) -> None:
    """Open a closed site again."""
    with acting_as(by) as actor:
        sites.reopen(actor, sites.find(studies.find_study(study), code), Reason(text=reason))
    click.echo(f"{code} is open.")


@site.command("plan")
@click.argument("study")
@click.argument("code")
@click.argument("subjects")
@click.argument("starts")
@click.argument("ends")
@click.option("--as", "by", metavar="USER", required=True, help="The account that acts; the trail prints it.")
def plan(study: str, code: str, subjects: str, starts: str, ends: str, by: str) -> None:
    """Say how many subjects a site is to enrol, from one day to another (2026-01-31), both within the period."""
    with acting_as(by) as actor:
        planning.plan_site(actor, study, code, subjects=subjects, starts_on=starts, ends_on=ends)
    click.echo(f"{code} is to enrol {subjects} subjects of {study}, from {starts} to {ends}.")


@site.command("enforce")
@click.argument("study")
@click.argument("code")
@click.argument("version", type=click.IntRange(1))
@click.option("--approval", required=True, help="The reference of the site's approval.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%d"]), help="The first day, in UTC; else now.")
@click.option("--as", "by", metavar="USER", required=True, help="The study builder who brings it into force.")
def enforce(study: str, code: str, version: int, approval: str, starts: datetime | None, by: str) -> None:
    """Bring a published version into force at a site."""
    with acting_as(by) as actor:
        place = sites.find(studies.find_study(study), code)
        at = starts.replace(tzinfo=UTC) if starts else None
        studies.put_in_force(actor, place, version, at=at, approval=approval)
    click.echo(f"Version {version} of {study} is in force at {code}{f' from {starts:%Y-%m-%d}' if starts else ''}.")
