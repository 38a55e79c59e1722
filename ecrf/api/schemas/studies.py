"""Studies and their published versions."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import Instant, told


class StudySchema(Schema):
    """A study; `newest` is its newest published version."""

    id = told()
    name = told("The short name, by which the API knows it.", example="BEAM")
    oid = told(example="ST.BEAM")
    newest = fields.Integer(allow_none=True)


class StudiesSchema(Schema):
    """The studies the sender may see."""

    studies = fields.List(fields.Nested(StudySchema))


class VersionSchema(Schema):
    """A published version; it never changes, and `sha256` is that of its definition's text."""

    study = told(example="BEAM")
    number = fields.Integer()
    label = told(example="1.0")
    sha256 = told()
    notes = told()
    published_at = Instant()
    published_by = told()
    href = fields.Function(
        lambda version: f"/api/v1/studies/{version.study}/versions/{version.number}",
        metadata={"type": "string", "description": "The address of the definition."},
    )


class VersionsSchema(Schema):
    """The published versions of a study, the newest first."""

    versions = fields.List(fields.Nested(VersionSchema))


STUDIES = {"studies": [
    {"id": "019f3c5e-0000-7111-8222-333344445555", "name": "BEAM", "oid": "ST.BEAM", "newest": 1},
]}  # fmt: skip
VERSIONS = {"versions": [{
    "study": "BEAM", "number": 1, "label": "1.0",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "notes": "First version.",
    "published_at": "2026-01-05T09:00:00.000000Z", "published_by": "Xu Tao",
    "href": "/api/v1/studies/BEAM/versions/1",
}]}  # fmt: skip
DEFINITION = {"oid": "ST.BEAM", "name": "BEAM", "version": "1.0", "forms": [["CHEM", {"oid": "CHEM"}]]}
