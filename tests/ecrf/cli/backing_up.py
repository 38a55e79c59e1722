"""A trial with a subject, whoever owns its tables, and the programs of PostgreSQL on the path."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from ecrf.app import create_app
from ecrf.db import db
from ecrf.exchange.backup_manifests import Manifest, read
from tests.databases import APPLICATION, Database
from tests.ecrf.cli.conftest import Run, runner
from tests.ecrf.schema import settings_for
from tests.postgres_cluster import NoPostgres, binaries

ONLY_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
SUBJECT = """
screening_number: NJ01-S001
data:
  SE.SCR:
    SV: {VISDAT: 2026-03-04, VISOCC: Y}
    DM: {RFICDAT: 2026-03-03, BRTHDAT: 1991-06-30, SEX: M}
"""
Owner = Callable[..., Run]


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs are found on the path, as on a server."""
    try:
        monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    except NoPostgres:
        assert os.environ.get("CI") != "true"


@contextmanager
def owner_of(database: Database) -> Iterator[Run]:
    """Runs commands as whoever owns the tables."""
    app: Flask = create_app(settings_for(database.owner_url, application_role=APPLICATION))
    yield runner(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def owner(trial_database: Database, tmp_path: Path, programs: None) -> Iterator[Run]:
    """Runs commands on a trial with a subject."""
    (tmp_path / "subject.yaml").write_text(SUBJECT)
    with owner_of(trial_database) as run:
        loaded = run("subject", "load", "BEAM", tmp_path / "subject.yaml", "--site", "NJ01", "--as", "ann")
        assert loaded.exit_code == 0, loaded.output
        yield run


def made(owner: Run, folder: Path) -> tuple[Path, Manifest]:
    said = owner("backup", "create", folder, "--json")
    assert said.exit_code == 0, said.output
    place = Path(json.loads(said.stdout.splitlines()[-1])["folder"])
    return place, read(place)


def destroy(database: Database) -> None:
    if database.dialect == "sqlite":
        for file in Path(database.owner_url.removeprefix("sqlite:///")).parent.glob("*"):
            if str(file).startswith(database.owner_url.removeprefix("sqlite:///")):
                file.unlink()
        return
    with connected(database) as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}"))


@contextmanager
def connected(database: Database):
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
