"""What monitoring may read, who may, and that a count follows what was committed."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from ecrf.app import create_app
from ecrf.db import db
from tests.conftest import Servers
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.schema import migrate, settings_for
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app

TOKEN = "a token of the monitoring alone, long enough"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
HEM = "/subjects/{}/SE.W2/HEM"


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite"), metrics_token=TOKEN) as opened:
        yield opened


def figures(app: Flask) -> dict[str, float]:
    """Each sample as it is written, `name{label="value"}`."""
    answer = app.test_client().get("/metrics", base_url=HOST, headers=SHOWN)
    assert answer.status_code == 200
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if line.startswith("ecrf_"))
    return {name: float(value) for name, _, value in lines}


def counted(app: Flask, act: Callable[[], object]) -> dict[str, float]:
    """What an act moved; the readings themselves, times and buckets left out."""
    before = figures(app)
    act()
    moved = {name: value - before.get(name, 0) for name, value in figures(app).items()}
    left_out = ("_bucket", "_sum", "_created", 'route="/metrics"')
    return {name: value for name, value in moved.items() if value and not any(part in name for part in left_out)}


READERS = [
    ({"metrics_token": TOKEN}, TOKEN, "203.0.113.9", 200),
    ({"metrics_token": TOKEN}, "another token, of the same length indeed.", "127.0.0.1", 404),
    ({"metrics_token": TOKEN}, "", "127.0.0.1", 404),
    ({"metrics_token": TOKEN}, "\u00e4\u00df", "127.0.0.1", 404),
    ({}, "", "127.0.0.1", 404),
    ({"demo": True}, "", "127.0.0.1", 200),
    ({"demo": True}, "", "::1", 200),
    ({"demo": True}, "", "203.0.113.9", 404),
    ({"demo": True, "metrics_token": TOKEN}, "", "127.0.0.1", 404),
]


@pytest.mark.parametrize(("chosen", "shown", "address", "status"), READERS)
def test_figures_are_for_the_token_or_the_demonstrations_own_machine(chosen, shown, address, status) -> None:
    client = create_app(settings_for("sqlite:////nowhere/ecrf.db", **chosen)).test_client()
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    answer = client.get("/metrics", base_url=HOST, headers=headers, environ_base={"REMOTE_ADDR": address})
    assert (answer.status_code, "ecrf_requests_total" in answer.text) == (status, status == 200)


FORM = 'method="POST",route="/subjects/<subject_id>/<event>/<form>"'


def test_a_save_is_counted_with_what_it_refused(clinic: ClinicApp) -> None:
    browser, path = clinic.browser("wang"), HEM.format(clinic.subject)
    browser.get(path)
    typed = {"revision": "0", "PLT": "20", "PLT.unit": "10*9/L", "WBC": "so much"}
    assert counted(clinic.app, lambda: browser.post(path, typed)) == {
        f"ecrf_request_seconds_count{{{FORM}}}": 1,
        f'ecrf_requests_total{{{FORM},status="422"}}': 1,
        'ecrf_trail_entries_total{action="record.saved",origin="page"}': 1,
        'ecrf_trail_entries_total{action="record.consequences",origin="system"}': 1,
        'ecrf_refused_values_total{action="record.saved",origin="page"}': 1,
    }


def test_queries_are_counted_by_what_became_of_them(clinic: ClinicApp) -> None:
    browser, asked = clinic.browser("sun"), f"/records/{clinic.record}/query"
    browser.get(f"{asked}?item=PLT")
    moved = counted(clinic.app, lambda: browser.post(asked, {"item": "PLT", "text": "Which one?"}))
    moved |= counted(clinic.app, lambda: browser.post(f"/queries/{clinic.asked}/close", {"text": "Settled."}))
    assert {name: value for name, value in moved.items() if "queries_total" in name} == {
        'ecrf_queries_total{asked_by="person",became="opened"}': 1,
        'ecrf_queries_total{asked_by="person",became="closed"}': 1,
    }


def test_a_log_in_that_is_refused_is_counted_and_what_was_undone_is_not(clinic: ClinicApp) -> None:
    entries = 'ecrf_trail_entries_total{{action="{}",origin="page"}}'.format
    moved = counted(clinic.app, lambda: Browser(clinic.app).log_in("wang", "a wrong password, and long"))
    assert moved[entries("session.log_in_refused")] == 1
    browser = clinic.browser("sun")
    browser.get(f"/records/{clinic.record}/query?item=PLT")
    moved = counted(clinic.app, lambda: browser.post(HEM.format(clinic.subject), {"revision": "0", "PLT": "21"}))
    assert {name for name in moved if "entries" in name} == {entries("act.refused")}


def test_a_commit_that_fails_counts_nothing(clinic: ClinicApp) -> None:
    browser = clinic.browser("sun")
    browser.get(asked := f"/records/{clinic.record}/query?item=WBC")
    with clinic.app.app_context():
        engine = db.engine

    def fail(_: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("gone"))

    event.listen(engine, "commit", fail)
    moved = counted(clinic.app, lambda: browser.post(asked, {"item": "WBC", "text": "Which one?"}))
    event.remove(engine, "commit", fail)
    assert {name for name in moved if not name.startswith("ecrf_request")} == set()


def test_an_invented_method_or_address_has_no_label_of_its_own(clinic: ClinicApp) -> None:
    open_ = clinic.app.test_client().open
    moved = counted(clinic.app, lambda: [open_(f"/nj01-{n}", method=f"NJ01{n}", base_url=HOST) for n in range(3)])
    assert moved['ecrf_requests_total{method="other",route="none",status="404"}'] == 3
    assert "NJ01" not in str(moved).upper()


@pytest.mark.parametrize("address", ["postgresql+psycopg://ecrf_app@/ecrf?host=/nowhere", "sqlite:////nowhere/e.db"])
def test_connections_not_made_are_counted_and_told_without_a_database(address: str) -> None:
    app = create_app(settings_for(address, metrics_token=TOKEN))
    moved = counted(app, lambda: app.test_client().get("/login", base_url=HOST))
    assert moved['ecrf_database_failures_total{kind="not_made"}'] >= 1


def test_a_connection_that_the_database_closed_is_counted(servers: Servers) -> None:
    server = servers("postgresql")
    created = server.create(migrate)
    app = create_app(settings_for(created.app_url, metrics_token=TOKEN))
    client = app.test_client()
    assert client.get("/health", base_url=HOST).status_code == 200

    def close_and_ask() -> None:
        with psycopg.connect(created.app_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                          "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        assert client.get("/health", base_url=HOST).status_code == 200

    moved = counted(app, close_and_ask)
    assert moved['ecrf_database_failures_total{kind="lost"}'] == 1
    with app.app_context():
        db.engine.dispose()
    server.drop(created)
