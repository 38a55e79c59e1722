"""People for tests: accounts with roles, made through the services."""

from datetime import timedelta

from flask import Flask

from ecrf.edge.transactions import unit_of_work
from ecrf.ids import new_id
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.policy.actions import Action
from ecrf.policy.actors import OPERATOR, SYSTEM
from ecrf.policy.grants import Role
from ecrf.services import people, tokens
from ecrf.services.trail import About, Acts

PASSWORD = "walnut harbour seventeen"


def add_person(app: Flask, username: str = "ann", *roles: Role, site: str | None = None) -> str:
    """An account with these roles (at a site, by its id); answers the account's id."""
    with app.app_context(), unit_of_work():
        user = people.add(OPERATOR, username, name="Ann Lee", organisation="North Clinic", password=PASSWORD)
        place = people.db.session.get(Site, site) if site else None
        for role in roles:
            people.grant(OPERATOR, user, role, site=place)
        return user.id


def token_of(app: Flask, username: str = "ann", *, reads_only: bool = False) -> str:
    """A token for the API, of an account by its user name."""
    with app.app_context(), unit_of_work():
        return tokens.issue(
            OPERATOR, people.find(username), label="test", life=timedelta(days=30), reads_only=reads_only
        )


def add_sites(app: Flask, *codes: str) -> tuple[str, ...]:
    """A study with sites of these codes; answers the study's id and theirs."""
    with app.app_context(), unit_of_work():
        study = Study(id=new_id(), oid="ST.BEAM", name="BEAM")
        sites = [Site(id=new_id(), study_id=study.id, code=code, name=code, timezone="UTC") for code in codes]
        acts = Acts(About("study:ST.BEAM", study=study.id))
        acts.add(SYSTEM, Action.STUDY_ADDED, [study, *sites])
        acts.write()
        return (study.id, *(site.id for site in sites))
