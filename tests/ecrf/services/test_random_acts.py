"""Random acts by random people against a plain model: what is refused, what stands, what the trail says."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from audit.verify import verify
from ecrf import clock
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.guards import guards
from ecrf.models.watched import WATCHED
from ecrf.services import subjects
from tests.databases import Server
from tests.ecrf import trial
from tests.ecrf.schema import settings_for
from tests.ecrf.services.random_machine import NUMBER, Acts
from tests.ecrf.sums import anew, kept

# The same acts every time, and no search for the smallest failure: the suite has five minutes.
BOUNDS = settings(
    max_examples=8, stateful_step_count=40, deadline=None, derandomize=True, phases=[Phase.generate], database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
SOAK = settings(
    BOUNDS, max_examples=400, stateful_step_count=60, derandomize=False, phases=[Phase.generate, Phase.shrink]
)


def run(server: Server, bounds: settings) -> None:
    """One run of the machine on a database of its own, whose trail then verifies and replays to what stands."""
    database = server.create(trial.prepare)
    app = create_app(settings_for(database.app_url))
    try:
        with app.app_context():
            place = trial.found()
            with unit_of_work():
                subjects.register(place.actor("coordinator"), "BEAM", "NJ01", NUMBER)
        run_state_machine_as_test(type("Acts", (Acts,), {"app": app, "place": place}), settings=bounds)
        with app.app_context(), db.engine.connect() as connection:
            report = verify(connection, WATCHED.values(), guards=guards(connection.dialect.name))
        assert report.exit_code == 0, report
        with app.app_context():
            assert kept() == anew(clock.now())
    finally:
        with app.app_context():
            db.engine.dispose()
        server.drop(database)


@pytest.mark.req("R-11-6", "R-11-9", "R-11-10", "R-AUD-1", "R-AUD-5", "R-DM-7", "R-DM-16", "R-SEC-21")
@pytest.mark.timeout(280)
def test_random_acts_leave_what_the_model_says_and_a_trail_that_replays_to_it(server: Server) -> None:
    run(server, BOUNDS)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_many_random_acts_leave_what_the_model_says_and_a_trail_that_replays_to_it(server: Server) -> None:
    run(server, SOAK)
