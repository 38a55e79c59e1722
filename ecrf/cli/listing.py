"""Listings: the items of one form across subjects, as a CSV file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli import places
from ecrf.cli.acting import acting_as
from ecrf.exchange.listing_files import listing_file
from ecrf.reads.listing_rows import ListingFilters
from ecrf.services import listings

listing = AppGroup("listing", help="Listings: the items of one form across subjects.")


@listing.command("export")
@click.argument("study")
@click.argument("form")
@click.option("--columns", default="", help="OIDs of items, with blanks between; else those by which rows are told.")
@click.option("--where", default="", help="A condition in the study language.")
@click.option("--site", default="", help="Code of a site.")
@click.option("--event", default="", help="OID of an event.")
@click.option("--sort", default="", help="An item, subject, event or state; -ALT from the end.")
@click.option("--bom", is_flag=True, help="Begin with the mark by which Excel knows UTF-8.")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@places.by
def export(
    study: str, form: str, columns: str, where: str, site: str, event: str, sort: str, bom: bool, path: Path, by: str
) -> None:  # fmt: skip
    """Write a listing to a CSV file; the trail tells of it, with the file's SHA-256."""
    filters = ListingFilters(study, form, columns=columns, where=where, site=site, event=event, sort=sort)
    with acting_as(by, reads_only=True) as actor:
        made = listing_file(actor, filters, clock.now(), with_bom=bom)
    with acting_as(by) as actor:
        listings.exported(actor, made.page, made.rows, made.sha256)
    with path.open("wb") as file:
        file.writelines(made.parts())
    click.echo(f"{made.rows} records, SHA-256 {made.sha256}.")
