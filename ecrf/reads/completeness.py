"""How complete the data are, by site, visit and form: the counts of places, folded as asked for."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import definition, form_label, plan
from ecrf.reads.matrix import sites_seen, studies_seen
from ecrf.reads.place_counts import counts

BY = ("event", "site", "form")
STATES = ("not_started", "in_progress", "complete", "frozen", "locked", "not_done")


@dataclass(frozen=True)
class CompletenessFilters:
    """What was chosen: the rows are `by` event, site or form; `study` is the short name, `site` a code, `event` and
    `form` OIDs."""

    by: str = "event"
    study: str = ""
    site: str = ""
    event: str = ""
    form: str = ""


@dataclass(frozen=True)
class CompletenessRow:
    """One visit, site or form: how many forms are expected, and how many stand in each of `STATES`. A form with
    data that is frozen or locked counts as that alone."""

    key: str
    text: str
    expected: int
    counts: Mapping[str, int]

    @property
    def finished(self) -> int:
        """Those on which the site has nothing more to do."""
        return self.expected - self.counts["not_started"] - self.counts["in_progress"]


@dataclass(frozen=True)
class Completeness:
    """The table with its choices; `total` is the sum of its rows."""

    filters: CompletenessFilters
    rows: tuple[CompletenessRow, ...] = ()
    total: CompletenessRow | None = None
    site_choices: tuple[tuple[str, str], ...] = ()
    event_choices: tuple[tuple[str, str], ...] = ()
    form_choices: tuple[tuple[str, str], ...] = ()


def completeness(actor: Actor, filters: CompletenessFilters, *, language: str) -> Completeness:
    """The table of what the actor may see; in a few statements, whatever the number of subjects."""
    found = next((row for row in studies_seen(actor) if filters.study in ("", row.name)), None)
    if found is None:
        return Completeness(filters)
    study, sites = definition(found.id, found.number), sites_seen(actor, found.id)
    codes = [code for code, _ in sites if filters.site in ("", code)]
    events = tuple((event.oid, event.label.said_in(language)) for event in plan(study))
    forms = tuple((oid, form_label(study, oid, language)) for oid in study.forms)
    texts = {"event": events, "site": sites, "form": forms}[filters.by]
    places = _ids(found.id, codes)
    by_key = counts(found.id, study, places, filters.by, event=filters.event, form=filters.form)
    rows = tuple(_row(key, text, by_key[key]) for key, text in texts if key in by_key)
    total = _row("", "", sum(by_key.values(), Counter()))
    return Completeness(filters, rows, total, sites, events, forms)


def _ids(study_id: str, codes: Collection[str]) -> dict[str, str]:
    """The codes of these sites by their ids."""
    chosen = select(Site.id, Site.code).where(Site.study_id == study_id, Site.code.in_(codes))
    return dict(db.session.execute(chosen).all())


def _row(key: str, text: str, counts: Counter[str]) -> CompletenessRow:
    return CompletenessRow(key, text, sum(counts.values()), {state: counts[state] for state in STATES})
