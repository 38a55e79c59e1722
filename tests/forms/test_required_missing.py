"""`required_missing()` counts the same whether a document is read anew or was read before, and follows every change."""

import json
import random
from dataclasses import replace

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.chart import Chart
from forms.datum import Datum, Documented
from forms.scope import RecordScope
from tests.forms.beam import beam
from tests.forms.small_study import EMPTY_BOOK
from tests.forms.test_beam_orders import acts_of, disturbed

SCREENING = EventKey("SE.SCR")
SIGN, DM, PREG = RecordKey(EventKey("SE.LOG"), "SIGN"), RecordKey(SCREENING, "DM"), RecordKey(SCREENING, "PREG")


def lacking(book: Casebook) -> int:
    """What `required_missing()` says to the sign-off."""
    scope = RecordScope(Chart(beam(), book), SIGN)
    return int(scope.call("required_missing", ()).number)


def as_read(book: Casebook) -> Casebook:
    """The same casebook, its documents with their spelling, as they come from a database."""
    texts = {
        key: json.dumps({item: datum.document() for item, datum in values.items()})
        for key, values in book.records.items()
    }
    return replace(book, records={key: Documented(json.loads(text), text) for key, text in texts.items()})


@pytest.mark.parametrize("seed", range(12))
def test_what_was_counted_before_is_counted_alike(seed: int) -> None:
    dice = random.Random(seed)
    records = {key: disturbed(dice, key.form, answers) for key, answers in acts_of("NJ01-S001.yaml")}
    book = replace(EMPTY_BOOK, records=records, events=frozenset(key.event for key in records))
    one_by_one = sum(
        len(RecordScope(Chart(beam(), book), key).missing_required()) for key in records if key.form != "SIGN"
    )
    assert lacking(book) == lacking(as_read(book)) == lacking(as_read(book)) == one_by_one > 0


@pytest.mark.parametrize(("childbearing", "missing"), [("Y", 1), ("N", 0)])
def test_a_record_whose_questions_depend_on_another_is_asked_each_time(childbearing: str, missing: int) -> None:
    alone, asked = (
        lacking(as_read(replace(EMPTY_BOOK, records=records, events=frozenset({SCREENING}))))
        for records in (
            {DM: {"CHILDPOT": Datum(childbearing)}},
            {DM: {"CHILDPOT": Datum(childbearing)}, PREG: {}},
        )
    )
    assert ("PREG", False) not in beam().alone
    assert (asked - alone > 0) == bool(missing)


def test_an_answer_under_judgement_counts_before_it_is_saved() -> None:
    book = as_read(replace(EMPTY_BOOK, records={DM: {"RFICDAT": Datum("2026-03-03")}}, events=frozenset({SCREENING})))
    judged = Chart(beam(), book, DM, {"RFICDAT": Datum(None)})
    assert RecordScope(judged, SIGN).call("required_missing", ()).number == lacking(book) + 1
