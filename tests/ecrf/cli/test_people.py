"""Accounts from the command line."""

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from ecrf.policy.grants import Role
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.people import PASSWORD, add_person, add_sites
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
    link = re.search(r"^ann added\.\nLink, shown this once, good until \S+: \S*(/link/\S+)\n$", run(*ADD).stdout)[1]
    ann = Browser(app)
    ann.get(link)
    assert ann.post(link, {"password": PHRASE, "again": PHRASE}).status_code == 303
    assert ann.log_in("ann", PHRASE).status_code == 302


@pytest.mark.req("R-11-25", "R-SEC-16")
def test_a_link_by_command_resets_a_password(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "ann")
    link = re.search(r"(/link/\S+)", run("people", "link", "ann").output)[1]
    ann = Browser(app)
    assert ann.log_in("ann", PASSWORD).status_code == 401
    ann.get(link)
    assert ann.post(link, {"password": PHRASE + "!", "again": PHRASE + "!"}).status_code == 303
    assert ann.log_in("ann", PHRASE + "!").status_code == 302


@pytest.mark.req("R-FDA-6", "R-SEC-19")
def test_people_are_listed_renamed_closed_and_opened_by_command(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "ann", Role.AUDITOR)
    assert run("people", "list").output == "ann (Ann Lee, North Clinic) open: auditor\n"
    assert run("people", "rename", "ann", "--name", "Ann Li", "--reason", "married").output == (
        "ann is Ann Li, North Clinic.\n"
    )
    assert re.fullmatch(r"ann auditor every study \S+Z open\n", run("people", "rights").output)
    Browser(app).log_in("ann", PASSWORD)
    assert run("people", "sessions", "ann").output.count(" begun ") == 1
    assert run("people", "sessions", "ann", "--end").output.endswith("All sessions of ann have ended.\n")
    assert run("people", "sessions", "ann").output == ""
    assert run("people", "close", "ann", "--reason", "left").exit_code == 0
    assert run("people", "list", "--state", "closed").output == "ann (Ann Li, North Clinic) closed: no role\n"
    assert run("people", "reopen", "ann", "--reason", "back").output == "The account of ann is open again.\n"
    assert run("people", "rights", "--day", "2020-01-01").output == ""
    assert "record.edit            coordinator investigator\n" in run("people", "roles").output


def test_a_role_ends_on_a_day_by_command(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "ann", Role.AUDITOR)
    ends = ("people", "revoke", "ann", "auditor", "--reason", "new task", "--until")
    assert run(*ends, "2999-01-01").output == "ann is no longer auditor from 2999-01-01 on.\n"
    assert "2999-01-01T00:00Z" in run("people", "rights").output
    assert "This role ends before that" in run(*ends, "2999-01-02").output


def test_tokens_are_listed_and_revoked_by_command(app: Flask, run: Callable[..., Result]) -> None:
    add_person(app, "ann")
    token = run("people", "token", "ann", "--as", "ann", "--read-only").output.strip()
    listed = run("people", "tokens", "ann").output
    known = re.fullmatch(r"(\S+) live read until \S+ command line\n", listed)[1]
    assert token not in listed
    assert " revoked " in run("people", "tokens", "ann", "--revoke", known).output
    add_person(app, "zoe", Role.ADMINISTRATOR)
    assert "Your role does not allow this." in run("people", "token", "ann", "--as", "zoe").output


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
