"""A record's document is read item by item, and is the same as all of it read at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.datum import Datum, Documented, answered_items, is_answered, without_lonely_unit

PARTS = st.dictionaries(st.sampled_from(["v", "u", "q", "nd"]), st.text(max_size=4))
DOCUMENTS = st.dictionaries(st.sampled_from(["ALT", "AST", "PLT", "ALT_CS"]), PARTS)


@given(DOCUMENTS)
def test_what_is_read_item_by_item_is_what_the_document_holds(document: dict[str, dict[str, str]]) -> None:
    whole = {item: Datum.from_document(parts) for item, parts in document.items()}
    read = Documented(document)
    assert (dict(read), len(read), list(read)) == (whole, len(whole), list(whole))
    assert read == whole
    for item in ("ALT", "GHOST"):
        assert (read.get(item), item in read) == (whole.get(item), item in whole)


def test_an_item_that_is_not_there_is_none_or_an_error() -> None:
    read = Documented({"ALT": {"v": "81", "u": "U/L"}})
    assert read["ALT"] is read["ALT"]
    assert read.get("AST", Datum("1")) == Datum("1")
    with pytest.raises(KeyError):
        read["AST"]


PARTS_OF = [
    (Datum(), {}, False),
    (Datum("81"), {"v": "81"}, True),
    (Datum("81", "U/L", "<"), {"v": "81", "u": "U/L", "q": "<"}, True),
    (Datum(missing="NOTDONE"), {"nd": "NOTDONE"}, True),
    (Datum(unit="U/L"), {"u": "U/L"}, False),
    (Datum(comparator="<"), {"q": "<"}, False),
]


@pytest.mark.parametrize(("datum", "document", "answers"), PARTS_OF)
def test_a_value_or_a_reason_answers_and_nothing_else(datum: Datum, document: dict[str, str], answers: bool) -> None:
    assert datum.document() == document
    for values in ({"ALT": datum}, Documented({"ALT": document})):
        assert is_answered(values, "ALT") is answers
        assert not is_answered(values, "AST")
        assert answered_items(values) == ({"ALT"} if answers else set())
        assert answered_items(values) == ({"ALT"} if answers else set())


@pytest.mark.parametrize(
    ("datum", "kept"),
    [
        (Datum("81", "U/L", "<"), Datum("81", "U/L", "<")),
        (Datum(None, "U/L", "<"), Datum()),
        (Datum(None, "U/L", None, "NOTDONE"), Datum(missing="NOTDONE")),
    ],
)
def test_a_unit_without_a_value_says_nothing(datum: Datum, kept: Datum) -> None:
    assert without_lonely_unit(datum) == kept
