"""The bounds of an expression at their edges, where its faults stand, and what names and rows take."""

import pytest

from forms.expressions import ExpressionFaults, Kind
from forms.expressions.parsing import DEEPEST, LONGEST
from tests.forms.language import compiled


def test_an_expression_has_at_most_two_thousand_characters() -> None:
    assert LONGEST == 2000
    assert compiled("A > 1".ljust(2000)).kind == Kind.BOOLEAN
    with pytest.raises(ExpressionFaults, match="2001 characters"):
        compiled("A > 1".ljust(2001))


@pytest.mark.parametrize(
    ("least", "more"),
    [
        (f"{'(' * 50}A{')' * 50} > 1", f"{'(' * 51}A{')' * 51} > 1"),
        (f"{'(' * 49}A in [1]{')' * 49}", f"{'(' * 50}A in [1]{')' * 50}"),
        (f"A > 1{' + 1' * 48}", f"A > 1{' + 1' * 49}"),
        (f"{'not ' * 48}A > 1", f"{'not ' * 49}A > 1"),
    ],
    ids=["brackets", "brackets and a list", "sums", "negations"],
)
def test_an_expression_is_at_most_fifty_levels_deep(least: str, more: str) -> None:
    assert DEEPEST == 50
    assert compiled(least).kind == Kind.BOOLEAN
    with pytest.raises(ExpressionFaults, match="50"):
        compiled(more)


@pytest.mark.parametrize(
    "text", [f"max({', '.join(['(A)'] * 60)}) > 1", f"NOTE == '{'(' * 60}'", f'NOTE == "{"[" * 60}"']
)
def test_brackets_count_while_they_are_open_and_outside_quotes(text: str) -> None:
    assert compiled(text).kind == Kind.BOOLEAN


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (f"A > 1 and\n  {'(' * 51}A{')' * 51} > 1", 2, 53),
        (f"{'(' * 51}A{')' * 51} > 1", 1, 51),
        ("A > 1 and\n  NOPE > 1", 2, 3),
        ("A > 1\n\n  and and", 3, 7),
        ("A > 1\n  and ", 2, 6),
        ("A > (1\n", 1, 7),
    ],
)
def test_a_fault_stands_where_it_is(text: str, line: int, column: int) -> None:
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("A ** 2 > 1", "no power"), ("A > 1 && B > 1", "write and"), ("NOTE == 'a", "has no end"),
        ("A > 1e5", "numbers are written out"), ("A > 1\n  and B = 2", "write =="),
        ("0 < A <= 3", "join comparisons by and"), ("A; B", "join conditions"), ("ä > 1", "plain letters"),
    ],
)  # fmt: skip
def test_a_hint_is_for_what_stands_at_the_fault(text: str, hint: str) -> None:
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text)
    (fault,) = refused.value.faults
    assert hint in (fault.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "any_row(SAE, True, True)", "any_row()", "count_rows() > 1", "count_rows(SAE, True, True) > 1",
        "sum_rows(MP) > 1 'mg'", "sum_rows(MP, MPDOSE, True, True) > 1 'mg'", "sum_rows(MP, MPROUTE) > 1",
        "sum_rows(MP, MPDOSE, MPROUTE) > 1 'mg'", "count_rows(SAE, SAEAENO) > 1", "count_rows(A.B) > 1",
        "sum_rows(MP, NOPE) > 1", "sum_rows(MP, MPDOSE, NOPE) > 1 'mg'", "any_row(MP, count_rows(SAE) > 1)",
        "overlapping_rows(MP)", "overlapping_rows(MP, MPDAT, MPDOSE)", "overlapping_rows(MP, NOPE)",
        "overlapping_rows(MP, this.MPDAT)", "overlapping_rows(MP, 1)", "overlapping_rows('MP', MPDAT)",
        "overlapping_rows()", "duplicate_dates(MP, MPDAT, MPDAT)", "duplicate_dates(NOPE, MPDAT)",
        "duplicate_dates(MP, MPROUTE)", "covers(event)", "any_row(DV, covers())", "any_row(DV, covers(event, event))",
        "any_row(DV, covers(1))", "FIRST.VS > 1", "LAST.VS > 1", "PREV > 1", "this.VS.WEIGHT > 1 'kg'", "NOPE.ALT > 1",
        "A.B.NOPE > 1", "A in [1, A]", "A in []", "A in [1, 2 'mg']", "A in ['1']", "A in DRUGS", "'MMF' in SEX",
        "A in LIMIT", "SEX in DOSES", "DOSES > 1", "A > 1 'nope'", "A in [1 'nope']", "not A", "not NOPE", "A or B",
        "A > 1 and NOPE", "MPDOSE > 1 'mg'",
    ],
)  # fmt: skip
def test_what_names_and_rows_do_not_take_is_refused(text: str) -> None:
    with pytest.raises(ExpressionFaults):
        compiled(text)


@pytest.mark.parametrize(
    "text",
    [
        "any_row(SAE, True)", "count_rows(SAE) > 1", "count_rows(SAE, True) > 1", "sum_rows(MP, MPDOSE) > 1 'mg'",
        "sum_rows(MP, MPDOSE, True) > 1 'mg'", "overlapping_rows(MP, MPROUTE)", "duplicate_dates(MP, MPDAT)",
        "any_row(DV, covers(event))", "any_row(DV, covers(this.event))", "this.ALT > 1 'U/L'", "CHEM.ALT > 1 'U/L'",
        "A in DOSES", "A in [1]", "A not in [1, 2]", "LIMIT > 1", "any_row(SAE, SAEAENO > LIMIT)",
        "any_row(MP, True) and any_row(SAE, SAEAENO == this.A)", "any_row(MP, MPDOSE in DOSES_MG)",
    ],
)  # fmt: skip
def test_what_names_and_rows_take_compiles(text: str) -> None:
    assert compiled(text).kind == Kind.BOOLEAN
