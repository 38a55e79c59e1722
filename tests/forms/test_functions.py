"""Every registered function gives the values its source gives."""

import pytest

from forms.functions.registry import FUNCTIONS
from tests.forms.language import number

WORKED = [(example, wanted, function) for function in FUNCTIONS.values() for example, wanted in function.examples]


@pytest.mark.parametrize(("example", "wanted", "function"), WORKED, ids=[case[0] for case in WORKED])
def test_a_worked_value_of_a_registered_function(example: str, wanted: str | None, function: object) -> None:
    kind = next(one.result for one in FUNCTIONS.values() if one is function)
    assert number(example, {}, kind) == wanted


def test_every_registered_function_has_a_source_and_worked_values() -> None:
    assert all(function.source and function.says and function.examples for function in FUNCTIONS.values())
