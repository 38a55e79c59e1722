"""Every address of the application with each of its methods, from its own map, and what it is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ecrf.app import create_app
from ecrf.edge.transactions import SAFE_METHODS
from ecrf.policy.grants import GRANTS, Role
from ecrf.policy.permissions import CLINICAL
from tests.ecrf.schema import settings_for
from tests.house.acts import Act, Ids, filled, words_of
from tests.house.api_acts import OPERATIONS
from tests.house.page_acts import PAGES

__all__ = ["Ids", "Route", "filled"]
KNOWN = {**PAGES, **OPERATIONS}
OF_A_SITE = ("subject_id", "record_id", "query_id", "closed_query_id", "hold_id", "site")
"""The names of what belongs to one site."""


@dataclass(frozen=True)
class Route:
    """One address with one method, and its valid request."""

    rule: Rule
    method: str
    act: Act

    @property
    def name(self) -> str:
        """As the tables of acts call it."""
        return f"{self.method} {self.rule.rule}"

    @property
    def of_api(self) -> bool:
        """Whether programs come to it."""
        return self.rule.rule.startswith("/api/")

    @property
    def is_changing(self) -> bool:
        """Whether its method is one that may change something."""
        return self.method not in SAFE_METHODS

    @property
    def is_clinical(self) -> bool:
        """Whether it shows or touches what belongs to subjects."""
        return not CLINICAL.isdisjoint(self.act.permissions)

    @cached_property
    def names_a_site(self) -> bool:
        """Whether its address or what it is sent names a thing of a site."""
        said = f"{words_of(self.act.sent)} {' '.join(f'{{{name}}}' for name in self.rule.arguments)}"
        return any(f"{{{name}}}" in said for name in OF_A_SITE)

    def is_open_to(self, role: Role) -> bool:
        """Whether the role may do this, where it is held."""
        return not self.act.needs or not GRANTS[role].isdisjoint(self.act.permissions)

    def address(self, ids: Ids) -> str:
        """The rule with an id in each of its places."""
        built = self.rule.build({name: ids[self.act.at.get(name, name)] for name in self.rule.arguments})
        assert built is not None, self.name
        return built[1]


def in_map(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    """Each rule with each of its methods, by name; HEAD is GET without its body, OPTIONS is Flask's own."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", rule, method


MAP = {name: (rule, method) for name, rule, method in in_map(create_app(settings_for("sqlite://")))}
ROUTES = [Route(*MAP[name], act) for name, act in KNOWN.items() if name in MAP]


NO_PAGES = {
    "static", "help.picture", "health.show", "metrics.show", "planning.calendar", "planning.calendar_of_subject",
}  # fmt: skip
PAGE_ROUTES = [
    route for route in ROUTES if not (route.of_api or route.is_changing or route.rule.endpoint in NO_PAGES)
]  # fmt: skip


def page_addresses(ids: Ids, routes: Iterable[Route] = PAGE_ROUTES) -> list[str]:
    """The address of every page, with its query where one is needed."""
    asked = ((route.address(ids), urlencode(filled(route.act.sent, ids))) for route in routes)
    return [f"{path}?{query}" if query else path for path, query in asked]


def each(routes: Iterable[Route]) -> list[object]:
    """The routes as parameters of tests, by name."""
    return [pytest.param(route, id=route.name) for route in routes]
