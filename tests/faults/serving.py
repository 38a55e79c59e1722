"""The application in processes of its own, as it is served in production: gunicorn with workers that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.databases import Database
from tests.ecrf.schema import SECRET
from tests.house.tree import ROOT

_OPTIONS = ("--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--log-level", "critical")


@dataclass(frozen=True)
class Served:
    """A running server on loopback."""

    port: int
    process: "subprocess.Popen[bytes]"

    def workers(self) -> list[int]:
        """The processes that answer now."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text(encoding="ascii").split()]

    def kill_workers(self) -> None:
        """End every worker as the machine would: at once, with no word to anybody."""
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)


@contextmanager
def served(database: Database, log: Path) -> Iterator[Served]:
    """The application on this database until the block ends."""
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"], "ECRF_DATABASE_URL": database.app_url, "ECRF_SECRET_KEY": SECRET, "ECRF_DEMO": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(log.parent),
    }  # fmt: skip
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *_OPTIONS, "wsgi:app"]
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
    try:
        _wait(port, process)
        yield Served(port, process)
    finally:
        left = Served(port, process).workers()
        process.kill()  # at once: nobody is served any more
        process.wait(20)
        for worker in left:
            os.kill(worker, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")
