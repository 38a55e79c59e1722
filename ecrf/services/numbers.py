"""Subject numbers: the one that the form holds, one that was typed, or the next of the site's scheme (`NJ01-001`)."""

import re
from collections.abc import Callable

from sqlalchemy import or_, select

from audit.entries import take_head
from ecrf.db import db
from ecrf.errors import BadInput, Conflict, IllegalState
from ecrf.messages import N_, Message
from ecrf.models.subjects import Subject
from ecrf.services.casebooks import OpenCasebook
from ecrf.services.subjects import carries_another_code, next_count
from forms.casebook import Casebook
from forms.datum import Datum
from forms.definitions import Study
from forms.gates import answer_at
from forms.reading import read

_SCHEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def number_for(book: OpenCasebook, seen: Casebook, typed: str | None) -> str:
    """The number that a subject is enrolled under; the study's head is held meanwhile, so that nobody else gives it.

    Raises `BadInput` for one that the study does not take or the form contradicts, `Conflict` for one that is taken.
    """
    subject, asked = book.found.subject, (typed or "").strip()
    take_head(db.session.connection(), f"study:{book.found.study.oid}")
    entered, accepts = _entered(book, seen), _rule(book.compiled.study)
    if asked and entered and asked != entered:
        said = N_("The form says %(number)s. Correct it there, or leave this empty.")
        raise BadInput({"subject_number": Message(said, {"number": entered})})
    number = asked or entered or subject.subject_number or _next(book, accepts)
    _expect(book.found.site.code, number, accepts)
    taken = select(Subject.id).where(
        Subject.study_id == subject.study_id, Subject.id != subject.id,
        or_(Subject.subject_number == number, Subject.screening_number == number),
    )  # fmt: skip
    if db.session.scalar(taken):
        raise Conflict("subject_number", number)
    return number


def _entered(book: OpenCasebook, seen: Casebook) -> str | None:
    """The number as it stands on the form that holds it."""
    path = book.compiled.study.subject_number_item
    datum = answer_at(book.compiled, seen, path) if path else None
    return datum.text if datum else None


def _rule(study: Study) -> Callable[[str], bool]:
    """Whether a number is one of plain characters that the study's own item for it would take."""
    path = study.subject_number_item
    if path is None:
        return lambda number: _SCHEME.fullmatch(number) is not None
    _, form, oid = path.split(".")
    item = study.forms[form].items[oid]
    return lambda number: _SCHEME.fullmatch(number) is not None and read(item, Datum(number), study).fault is None


def _expect(code: str, number: str, accepts: Callable[[str], bool]) -> None:
    if not _SCHEME.fullmatch(number):
        said = N_("“%(number)s” is no subject number: up to 32 letters, digits, - and _.")
    elif not accepts(number):
        said = N_("“%(number)s” does not follow the study's pattern of subject numbers.")
    elif carries_another_code(code, number, accepts):
        said = N_("“%(number)s” does not begin with %(code)s-, the code of this site.")
    else:
        return
    raise BadInput({"subject_number": Message(said, {"number": number[:40], "code": code})})


def _next(book: OpenCasebook, accepts: Callable[[str], bool]) -> str:
    """The next number of the site's scheme."""
    prefix = f"{book.found.site.code}-"
    query = select(Subject.subject_number).where(
        Subject.study_id == book.found.study.id, Subject.subject_number.startswith(prefix, autoescape=True)
    )
    rests = [(number or "").removeprefix(prefix) for number in db.session.scalars(query)]
    taken = frozenset(int(rest) for rest in rests if rest.isdecimal() and rest.isascii())
    count = next_count(taken, lambda count: accepts(f"{prefix}{count:03d}"))
    if count is None:
        said = Message(N_("No number like %(like)s is left that the study takes. Type one."), {"like": f"{prefix}001"})
        raise IllegalState(said, state="no_number_left", needed=("subject_number",))
    return f"{prefix}{count:03d}"
