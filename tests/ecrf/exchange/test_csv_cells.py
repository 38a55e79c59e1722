"""No cell of a CSV file is a formula."""

import pytest

from ecrf.exchange.csv_cells import cell

CELLS = [
    (None, ""), ("", ""), ("12.5", "12.5"), ("-12.5", "-12.5"), ("<5", "<5"), ("a=1", "a=1"),
    ("2026-03-04", "2026-03-04"), ("=1+1", "'=1+1"), ("-1+1", "'-1+1"), ("+1", "'+1"),
    ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"), ("\x00=1", "'\x00=1"), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"),
    ("－1", "'－1"), ("＠A", "'＠A"), ("-٣", "'-٣"),
]  # fmt: skip


@pytest.mark.req("R-SEC-5")
@pytest.mark.parametrize(("text", "expected"), CELLS)
def test_what_a_spreadsheet_would_compute_has_a_quote_before_it(text: str | None, expected: str) -> None:
    assert cell(text) == expected
