"""What is wrong with an expression, said in the reader's language."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from ecrf.web.presenting.expression_faults import expression_fault, is_known
from forms.expressions import ExpressionFaults, Kind
from tests.forms.language import compiled
from tests.forms.test_expressions_faults import ONE_FAULT, SYNTAX, SYNTAX_HINTS, WRONG_RESULTS

TEXTS = [case[0] for cases in (SYNTAX, SYNTAX_HINTS, ONE_FAULT) for case in cases]
LONG = ["(" * 60 + "A" + ")" * 60, "A" * 2001, "A > 1 'Cel.m'", "A > 1 'm99'", "not " * 60 + "A == 1"]


def messages() -> Iterator[tuple[str, str]]:
    wanted = [(text, Kind.BOOLEAN, {}) for text in TEXTS + LONG] + [case[:3] for case in WRONG_RESULTS]
    for text, expects, more in wanted:
        with pytest.raises(ExpressionFaults) as refused:
            compiled(text, expects, **more)
        for fault in refused.value.faults:
            yield text, fault.message
            yield from ((text, hint) for hint in (fault.hint, *fault.expected) if hint)


def test_every_sentence_that_the_language_says_is_known() -> None:
    signs = {"(", ")", "[", "]", ",", ".", "True", "False"}
    unknown = {said for _, said in messages() if not is_known(said) and said not in signs and not said.isupper()}
    # of the study of these tests, whose names are resolved by the tests themselves
    assert {each for each in unknown if not each.startswith("there is no item ")} <= {"and", "or", "not", "in"}


SAID = [
    ("PLT has the unit 10*9/L, but 50 is a number without a unit", "PLT 的单位是 10*9/L，而 50 是没有单位的数"),
    ("SEX is a code, where a number is needed", "SEX 是代码，此处需要数"),
    ("there is no item in HEM named NIX; did you mean WBC?", "HEM 中没有名为 NIX 的条目；您是指 WBC 吗？"),
    ("DOSE is a number in mg, where a date or a date-time is needed",
     "DOSE 是以 mg 为单位的数，此处需要日期或日期时间"),
    ("30 is a number, where age is a number in a", "30 是数，而 age 应为以 a 为单位的数"),
    ("something nobody foresaw", "something nobody foresaw"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "chinese"), SAID)
def test_a_fault_is_said_in_chinese_with_the_same_names_and_units(app: Flask, english: str, chinese: str) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert expression_fault(english) == chinese
    with app.test_request_context(), force_locale("en"):
        assert expression_fault(english) == english
