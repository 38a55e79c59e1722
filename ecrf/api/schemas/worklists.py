"""The lists behind the numbers of a worklist: forms by their state, and results that nobody has judged."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import choice, limit, told, words
from ecrf.reads.form_lists import STATES

_MORE = "To be sent as `after` for the next page; none at the end."


class FormFilterSchema(Schema):
    """Which forms a list shows."""

    study = words(64, load_default="", metadata={"description": "Short name of a study."})
    site = words(32, load_default="", metadata={"description": "Code of a site."})
    state = choice(
        *STATES, load_default="", metadata={"description": "Without it in_progress; unlocked and locked are complete."}
    )
    event = words(64, load_default="", metadata={"description": "OID of an event."})
    form = words(64, load_default="", metadata={"description": "OID of a form."})
    after = words(36, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(100, 20)


class ResultFilterSchema(Schema):
    """Which results a list shows."""

    site = words(32, load_default="", metadata={"description": "Code of a site."})
    after = words(36, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(100, 20)


class _PlaceSchema(Schema):
    """Where a thing stands."""

    subject = fields.String(attribute="subject_id")
    number = fields.String(attribute="subject", metadata={"example": "NJ01-001"})
    site = told(example="NJ01")
    event = told(example="SE.W2")
    instance = fields.Integer()
    form = told(example="HEM")
    row = fields.Integer()


class ListedFormSchema(_PlaceSchema):
    """One form of one visit, without its rows."""

    visit = told(example="Week 2")
    label = told(example="Haematology")
    state = told("As the casebook marks it: frozen or locked where a hold reaches it.", example="in_progress")
    open_queries = fields.Integer(metadata={"description": "Those of its rows too."})


class FormsSchema(Schema):
    """The forms of one page of subjects."""

    forms = fields.List(fields.Nested(ListedFormSchema))
    next = told(_MORE)


class ResultSchema(_PlaceSchema):
    """One laboratory result out of range."""

    item = told(example="PLT")
    place = told(example="Week 2 · Haematology · Platelets")
    value = told(example="48")
    unit = told(example="10*9/L")
    flag = told(example="L")


class ResultsSchema(Schema):
    """The results of one page of subjects of which nobody has said whether they matter."""

    results = fields.List(fields.Nested(ResultSchema))
    next = told(_MORE)


_PLACE = {
    "subject": "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b", "number": "NJ01-001", "site": "NJ01", "event": "SE.W2",
    "instance": 0, "form": "HEM", "row": 0,
}  # fmt: skip
FORMS = {
    "forms": [{**_PLACE, "visit": "Week 2", "label": "Haematology", "state": "in_progress", "open_queries": 1}],
    "next": None,
}
RESULTS = {
    "results": [{**_PLACE, "item": "PLT", "place": "Week 2 · Haematology · Platelets", "value": "48",
                 "unit": "10*9/L", "flag": "L"}],
    "next": None,
}  # fmt: skip
