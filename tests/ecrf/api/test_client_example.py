"""The program of docs/api.md enters its visit on a live server, as it stands there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.policy.grants import Role
from tests.databases import Server
from tests.ecrf.conftest import NOON
from tests.ecrf.people import add_person, token_of
from tests.ecrf.schema import settings_for
from tests.ecrf.trial import found, prepare
from tests.ecrf.web.live import served
from tests.house.tree import ROOT

EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs/api.md").read_text(encoding="utf-8"), re.DOTALL)[1]
SAID = """NJ01-S001 is registered
SV in_progress revision 1
DM in_progress revision 1
HEM in_progress revision 1
  EC040 """


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_the_program_of_the_documents_enters_a_visit(server: Server, tmp_path: Path) -> None:
    program = tmp_path / "enter_visit.py"
    program.write_text(EXAMPLE, encoding="utf-8")
    created = server.create(prepare)
    app = create_app(settings_for(created.app_url, demo=True))
    with clock.told_by(lambda: NOON), served(app) as address:
        with app.app_context():
            site = found().sites["NJ01"]
        add_person(app, "ann", Role.COORDINATOR, site=site)
        token = token_of(app)
        done, refused = (_run(program, address, each) for each in (token, "ecrf_none"))
    with app.app_context():
        db.engine.dispose()
    server.drop(created)
    assert done.stdout.startswith(SAID), done.stderr
    assert re.search(r"0 of \d+ forms are complete\n$", done.stdout)
    assert (refused.returncode, "Log in to go on" in refused.stderr) == (1, True)


def _run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
