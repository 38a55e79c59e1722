"""The pages people look at all day, over a study of a thousand made subjects and over one of ten thousand.

What counts is the median on the server at the larger one, and that it is hardly slower than at the smaller.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks.clinic import ROOT
from benchmarks.clock import Measured, fastest, measure
from ecrf import revisions
from ecrf.app import create_app
from ecrf.config import Settings
from ecrf.db import db
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject

SIZES = (1_000, 10_000)
LIMIT = 50  # milliseconds, the median on the server
TURNS, ROUNDS = 30, 2
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# What stands in an address: a subject whose casebook is long, one of its records, a query that is open.
PAGES = {
    "worklist of a data manager": ("data_manager", "/"),
    "worklist of a coordinator": ("coordinator", "/"),
    "matrix, first page": ("data_manager", "/subjects"),
    "matrix, a page in the middle": ("data_manager", "/subjects?after={middle}"),
    "subjects with a form in progress": ("data_manager", "/subjects?state=in_progress"),
    "subjects of a site": ("data_manager", "/subjects?site=NJ02"),
    "subjects with open queries": ("data_manager", "/subjects?queries=with"),
    "queries, first page": ("data_manager", "/queries"),
    "queries, open ones": ("data_manager", "/queries?state=open"),
    "queries of a site": ("monitor", "/queries"),
    "query": ("data_manager", "/queries/{query}"),
    "casebook": ("data_manager", "/subjects/{subject}"),
    "form page": ("coordinator", "/subjects/{own}/SE.SCR/HEM"),
    "trail, first page": ("data_manager", "/trail"),
    "trail of a subject": ("data_manager", "/subjects/{subject}/trail"),
}


@dataclass(frozen=True)
class Study:
    """A generated study, served: its application and its log-ins by role, at the first site where there are several."""

    app: Flask
    log_ins: dict[str, tuple[str, str]]
    places: dict[str, str]

    def browser(self, role: str) -> FlaskClient:
        """Somebody of this role, logged in."""
        client, (username, password) = self.app.test_client(), self.log_ins[role]
        token = _TOKEN.search(client.get("/login").text)
        assert token is not None
        sent = {"csrf_token": token[1], "username": username, "password": password}
        assert client.post("/login", data=sent).status_code in {302, 303}
        return client


def kept(count: int) -> Path:
    """The database of so many subjects, made once for each migration and kept in `build/`."""
    folder = ROOT / "build" / f"study-{count}-{revisions.newest()}"
    if not (folder / "study.log-ins.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        command = [str(Path(sys.executable).with_name("flask")), "demo", "--subjects", str(count), "--json"]
        surroundings = {**os.environ, "ECRF_DATABASE_URL": f"sqlite:///{folder}/study.db", "ECRF_DEMO": "1"}
        subprocess.run(command, cwd=ROOT, env=surroundings, check=True, stdout=subprocess.DEVNULL)
    return folder / "study.db"


@contextmanager
def opened(database: Path) -> Iterator[Study]:
    """A generated study behind the application as in production."""
    told = json.loads(database.with_suffix(".log-ins.json").read_text("utf-8"))["users"]
    first = {
        each["role"]: (each["username"], each["password"]) for each in reversed(told) if each["site"] in {None, "NJ01"}
    }
    settings = Settings(database_url=f"sqlite:///{database}", secret_key=token_hex(32), demo=True, log_in_rate="")
    app = create_app(settings)
    with app.app_context():
        places = _places()
    yield Study(app, first, places)
    with app.app_context():
        db.engine.dispose()


def _places() -> dict[str, str]:
    long = select(Record.subject_id).group_by(Record.subject_id).order_by(func.count().desc()).limit(1)
    count = db.session.scalars(select(func.count()).select_from(Subject)).one()
    numbers = select(Subject.screening_number).order_by(Subject.screening_number)
    own = select(Subject.id).where(Subject.screening_number == "NJ01-S101")
    found = {
        "subject": long, "own": own, "query": select(Query.id).where(Query.state == "open").limit(1),
        "middle": numbers.offset(count // 2).limit(1),
    }  # fmt: skip
    places = {name: db.session.scalars(query).one() for name, query in found.items()}
    db.session.remove()
    return places


def measure_pages(study: Study) -> dict[str, Measured]:
    """Every page by somebody who looks at it."""
    browsers = {role: study.browser(role) for role in {role for role, _ in PAGES.values()}}
    return {name: _page(browsers[role], place.format(**study.places)) for name, (role, place) in PAGES.items()}


def _page(browser: FlaskClient, place: str) -> Measured:
    def look(_: int) -> None:
        answer = browser.get(place)
        assert answer.status_code == 200, (place, answer.status_code)

    return fastest([measure(look, range(TURNS)) for _ in range(ROUNDS)])


def tell(say: Callable[[str], None] = print) -> None:
    """Measure both sizes and print them side by side."""
    found = []
    for size in SIZES:
        with opened(kept(size)) as study:
            found.append(measure_pages(study))
    small, large = found
    say(f"\n{'a page on the server, p50':<44}{'1,000':>9}{'10,000':>12}{'ratio':>9}   limit at 10,000: {LIMIT} ms")
    for name in PAGES:
        few, many = small[name].p50, large[name].p50
        mark = "" if many <= LIMIT else "   over"
        say(f"{name:<44}{few:>6.1f} ms{many:>9.1f} ms{many / few:>9.2f}{mark}")


if __name__ == "__main__":
    tell()
