"""The sums that worklists and figures read."""

import click
from flask.cli import AppGroup

from ecrf import clock
from ecrf.cli.databases import database_at_hand
from ecrf.edge.transactions import unit_of_work
from ecrf.services import summing

summary = AppGroup("summary", help="Sums of what stands, which follow every act.")


@summary.command("rebuild")
def rebuild() -> None:
    """Compute all sums anew from the data and the trail; whoever acts meanwhile waits."""
    with database_at_hand(), unit_of_work():
        number = summing.rebuild(clock.now())
    click.echo(f"The sums of {number} subject{'' if number == 1 else 's'} are computed anew.")
