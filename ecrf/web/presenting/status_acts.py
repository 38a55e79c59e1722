"""What can be done with a subject as a whole, in words: enrolled, ended, corrected, moved to another site."""

from dataclasses import replace

from ecrf.messages import N_
from ecrf.policy.permissions import Permission
from ecrf.reads.subjects import SiteChoice
from ecrf.services.trail import Reason
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.state_acts import StateAct
from ecrf.web.presenting.summaries import Link

LEADS_ON: dict[str, tuple[str, ...]] = {
    "screening": ("enrol", "screen_failure"), "enrolled": ("complete", "withdraw", "correct"),
    "screen_failure": ("correct",), "completed": ("correct",), "withdrawn": ("correct",),
}  # fmt: skip
PERMISSIONS = {
    "enrol": Permission.SUBJECT_ENROL, "screen_failure": Permission.SUBJECT_STATUS,
    "complete": Permission.SUBJECT_STATUS, "withdraw": Permission.SUBJECT_STATUS, "correct": Permission.SUBJECT_STATUS,
    "transfer": Permission.SUBJECT_TRANSFER,
}  # fmt: skip
_WORDS = {
    "enrol": (
        N_("Enrol the subject …"), N_("Refused while the data speak against it; what does is named."), N_("Enrol"),
    ),
    "screen_failure": (
        N_("This is a screen failure …"), N_("The subject takes no further part; the reason stands in the trail."),
        N_("Record the screen failure"),
    ),
    "complete": (
        N_("The subject completed the study …"), N_("Nothing is locked by this; data can still be corrected."),
        N_("Record the completion"),
    ),
    "withdraw": (
        N_("The subject was withdrawn …"), N_("What was entered stays; the reason stands in the trail."),
        N_("Record the withdrawal"),
    ),
    "correct": (
        N_("The status is wrong …"), N_("It goes one step back. A subject number stays with its subject."),
        N_("Take the last step back"),
    ),
    "transfer": (
        N_("Move to another site …"),
        N_("All data and the whole history go with the subject; the staff of this site see it no longer."), N_("Move"),
    ),
}  # fmt: skip
_WITHOUT_REASON = ("enrol", "complete")


def status_act(code: str, sites: tuple[SiteChoice, ...] = ()) -> StateAct:
    """One act on a subject."""
    summary, meaning, button = (gettext(each) for each in _WORDS[code])
    number = "" if code == "enrol" else None
    return StateAct(
        code, summary, meaning, button, (), number=number, sites=sites, needs_words=code not in _WITHOUT_REASON
    )


def as_tried(
    act: StateAct, why: Reason, fault: str, number: str = "", site: str = "", problems: tuple[Link, ...] = ()
) -> StateAct:
    """The act as it was typed and refused."""
    typed = number if act.number is not None else None
    return replace(act, words=why.text or "", fault=fault, number=typed, chosen=site, problems=problems)
