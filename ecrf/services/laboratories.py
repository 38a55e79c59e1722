"""Laboratories and reference ranges: proposed, and used by checks once a person has approved them."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Conflict
from ecrf.messages import N_, Message
from ecrf.models.laboratories import Laboratory, ReferenceRange
from ecrf.models.studies import Study
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.services import reevaluating
from ecrf.services.range_tables import approved_ranges
from ecrf.services.trail import About, Acts
from forms.numerals import decimal_text
from forms.ranges import RangeRow, overlaps


def add(by: Actor, study: Study, code: str, name: dict[str, str]) -> Laboratory:
    """Add a laboratory by the code that the laboratory item of a form names."""
    by = require_at(by, Permission.LABORATORY_MANAGE, study.id)
    if db.session.scalar(select(Laboratory.id).where(Laboratory.study_id == study.id, Laboratory.code == code)):
        raise Conflict("code", code)
    laboratory = Laboratory(study_id=study.id, code=code, name=name)
    acts = Acts(_chain_of(study))
    acts.add(by, Action.LABORATORY_ADDED, [laboratory])
    acts.write()
    return laboratory


def propose(by: Actor, study: Study, rows: Sequence[RangeRow]) -> list[ReferenceRange]:
    """Enter range rows; they count once approved. Every row's laboratory must be known."""
    by = require_at(by, Permission.LABORATORY_MANAGE, study.id)
    known = set(db.session.scalars(select(Laboratory.code).where(Laboratory.study_id == study.id)))
    unknown = {row.laboratory for row in rows} - known
    if unknown:
        said = Message(N_("No such laboratory: %(codes)s."), {"codes": ", ".join(sorted(unknown))})
        raise BadInput({"laboratory": said})
    proposed = [_as_proposed(study, row) for row in rows]
    acts = Acts(_chain_of(study))
    acts.add(by, Action.RANGE_PROPOSED, proposed)
    acts.write()
    return proposed


def approve(by: Actor, study: Study, proposed: Sequence[ReferenceRange]) -> None:
    """Approve range rows, so that checks use them; an overlap with a row in force is refused.

    What was measured by these laboratories is evaluated anew: what moves is an act of the system caused by this one.
    """
    by = require_at(by, Permission.LABORATORY_APPROVE, study.id)
    forms = frozenset(row.analyte.split(".")[0] for row in proposed)
    # Subjects' heads come before the study's, in order, as in every act that takes both.
    affected = reevaluating.take_subjects(study.id, forms)
    acts = Acts(_chain_of(study))
    db.session.refresh(study)
    standing = [row.as_row() for row in db.session.scalars(approved_ranges(study.id))]
    clashing = overlaps([*standing, *(row.as_row() for row in proposed)])
    if clashing:
        first, second = clashing[0]
        said = Message(N_("%(analyte)s: two rows would hold at once (%(first)s, %(second)s)."),
                       {"analyte": first.analyte, "first": first.id, "second": second.id})  # fmt: skip
        raise BadInput({"ranges": said})
    for row in proposed:
        row.state, row.approved_by = "approved", by.name
    study.ranges_revision += 1
    cause = acts.add(by, Action.RANGE_APPROVED, [study, *proposed])
    acts.write()
    for subject_id in affected:
        reevaluating.reconsider_forms(subject_id, forms, acts.at, cause)


def _chain_of(study: Study) -> About:
    return About(f"study:{study.oid}", study=study.id)


def _as_proposed(study: Study, row: RangeRow) -> ReferenceRange:
    limits = {name: _text(getattr(row, name)) for name in ("low", "high", "alert_low", "alert_high")}
    return ReferenceRange(
        study_id=study.id, laboratory=row.laboratory, analyte=row.analyte, sex=row.sex, age_min=row.age_min,
        age_max=row.age_max, unit=row.unit, valid_from=row.valid_from, valid_to=row.valid_to, **limits,
    )  # fmt: skip


def _text(limit: Fraction | None) -> str | None:
    return None if limit is None else decimal_text(limit)
