"""What stands around every page: who is signed in, where one can go, the language, the demonstration's banner."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Flask, request, url_for
from jinja2 import pass_context
from jinja2.runtime import Context

from ecrf import clock
from ecrf.config import settings
from ecrf.edge.identity import actor_or_none
from ecrf.i18n import LANGUAGES, language, link_to
from ecrf.ids import new_id
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.sites import own_site_codes
from ecrf.web import account_words, addresses, guides, trail_words, visit_words, words
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.expression_faults import expression_fault

PRODUCT = "eCRF"
# The sections of the bar: name, endpoint, text, and the permission without which there is nothing to see there; None is
# for everybody.
_SECTIONS = (
    ("home", "home.show", N_("Worklist"), None),
    ("subjects", "subjects.index", N_("Subjects"), Permission.SUBJECT_READ),
    ("listings", "listings.index", N_("Listings"), Permission.RECORD_READ),
    ("queries", "queries.index", N_("Queries"), Permission.QUERY_READ),
    ("holds", "bulk_holds.choose", N_("Freeze and lock"), Permission.HOLD_FREEZE),
    ("trail", "trail.index", N_("Trail review"), Permission.TRAIL_READ),
    ("trail", "trail.index", N_("Trail review"), Permission.SYSTEM_TRAIL_READ),
    ("people", "people.index", N_("People"), Permission.PEOPLE_READ),
    ("sites", "sites.index", N_("Sites"), Permission.SITE_MANAGE),
)


@dataclass(frozen=True)
class Link:
    """A way to a section of the product."""

    section: str
    url: str
    text: str


@dataclass(frozen=True)
class LanguageLink:
    """The same page in one language."""

    tag: str
    text: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Person:
    """Who is signed in, and as what."""

    name: str
    role: str


@dataclass(frozen=True)
class Shell:
    """What base.html shows. `languages` is empty where changing it would lose what was typed; `help` leads to what the
    guides say on the page, or to all of them; `may_find` says whether there are subjects to find."""

    product: str
    language: str
    languages: tuple[LanguageLink, ...]
    is_demonstration: bool
    person: Person | None
    links: tuple[Link, ...]
    help: str
    may_find: bool


def shell() -> Shell:
    """The shell of the page that is being answered."""
    actor = actor_or_none()
    return Shell(
        product=PRODUCT, language=language(), languages=_languages(), is_demonstration=settings().demo,
        person=Person(actor.name, _role(actor)) if actor else None, links=_links(actor) if actor else (),
        help=_help(), may_find=actor is not None and actor.has(Permission.SUBJECT_READ),
    )  # fmt: skip


def _role(actor: Actor) -> str:
    """The roles held and where: "Coordinator · NJ01", "Data manager · all sites"."""
    roles = gettext(", ").join(
        words.role_name(code) for code in dict.fromkeys(grant.role.value for grant in actor.grants)
    )
    sites = gettext(", ").join(own_site_codes(actor)) or gettext("all sites")
    return f"{roles} · {sites}" if actor.has(Permission.SUBJECT_READ) else roles


def _links(actor: Actor) -> tuple[Link, ...]:
    open_to = {
        name: (endpoint, text)
        for name, endpoint, text, permission in _SECTIONS
        if permission is None or actor.has(permission)
    }
    return tuple(Link(name, url_for(endpoint), gettext(text)) for name, (endpoint, text) in open_to.items())


def _help() -> str:
    topic = guides.topic_of(request.endpoint)
    return url_for("help.show", topic=topic) if topic else url_for("help.index")


def _languages() -> tuple[LanguageLink, ...]:
    if request.method not in ("GET", "HEAD"):
        return ()
    query = {name: values for name, values in request.args.lists() if name != "lang"}
    current = language()
    return tuple(
        LanguageLink(tag, text, link_to(tag, request.path, query), tag == current) for tag, text in LANGUAGES.items()
    )


def init_app(app: Flask) -> None:
    """Let every template know the shell, the words and the addresses."""
    app.context_processor(lambda: {"shell": shell(), "now": clock.now(), "form_url": addresses.form_url,
                                   "draft_url": addresses.draft_url, "new_id": new_id})  # fmt: skip
    for each in (*words.FILTERS, *trail_words.FILTERS, *account_words.FILTERS, *visit_words.FILTERS, expression_fault):
        app.add_template_filter(_said_anew(each))


def _said_anew(word: Callable[..., str]) -> Callable[..., str]:
    """A filter that Jinja does not compute once for all readers, as it does where a template gives it a constant."""

    @pass_context
    @wraps(word)
    def said(_context: Context, *arguments: object) -> str:
        return word(*arguments)

    return said
