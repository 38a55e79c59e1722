"""A form's page after a save that took nothing, or not everything."""

from dataclasses import replace

from ecrf.web.presenting.sheets import Typing
from forms.datum import Datum
from tests.ecrf.web import form_examples as example
from tests.ecrf.web.presenting.test_form_pages import REFUSED, page, row


def test_a_save_on_a_locked_form_says_first_that_nothing_was_saved_and_who_locked_it() -> None:
    typing = Typing(answers={"AST": Datum("58", "U/L")}, fault="These data are frozen or locked.", is_held=True)
    summary = page(example.facts(holds=(example.hold(),)), typing).summary
    assert summary is not None
    assert summary.heading == ("Nothing was saved: this form is locked by Chen Yu since 9 Jun 2026, 10:41 UTC+8")
    assert summary.links == ()


def test_nothing_computed_from_the_saved_value_stands_beside_a_refused_one() -> None:
    typing = Typing(answers={"ALT": Datum("4,3", "U/L")}, refused={"ALT": replace(REFUSED, item="ALT")})
    assert (row(page(), "ALT").xuln, row(page(typing=typing), "ALT").xuln) == ("3.10", "")
    assert row(page(typing=typing), "ALT").range_text == "7 – 40"
