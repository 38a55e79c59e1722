"""The facts of a form's page as its reader sees them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from ecrf.policy.actors import Actor
from ecrf.policy.withholding import Sight
from ecrf.reads.forms import FormFacts, FormHold, Who
from ecrf.reads.masks import Masks
from ecrf.reads.trail_shown import last_act_told
from ecrf.reads.withholding import sight_at

Place = tuple[str, str]
"""The ids of study and site."""


def as_seen(reader: Actor, facts: FormFacts, place: Place) -> FormFacts:
    """The facts without what is absent for this reader, and with what is withheld said to be so; the queries among them
    were found for the reader already."""
    sees = sight_at(reader, *place, facts.form.oid)
    if not sees.unquoted:
        return facts
    absent, masks = sees.absent, Masks(reader, [facts.who.id])
    entries = {item: number for item, number in (facts.entries or {}).items() if item not in absent}
    gone = replace(facts.gone, note=masks.said(facts.who.id, facts.gone.note)) if facts.gone else None
    return replace(
        facts, who=_who(facts, {path: _sees(reader, place, path) for path in _of_person(facts)}),
        values=sees.values(facts.values), items=sees.items(facts.items), shown=facts.shown - absent,
        required=facts.required - absent, missing=sees.items(facts.missing), ranged=facts.ranged - absent,
        ranges={item: row for item, row in facts.ranges.items() if item not in absent}, stale=facts.stale - absent,
        entries=entries, holds=tuple(_holds(facts, sees, masks)), gone=gone,
        rows=tuple(replace(row, values=sees.values(row.values)) for row in facts.rows),
        grounds={item: tuple(each for each in looked_at if each.item not in sees.unquoted)
                 for item, looked_at in facts.grounds.items() if item not in absent},
        free={item: number for item, number in facts.free.items() if item not in absent | sees.withheld},
        holds_answers=bool(sees.items(facts.values)) and facts.holds_answers,
        absent=absent, saved=_saved(reader, facts) if absent else facts.saved,
    )  # fmt: skip


def _saved(reader: Actor, facts: FormFacts) -> tuple[str, datetime] | None:
    """Who wrote last, and when, of the acts that are there for this reader."""
    return last_act_told(reader, f"subject:{facts.who.id}", facts.record_id) if facts.record_id else None


def _holds(facts: FormFacts, sees: Sight, masks: Masks) -> Iterable[FormHold]:
    for hold in facts.holds:
        if sees.tells_of(hold.item):
            yield replace(hold, reason=masks.said(facts.who.id, hold.reason))


def _of_person(facts: FormFacts) -> tuple[str, str]:
    return facts.study.sex_item, facts.study.birth_item


def _who(facts: FormFacts, sees: dict[str, bool]) -> Who:
    """The subject, with sex and date of birth where this reader sees them."""
    sex, birth = (sees[path] for path in _of_person(facts))
    return replace(facts.who, sex=facts.who.sex if sex else None, birth=facts.who.birth if birth else None)


def _sees(reader: Actor, place: Place, path: str) -> bool:
    """Whether this reader sees the value at a path of the study, `SCR.DM.SEX`."""
    _, form, item = path.split(".")
    sees = sight_at(reader, *place, form)
    return item not in sees.absent | sees.withheld
