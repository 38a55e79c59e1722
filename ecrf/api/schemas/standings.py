"""How things stand: a person's worklist, and a study by site."""

from marshmallow import Schema, fields

from ecrf.api.schemas.rules import told, words


class FiguresSchema(Schema):
    """How much stands at the sites the sender may see; none of it for who sees no subject."""

    visits_due = fields.Integer(attribute="due")
    visits_overdue = fields.Integer(attribute="overdue")
    open_queries = fields.Integer()
    answered_queries = fields.Integer()
    forms_in_progress = fields.Integer(attribute="in_progress")
    forms_complete = fields.Integer(attribute="complete")
    forms_unlocked = fields.Integer(attribute="unlocked", metadata={"description": "Complete and not locked."})
    results_unjudged = fields.Integer(
        attribute="unjudged", metadata={"description": "Results out of range without clinical significance."}
    )


class AgeSchema(Schema):
    """How many open queries are of an age, in days of the calendar."""

    low = fields.Integer()
    high = fields.Integer(allow_none=True, metadata={"description": "Younger than this; none: of any age above."})
    number = fields.Integer()


class WorklistSchema(Schema):
    """What waits for the sender."""

    today = fields.Date(metadata={"description": "The date at the first of the sites."})
    figures = fields.Nested(FiguresSchema, allow_none=True)
    drafts = fields.Integer(
        attribute="draft_count", metadata={"description": "Your own drafts to finish; `/drafts` lists them."}
    )
    ages = fields.List(fields.Nested(AgeSchema))


class SitePlanSchema(Schema):
    """How many subjects a site is to enrol, from one day to another, both within the period."""

    subjects = words(7, required=True, metadata={"description": "A whole number.", "example": "24"})
    starts_on = words(10, required=True, metadata={"description": "A day: 2026-02-01.", "example": "2026-02-01"})
    ends_on = words(10, required=True, metadata={"description": "A day: 2026-09-30.", "example": "2026-09-30"})


class PlannedSchema(Schema):
    """The enrolment plan of a site."""

    subjects = fields.Integer()
    starts_on = fields.Date()
    ends_on = fields.Date()


class StandingSchema(Schema):
    """How a site stands, or all of them."""

    planned = fields.Integer()
    planned_by_today = fields.Integer()
    registered = fields.Integer()
    enrolled = fields.Integer()
    visits_done = fields.Integer(attribute="done")
    visits_due = fields.Integer(attribute="due")
    visits_overdue = fields.Integer(attribute="overdue")
    entry_lag_median = fields.Integer(
        attribute="median", allow_none=True, metadata={"description": "Days from visit to first save."}
    )
    entry_lag_p90 = fields.Integer(attribute="most", allow_none=True)
    open_queries = fields.Integer(attribute="open")
    answered_queries = fields.Integer(attribute="answered")
    queries_per_100_forms = fields.Float(attribute="rate", allow_none=True)
    forms_in_progress = fields.Integer(attribute="in_progress")
    forms_complete = fields.Integer(attribute="complete")
    forms_locked = fields.Integer(attribute="locked")


class SiteStandingSchema(Schema):
    """How one site stands."""

    site = fields.String(attribute="site.code", metadata={"example": "NJ01"})
    plan = fields.Nested(PlannedSchema, allow_none=True)
    standing = fields.Nested(StandingSchema)


class MonthSchema(Schema):
    """Enrolment by the end of a month."""

    begins = fields.Date()
    enrolled = fields.Integer()
    planned = fields.Float()


class WeekSchema(Schema):
    """Queries of a week."""

    begins = fields.Date()
    asked = fields.Integer()
    closed = fields.Integer(metadata={"description": "Closed in it, and closed still."})


class StudyStandingSchema(Schema):
    """How a study stands at the sites the sender may see."""

    study = told(example="BEAM")
    today = fields.Date()
    total = fields.Nested(StandingSchema)
    sites = fields.List(fields.Nested(SiteStandingSchema))
    months = fields.List(fields.Nested(MonthSchema))
    ages = fields.List(fields.Nested(AgeSchema))
    weeks = fields.List(fields.Nested(WeekSchema))


_AGES = [{"low": 0, "high": 3, "number": 4}, {"low": 31, "high": None, "number": 1}]
_PLANNED = {"subjects": 24, "starts_on": "2026-02-01", "ends_on": "2026-09-30"}
_STANDING = {
    "planned": 24, "planned_by_today": 14, "registered": 15, "enrolled": 12, "visits_done": 40, "visits_due": 3,
    "visits_overdue": 1, "entry_lag_median": 1, "entry_lag_p90": 6, "open_queries": 5, "answered_queries": 2,
    "queries_per_100_forms": 4.2, "forms_in_progress": 9, "forms_complete": 410, "forms_locked": 120,
}  # fmt: skip
WORKLIST = {
    "today": "2026-06-09",
    "figures": {
        "visits_due": 3, "visits_overdue": 1, "open_queries": 5, "answered_queries": 2, "forms_in_progress": 9,
        "forms_complete": 410, "forms_unlocked": 290, "results_unjudged": 6,
    },
    "drafts": 2,
    "ages": _AGES,
}  # fmt: skip
SITE_PLAN = {name: str(value) for name, value in _PLANNED.items()}
STUDY_STANDING = {
    "study": "BEAM", "today": "2026-06-09", "total": _STANDING,
    "sites": [{"site": "NJ01", "plan": _PLANNED, "standing": _STANDING}],
    "months": [{"begins": "2026-02-01", "enrolled": 1, "planned": 2.8}], "ages": _AGES,
    "weeks": [{"begins": "2026-06-01", "asked": 3, "closed": 4}],
}  # fmt: skip
