"""The figures of a server are those of all its workers, whichever of them is asked."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from tests.faults.conftest import Clinic

HEALTH = re.compile(r'^ecrf_requests_total\{method="GET",route="/health",status="200"\} (.+)$', re.MULTILINE)


def asked(clinic: Clinic, path: str) -> str:
    connection = HTTPConnection("127.0.0.1", clinic.server.port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == 200
    return text


def counted(clinic: Clinic) -> float:
    found = HEALTH.search(asked(clinic, "/metrics"))
    return float(found[1]) if found else 0


def workers_that_counted(clinic: Clinic) -> set[int]:
    """The workers that now answer and have counted something."""
    found = {int(path.stem.rsplit("_", 1)[1]) for path in clinic.figures.glob("counter_*.db")}
    return found & set(clinic.server.workers())


def busy(clinic: Clinic) -> int:
    """Ask from many sides until both workers have answered; answers how often."""
    sent, deadline = 0, time.monotonic() + 20
    while time.monotonic() < deadline and len(workers_that_counted(clinic)) < 2:
        with ThreadPoolExecutor(8) as hands:
            sent += len(list(hands.map(lambda _: asked(clinic, "/health"), range(30))))
    return sent


def test_figures_of_several_workers_add_up_whichever_is_asked(clinics: Callable[[str], Clinic]) -> None:
    clinic = clinics("sqlite")
    before = counted(clinic)
    sent = busy(clinic)
    assert len(workers_that_counted(clinic)) == 2
    assert {counted(clinic) for _ in range(12)} == {before + sent}
