"""The bar above a form: who, where, when and in which window."""

from tests.ecrf.web import form_examples as example
from tests.ecrf.web.presenting.test_form_pages import page


def test_the_surroundings_say_who_where_and_in_which_window() -> None:
    around = page().around
    assert (around.person, around.visit_day, around.window) == (
        "Female, 34 y",
        "2026-06-09 · day 97",
        "5 Jun – 15 Jun, inside",
    )
    assert (around.url, around.next, around.previous and around.previous.title) == (
        f"/subjects/{example.WHO.id}/SE.W14/CHEM", None, "Informed consent and demographics",
    )  # fmt: skip
