"""What proves itself beside the trail: a published definition and the SHA-256 that the trail holds of it."""

from hashlib import sha256

from sqlalchemy import LargeBinary, cast, func, literal, select, type_coerce

from audit.faults import Report
from audit.verify import verify as verify_trail
from ecrf.db import READS_ONLY, db, read_only
from ecrf.guards import guards
from ecrf.models.studies import StudyVersion
from ecrf.models.watched import WATCHED


def prove(study_id: str | None) -> tuple[Report, tuple[str, ...]]:
    """What the trail's verification finds, and the published definitions that are not what was published."""
    db.session.rollback()
    with db.engine.connect().execution_options(**{READS_ONLY: True}) as connection:  # nobody's saving waits for it
        report = verify_trail(connection, WATCHED.values(), guards=guards(connection.dialect.name), study=study_id)
    if report.unknown is not None:
        return report, ()
    read_only()
    return report, definition_faults(study_id)


def definition_faults(study_id: str | None) -> tuple[str, ...]:
    """The published versions whose definition is no longer the text that was published."""
    # By hand SQLite takes what is no text: asked for as the bytes it is, so that its place shows.
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    kind = func.typeof(StudyVersion.definition) if is_sqlite else literal("text")
    stored = (
        cast(StudyVersion.definition, LargeBinary) if is_sqlite else func.convert_to(StudyVersion.definition, "UTF8")
    )
    query = select(StudyVersion.id, StudyVersion.sha256, kind, type_coerce(stored, LargeBinary))
    query = query.order_by(StudyVersion.study_id, StudyVersion.number)
    if study_id is not None:
        query = query.where(StudyVersion.study_id == study_id)
    return tuple(
        f"study_versions {id_} definition: it is not the text that was published"
        for id_, published, kind, text in db.session.execute(query)
        if kind != "text" or sha256(bytes(text)).hexdigest() != published
    )
