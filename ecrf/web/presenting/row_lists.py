"""The rows of a repeating form as a table: by what people tell them apart, their state, and what waits on them."""

from dataclasses import dataclass

from ecrf.reads.forms import FormRow
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.surroundings import form_url
from forms.datum import EMPTY

_CLASSES = dict.fromkeys(("integer", "decimal", "quantity", "lab"), "num") | dict.fromkeys(
    ("date", "datetime", "time", "segment", "computed"), "nowrap"
) | dict.fromkeys(("text", "longtext"), "words")  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: what heads it, and what stands in it: num for numbers, nowrap for what stays on one line, words."""

    label: str
    kind: str


@dataclass(frozen=True)
class RowLine:
    """One row: where it is edited, its values as text, its open and answered queries, how many required answers
    it lacks to be complete."""

    url: str
    number: int
    state: str
    cells: tuple[str, ...]
    open_queries: int
    answered_queries: int
    lacks: int

    @property
    def is_removed(self) -> bool:
        """Whether it was removed: kept, shown, and not to be changed."""
        return self.state == "removed"


@dataclass(frozen=True)
class RowList:
    """The table; `standing` counts the rows that are not removed."""

    columns: tuple[Column, ...]
    lines: tuple[RowLine, ...]
    standing: int


def row_list_of(sheet: Sheet) -> RowList | None:
    """The rows of a repeating form as a whole; nothing on any other page."""
    if not sheet.facts.is_list:
        return None
    listed = tuple(name for name in sheet.plan.listed if name not in sheet.facts.absent)
    items = [sheet.plan.items[name] for name in listed]
    lines = tuple(_line(sheet, row, listed) for row in sheet.facts.rows)
    columns = tuple(Column(item.label, _CLASSES.get(item.kind, "")) for item in items)
    return RowList(columns, lines, sum(not line.is_removed for line in lines))


def _line(sheet: Sheet, row: FormRow, listed: tuple[str, ...]) -> RowLine:
    cells = tuple(sheet.said(name, row.values.get(name, EMPTY)) for name in listed)
    lacks = len(sheet.typing.unfinished.get(row.row, ()))
    url = f"{form_url(sheet.facts)}/{row.row}"
    return RowLine(url, row.row, row.state, cells, row.open_queries, row.answered_queries, lacks)
