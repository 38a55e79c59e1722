"""What people write in their own words: reasons and queries. Kept as it was typed, or refused with a clear word."""

import re
from collections.abc import Mapping

from ecrf.errors import BadInput, ReasonMissing
from ecrf.messages import N_, Message
from ecrf.services.trail import Reason

LONGEST = 2000
NOT_DONE_REASONS = ("subject_absent", "subject_declined", "site_reason", "not_needed", "other")
"""Why a form or a visit was not done."""
REMOVAL_REASONS = ("wrong_subject", "wrong_visit", "entered_twice", "other")
"""Why a form, a row or a visit was entered by mistake."""
CHANGE_REASONS = ("transcription", "source_corrected", "query", "other")
"""Why a saved value changes: the list people choose from. The last one says nothing without words."""
_NO_SUCH = N_("“%(code)s” is no reason of the list: %(choices)s.")
_SAY_OTHER = N_("“Other reason” needs words: say which.")
# What neither PostgreSQL nor XML 1.0 can hold: control characters, lone surrogates, non-characters.
_UNSTORABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(field: str, text: str) -> str:
    """The words without white space around them; raises `BadInput` for the field where there are none, too many, or
    such as no database can hold."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise BadInput({field: Message(N_("Write something, at most %(longest)s characters."), {"longest": LONGEST})})
    if _UNSTORABLE.search(words):
        raise BadInput({field: Message(N_("This holds control characters or broken characters."))})
    return words


def change_reasons(given: Mapping[str, Reason]) -> dict[str, Reason]:
    """The reasons by item, fit to be kept; raises `ReasonMissing` where one says nothing, `BadInput` with every fault
    at `reasons.ALT.code` or `reasons.ALT.text`."""
    unsaid = [item for item, reason in given.items() if reason.code == "other" and not (reason.text or "").strip()]
    if unsaid:
        raise ReasonMissing(unsaid, _SAY_OTHER)
    faults: dict[str, Message | str] = {}
    kept = {item: _listed(f"reasons.{item}", reason, CHANGE_REASONS, faults) for item, reason in given.items()}
    if faults:
        raise BadInput(faults)
    return kept


def _listed(place: str, reason: Reason, choices: tuple[str, ...], faults: dict[str, Message | str]) -> Reason:
    if reason.code not in choices:
        told = {"code": (reason.code or "")[:64], "choices": ", ".join(choices)}
        faults[f"{place}.code"] = Message(_NO_SUCH, told)
    if not (reason.text or "").strip():
        return Reason(reason.code)
    try:
        return Reason(reason.code, written(f"{place}.text", reason.text or ""))
    except BadInput as fault:
        faults.update(fault.details["fields"])
        return reason


def listed_reason(reason: Reason, choices: tuple[str, ...]) -> Reason:
    """A reason of a list, fit to be kept; raises `ReasonMissing` where it says nothing, `BadInput` at `reason.code` or
    `reason.text`."""
    if not reason.code:
        raise ReasonMissing(("reason",), N_("Choose why from the list."))
    if reason.code == "other" and not (reason.text or "").strip():
        raise ReasonMissing(("reason",), _SAY_OTHER)
    faults: dict[str, Message | str] = {}
    kept = _listed("reason", reason, choices, faults)
    if faults:
        raise BadInput(faults)
    return kept


def reason_given(reason: Reason) -> Reason:
    """A reason in words; raises `ReasonMissing` where there are none."""
    if not (reason.text and reason.text.strip()):
        raise ReasonMissing(("reason",), N_("Say in words why."))
    return Reason(reason.code, written("reason", reason.text))


def reason_if_any(reason: Reason | None) -> Reason | None:
    """A reason whose words may be missing."""
    return reason_given(reason) if reason and reason.text and reason.text.strip() else reason
