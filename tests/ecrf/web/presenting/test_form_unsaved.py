"""What was typed and has no control on the page stands beside it: nothing typed is lost."""

from dataclasses import replace

from ecrf.reads.forms import FormFacts
from ecrf.web.presenting.pages import Unsaved, page_of
from ecrf.web.presenting.sheets import Typing, sheet_of
from forms.datum import Datum
from tests.ecrf.web import form_examples as example


def unsaved(facts: FormFacts, typing: Typing) -> tuple[Unsaved, ...]:
    return page_of(sheet_of(facts, "en", example.NOW, typing)).unsaved


def test_what_was_typed_into_a_form_that_was_locked_meanwhile_is_shown() -> None:
    typing = Typing(answers={"AST": Datum("58", "U/L"), "ALP": Datum("85", "U/L")})
    left = unsaved(example.facts(holds=(example.hold(),)), typing)
    assert left == (Unsaved("Aspartate aminotransferase", "58 U/L"),)


def test_what_has_no_control_on_the_page_is_shown_beside_it() -> None:
    query = example.ALT_QUERY
    answers = {"AST": Datum("58", "U/L"), "ZZZ": Datum("7", "kg", "<")}
    typing = Typing(answers=answers, replies={query.id: "Seen.", "x": "Gone."})
    strange, gone = Unsaved("ZZZ", "< 7 kg", "ZZZ"), Unsaved("Answer to a query", "Gone.")
    assert unsaved(example.facts(), typing) == (strange, gone)
    closed = example.facts(queries=(replace(query, state="closed"),))
    assert unsaved(closed, typing) == (strange, Unsaved("Answer to a query", "Seen."), gone)
    held = unsaved(example.facts(holds=(example.hold("freeze"),)), typing)
    assert [each.typed for each in held] == ["58 U/L", "< 7 kg", "Seen.", "Gone."]
