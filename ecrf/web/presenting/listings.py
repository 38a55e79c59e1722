"""A listing as a table: each value as its form shows it, with its flag, its history and its form."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecrf.reads.definitions import definition, event_label
from ecrf.reads.trailed_values import Trailed, said
from ecrf.services.listing_lines import Line
from ecrf.services.listings import Listing
from ecrf.web.presenting.signs import amount, raised, unit_sign
from forms.datum import Datum
from forms.definitions import Item, Study

_FLAGS = {"H": "high", "HH": "high", "L": "low", "LL": "low"}


@dataclass(frozen=True)
class ListingCell:
    """One value; `flag` is `H`, `HH`, `L` or `LL` with its state, `is_missing` says that a reason stands for it."""

    item: str
    text: str
    flag: str = ""
    flag_state: str = ""
    is_missing: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class ListingRow:
    """One record; it is the place of its form, too."""

    id: str
    subject_id: str
    number: str
    site: str
    event: str
    instance: int
    form: str
    row: int
    visit: str
    state: str
    cells: tuple[ListingCell, ...]


def rows_of(listing: Listing, held: Mapping[str, str], language: str) -> tuple[ListingRow, ...]:
    """The rows of a page; `held` are the states of records that are frozen or locked."""
    return tuple(_row(line, listing, held.get(line.id, line.state), language) for line in listing.lines)


def _row(line: Line, listing: Listing, state: str, language: str) -> ListingRow:
    study = definition(listing.study_id, line.study_version)
    cells = tuple(_cell(line, item, study, language) for item in listing.columns)
    visit = event_label(study, line.event, line.instance, language)
    return ListingRow(
        line.id, line.subject_id, line.number, line.site, line.event, line.instance, line.form, line.row, visit, state,
        cells,
    )  # fmt: skip


def _cell(line: Line, item: Item, study: Study, language: str) -> ListingCell:
    datum = line.datum(item.oid)
    if datum is None or datum.is_empty:
        return ListingCell(item.oid, "")
    shown = said(Trailed(datum.text, datum.unit, datum.comparator, datum.missing), study, line.form, item.oid, language)
    text = amount(shown.text, raised(shown.sign) if shown.sign else unit_sign(shown.unit)) if shown else ""
    flag = _flag(line.datum(f"{item.oid}_NRIND"))
    return ListingCell(item.oid, text, flag, _FLAGS.get(flag, ""), datum.text is None, bool(datum.unit))


def _flag(found: Datum | None) -> str:
    return found.text if found and found.text in _FLAGS else ""
