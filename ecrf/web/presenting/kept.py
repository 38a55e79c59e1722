"""A draft laid over the form as it stands now: what only this person typed stands in its control, what somebody else
changed too is to be chosen for. Nothing is chosen for anybody."""

from ecrf.reads.drafts import DraftFacts
from ecrf.reads.forms import FormFacts
from ecrf.services.trail import Reason
from ecrf.web.presenting.sheets import Typing
from forms.datum import differs


def typing_of(draft: DraftFacts, facts: FormFacts) -> Typing:
    """What of a draft is still to be saved; `kept_at` is None where nothing of it is."""
    answers = {item: typed for item, typed in draft.answers.items() if differs(facts.values.get(item), typed)}
    colliding = tuple(item for item in answers if _is_moved(draft, facts, item))
    known = {item: before for item in answers if (before := draft.before[item]) is not None}
    names = frozenset(draft.answers) | {f"reply.{query}" for query in draft.replies}
    chosen = draft.chosen if draft.revision == facts.revision else {}
    return Typing(
        answers=answers, reasons={item: Reason(*draft.reasons[item]) for item in answers if item in draft.reasons},
        base=known if known.keys() >= set(colliding) else None,
        chosen={item: choice for item, choice in chosen.items() if item in colliding}, replies=draft.replies,
        colliding=colliding, rival=facts.saved if colliding else None,
        kept_at=draft.kept_at if answers or draft.replies else None, drafted=names,
    )  # fmt: skip


def _is_moved(draft: DraftFacts, facts: FormFacts, item: str) -> bool:
    before = draft.before[item]
    return before is None or differs(before, facts.values.get(item))
