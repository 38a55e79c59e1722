"""Sites of a study, and the version in force at each."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from ecrf.cli.acting import acting_as
from ecrf.services import sites, studies

site = AppGroup("site", help="Sites of a study.")

_by = click.option("--as", "by", metavar="USER", help="Act as this account; else as the operator.")


@site.command("add")
@click.argument("study")
@click.argument("code")
@click.option("--name", required=True)
@click.option("--timezone", required=True, help="As the IANA list names it: Asia/Shanghai.")
@_by
def add(study: str, code: str, name: str, timezone: str, by: str | None) -> None:
    """Add a site to a study."""
    with acting_as(by) as actor:
        sites.add(actor, studies.find_study(study), code, name, timezone)
    click.echo(f"{code} is a site of {study}.")


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
