"""BEAM served on loopback for real browsers: a server, a database, the demonstration's people, a clock that runs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from ecrf import clock
from ecrf.app import create_app
from ecrf.cli import demo_people
from ecrf.cli.demo_people import LogIn
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.sites import Site
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.reads.people import by_username
from ecrf.services import people, subjects
from tests.databases import Database, Server
from tests.ecrf.schema import settings_for
from tests.ecrf.trial import prepare

FIRST_VISIT = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # noon in Nanjing
COLLEAGUE = LogIn("liu.yan", "Liu Yan", "coordinator", "NJ01", "harbour-walnut-seventeen", "")


class RunningClock:
    """Tells the time of the first visit, and runs on from there; can be moved forward."""

    def __init__(self) -> None:
        self._behind = datetime.now(UTC) - FIRST_VISIT

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self._behind

    def forward(self, **by: float) -> None:
        self._behind -= timedelta(**by)


@dataclass
class Hospital:
    """The served application; `staff` are its people by user name, `pictures` counts those that were taken in it."""

    app: Flask
    database: Database
    address: str
    clock: RunningClock
    staff: dict[str, LogIn] = field(default_factory=dict)
    pictures: int = 0

    def register(self, number: str, by: str = "wang.min", site: str = "NJ01") -> str:
        """A new subject, made through the service; answers its id."""
        with self.app.app_context():
            actor = by_username(by, clock.now(), origin="page")
            with unit_of_work(actor):
                return subjects.register(actor, "BEAM", site, number).id


@contextmanager
def open_hospital(server: Server) -> Iterator[Hospital]:
    """A hospital on a database of its own, served until the block ends."""
    created, standing = server.create(prepare), RunningClock()
    app = create_app(settings_for(created.app_url, demo=True))
    with clock.told_by(standing), _served(app) as address:
        yield Hospital(app, created, address, standing, {each.username: each for each in _engage(app)})
    with app.app_context():
        db.engine.dispose()
    server.drop(created)


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    """The application behind werkzeug's server in threads of this process, so that tests can move its clock."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: what goes wrong is looked for in the pages."""


def _engage(app: Flask) -> list[LogIn]:
    with app.app_context(), unit_of_work():
        office = demo_people.add_office()
        places = list(db.session.scalars(select(Site).order_by(Site.code)))
        staff = demo_people.add_site_staff(places)
        user = people.add(
            OPERATOR, COLLEAGUE.username, name=COLLEAGUE.name, organisation="Nanjing", password=COLLEAGUE.password
        )
        people.grant(OPERATOR, user, Role.COORDINATOR, site=places[0])
        return [*office, *staff, COLLEAGUE]
