"""What an expression asks over the rows of a form, in words: `any_row(CM, …)` is about the form CM."""

import re

from ecrf.web.presenting.catalogue import gettext

_ROWS = re.compile(r"(?:any_row|count_rows|sum_rows)\(\s*([A-Z][A-Za-z0-9_]*)\b")


def form_asked(text: str) -> str | None:
    """The form whose rows a question is about; None for any other expression."""
    found = _ROWS.match(text)
    return found[1] if found else None


def answer_over_rows(compared: str | None) -> str:
    """Whether a row applies; a count or a sum as it is."""
    if compared is None:
        return gettext("not known yet")
    words = {"True": gettext("a row applies"), "False": gettext("no row applies")}
    return words.get(compared, compared)
