"""Items that are unique within their study: which of the typed values another subject already has."""

from collections.abc import Mapping

from sqlalchemy import or_, select

from audit.entries import take_head
from ecrf.db import db
from ecrf.models.records import Record
from ecrf.models.standing import stands
from ecrf.services.casebooks import OpenCasebook
from forms.datum import Datum
from forms.reading import storable


def taken_items(book: OpenCasebook, form: str, answers: Mapping[str, Datum]) -> frozenset[str]:
    """The unique items whose typed value stands in another subject's record; no statement where none was typed.

    The study's chain is held meanwhile, so that two subjects cannot take one value at the same moment.
    """
    items = book.compiled.study.forms[form].items
    kept = {item: _as_kept(datum) for item, datum in answers.items() if item in items and items[item].unique}
    typed = {item: text for item, text in kept.items() if text}
    if not typed:
        return frozenset()
    take_head(db.session.connection(), f"study:{book.compiled.study.oid}")
    same = [Record.data[(item, "v")].as_string() == text for item, text in typed.items()]
    others = select(Record.data).where(
        Record.study_id == book.found.study.id, Record.form == form, stands(),
        Record.subject_id != book.found.subject.id, or_(*same),
    )  # fmt: skip
    found = db.session.scalars(others).all()
    return frozenset(item for item, text in typed.items() if any(data.get(item, {}).get("v") == text for data in found))


def _as_kept(typed: Datum) -> str | None:
    """The text as it would be kept: without white space around it; nothing for one that no database can hold."""
    return typed.text.strip() if typed.text and storable(typed) == typed else None
