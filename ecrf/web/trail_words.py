"""The words of the trail: acts, fields, ways in, and what an act did to a query."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ecrf.policy.actions import Action
from ecrf.policy.grants import SITE_BOUND
from ecrf.reads.items import Step
from ecrf.reads.trail import Act
from ecrf.reads.trail_changes import ChangeFacts, QueryMark
from ecrf.reads.trailed_values import Shown
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.moments import offset
from ecrf.web.presenting.signs import amount, raised, unit_sign
from ecrf.web.trail_codes import ACTIONS, FIELDS, HOLD_STEPS, ORIGINS, QUERY_STATES, RULES, STEP_GLYPHS
from ecrf.web.words import REFUSALS, resolution_name, role_name, said, state_name
from forms.numerals import fraction_of, rounded_text

_STATE_FIELDS = ("state", "status")
_ENDLESS, _BRIEF = re.compile(r"-?[0-9]+\.[0-9]{7,}"), 4


def shared_offset(acts: Sequence[Act]) -> str:
    """The offset from UTC that all acts of a page were done at, which then stands in the head alone; else nothing."""
    offsets = {offset(act.recorded_at, act.zone) for act in acts}
    return offsets.pop() if len(offsets) == 1 else ""


def act_name(act: Act) -> str:
    """What was done; what the system did by itself is named by what came of it."""
    if act.action == Action.CONSEQUENCES and not (act.changes and act.queries):
        return gettext("Computed values") if act.changes else gettext("Findings")
    if act.tried:
        return gettext("%(item)s: %(text)s", item=action_name(act.action), text=action_name(act.tried))
    return action_name(act.action)


def role_line(act: Act) -> str:
    """The line under who acted: "Coordinator, NJ01", "Data manager"; of the system, for which entry it did so."""
    if act.role == "system":
        return gettext("for entry %(entry)s", entry=act.cause) if act.cause else ""
    at_site = act.site if act.role in SITE_BOUND else None
    return gettext(", ").join(part for part in (role_name(act.role), at_site) if part)


def action_name(action: str) -> str:
    """The word for an act."""
    return said(ACTIONS, action)


def rule_name(rule: str | None) -> str:
    """The rule that refused a value, `EC040@1.0`: "EC040 of CRF 1.0", "Code list of CRF 1.0"."""
    name, _, version = (rule or "").partition("@")
    word = said({**RULES, **REFUSALS}, name)
    return gettext("%(check)s of CRF %(version)s", check=word, version=version) if version else word


def origin_name(origin: str) -> str:
    """The way in by which an act came."""
    return said(ORIGINS, origin)


def change_name(change: ChangeFacts) -> str:
    """What changed: the item as the form calls it, or the field."""
    own = f"{change.table}/{change.field}"
    return change.label or said(FIELDS, own if own in FIELDS else change.field)


def shown(value: Shown) -> str:
    """A value with its unit, as people write it."""
    return amount(value.text, raised(value.sign) if value.sign else unit_sign(value.unit))


def value_before(change: ChangeFacts) -> str:
    """What stood there before."""
    return _value(change, change.was)


def value_after(change: ChangeFacts) -> str:
    """What stands there since."""
    return _value(change, change.now)


def _brief(text: str) -> str:
    """A computed number whose decimals go on and on, at four of them; what is stored stands in its history and in the
    file."""
    number = fraction_of(text) if _ENDLESS.fullmatch(text) else None
    return text if number is None else f"≈ {rounded_text(number, _BRIEF)}"


def _value(change: ChangeFacts, value: Shown | None) -> str:
    """A value of a change; a state is said in words, a role by its name."""
    if value is None:
        return ""
    if change.item:
        return shown(replace(value, text=_brief(value.text)) if change.is_computed else value)
    if change.field in _STATE_FIELDS:
        return state_name(value.text)
    return role_name(value.text) if change.field == "role" else value.text


def query_mark(mark: QueryMark) -> str:
    """What an act did to a query: "Query 97 closed, resolved by data: EC040"."""
    done = gettext(QUERY_STATES[mark.state], number=mark.number)
    how = gettext(", %(how)s", how=resolution_name(mark.resolution)) if mark.resolution else ""
    return done + how + (f" · {mark.check}" if mark.check else "")


def step_sentence(step: Step) -> str:
    """What happened to an item besides its value."""
    if step.kind == "query" and step.state in QUERY_STATES:
        return gettext(QUERY_STATES[step.state], number=step.number) + (f" · {step.check}" if step.check else "")
    return said(HOLD_STEPS, step.state)


def step_glyph(step: Step) -> str:
    """The symbol of a step of an item's history."""
    if step.kind == "value":
        return "complete" if step.is_first else "swap"
    key = step.state or step.kind
    return STEP_GLYPHS.get(key, key)


FILTERS = (
    shared_offset, act_name, role_line, action_name, rule_name, origin_name, change_name, value_before, value_after,
    shown, query_mark, step_sentence, step_glyph,
)  # fmt: skip
