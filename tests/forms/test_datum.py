"""A record's document is read item by item, and is the same as all of it read at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.datum import Datum, Documented

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
