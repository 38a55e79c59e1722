"""Sites."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import told


class SiteSchema(Schema):
    """A site of a study; `version` is the published version in force there now."""

    id = told()
    study = told(example="BEAM")
    code = told("The code, by which the API knows it.", example="NJ01")
    name = told(example="Nanjing main campus")
    timezone = told("An IANA name: whose midnight a day at the site begins with.", example="Asia/Shanghai")
    status = told("open or closed.", example="open")
    version = fields.Integer(allow_none=True)


class SitesSchema(Schema):
    """The sites the sender may see."""

    sites = fields.List(fields.Nested(SiteSchema))


SITES = {"sites": [{
    "id": "019f3c5e-1111-7222-8333-444455556666", "study": "BEAM", "code": "NJ01", "name": "Nanjing main campus",
    "timezone": "Asia/Shanghai", "status": "open", "version": 1,
}]}  # fmt: skip
