"""Sites."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import LONGEST, told, words


class SiteSchema(Schema):
    """A site of a study; `version` is the published version in force there now."""

    id = told()
    study = told(example="BEAM")
    code = told("The code, by which the API knows it.", example="NJ01")
    name = told(example="Nanjing main campus")
    timezone = told("An IANA name: whose midnight a day at the site begins with.", example="Asia/Shanghai")
    status = told("open or closed.", example="open")
    version = fields.Integer(allow_none=True)
    address = told(example="321 Zhongshan Road, Nanjing")


class SitesSchema(Schema):
    """The sites the sender may see."""

    sites = fields.List(fields.Nested(SiteSchema))


class NewSiteSchema(Schema):
    """A site to be added to a study."""

    study = words(64, required=True, metadata={"description": "Short name of the study."})
    code = words(32, required=True, metadata={"description": "Letters, digits, - and _, unique in the study."})
    name = words(200, required=True)
    timezone = words(64, required=True, metadata={"description": "An IANA name, Asia/Shanghai."})
    address = words(500, load_default=None, allow_none=True)


class ChangedSiteSchema(Schema):
    """What changes of a site; what is not sent stays, an address of null goes."""

    name = words(200)
    timezone = words(64)
    address = words(500, allow_none=True)
    reason = words(LONGEST, required=True)


class SiteReasonSchema(Schema):
    """Why a site is closed or opened, in words."""

    reason = words(LONGEST, required=True)


SITES = {"sites": [{
    "id": "019f3c5e-1111-7222-8333-444455556666", "study": "BEAM", "code": "NJ01", "name": "Nanjing main campus",
    "timezone": "Asia/Shanghai", "status": "open", "version": 1,
    "address": "321 Zhongshan Road, Nanjing",
}]}  # fmt: skip
SITE = SITES["sites"][0]
NEW_SITE = {
    "study": "BEAM", "code": "NJ03", "name": "Nanjing children's hospital", "timezone": "Asia/Shanghai",
    "address": "72 Guangzhou Road, Nanjing",
}  # fmt: skip
CHANGED_SITE = {"address": "8 Jiangdong Road, Nanjing", "reason": "The hospital moved."}
CLOSING = {"reason": "Close-out visit done."}
