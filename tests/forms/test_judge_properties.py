"""Whatever is saved in whatever order, judging never raises, changes nothing twice, and misses no consequence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.casebook import Casebook, RecordKey
from forms.datum import Datum
from forms.judge import judge, missing_required, reconsider, shown_items
from tests.forms.small_study import BL, COMPILED, EMPTY_BOOK, LOG, SCR, STUDY, UNS1, UNS2, W2, with_verdict

DATES = [
    "2026-03-01",
    "2026-03-04",
    "2026-03-10",
    "2026-05-31",
    "2026-06-01",
    "2026-06-02",
    "2010-03-04",
    "1990",
    "1990-05",
]
NUMBERS = [
    "0",
    "-0",
    "1",
    "2.5",
    "39",
    "40",
    "41",
    "80",
    "81",
    "81.0",
    "400",
    "401",
    "1000",
    "1001",
    "<5",
    ">2000",
    "８０",
]
TEXTS = [
    "",
    "Y",
    "N",
    "F",
    "M",
    "LAB_A",
    "LAB_B",
    "x",
    "1e400",
    "NaN",
    "2026-02-30",
    "2026-03-04T08:00",
    *DATES,
    *NUMBERS,
]
UNITS = [None, "U/L", "ukat/L", "umol/L", "mg/dL", "cm", "kg", "mg", "g", "parsec"]

plain = st.builds(Datum, st.sampled_from(TEXTS))
data = st.one_of(
    plain, st.builds(Datum, st.sampled_from(NUMBERS), st.sampled_from(UNITS)),
    st.builds(Datum, st.none() | st.text(max_size=4), st.sampled_from(UNITS), st.sampled_from([None, "<", ">", "="]),
              st.sampled_from([None, "NOTDONE", "?"])),
)  # fmt: skip
places = st.sampled_from([
    *((event, form) for event in (SCR, BL, W2, UNS1, UNS2) for form in ("SV", "CHEM")),
    (SCR, "DM"), (SCR, "DM"), (BL, "VS"), (W2, "VS"), (SCR, "MP"), (LOG, "AE"),
])  # fmt: skip


@st.composite
def saves(draw: st.DrawFn) -> tuple[RecordKey, dict[str, Datum]]:
    event, form = draw(places)
    definition = STUDY.forms[form]
    row = draw(st.integers(1, 3)) if definition.repeating else 0
    items = draw(st.lists(st.sampled_from([*definition.items, "NOSUCH"]), min_size=1, max_size=6, unique=True))
    return RecordKey(event, form, row), {item: draw(data) for item in items}


def after(book: Casebook, key: RecordKey, typed: dict[str, Datum]) -> Casebook:
    verdict = judge(COMPILED, book, key, typed)
    assert {*verdict.accepted} & {each.item for each in verdict.refused} == set()
    assert all(found.record in book.records or found.record.form == key.form for found in verdict.findings)
    return with_verdict(book, key, verdict)


@settings(max_examples=150, deadline=None)
@given(st.lists(saves(), min_size=1, max_size=8))
def test_judging_the_same_answers_again_changes_nothing(acts: list[tuple[RecordKey, dict[str, Datum]]]) -> None:
    book = EMPTY_BOOK
    for key, typed in acts:
        first = judge(COMPILED, book, key, typed)
        book = after(book, key, typed)
        second = judge(COMPILED, book, key, typed)
        assert (second.accepted, second.derived, second.stale) == ({}, (), ())
        assert {each.item for each in second.refused} == {each.item for each in first.refused}
        missing_required(COMPILED, book, key)
        shown_items(COMPILED, book, key)


@settings(max_examples=150, deadline=None)
@given(st.lists(saves(), min_size=1, max_size=10))
def test_what_a_save_moves_is_what_evaluating_everything_would_move(
    acts: list[tuple[RecordKey, dict[str, Datum]]],
) -> None:
    book, standing = EMPTY_BOOK, {}
    for key, typed in acts:
        verdict = judge(COMPILED, book, key, typed)
        book = with_verdict(book, key, verdict)
        standing |= {(found.check, found.record): found.outcome for found in verdict.findings}
    everything = reconsider(COMPILED, book, book.records)
    assert everything.derived == ()
    assert {place for place, fires in standing.items() if fires} == {
        (found.check, found.record) for found in everything.findings if found.outcome
    }
    for found in everything.findings:
        assert standing.get((found.check, found.record)) == found.outcome
