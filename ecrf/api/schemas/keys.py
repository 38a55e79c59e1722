"""The header that lets a request be sent twice and done once."""

from marshmallow import Schema, fields

from ecrf.edge.once import HEADER, PATTERN

_ABOUT = (
    "Chosen by the sender, another one for each act: the same request with the same key within a day is done once and "
    "answered as before (`Idempotency-Replayed: true`), another request with it is refused."
)


class IdempotencySchema(Schema):
    """A key of the sender's."""

    idempotency_key = fields.String(
        data_key=HEADER, load_default=None,
        metadata={"description": _ABOUT, "pattern": PATTERN},
    )  # fmt: skip
