"""Forms and rows not done or entered by mistake, by command: the same acts with the same refusals."""

import json

import pytest

from tests.ecrf.cli.conftest import Run

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
SUBJECT = ("BEAM", "NJ01-S007")
ANN, MAX, DAN = ("--as", "ann"), ("--as", "max"), ("--as", "dan")


@pytest.fixture
def begun(run: Run) -> Run:
    assert run("subject", "add", "BEAM", "--site", "NJ01", "--number", SUBJECT[1], *ANN).exit_code == 0
    row = ("record", "save", *SUBJECT, "SE.SCR", "MH", "MHTERM=Asthma", "--row", "1", "--revision", "0", *ANN)
    assert run(*row).exit_code == 0
    return run


@pytest.mark.req("R-DM-14")
def test_a_row_is_removed_and_restored_and_a_form_marked_not_done_and_taken_back(begun: Run) -> None:
    row, form = (*SUBJECT, "SE.SCR", "MH", "--row", "1"), (*SUBJECT, "SE.SCR", "HEM")
    acts = (
        (("record", "remove", *row, "--reason", "entered_twice", "--revision", "1"), "Removed; revision 2.\n"),
        (("record", "restore", *row, "--reason", "not twice", "--revision", "2"), "Restored; revision 3.\n"),
        (("record", "not-done", *form, "--reason", "other", "--note", "no tube", "--revision", "0"),
         "Marked not done; revision 1.\n"),
        (("record", "resume", *form, "--reason", "found it", "--revision", "1"), "Taken back; revision 2.\n"),
    )  # fmt: skip
    for command, says in acts:
        done = begun(*command, *ANN)
        assert (done.exit_code, done.output) == (0, says)
    assert json.loads(begun("record", "show", *row, *ANN, "--json").output)["state"] == "in_progress"
    assert begun("trail", "verify").exit_code == 0


@pytest.mark.req("R-DM-14")
def test_a_visit_is_added_removed_and_restored_and_one_of_the_plan_marked_not_done(begun: Run) -> None:
    added, missed = (*SUBJECT, "SE.UNS#1"), (*SUBJECT, "SE.W2")
    acts = (
        (("visit", "begin", *SUBJECT, "SE.UNS"), "SE.UNS#1 is added.\n"),
        (("visit", "remove", *added, "--reason", "wrong_subject"), "Removed.\n"),
        (("visit", "restore", *added, "--reason", "not wrong"), "Restored.\n"),
        (("visit", "not-done", *missed, "--reason", "subject_absent"), "Marked not done.\n"),
        (("visit", "resume", *missed, "--reason", "came later"), "Taken back.\n"),
    )
    for command, says in acts:
        assert begun(*command, *MAX).exit_code == 1
        done = begun(*command, *ANN)
        assert (done.exit_code, done.output) == (0, says)
    assert begun("trail", "verify").exit_code == 0


@pytest.mark.req("R-GCP-16")
def test_a_subject_is_not_enrolled_before_its_data_say_so_fails_screening_and_moves(begun: Run) -> None:
    refused = begun("subject", "enrol", *SUBJECT, *ANN)
    assert refused.exit_code == 1
    assert "ENRLYN (SE.SCR IE)" in refused.output
    acts = (
        (("subject", "status", *SUBJECT, "screen_failure", "--reason", "too old", *ANN), "screen_failure.\n"),
        (("subject", "status", *SUBJECT, "correct", "--reason", "was not", *ANN), "screening.\n"),
        (("subject", "transfer", *SUBJECT, "--site", "NJ02", "--reason", "moved", *DAN), "NJ01-S007 is at NJ02.\n"),
    )
    for command, says in acts:
        done = begun(*command)
        assert (done.exit_code, done.output) == (0, says)
    assert begun("subject", "status", *SUBJECT, "screen_failure", "--reason", "x", *ANN).exit_code == 1
    assert begun("trail", "verify").exit_code == 0


@pytest.mark.parametrize(("command", "who", "code"), [
    (("remove", "--row", "1", "--reason", "entered_twice", "--revision", "1"), MAX, 1),
    (("remove", "--row", "1", "--reason", "entered_twice", "--revision", "0"), ANN, 1),
    (("remove", "--row", "1", "--reason", "other", "--revision", "1"), ANN, 1),
    (("remove", "--row", "1", "--reason", "mistake", "--revision", "1"), ANN, 2),
    (("restore", "--row", "1", "--reason", "x", "--revision", "1"), ANN, 1),
    (("not-done", "--reason", "site_reason", "--revision", "1"), ANN, 1),
])  # fmt: skip
def test_what_may_not_be_is_refused_by_command(
    begun: Run, command: tuple[str, ...], who: tuple[str, ...], code: int
) -> None:
    name, *rest = command
    assert begun("record", name, *SUBJECT, "SE.SCR", "MH", *rest, *who).exit_code == code
