"""Why a saved value changes: a reason of the list, in words that both databases can keep."""

import pytest

from ecrf.errors import BadInput, ReasonMissing
from ecrf.services.trail import Reason
from ecrf.services.words import CHANGE_REASONS, LONGEST, change_reasons


@pytest.mark.parametrize("code", CHANGE_REASONS)
@pytest.mark.parametrize(
    ("text", "kept"), [("misread", "misread"), ("  误读\n", "误读"), ("x" * LONGEST, "x" * LONGEST)]
)
def test_a_reason_of_the_list_is_kept_with_its_words(code: str, text: str, kept: str) -> None:
    assert change_reasons({"ALT": Reason(code, text)}) == {"ALT": Reason(code, kept)}


@pytest.mark.parametrize("text", [None, "", "  \n"])
@pytest.mark.parametrize("code", CHANGE_REASONS)
def test_every_reason_but_the_other_one_says_enough_by_itself(code: str, text: str | None) -> None:
    if code != "other":
        assert change_reasons({"ALT": Reason(code, text)}) == {"ALT": Reason(code)}
        return
    with pytest.raises(ReasonMissing) as raised:
        change_reasons({"AST": Reason("query"), "ALT": Reason(code, text)})
    assert raised.value.details["items"] == ("ALT",)


@pytest.mark.parametrize("code", ["because", "OTHER", " query", "", None, "x" * 5000])
def test_a_reason_that_the_list_does_not_have_is_refused_at_its_field(code: str | None) -> None:
    with pytest.raises(BadInput) as raised:
        change_reasons({"ALT": Reason(code, "words")})
    assert list(raised.value.details["fields"]) == ["reasons.ALT.code"]


def test_all_that_is_wrong_with_reasons_is_told_at_once() -> None:
    with pytest.raises(BadInput) as raised:
        change_reasons({"ALT": Reason("no", "x" * 2001), "AST": Reason("query"), "ALP": Reason("query", "\x00")})
    assert sorted(raised.value.details["fields"]) == ["reasons.ALP.text", "reasons.ALT.code", "reasons.ALT.text"]
