"""What every refusal looks like: a problem of RFC 9457 with our code and the details of its kind."""

from marshmallow import INCLUDE, Schema, fields

from ecrf.api.schemas.rules import told


class ProblemSchema(Schema):
    """`detail` is in the language of Accept-Language, `code` is for programs; what else there is hangs on the code."""

    class Meta:
        """Each code has details of its own."""

        unknown = INCLUDE

    type = told("A URN made of the code.", example="urn:ecrf:problem:stale")
    title = told("The kind of problem.", example="Changed in the meantime")
    status = fields.Integer(metadata={"example": 412})
    detail = told("What happened, and what to do.", example="Somebody saved this form after you opened it.")
    code = told("The kind of problem, for programs.", example="stale")
    instance = told("The number of the request, by which logs and trail find it.", format="uri")


MEDIA_TYPE = "application/problem+json"
