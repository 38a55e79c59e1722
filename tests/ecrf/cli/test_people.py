"""Accounts from the command line."""

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from tests.ecrf.browser import HOST, Browser
from tests.ecrf.people import add_person, add_sites
from tests.ecrf.probe import install

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)

ADD = ("people", "add", "ann", "--name", "Ann Lee", "--organisation", "North Clinic")
PHRASE = "walnut harbour seventeen"


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    install(app)
    return lambda *args, **options: app.test_cli_runner().invoke(args=args, **options)


@pytest.mark.req("R-SEC-48")
def test_a_new_database_has_no_account_and_the_first_is_added_by_the_operator(
    app: Flask, run: Callable[..., Result]
) -> None:
    assert run("people", "token", "admin").exit_code == 1
    added = run(*ADD)
    password = re.fullmatch(r"ann added\. Password, shown this once: (\S+)\n", added.output)
    assert Browser(app).log_in("ann", password.group(1)).status_code == 302


def test_a_password_is_read_from_standard_input_and_not_printed(app: Flask, run: Callable[..., Result]) -> None:
    added = run(*ADD, "--password-stdin", input=f"{PHRASE}\n")
    assert (added.exit_code, added.output) == (0, "ann added.\n")
    assert Browser(app).log_in("ann", PHRASE).status_code == 302
    changed = run("people", "password", "ann", input="another long enough phrase\n")
    assert changed.exit_code == 0
    assert Browser(app).log_in("ann", PHRASE).status_code == 401


def test_roles_are_given_at_sites(app: Flask, run: Callable[..., Result]) -> None:
    add_sites(app, "NJ01")
    run(*ADD)
    given = run("people", "grant", "ann", "coordinator", "--study", "BEAM", "--site", "NJ01")
    assert (given.exit_code, given.output) == (0, "ann is coordinator at NJ01.\n")


def test_a_token_is_printed_this_once(app: Flask, run: Callable[..., Result]) -> None:
    run(*ADD)
    token = run("people", "token", "ann").output.strip()
    answer = app.test_client().get("/api/v1/probe", base_url=HOST, headers={"Authorization": f"Bearer {token}"})
    assert answer.json["name"] == "Ann Lee"


@pytest.mark.parametrize(
    ("args", "typed", "said"),
    [
        ((*ADD, "--password-stdin"), "short\n", "password: The password needs at least 12 characters."),
        ((*ADD, "--password-stdin"), "", "no password on standard input"),
        ((*ADD, "--as", "nobody"), "", "there is no open account “nobody”"),
        (("people", "grant", "bob", "monitor"), "", "site: This role is held at a site: name it."),
        (("people", "grant", "bob", "monitor", "--site", "NJ01"), "", "--site needs --study"),
        (("people", "grant", "bob", "monitor", "--study", "NONE"), "", "There is nothing here."),
        (("people", "grant", "bob", "king"), "", "'king' is not one of"),
        (("people", "add", "BOB", "--name", "B", "--organisation", "C"), "", "“BOB” is already in use."),
        ((*ADD, "--as", "bob"), "", "Your role does not allow this."),
    ],
)
def test_what_is_refused_is_told_in_a_line(
    app: Flask, run: Callable[..., Result], args: tuple[str, ...], typed: str, said: str
) -> None:
    add_person(app, "bob")
    refused = run(*args, input=typed)
    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output
