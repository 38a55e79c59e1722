"""The words for codes that pages show: states, roles, reasons. One concept, one word, on every page."""

from ecrf.errors import Problem
from ecrf.messages import N_
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.moments import age, clock, day, offset

STATES = {
    "not_started": N_("Not started"),
    "in_progress": N_("In progress"),
    "complete": N_("Complete"),
    "verified": N_("Verified"),
    "signed": N_("Signed"),
    "frozen": N_("Frozen"),
    "locked": N_("Locked"),
    "unfrozen": N_("Unfrozen"),
    "unlocked": N_("Unlocked"),
    "started": N_("Started"),
    "not_done": N_("Not done"),
    "removed": N_("Removed"),
    "overdue": N_("Overdue"),
    "open": N_("Open"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
    "finding": N_("Finding stands"),
    "refused": N_("Value refused"),
    "high": N_("High"),
    "low": N_("Low"),
    "screening": N_("Screening"),
    "enrolled": N_("Enrolled"),
    "completed": N_("Completed"),
    "withdrawn": N_("Withdrawn"),
    "screen_failure": N_("Screen failure"),
    "ever_enrolled": N_("Ever enrolled"),
}
GLYPHS = {"not_started": "none", "in_progress": "progress", "not_done": "notdone", "removed": "retired"}
ROLES = {
    "coordinator": N_("Coordinator"),
    "investigator": N_("Investigator"),
    "monitor": N_("Monitor"),
    "data_manager": N_("Data manager"),
    "study_builder": N_("Study builder"),
    "administrator": N_("Administrator"),
    "auditor": N_("Auditor"),
    "operator": N_("Operator"),
    "system": N_("System"),
}
REASONS = {
    "transcription": N_("Transcription error"),
    "source_corrected": N_("Source corrected"),
    "query": N_("Answer to a query"),
    "subject_absent": N_("The subject did not come"),
    "subject_declined": N_("The subject declined"),
    "site_reason": N_("The site could not do it"),
    "not_needed": N_("Not needed by the protocol"),
    "wrong_subject": N_("Entered for the wrong subject"),
    "wrong_visit": N_("Entered for the wrong visit or form"),
    "entered_twice": N_("Entered twice"),
    "other": N_("Other reason"),
}
ACCOUNT_REASONS = {
    "link": N_("by a one-time link"), "no_match": N_("User name and password do not match."),
    "locked_out": N_("Too many attempts"), "used": N_("The link was used already"),
    "withdrawn": N_("A newer link took its place"), "expired": N_("The link was too old"),
}  # fmt: skip
"""Why something became of a log-in, a password or a link."""
REFUSALS = {kind.code: kind.title for kind in Problem.__subclasses__() if kind.traced}
"""Why an act was refused: the heading of its problem."""
RESOLUTIONS = {
    "resolved_by_data": N_("resolved by data"),
    "no_longer_evaluable": N_("no longer evaluable"),
    "closed_by_person": N_("closed by a person"),
    "record_removed": N_("removed with its form"),
    "not_done": N_("not done"),
}
MESSAGES = {"raised": N_("asked"), "answer": N_("answered"), "closing": N_("closed"), "reopening": N_("reopened")}


def said(table: dict[str, str], code: str | None) -> str:
    """The word for a code; a code without a word stands for itself, so that nothing is hidden."""
    return gettext(table[code]) if code in table else code or ""


def state_name(state: str | None) -> str:
    """The word for the state of a record, a query, a subject or a value."""
    return said(STATES, state)


def glyph_name(state: str) -> str:
    """The symbol for a state."""
    return GLYPHS.get(state, state)


def role_name(role: str | None) -> str:
    """The word for a role."""
    return said(ROLES, role)


def reason_name(code: str | None) -> str:
    """The word for the reason of a change, or for what refused an act."""
    return said({**REASONS, **REFUSALS, **ACCOUNT_REASONS}, code)


def resolution_name(code: str | None) -> str:
    """How a query came to be closed."""
    return said(RESOLUTIONS, code)


def message_name(kind: str) -> str:
    """What a message does in its thread."""
    return said(MESSAGES, kind)


FILTERS = (state_name, glyph_name, role_name, reason_name, resolution_name, message_name, day, clock, offset, age)
