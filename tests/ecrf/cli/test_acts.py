"""The acts of pages from the command line: a subject registered, a form saved, asked about, locked and unlocked."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.ecrf.cli.conftest import Run
from tests.ecrf.services.packages import amended
from tests.ecrf.trial import PACKAGE

pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
SUBJECT = ("BEAM", "NJ01-S007")
HEM = (*SUBJECT, "SE.SCR", "HEM")
ANN, MAX, DAN, ZOE = ("--as", "ann"), ("--as", "max"), ("--as", "dan"), ("--as", "zoe")
SAMPLE = ("LABID=LAB_A", "LBDTC=2026-03-04T08:00")


@pytest.fixture
def begun(run: Run) -> Run:
    """A subject with its haematology, saved by command."""
    assert run("subject", "add", "BEAM", "--site", "NJ01", "--number", SUBJECT[1], *ANN).output == (
        "NJ01-S007 is registered.\n"
    )
    saved = run("record", "save", *HEM, *SAMPLE, "PLT=49999 '/uL'", "--revision", "0", *ANN)
    assert (saved.exit_code, saved.output) == (0, "3 values saved; revision 1.\n")
    return run


def test_a_record_is_shown_as_it_was_typed(begun: Run) -> None:
    shown = json.loads(begun("record", "show", *HEM, *MAX, "--json").output)
    assert (shown["state"], shown["revision"], shown["values"]["PLT"]) == (
        "in_progress", 1, {"v": "49999", "u": "/uL"},
    )  # fmt: skip
    assert "  PLT 49999 /uL\n" in begun("record", "show", *HEM, *MAX).output


@pytest.mark.req("R-11-5")
def test_a_correction_by_command_needs_its_reason_and_its_revision(begun: Run) -> None:
    correction = ("record", "save", *HEM, "PLT=50", *ANN, "--revision")
    assert "Say why they change" in begun(*correction, "1").output
    assert begun(*correction, "0", "--reason", "transcription").exit_code == 1
    assert begun(*correction, "1", "--reason", "transcription", "--note", "line above").exit_code == 0
    assert begun("query", "list", *SUBJECT, *MAX).output.count(" closed ") == 1
    assert begun("trail", "verify").exit_code == 0


def test_one_refused_value_refuses_the_act_unless_a_part_is_asked_for(begun: Run) -> None:
    mixed = ("record", "save", *HEM, "WBC=1,5", "HGB=130", "--revision", "1", *ANN)
    refused = begun(*mixed)
    assert (refused.exit_code, "WBC: 1,5 was not accepted." in refused.output) == (1, True)
    assert json.loads(begun("record", "show", *HEM, *ANN, "--json").output)["revision"] == 1
    kept = begun(*mixed, "--partial")
    assert (kept.exit_code, "1 values saved; revision 2." in kept.output) == (1, True)
    assert begun("record", "save", *HEM, "HGB", "--revision", "2", *ANN).exit_code == 2


def test_a_query_is_raised_answered_closed_and_reopened(begun: Run) -> None:
    assert begun("query", "raise", *HEM, "Which tube?", "--item", "PLT", *MAX).output == "Query 3 is raised.\n"
    assert begun("query", "answer", *SUBJECT, "3", "EDTA", *ANN).output == "Query 3 is answered.\n"
    assert begun("query", "close", *SUBJECT, "3", "Seen.", *MAX).output == "Query 3 is closed.\n"
    assert begun("query", "reopen", *SUBJECT, "3", "Not yet.", *MAX).output == "Query 3 is open.\n"
    assert begun("query", "close", *SUBJECT, "3", "Seen.", *ANN).exit_code == 1
    assert begun("query", "answer", *SUBJECT, "9", "EDTA", *ANN).exit_code == 1


@pytest.mark.req("R-DM-16")
@pytest.mark.parametrize(
    "where",
    [SUBJECT, HEM[:3], HEM, (*HEM, "--row", "0"), (*HEM, "--item", "PLT"), ("BEAM", "--site", "NJ01"),
     ("BEAM", "--whole-study")],
    ids=["subject", "event", "form", "record", "item", "site", "study"],
)
def test_what_is_locked_refuses_a_save_by_command_until_it_is_lifted(begun: Run, where: tuple[str, ...]) -> None:
    lock = ("hold", "lock", *where, "--reason", "clean", *DAN)
    assert begun(*lock).exit_code == (0 if "--item" in where else 1)  # an item has no checklist
    assert begun(*lock, "--despite-open").exit_code == (1 if "--item" in where else 0)
    correction = ("record", "save", *HEM, "PLT=50", "--revision", "1", "--reason", "transcription", *ANN)
    refused = begun(*correction)
    assert (refused.exit_code, "locked" in refused.output) == (1, True)
    (line,) = begun("hold", "list", *SUBJECT, *DAN).output.splitlines()
    wide = begun("hold", "list", "BEAM", *DAN).output.splitlines()
    assert wide == ([line] if where[1].startswith("--") else [])
    assert begun("hold", "lift", line.split()[0], "--reason", "site called", *DAN).output == "Lifted.\n"
    assert begun(*correction).exit_code == 0
    assert begun("hold", "freeze", *where, *ANN).exit_code == 1


def test_a_site_or_a_study_is_never_meant_by_leaving_something_out(begun: Run) -> None:
    for words in (("BEAM",), (*SUBJECT, "--site", "NJ01"), ("BEAM", "--site", "NJ01", "--whole-study"),
                  (*SUBJECT, "--item", "PLT")):  # fmt: skip
        assert begun("hold", "freeze", *words, *DAN).exit_code == 2
    assert begun("hold", "freeze", "BEAM", "--site", "NJ99", *DAN).exit_code == 1
    assert begun("hold", "list", *SUBJECT, *DAN).output == ""


@pytest.mark.req("R-DM-12")
def test_what_is_open_is_told_before_a_lock(begun: Run) -> None:
    told = begun("hold", "check", *HEM, *DAN)
    assert told.exit_code == 1
    assert told.output.splitlines()[:2] == ["2 open queries", "1 in progress"]
    assert "  EC115:HEM.PLT on SE.SCR HEM" in told.output.splitlines()
    assert begun("hold", "check", *SUBJECT, "SE.NONE", *DAN).exit_code == 1
    of_site, of_study = (begun("hold", "check", "BEAM", *more, *DAN) for more in (("--site", "NJ01"), ()))
    assert (of_site.exit_code, of_site.output) == (1, of_study.output)
    assert of_site.output.startswith("2 open queries\n1 in progress\n")
    assert begun("hold", "check", *HEM, *ZOE).output == begun("hold", "check", "BEAM", "S999", *ZOE).output


def test_completing_names_what_is_missing(begun: Run) -> None:
    said = begun("record", "complete", *HEM, "--revision", "1", *ANN)
    assert (said.exit_code, "neither an answer nor a reason" in said.output) == (1, True)


@pytest.mark.req("R-SEC-9")
@pytest.mark.parametrize(
    "words",
    [
        ("record", "show", *HEM), ("record", "save", *HEM, "PLT=50", "--revision", "1"),
        ("record", "complete", *HEM, "--revision", "1"), ("query", "list", *SUBJECT),
        ("query", "raise", *HEM, "Why?"), ("query", "answer", *SUBJECT, "1", "So."), ("hold", "list", *SUBJECT),
        ("hold", "lock", *HEM),
    ],
    ids=lambda words: " ".join(words[:2]),
)  # fmt: skip
def test_another_sites_subject_does_not_exist_for_commands(begun: Run, words: tuple[str, ...]) -> None:
    there, nowhere = begun(*words, *ZOE), begun(*(each.replace("S007", "S999") for each in words), *ZOE)
    assert (there.exit_code, there.output) == (1, nowhere.output)


def test_a_trial_is_opened_by_commands_alone(run: Run, tmp_path: Path) -> None:
    assert run("study", "publish", amended(tmp_path), "--as", "bea").exit_code == 0
    added = run("site", "add", "BEAM", "NJ03", "--name", "Suzhou", "--timezone", "Asia/Shanghai")
    assert (added.exit_code, added.output) == (0, "NJ03 is a site of BEAM.\n")
    assert run("site", "add", "BEAM", "NJ04", "--name", "Mars", "--timezone", "Mars/Base").exit_code == 1
    assert run("site", "enforce", "BEAM", "NJ03", "9", "--approval", "EC 1", "--as", "bea").exit_code == 1
    enforced = run("site", "enforce", "BEAM", "NJ03", "2", "--approval", "EC 1", "--from", "2026-01-01", "--as", "bea")
    assert enforced.output == "Version 2 of BEAM is in force at NJ03 from 2026-01-01.\n"
    assert run("laboratory", "load", PACKAGE, "--as", "dan").exit_code == 1  # they stand already
    assert run("trail", "verify").exit_code == 0


def test_a_role_and_an_account_end_by_command(run: Run) -> None:
    assert run("people", "revoke", "ann", "coordinator", "--site", "NJ02", "--reason", "left").exit_code == 1
    ended = run("people", "revoke", "ann", "coordinator", "--site", "NJ01", "--reason", "left")
    assert ended.output == "ann is no longer coordinator at NJ01.\n"
    assert run("subject", "add", "BEAM", "--site", "NJ01", *ANN).exit_code == 1
    assert run("people", "close", "zoe", "--reason", "left").output == "The account of zoe is closed.\n"
    refused = run("subject", "add", "BEAM", "--site", "NJ02", *ZOE)
    assert (refused.exit_code, "no open account" in refused.output) == (1, True)


def test_a_role_holds_from_a_day_until_another(run: Run) -> None:
    future = run("people", "grant", "max", "monitor", "--study", "BEAM", "--site", "NJ02", "--from", "2090-01-01")
    assert future.exit_code == 0
    assert "NJ02" not in run("people", "revoke", "max", "monitor", "--site", "NJ02", "--reason", "x").stdout
    bad = run("people", "grant", "max", "monitor", "--study", "BEAM", "--site", "NJ02", "--until", "tomorrow")
    assert bad.exit_code == 2


def test_a_listing_is_written_to_a_file_that_the_trail_tells_of(begun: Run, tmp_path: Path) -> None:
    file = tmp_path / "hem.csv"
    chosen = ("BEAM", "HEM", "--columns", "PLT", "--where", "PLT < 50000 '/uL'", "--to", file)
    told = begun("listing", "export", *chosen, *DAN).output
    assert told == f"1 records, SHA-256 {sha256(file.read_bytes()).hexdigest()}.\n"
    assert file.read_text("utf-8").splitlines()[1] == "NJ01-S007,NJ01,SE.SCR,HEM,0,in_progress,1,49999,/uL,"
    refused = begun("listing", "export", "BEAM", "HEM", "--where", "PLT < 5", "--to", tmp_path / "none.csv", *DAN)
    assert (refused.exit_code, "where: Line 1, column 7" in refused.output) == (1, True)
    assert not (tmp_path / "none.csv").exists()
    assert begun("trail", "verify").exit_code == 0


def test_every_subject_of_a_site_is_held_by_one_command_that_can_be_done_again(begun: Run) -> None:
    many = ("hold", "many", "lock", "BEAM", "--site", "NJ01", "--event", "SE.SCR", "--form", "HEM", *DAN)
    left_out = begun(*many)
    assert (left_out.exit_code, "NJ01-S007: 0 lock, left out: 2 open queries" in left_out.output) == (1, True)
    despite = (*many, "--despite-open", "--reason", "Interim analysis.")
    assert [begun(*despite).output for _ in range(2)] == ["NJ01-S007: 1 lock\n", "NJ01-S007: 0 lock\n"]
    unlock = ("hold", "many", "unlock", "BEAM", "--form", "HEM", *DAN)
    assert begun(*unlock).exit_code == 1  # says no reason
    assert begun(*unlock, "--reason", "Source corrected.").output == "NJ01-S007: 1 unlock\n"
    assert begun("trail", "verify").exit_code == 0
