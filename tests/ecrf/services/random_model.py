"""What ought to come of acts on one subject of NJ01, said as plainly as can be: who may, what is held, what stands.

Every method answers the problem that refuses the act, or None and keeps what the act brings about. Refusals that the
trail tells of are kept with their code and the role they were tried in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecrf.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Held,
    IllegalState,
    NotAccepted,
    NotFound,
    Problem,
    ReasonMissing,
    Stale,
)
from tests.ecrf.services.random_rules import BY_DATA, LISTS, REQUIRED, ULN, Refusal, holds_good, number_in, role_of


@dataclass
class Form:
    """A record: its values, how often it was saved, whether it is complete, and whether it is removed or not done."""

    revision: int = 0
    values: dict[str, str] = field(default_factory=dict)
    is_complete: bool = False
    gone: str = ""


@dataclass
class Asked:
    """A query on the chemistry: of a person, or of exclusion 2, whose finding was `found` with this ALT."""

    item: str | None
    state: str = "open"
    resolution: str | None = None
    found: str | None = None
    is_answered: bool = False


@dataclass
class Model:
    """One subject: its forms, its queries by number of their making, what holds it, and what was refused."""

    forms: dict[str, Form]
    queries: list[Asked] = field(default_factory=list)
    exclusion: Asked | None = None
    holds: dict[str, tuple[str, str]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def save(
        self, who: str, form: str, typed: Mapping[str, str], *, stale: bool, reason: tuple[str, str] | None,
        partial: bool,
    ) -> Refusal:  # fmt: skip
        """A save of typed texts, each with the same reason."""
        at, stands = self.forms[form], self.forms[form].values
        kept = {item: text.strip() for item, text in typed.items() if text.strip() != stands.get(item, "")}
        wrong = {item for item, text in kept.items() if (text and not holds_good(item, text)) or self._holds(item)}
        good = kept.keys() - wrong
        bare = (reason is None and any(item in stands for item in good)) or bool(
            good and reason and reason[0] == "other" and not reason[1].strip()
        )
        refusal = self._role(who, "enter") or _first(
            (stale, Stale), (self._held(form), Held), (bool(at.gone), IllegalState),
            (bool(wrong) and not partial, NotAccepted), (bare, ReasonMissing),
            (bool(good and reason and reason[0] == "because"), BadInput),
        )  # fmt: skip
        if refusal is None and kept:
            at.revision += 1 if good or not at.revision else 0
            at.values = {item: text for item, text in (stands | {item: kept[item] for item in good}).items() if text}
            at.is_complete = at.is_complete and not self._missing(form)
            if "ALT" in good:
                self._check(at.values.get("ALT"))
        return self._told(refusal, who, "enter")

    def complete(self, who: str, form: str, *, stale: bool) -> Refusal:
        """Saying that a form is complete."""
        at = self.forms[form]
        refusal = self._role(who, "enter") or _first(
            (at.revision == 0, IllegalState), (stale, Stale), (self._held(form), Held), (bool(at.gone), IllegalState),
            (not at.is_complete and self._missing(form), IllegalState),
        )  # fmt: skip
        if refusal is None and not at.is_complete:
            at.is_complete, at.revision = True, at.revision + 1
        return self._told(refusal, who, "enter")

    def ask(self, who: str, item: str | None, text: str) -> Refusal:
        """A query of a person on the chemistry."""
        refusal = self._role(who, "review") or _first(
            (item == "NOPE", BadInput), (self._locked(item), Held), (self._is_removed, IllegalState),
            (not _is_said(text), BadInput),
        )
        if refusal is None:
            self.queries.append(Asked(item))
        return self._told(refusal, who, "review")

    def say(self, who: str, query: Asked, act: str, text: str) -> Refusal:
        """An answer, a closing or a reopening."""
        need = "enter" if act == "answer" else "review"
        is_ready = (query.state == "closed") is (act == "reopen")
        refusal = self._role(who, need) or _first(
            (self._locked(query.item), Held), (act == "reopen" and self._is_removed, IllegalState),
            (not is_ready, IllegalState), (not _is_said(text), BadInput),
        )
        if refusal is None:
            query.state = {"answer": "answered", "close": "closed", "reopen": "open"}[act]
            query.resolution = "closed_by_person" if act == "close" else None
            query.is_answered = act == "answer"
        return self._told(refusal, who, need)

    def move(self, who: str, form: str, act: str, *, stale: bool, reason: tuple[str, str]) -> Refusal:
        """A form removed, restored, marked not done, or that taken back."""
        at, (code, text) = self.forms[form], reason
        leads = {"remove": "", "restore": "removed", "not_done": "", "resume": "not_done"}[act] == at.gone
        listed = LISTS.get(act)
        unsaid = (not code or (code == "other" and not text.strip())) if listed else not text.strip()
        refusal = self._role(who, "enter") or _first(
            (stale, Stale), (self._held(form) or (form == "CHEM" and self._has_held_items), Held),
            (not leads, IllegalState), (act != "not_done" and at.revision == 0, IllegalState),
            (act == "not_done" and (form != "HEM" or bool(at.values)), IllegalState), (unsaid, ReasonMissing),
            (listed is not None and code not in listed, BadInput),
        )  # fmt: skip
        if refusal is None:
            at.revision, at.gone = at.revision + 1, {"remove": "removed", "not_done": "not_done"}.get(act, "")
            if form == "CHEM":
                self._depart() if at.gone else self._return()
        return self._told(refusal, who, "enter")

    def hold(self, who: str, kind: str, on: str, reason: str | None) -> Refusal:
        """A freeze or a lock of the subject, of its visit, of a form, of the chemistry's record, of an item."""
        refusal = self._role(who, "hold") or _first(
            (bool(reason) and "\x00" in (reason or ""), BadInput), ((kind, on) in self.holds.values(), IllegalState)
        )
        return self._told(refusal, who, "hold")

    def lift(self, who: str, hold: str, reason: str) -> Refusal:
        """Lifting one; `hold` is its id."""
        refusal = self._role(who, "hold") or _first(
            (not reason.strip(), ReasonMissing), (hold not in self.holds, IllegalState)
        )
        if refusal is None:
            del self.holds[hold]
        return self._told(refusal, who, "hold")

    def register(self, who: str, site: str, number: str | None) -> Refusal:
        """Registering another subject; everybody but the other sites' own people knows the site."""
        if role_of(who, "any", site) is None:
            return NotFound
        if role_of(who, "enter", site) is None:
            return Forbidden
        return _first((number == "two words", BadInput), (number is not None, Conflict))

    def _check(self, alt: str | None) -> None:
        """Exclusion 2 asks while the ALT that stands is over twice the limit, and anew for each value."""
        number, query = number_in(alt) if alt else None, self.exclusion
        fires = number is not None and number > 2 * ULN
        if query is None:
            self.exclusion = Asked("ALT", found=alt) if fires else None
        elif not fires and query.state != "closed":
            query.state, query.resolution = "closed", "resolved_by_data" if alt else "no_longer_evaluable"
        elif fires and (query.found != alt or query.resolution in BY_DATA):
            query.state = "open" if query.state == "closed" else query.state
            query.resolution, query.found = None, alt

    def _depart(self) -> None:
        """The queries of a removed form close with it."""
        for query in (*self.queries, *([self.exclusion] if self.exclusion else [])):
            if query.state != "closed":
                query.state, query.resolution = "closed", "record_removed"

    def _return(self) -> None:
        """Those of people stand again as they stood; that of the check where it fires."""
        for query in self.queries:
            if query.resolution == "record_removed":
                query.state, query.resolution = "answered" if query.is_answered else "open", None
        self._check(self.forms["CHEM"].values.get("ALT"))

    @property
    def _is_removed(self) -> bool:
        return self.forms["CHEM"].gone == "removed"

    @property
    def _has_held_items(self) -> bool:
        return any(on.startswith("item ") for _, on in self.holds.values())

    def _role(self, who: str, act: str) -> Refusal:
        if role_of(who, "see") is None:
            return NotFound
        return None if role_of(who, act) else Forbidden

    def _held(self, form: str, kinds: tuple[str, ...] = ("freeze", "lock")) -> bool:
        reaching = {"subject", "event", f"form {form}", f"record {form}"}
        return any(kind in kinds and on in reaching for kind, on in self.holds.values())

    def _holds(self, item: str, kinds: tuple[str, ...] = ("freeze", "lock")) -> bool:
        """A laboratory item is held with its companions, a companion by itself."""
        reaching = {f"item {item}", f"item {item.partition('_')[0]}"}
        return any(kind in kinds and on in reaching for kind, on in self.holds.values())

    def _locked(self, item: str | None) -> bool:
        return self._held("CHEM", ("lock",)) or (item is not None and self._holds(item, ("lock",)))

    def _missing(self, form: str) -> bool:
        return any(item not in self.forms[form].values for item in REQUIRED[form])

    def _told(self, refusal: Refusal, who: str, act: str) -> Refusal:
        if refusal is not None and refusal.traced:
            self.refused.append((refusal.code, role_of(who, "any" if refusal is Forbidden else act) or ""))
        return refusal


def _is_said(text: str) -> bool:
    return bool(text.strip()) and len(text.strip()) <= 2000


def _first(*refusals: tuple[bool, type[Problem]]) -> Refusal:
    """The first of these that applies."""
    return next((problem for applies, problem in refusals if applies), None)
