"""What a form's page sends, as answers, reasons and choices: each posted field finds its place here, none is judged.

An item is posted under its OID, its parts as `ALT.unit`, `ALT.comparator`, `ALT.missing` and `LBDTC.time`; reasons as
`reason.ALT` and `note.ALT`; a choice between two people's answers as `choice.ALT`; a query's answer as `reply.<id>`.
`drafted` names what the page was shown from the draft, or what was typed in on it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from ecrf.errors import Unreadable
from ecrf.messages import N_
from ecrf.services.trail import Reason
from ecrf.web.presenting.sheets import Typing
from forms.datum import Datum, differs, without_lonely_unit

_ITEM = re.compile(r"[A-Z][A-Za-z0-9_]{0,63}")
_LONGEST_REVISION = 9
_MOST_ANSWERS = 2000  # each is judged and trailed while the subject is held
_TOO_MANY = N_("This is larger than what can be taken in one piece. Nothing was saved.")

UNSAID = -1
"""Stands for the revision of a page that does not say which it shows: no record ever has it."""

Fields = MultiDict[str, str]


@dataclass(frozen=True)
class Sent:
    """One post of a form's page: what was typed, against which revision, and what is to happen then (`next`, `show`).

    `live` are the items whose live check stands on the page.
    """

    typing: Typing
    revision: int
    then: str
    live: frozenset[str] = frozenset()

    @property
    def settled(self) -> dict[str, Datum]:
        """The answers to save: all but those that collide and are not yet chosen, or where theirs is to stand."""
        chosen, colliding = self.typing.chosen, set(self.typing.colliding)
        return {
            item: datum for item, datum in self.typing.answers.items()
            if item not in colliding or chosen.get(item) == "yours"
        }  # fmt: skip

    @property
    def undecided(self) -> tuple[str, ...]:
        """The colliding items for which nothing is chosen yet."""
        return tuple(item for item in self.typing.colliding if item not in self.typing.chosen)


def read_sent(form: Fields) -> Sent:
    """The post as it came. One that does not say what it was typed against was typed against nothing that is known."""
    answers, revision = _answers(form), revision_of(form.get("revision", ""))
    colliding = tuple(item for item in form.getlist("collision") if item in answers)
    chosen = {item: form.get(f"choice.{item}", "") for item in colliding}
    shown_reasons = any(name.startswith("reason.") for name in form)
    same = "same_reason" in form or not shown_reasons
    return Sent(
        Typing(
            answers=answers, reasons=_reasons(form, answers, spread="same_reason" in form),
            base=_base(form.get("base")) if revision != UNSAID else None,
            chosen={item: choice for item, choice in chosen.items() if choice in ("theirs", "yours")},
            replies={name[6:]: text for name, text in form.items() if name.startswith("reply.") and text.strip()},
            same_reason=same, colliding=colliding, drafted=frozenset(form.getlist("drafted")),
        ),
        revision, form.getlist("then")[-1] if "then" in form else "",
        frozenset(form.getlist("live")),
    )  # fmt: skip


def after_collision(sent: Sent, current: Mapping[str, Datum], revision: int) -> Sent:
    """The same post against what stands now: answers that only this person changed go on, those that both changed
    collide, and what this person left as it was is not sent at all."""
    before, typed = sent.typing.base, sent.typing.answers
    known = [current] if before is None else [current, before]
    changed = {item: datum for item, datum in typed.items() if all(_is_new(datum, item, values) for values in known)}
    colliding = tuple(item for item in changed if before is None or differs(before.get(item), current.get(item)))
    typing = replace(sent.typing, answers=changed, colliding=colliding, chosen={})
    return replace(sent, typing=typing, revision=revision)


def _is_new(typed: Datum, item: str, values: Mapping[str, Datum]) -> bool:
    return differs(values.get(item), without_lonely_unit(typed))


def _answers(form: Fields) -> dict[str, Datum]:
    items = dict.fromkeys(name.partition(".")[0] for name in form if _ITEM.fullmatch(name.partition(".")[0]))
    if len(items) > _MOST_ANSWERS:
        raise Unreadable(413, _TOO_MANY)
    return {item: _datum(form, item) for item in items}


def _datum(form: Fields, item: str) -> Datum:
    text = " ".join(value for value in form.getlist(item) if value.strip()) or None
    time = form.get(f"{item}.time", "").strip()
    if time:
        text = f"{text or ''}T{time}"
    unit, comparator = form.get(f"{item}.unit") or None, form.get(f"{item}.comparator") or None
    missing = None if text else form.get(f"{item}.missing") or None
    return Datum(text, unit, comparator, missing)


def _reasons(form: Fields, answers: Mapping[str, Datum], *, spread: bool) -> dict[str, Reason]:
    """The reason of each item; with `spread` the first one given stands for those that have none."""
    given = {
        item: Reason(form.get(f"reason.{item}") or None, form.get(f"note.{item}", "").strip() or None)
        for item in answers if f"reason.{item}" in form
    }  # fmt: skip
    first = next((reason for reason in given.values() if reason.code), None)
    if spread and first is not None:
        given = {item: reason if reason.code else first for item, reason in given.items()}
    return given


def _base(text: str | None) -> dict[str, Datum] | None:
    """The answers as they stood when the page was made; a page that does not say leaves every difference open."""
    try:
        documents = json.loads(text or "")
        json.dumps(documents, ensure_ascii=False).encode()  # fails on half a surrogate pair written as an escape
        return {str(item): Datum.from_document(parts) for item, parts in documents.items()}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None


def revision_of(text: str) -> int:
    """The revision that a page says it shows; `UNSAID` where it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_REVISION else UNSAID
