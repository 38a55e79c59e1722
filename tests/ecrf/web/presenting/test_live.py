"""A check while somebody types: what is sent to the page that it replaces."""

from ecrf.web.presenting.live import live_of
from ecrf.web.presenting.sheets import Typing, sheet_of
from forms.datum import Datum
from tests.ecrf.web import form_examples as example


def test_a_check_while_typing_replaces_what_moved_and_what_an_earlier_check_left() -> None:
    sheet = sheet_of(example.facts(), "en", example.NOW, Typing(answers={"AST": Datum("58", "U/L")}))
    live = live_of(sheet, frozenset({"ALP"}))
    assert [each.field.name for each in live.rows] == ["AST", "ALP"]
    assert [each.name for each in live.reasons] == ["AST"]


def test_another_laboratory_may_move_every_result() -> None:
    live = live_of(sheet_of(example.facts(), "en", example.NOW, Typing(answers={"LABID": Datum("LAB_B")})), frozenset())
    assert len(live.rows) == 10
    assert [each.name for each in live.fields] == ["LABID"]
