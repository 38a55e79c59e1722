"""The pages people look at all day, over a study of a thousand made subjects and over one of ten thousand.

What counts is the median on the server at the larger one, and that it is hardly slower than at the smaller.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
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
TURNS, ROUNDS = 20, 2
_MMHG = "+%27mm%5BHg%5D%27"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
# What stands in an address: a subject whose casebook is long, one of its records, a query that is open.
PAGES = {
    "worklist of a data manager": ("data_manager", "/"),
    "worklist of a coordinator": ("coordinator", "/"),
    "worklist of an investigator": ("investigator", "/"),
    "worklist of a monitor": ("monitor", "/"),
    "worklist of an auditor": ("auditor", "/"),
    "worklist of an administrator": ("administrator", "/"),
    "study home": ("data_manager", "/studies/BEAM"),
    "study home of a site": ("coordinator", "/studies/BEAM"),
    "matrix, first page": ("data_manager", "/subjects"),
    "matrix of a site's own people": ("coordinator", "/subjects"),
    "matrix, a page in the middle": ("data_manager", "/subjects?after={middle}"),
    "matrix, whole subjects": ("data_manager", "/subjects?level=subject"),
    "matrix, forms of a visit": ("data_manager", "/subjects?level=form&event=SE.W2"),
    "subjects of a site": ("data_manager", "/subjects?site=NJ02"),
    "subjects enrolled": ("data_manager", "/subjects?status=enrolled"),
    "subjects withdrawn": ("data_manager", "/subjects?status=withdrawn"),
    "subjects ever enrolled": ("data_manager", "/subjects?status=ever_enrolled"),
    "subjects enrolled by a month": ("data_manager", "/subjects?enrolled_by=2026-04"),
    "subjects with a visit": ("data_manager", "/subjects?event=SE.W24"),
    "subjects with a form in progress": ("data_manager", "/subjects?state=in_progress"),
    "subjects with a form complete": ("data_manager", "/subjects?state=complete"),
    "subjects with a form not done": ("data_manager", "/subjects?state=not_done"),
    "subjects with a form not started": ("data_manager", "/subjects?state=not_started"),
    "subjects with a form locked": ("data_manager", "/subjects?state=locked"),
    "subjects in progress at a visit": ("data_manager", "/subjects?state=in_progress&event=SE.W2"),
    "subjects without a visit begun": ("data_manager", "/subjects?state=not_started&event=SE.W2"),
    "subjects with open queries": ("data_manager", "/subjects?queries=with"),
    "subjects without open queries": ("data_manager", "/subjects?queries=without"),
    "subjects by all filters": ("data_manager", "/subjects?site=NJ02&status=enrolled&state=complete&queries=with"),
    "new since the last look": ("monitor", "/looks"),
    "new since the last look, most first": ("monitor", "/looks?order=most"),
    "new to a data manager": ("data_manager", "/looks"),
    "listing, vital signs": ("data_manager", "/listings?form=VS"),
    "listing, a site's own": ("coordinator", "/listings?form=VS"),
    "listing, a page in the middle": ("data_manager", "/listings?form=VS&after={record}"),
    "listing of a visit": ("data_manager", "/listings?form=VS&event=SE.W2"),
    "listing of a site": ("data_manager", "/listings?form=VS&site=NJ02"),
    "listing of a state": ("data_manager", "/listings?form=VS&state=in_progress"),
    "listing, not done": ("data_manager", "/listings?form=VS&state=not_done"),
    "listing, locked": ("data_manager", "/listings?form=VS&state=locked"),
    "listing, frozen": ("data_manager", "/listings?form=VS&state=frozen"),
    "listing by a condition of many": ("data_manager", f"/listings?form=VS&where=SYSBP+%3E+120{_MMHG}"),
    "listing by a condition of few": ("data_manager", f"/listings?form=VS&where=SYSBP+%3E+165{_MMHG}"),
    "listing by a condition of two items": ("data_manager", f"/listings?form=VS&where=SYSBP+-+DIABP+%3E+80{_MMHG}"),
    "listing by a condition not evaluable": (
        "data_manager",
        f"/listings?form=VS&where=SYSBP+%3E+120{_MMHG}&truth=unknown",
    ),
    "listing sorted by an item": ("data_manager", "/listings?form=VS&sort=SYSBP"),
    "listing sorted by an item, from the end": ("data_manager", "/listings?form=VS&sort=-WEIGHT"),
    "listing sorted by an item, next page": ("data_manager", "/listings?form=VS&sort=SYSBP&after={record}"),
    "listing sorted by a date": ("data_manager", "/listings?form=VS&sort=VSDAT"),
    "listing sorted by visit": ("data_manager", "/listings?form=VS&sort=event"),
    "listing sorted by state": ("data_manager", "/listings?form=VS&sort=state"),
    "listing, a large form": ("data_manager", "/listings?form=CHEM"),
    "listing, a large form sorted by an item": ("data_manager", "/listings?form=CHEM&sort=-ALT"),
    "listing, a large form by a condition": ("data_manager", "/listings?form=CHEM&where=ALT+%3E+uln%28ALT%29"),
    "visits of today": ("coordinator", "/visits?state=today"),
    "visits planned": ("coordinator", "/visits?state=planned"),
    "visits due": ("data_manager", "/visits?state=due"),
    "visits overdue": ("data_manager", "/visits?state=overdue"),
    "visits upcoming": ("data_manager", "/visits?state=upcoming"),
    "visits done": ("data_manager", "/visits?state=done"),
    "visits not done": ("data_manager", "/visits?state=not_done"),
    "visits entered late": ("data_manager", "/visits?state=done&lag=15"),
    "queries, first page": ("data_manager", "/queries"),
    "queries, open ones": ("data_manager", "/queries?state=open"),
    "queries, answered ones": ("data_manager", "/queries?state=answered"),
    "queries of a check": ("data_manager", "/queries?check={check}"),
    "queries of people": ("data_manager", "/queries?origin=person"),
    "queries of some age": ("data_manager", "/queries?state=open&age=15&under=31"),
    "queries I raised": ("monitor", "/queries?origin=me"),
    "queries of a site": ("monitor", "/queries"),
    "forms in progress": ("data_manager", "/forms?state=in_progress"),
    "forms complete": ("data_manager", "/forms?state=complete"),
    "forms complete and not locked": ("data_manager", "/forms?state=unlocked"),
    "forms locked": ("data_manager", "/forms?state=locked"),
    "forms of a site's own people": ("coordinator", "/forms?state=complete"),
    "forms in progress at a visit": ("data_manager", "/forms?state=in_progress&event=SE.W2"),
    "forms complete, one of a visit": ("data_manager", "/forms?state=complete&event=SE.W24&form=VS"),
    "query": ("data_manager", "/queries/{query}"),
    "findings": ("data_manager", "/findings"),
    "findings by check and site": ("data_manager", "/findings?rows=check&columns=site"),
    "findings, answered, by site and age": ("data_manager", "/findings?rows=site&columns=age&state=answered"),
    "completeness by visit": ("data_manager", "/completeness"),
    "completeness by site": ("data_manager", "/completeness?by=site"),
    "completeness by form": ("data_manager", "/completeness?by=form"),
    "completeness of a site": ("monitor", "/completeness"),
    "results without significance": ("investigator", "/results"),
    "results, as a data manager sees them": ("data_manager", "/results"),
    "freezing in bulk": ("data_manager", "/holds/bulk?act=freeze"),
    "locking a visit in bulk": ("data_manager", "/holds/bulk?act=lock&event=SE.W2"),
    "unlocking a site in bulk": ("data_manager", "/holds/bulk?act=unlock&site=NJ02"),
    "casebook": ("data_manager", "/subjects/{subject}"),
    "reading a casebook": ("monitor", "/subjects/{own}/reading"),
    "plan of a subject": ("coordinator", "/subjects/{own}/visits"),
    "form page": ("coordinator", "/subjects/{own}/SE.SCR/HEM"),
    "trail, first page": ("data_manager", "/trail"),
    "trail of a site's own people": ("coordinator", "/trail"),
    "trail of a monitor": ("monitor", "/trail"),
    "trail of an action": ("data_manager", "/trail?action=query.answered"),
    "trail of a person": ("data_manager", "/trail?person=Wang+Min"),
    "trail of a form": ("data_manager", "/trail?form=DM"),
    "trail of a day": ("data_manager", "/trail?since=2026-06-01&until=2026-06-01"),
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
    signs = select(Record.id).where(Record.form == "VS", Record.event == "SE.W2", Record.row == 0)
    found = {
        "subject": long, "own": own, "query": select(Query.id).where(Query.state == "open").limit(1),
        "middle": numbers.offset(count // 2).limit(1), "record": signs.order_by(Record.id).offset(count // 4).limit(1),
        "check": select(Query.check_id).group_by(Query.check_id).order_by(func.count().desc()).limit(1),
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


def tell(say: Callable[[str], None] = print, databases: Sequence[Path] = ()) -> None:
    """Measure both sizes (or other databases, the smaller one first) and print them side by side."""
    found = []
    for database in databases or map(kept, SIZES):
        with opened(database) as study:
            found.append(measure_pages(study))
    small, large = found
    say(f"\n{'a page on the server, p50 (CPU)':<44}{'1,000':>16}{'10,000':>18}{'ratio':>9}   limit: {LIMIT} ms")
    for name in PAGES:
        say(_line(name, small[name], large[name]))


def _line(name: str, few: Measured, many: Measured) -> str:
    """One page at both sizes; the ratio is that of the CPU time, which a busy machine leaves as it is."""
    times = "".join(f"{each.p50:>8.1f} ({each.cpu:>5.1f})" for each in (few, many))
    mark = "" if many.p50 <= LIMIT else "   over"
    return f"{name:<44}{times} ms{many.cpu / few.cpu:>9.2f}{mark}"


if __name__ == "__main__":
    tell(databases=[Path(each).resolve() for each in sys.argv[1:]])
