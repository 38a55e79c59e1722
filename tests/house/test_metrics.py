"""Figures for monitoring hold labels of closed sets alone, whatever every route was sent."""

import re
from collections.abc import Iterator

import pytest

from ecrf.policy.actions import Action
from tests.house.page_acts import METRICS_TOKEN
from tests.house.planted import RULE
from tests.house.routes import MAP, ROUTES
from tests.house.two_sites import HERE, PEOPLE, TwoSites

LABELS = {
    "route": {*(rule.rule for rule, _ in MAP.values()), "none", RULE},
    "method": {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"},
    "status": {str(status) for status in range(200, 600)},
    "action": {action.value for action in Action},
    "origin": {"page", "api", "cli", "import", "system"},
    "became": {"opened", "answered", "closed", "reopened"},
    "asked_by": {"check", "person"},
    "kind": {"not_made", "lost"},
}
SECRETS = ("NJ01-S001", "Asthma", "79", "another long enough phrase", "New Person", "Married")


@pytest.fixture
def fresh(sites: TwoSites) -> Iterator[TwoSites]:
    yield sites
    sites.put_back()


def figures(sites: TwoSites) -> str:
    answer = sites.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.req("R-SEC-28")
@pytest.mark.soak
def test_no_figure_holds_an_id_a_name_or_a_value_whatever_was_sent(fresh: TwoSites) -> None:
    for route in ROUTES:
        fresh.send(next(who for who in HERE if route.is_open_to(PEOPLE[who])), route)
    told = figures(fresh)
    ours = [line for line in told.splitlines() if line.startswith("ecrf_")]
    labels = {pair for line in ours for pair in re.findall(r'(\w+)="([^"]*)"', line) if pair[0] != "le"}
    assert {(name, value) for name, value in labels if value not in LABELS[name]} == set()
    assert {name for name, _ in labels} >= LABELS.keys() - {"kind"}
    secrets = {*SECRETS, *(str(value) for value in fresh.ids.values() if len(str(value)) > 20)}
    assert len(secrets) > 20
    assert [secret for secret in secrets if re.search(rf'="[^"]*{re.escape(secret)}', told)] == []
