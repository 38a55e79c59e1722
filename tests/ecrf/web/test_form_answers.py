"""Posted fields become answers, reasons and choices; nothing is judged and nothing is lost on the way."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from ecrf.services.trail import Reason
from ecrf.web.answers import UNSAID, Sent, after_collision, read_sent
from forms.datum import Datum


def sent(*pairs: tuple[str, str]) -> Sent:
    return read_sent(MultiDict([("revision", "3"), *pairs]))


@pytest.mark.parametrize(
    ("pairs", "datum"),
    [
        ([("ALT", "81"), ("ALT.unit", "U/L"), ("ALT.comparator", "")], Datum("81", "U/L")),
        ([("ALT", "5"), ("ALT.unit", "U/L"), ("ALT.comparator", "<")], Datum("5", "U/L", "<")),
        ([("ALT", ""), ("ALT.unit", "U/L"), ("ALT.missing", "HEMOL")], Datum(None, "U/L", None, "HEMOL")),
        ([("ALT", "81"), ("ALT.missing", "HEMOL")], Datum("81")),
        ([("ALT", "  1,5 ")], Datum("  1,5 ")),
        ([("ALT", "2026-03-04"), ("ALT.time", "08:05")], Datum("2026-03-04T08:05")),
        ([("ALT", "2026-03-04T08:05"), ("ALT.time", "")], Datum("2026-03-04T08:05")),
        ([("ALT", ""), ("ALT.time", "08:05")], Datum("T08:05")),
        ([("ALT", ""), ("ALT", "FEV"), ("ALT", "PAIN")], Datum("FEV PAIN")),
        ([("ALT", "")], Datum()),
    ],
)
def test_the_parts_of_an_answer_come_together(pairs: list[tuple[str, str]], datum: Datum) -> None:
    assert sent(*pairs).typing.answers == {"ALT": datum}


def test_controls_that_are_no_items_are_no_answers() -> None:
    assert (
        sent(("csrf_token", "t"), ("base", "{}"), ("then", "next"), ("live", "ALT"), ("reply.7", "x")).typing.answers
        == {}
    )


def test_an_unknown_item_goes_to_the_judge_and_not_astray() -> None:
    assert "HACK" in sent(("HACK", "1")).typing.answers


@pytest.mark.parametrize("revision", ["", "-1", "1.0", "abc", "9" * 10, "１", "\x00"])
def test_a_page_that_does_not_say_what_it_shows_is_held_against_nothing(revision: str) -> None:
    said = read_sent(MultiDict({"revision": revision, "base": '{"ALT": {"v": "1"}}', "ALT": "2"}))
    assert (said.revision, said.typing.base, said.typing.answers) == (UNSAID, None, {"ALT": Datum("2")})


def test_the_first_reason_stands_for_those_without_one_where_that_was_asked_for() -> None:
    pairs = [
        ("ALT", "1"),
        ("AST", "2"),
        ("reason.ALT", ""),
        ("reason.AST", "query"),
        ("note.AST", " seen "),
        ("same_reason", "1"),
    ]
    assert sent(*pairs).typing.reasons == {"ALT": Reason("query", "seen"), "AST": Reason("query", "seen")}
    alone = sent(*pairs[:-1]).typing
    assert alone.reasons["ALT"] == Reason()
    assert not alone.same_reason


@pytest.mark.parametrize("base", ["", "{", "[]", '{"ALT": 3}', '"x"', "null"])
def test_a_broken_base_leaves_every_difference_open(base: str) -> None:
    typed = sent(("base", base), ("ALT", "2")).typing
    assert typed.base is None


BEFORE = {"ALT": Datum("1"), "AST": Datum("1"), "ALP": Datum("1"), "GGT": Datum("1"), "CK": Datum("1")}
THEIRS = {"ALT": Datum("1"), "AST": Datum("9"), "ALP": Datum("9"), "GGT": Datum("9"), "CK": Datum("1")}
YOURS = [("ALT", "2"), ("AST", "1"), ("ALP", "9"), ("GGT", "2"), ("CK", "1")]


@pytest.mark.parametrize(
    ("item", "becomes"),
    [("ALT", "saved"), ("AST", "left"), ("ALP", "left"), ("GGT", "to choose"), ("CK", "left")],
)
def test_only_what_both_changed_to_different_values_collides(item: str, becomes: str) -> None:
    base = json.dumps({name: datum.document() for name, datum in BEFORE.items()})
    merged = after_collision(sent(("base", base), *YOURS), THEIRS, 4)
    state = "to choose" if item in merged.undecided else "saved" if item in merged.settled else "left"
    assert (state, merged.revision) == (becomes, 4)


def test_without_a_base_every_difference_is_to_be_chosen() -> None:
    assert set(after_collision(sent(*YOURS), THEIRS, 4).undecided) == {"ALT", "AST", "GGT", "CK"} - {"CK"}


@pytest.mark.parametrize(("choice", "saves"), [("yours", True), ("theirs", False), ("", False), ("both", False)])
def test_a_choice_settles_a_collision(choice: str, saves: bool) -> None:
    settled = sent(("ALT", "2"), ("collision", "ALT"), ("choice.ALT", choice))
    assert ("ALT" in settled.settled) is saves
    assert (settled.undecided == ()) is (choice in ("yours", "theirs"))
