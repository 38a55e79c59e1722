"""The guides of `docs/guide`, one for each kind of user and language, cut at their headings into topics of help."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ecrf.i18n import language
from ecrf.policy.actors import Actor
from ecrf.policy.grants import Role

FOLDER = Path(__file__).parents[2] / "docs" / "guide"
PICTURES = FOLDER / "pictures"
_OF_ROLE = {
    Role.COORDINATOR: "site-staff",
    Role.INVESTIGATOR: "site-staff",
    Role.MONITOR: "monitor",
    Role.DATA_MANAGER: "data-manager",
    Role.STUDY_BUILDER: "study-builder",
    Role.ADMINISTRATOR: "administrator",
    Role.AUDITOR: "administrator",
}
NAMES = tuple(dict.fromkeys(_OF_ROLE.values()))
_SECTION = re.compile(r"^(?:<!-- help: (?P<topic>[a-z]+) -->\n)?## (?P<heading>.+)\n", re.MULTILINE)
# What pages are about, by endpoint where it tells more than the blueprint, by blueprint otherwise.
_TOPICS = {
    "home": "worklist", "subjects": "subjects", "casebook": "casebook", "statuses": "casebook", "visits": "casebook",
    "planning": "visits", "forms": "forms", "drafts": "forms", "states": "forms", "results": "forms",
    "form_lists": "worklist", "queries": "queries", "findings": "findings", "completeness": "completeness",
    "holds": "holds", "bulk_holds": "holds", "wide_holds": "holds", "reading": "reading",
    "looks": "news", "printing": "print",
    "trail": "trail", "trail_exports": "trail", "listings": "listings", "studies": "study", "people": "people",
    "grants": "roles", "grants.rights": "roles", "roles": "roles", "sessions": "people", "tokens": "people",
    "sites": "sites", "account": "account",
}  # fmt: skip


@dataclass(frozen=True)
class Section:
    """What stands under one heading; the topic is empty where no page asks for it."""

    topic: str
    heading: str
    text: str


@dataclass(frozen=True)
class Guide:
    """One guide in one language."""

    name: str
    title: str
    intro: str
    sections: tuple[Section, ...]

    def about(self, topic: str) -> tuple[Section, ...]:
        """The sections on a topic."""
        return tuple(section for section in self.sections if section.topic == topic)


@cache
def guide(name: str, tag: str) -> Guide:
    """The guide of this name in this language; read once."""
    text = (FOLDER / tag / f"{name}.md").read_text(encoding="utf-8")
    opening, *cut = _SECTION.split(text)
    title, _, intro = opening.removeprefix("# ").partition("\n")
    parts = zip(cut[::3], cut[1::3], cut[2::3], strict=True)
    return Guide(name, title, intro.strip(), tuple(Section(topic or "", said, text) for topic, said, text in parts))


def guides() -> tuple[Guide, ...]:
    """All guides in the language of the request."""
    return tuple(guide(name, language()) for name in NAMES)


def own_guides(actor: Actor) -> tuple[Guide, ...]:
    """The guides of the roles that a person holds, in the language of the request."""
    names = dict.fromkeys(_OF_ROLE[grant.role] for grant in actor.grants)
    return tuple(guide(name, language()) for name in names)


def found(actor: Actor, topic: str) -> tuple[tuple[Guide, Section], ...]:
    """What the guides of a person say on a topic; where they say nothing, what the first other guide says."""
    own = [(each, section) for each in own_guides(actor) for section in each.about(topic)]
    others = [(each, section) for each in guides() for section in each.about(topic)]
    return tuple(own or others[:1])


def topic_of(endpoint: str | None) -> str:
    """What a page is about; empty where no guide has a heading for it."""
    said = endpoint or ""
    return _TOPICS.get(said) or _TOPICS.get(said.partition(".")[0], "")
