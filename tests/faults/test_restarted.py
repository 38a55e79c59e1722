"""The database itself restarts, in order and by a crash, between requests and in the middle of them."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.databases import APPLICATION, PostgresServer
from tests.faults.caller import Caller
from tests.faults.conftest import Clinic, open_clinic
from tests.faults.test_interrupted import answered, kept, typed, waited_for
from tests.postgres_cluster import _USER, _arguments

pytestmark = pytest.mark.soak
WAYS = {"in order": signal.SIGINT, "by a crash": signal.SIGQUIT}


class Restarting(PostgresServer):
    """A cluster of its own, which can be ended and started again on its data; what it commits is written at once."""

    def __init__(self) -> None:
        super().__init__()
        self._again: list[subprocess.Popen[bytes]] = []
        self._run(f"ALTER ROLE {APPLICATION} SET synchronous_commit = on")

    def end(self, by: signal.Signals) -> None:
        """End the server, and wait until it is gone."""
        number = self._file.read_text(encoding="ascii").splitlines()[0]
        self._program = str(Path(f"/proc/{number}/exe").readlink())
        os.kill(int(number), by)
        assert waited_for(lambda: not self._file.exists(), 20)
        for process in self._again:
            process.wait(20)

    def begin(self) -> None:
        """Start it again; it recovers what was written."""
        command = [self._program, *_arguments(self._cluster.folder)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._again.append(subprocess.Popen(command, user=_USER, group=_USER, **quiet))
        assert waited_for(self._answers, 20)

    def stop(self) -> None:
        self.end(signal.SIGINT)
        super().stop()

    @property
    def _file(self) -> Path:
        return self._cluster.folder / "data" / "postmaster.pid"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._cluster.address).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.mark.req("R-SEC-9")
@pytest.mark.parametrize("way", WAYS)
def test_after_a_restart_the_next_request_is_answered_and_no_save_that_was_told_is_lost(
    way: str, tmp_path: Path
) -> None:
    server = Restarting()
    with ExitStack() as standing:
        standing.callback(server.stop)
        clinic = standing.enter_context(open_clinic(server, tmp_path))
        between_requests(clinic, server, WAYS[way])
        in_the_middle_of_requests(clinic, server, WAYS[way])
        assert clinic.caller().post(clinic.path, typed()) == 303
        assert clinic.is_whole()


def between_requests(clinic: Clinic, server: Restarting, by: signal.Signals) -> None:
    caller = clinic.caller()
    answers = kept(caller, clinic.path, typed())
    clinic.engine.dispose()
    server.end(by)
    shown = caller.text
    assert caller.get(clinic.path) == 503
    server.begin()
    assert (caller.get(clinic.path), caller.value("PLT"), shown != caller.text) == (200, answers["PLT"], True)


def in_the_middle_of_requests(clinic: Clinic, server: Restarting, by: signal.Signals) -> None:
    callers = [clinic.caller() for _ in range(4)]
    told: list[tuple[int, str]] = []

    def save(caller: Caller) -> None:
        for number in range(15):
            value = f"77{callers.index(caller)}{number:03}"
            told.append((answered(clinic, caller, typed(value)), value))
            caller.text = clinic.caller().text if told[-1][0] == 303 else caller.text

    with ThreadPoolExecutor(4) as hands:
        done = [hands.submit(save, caller) for caller in callers]
        assert waited_for(lambda: any(status == 303 for status, _ in told))
        clinic.engine.dispose()
        server.end(by)
        time.sleep(0.2)
        server.begin()
        for each in done:
            each.exception(60)
    assert {status for status, _ in told} <= {303, 412, 422, 503}
    assert 503 in {status for status, _ in told}
    found = "SELECT count(*) FROM trail_values WHERE value::text LIKE '%{}%'"
    assert [value for status, value in told if status == 303 and not clinic.run(found.format(value))[0]] == []
