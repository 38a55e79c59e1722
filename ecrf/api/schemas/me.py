"""Who asks."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import told


class GrantSchema(Schema):
    """One role, with the study and the site it is held at; none stands for all."""

    role = told(example="coordinator")
    study = told(example="BEAM")
    site = told(example="NJ01")


class MeSchema(Schema):
    """The person behind the token, with the roles in force and what they allow."""

    id = told()
    name = told("The printed name.", example="Wang Min")
    organisation = told(example="Nanjing main campus")
    reads_only = fields.Boolean(metadata={"description": "Whether the token is for reading alone."})
    grants = fields.List(fields.Nested(GrantSchema))
    permissions = fields.List(fields.String(), metadata={"description": "What is allowed somewhere at all."})


ME = {
    "id": "019f3c5e-0a11-7222-8333-444455556666", "name": "Wang Min", "organisation": "Nanjing main campus",
    "reads_only": False, "grants": [{"role": "coordinator", "study": "BEAM", "site": "NJ01"}],
    "permissions": ["record.edit", "record.read"],
}  # fmt: skip
