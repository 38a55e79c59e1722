"""Cells of CSV files that no spreadsheet takes for a formula (OWASP; requirements R-SEC-5)."""

import re

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


def cell(text: str | None) -> str:
    """A text as a cell: a number stays one, negative ones too; what a spreadsheet would compute gets a quote before
    it."""
    if not text:
        return ""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
