"""The commands of docs/deployment.md, run as they stand there, in their order, on a PostgreSQL of our own."""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrf.app import create_app
from ecrf.config import from_environment
from ecrf.db import db
from tests.house.tree import ROOT
from tests.postgres_cluster import Cluster, NoPostgres, binaries

GUIDE = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
NOT_HERE = {
    "apt-get": "installs packages and users on the machine",
    "chgrp": "needs the users that the guide makes",
    "systemctl enable": "needs systemd",
    "nginx -t": "needs nginx, its certificate and systemd",
    "systemctl stop": "needs systemd and a newer release; its migration is run above",
}
"""The beginning of each block that cannot run here, with the reason."""
RUN = [block for block in BLOCKS if not block.startswith(tuple(NOT_HERE))]
FLASK = ".venv/bin/flask "
SERVE = "exec .venv/bin/gunicorn"


class Machine:
    """The guide's machine: its folders below one of ours, its port another, its database our cluster."""

    def __init__(self, folder: Path, cluster: Cluster, port: int) -> None:
        self.folder, self.cluster, self.port = folder, cluster, port
        for name in ("etc", "backups", "run"):
            (folder / name).mkdir()

    def script(self, block: str) -> str:
        places = {
            "/srv/ecrf": ROOT, "/etc/ecrf": self.folder / "etc", "/var/backups/ecrf": self.folder / "backups",
            "/run/postgresql": self.cluster.folder, "/run/ecrf": self.folder / "run", ":8000": f":{self.port}",
        }  # fmt: skip
        for written, here in places.items():
            block = block.replace(written, str(here))
        return block

    def start(self, block: str) -> "subprocess.Popen[str]":
        environment = {
            "PATH": os.environ["PATH"], "PGHOST": str(self.cluster.folder),
            "PGUSER": "postgres",
        }  # fmt: skip
        command = ["sh", "-ec", self.script(block)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=pipe, stderr=pipe, text=True)

    def run(self, block: str) -> str:
        """What a block says. Its lines are the shell's, but for `flask`: what the shell makes of such a line, and the
        environment in which it would start, go to the same command in this process, which starts at once."""
        lines, said = [], ""
        for line in block.splitlines(keepends=True):
            if line.startswith(FLASK):
                said += self._flask("".join(lines), line.removeprefix(FLASK))
            else:
                lines.append(line)
        return said or self._shell(block)

    def _shell(self, block: str) -> str:
        done = self.start(block)
        said, wrong = done.communicate(timeout=90)
        assert done.returncode == 0, f"{block}\n{said}\n{wrong}"
        return said

    def _flask(self, before: str, words: str) -> str:
        seen = self._shell(f"{before}env -0; printf '\\1'; printf '%s\\0' {words}")
        environment, _, given = seen.partition("\1")
        environ = dict(pair.split("=", 1) for pair in environment.split("\0") if pair)
        app = create_app(from_environment(environ, serving=False, root=self.folder))
        done = app.test_cli_runner().invoke(args=given.split("\0")[:-1])
        with app.app_context():
            db.engine.dispose()
        assert done.exit_code == 0, f"{words}\n{done.output}"
        return done.output


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    try:
        cluster = Cluster.start()
    except NoPostgres as missing:
        pytest.skip(str(missing))
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(ROOT)
    yield Machine(tmp_path, cluster, 18000 + os.getpid() % 10000)
    cluster.stop()


def answered(machine: Machine, block: str) -> str:
    """What the block says once the server answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return machine.run(block)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


@pytest.mark.soak
def test_every_command_of_the_guide_does_what_it_says(machine: Machine) -> None:
    *before, monitoring = (block for block in RUN if SERVE not in block)
    said = "".join(map(machine.run, before))
    assert ("/link/" in said, "published" in said, "is whole" in said) == (True, True, True)
    server = machine.start(next(block for block in RUN if SERVE in block))
    try:
        told = answered(machine, monitoring)
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert '"status":"ok"' in told
    assert 'ecrf_requests_total{method="GET",route="/health",status="200"}' in told


def test_the_service_starts_what_the_guide_runs() -> None:
    by_hand = re.findall(r"^exec (.venv/bin/gunicorn .*)$", GUIDE, re.MULTILINE)
    assert re.findall(r"^ExecStart=/srv/ecrf/(.*)$", GUIDE, re.MULTILINE) == by_hand
    assert len(by_hand) == 1


def test_every_block_that_is_not_run_is_named_with_its_reason() -> None:
    named = [name for name in NOT_HERE if any(block.startswith(name) for block in BLOCKS)]
    assert named == list(NOT_HERE)
    assert len(RUN) == 7


def test_the_guide_names_no_figure_and_no_setting_that_is_not_there() -> None:
    reference = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    meters = (ROOT / "ecrf/edge/meters.py").read_text(encoding="utf-8")
    settings = set(re.findall(r"\b(?:ECRF|PROMETHEUS)_[A-Z_]+\b", GUIDE))
    assert {name for name in settings if f"### `{name}`" not in reference} == set()
    figures = {name.removesuffix("_total") for name in re.findall(r"^\| `(ecrf_\w+)`", GUIDE, re.MULTILINE)}
    assert figures == set(re.findall(r'(?:Counter|Histogram)\("(ecrf_\w+)"', meters))
