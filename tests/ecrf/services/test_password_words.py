"""The words about a person that a password may not hold."""

import pytest
from flask import Flask

from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import Role
from ecrf.services import people
from tests.ecrf.people import add_person, add_sites

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.mark.req("R-SEC-11")
def test_a_password_holds_no_name_of_the_sites_where_its_person_works(app: Flask) -> None:
    _, nj01, _ = add_sites(app, "NJ01", "SH02")
    add_person(app, "ann", Role.COORDINATOR, site=nj01)
    with app.app_context():
        with pytest.raises(BadInput) as refused, unit_of_work():
            people.set_password(OPERATOR, people.find("ann"), "walnut nj01 seventeen")
        assert "nj01" in str(refused.value.details["fields"]["password"])
        with unit_of_work():
            people.set_password(OPERATOR, people.find("ann"), "walnut sh02 seventeen")
