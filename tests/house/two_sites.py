"""BEAM at two sites: something of every kind at NJ01, and for each role and site a person who comes by page and API."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import SAFE_METHODS
from ecrf.policy.grants import SITE_BOUND, Role
from tests.databases import Server
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.conftest import NOON
from tests.ecrf.people import PASSWORD, add_person, token_of
from tests.ecrf.schema import settings_for
from tests.ecrf.trial import found, prepare
from tests.house.accounts import administered
from tests.house.page_acts import METRICS_TOKEN
from tests.house.planted import plant
from tests.house.routes import Ids, Route, filled
from tests.house.standing import enter

PLACES = {role: ("NJ01", "NJ02") if role in SITE_BOUND else ("office",) for role in Role}
PEOPLE = {f"{role} {place}": role for role, places in PLACES.items() for place in places}
ELSEWHERE = tuple(who for who in PEOPLE if who.endswith("NJ02"))
HERE = tuple(who for who in PEOPLE if who not in ELSEWHERE)
"""Everybody but those of NJ02."""


@dataclass(frozen=True)
class Person:
    """What a browser and a program of one person show; `reading` is the token of a program that only reads."""

    cookie: str = ""
    csrf: str = ""
    token: str = ""
    reading: str = ""


@dataclass
class TwoSites:
    """The application and the `ids` of what stands at NJ01, by the names of the arguments of its addresses."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str | int] = field(default_factory=dict)
    kept: bytes = b""

    def send(self, who: str | None, route: Route, ids: Ids | None = None, **shown: str) -> TestResponse:
        """What somebody, or nobody, is answered; `shown` is what the person shows instead of what is theirs."""
        ids, person = ids or self.ids, replace(self.people[who] if who else Person(), **shown)
        sent, headers = filled(route.act.sent, ids), {"Referer": f"{HOST}/", **filled(route.act.headers, ids)}
        client = self.app.test_client()
        if route.of_api and person.token:
            headers["Authorization"] = f"Bearer {person.token}"
        if person.cookie:
            client.set_cookie("__Host-ecrf", person.cookie, domain="ecrf.example", secure=True)
        if route.method in SAFE_METHODS:
            body = {"query_string": sent}
        else:
            body = ({"json": sent} if sent else {}) if route.of_api else {"data": {"csrf_token": person.csrf, **sent}}
        with clock.told_by(lambda: NOON):
            return client.open(
                route.address(ids), method=route.method, base_url=HOST, headers=headers, buffered=True, **body
            )

    def keep(self) -> None:
        """Remember the database as it stands (SQLite)."""
        path = self._release()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.kept = path.read_bytes()

    def put_back(self) -> None:
        """Undo everything since `keep`."""
        path = self._release()
        for left in path.parent.glob(f"{path.name}-*"):
            left.unlink()
        path.write_bytes(self.kept)

    def _release(self) -> Path:
        with self.app.app_context():
            db.engine.dispose()
            return Path(db.engine.url.database or "")


@contextmanager
def two_sites(server: Server) -> Iterator[TwoSites]:
    """The two sites on a database of their own."""
    created = server.create(prepare)
    opened = TwoSites(create_app(settings_for(created.app_url, metrics_token=METRICS_TOKEN)))
    plant(opened.app)
    with clock.told_by(lambda: NOON):
        _engage(opened)
        opened.ids = enter(opened.app, {who: person.token for who, person in opened.people.items()})
        opened.ids |= administered(opened.app, opened.people["administrator office"].token)
    if created.dialect == "sqlite":
        opened.keep()
    yield opened
    with opened.app.app_context():
        db.engine.dispose()
    server.drop(created)


def _engage(opened: TwoSites) -> None:
    with opened.app.app_context():
        sites = found().sites
    for who, role in PEOPLE.items():
        username = who.replace(" ", ".").lower()
        add_person(opened.app, username, role, site=sites.get(who.split()[1]))
        opened.people[who] = arrived(opened.app, username)


def arrived(app: Flask, username: str) -> Person:
    """What somebody shows after the log-in."""
    browser = Browser(app)
    browser.log_in(username, PASSWORD)
    browser.get("/login")
    tokens = [token_of(app, username, reads_only=reads_only) for reads_only in (False, True)]
    return Person(browser.cookie() or "", browser.token, *tokens)
