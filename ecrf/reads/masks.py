"""What people wrote, without the values that it may quote and that its reader does not see."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, or_, select

from audit.tables import trail_changes, trail_values
from ecrf.db import db
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.withholding import sight
from ecrf.reads.definitions import definition
from ecrf.reads.withholding import flags_by_study
from forms.definitions import Study
from forms.withheld import NO_FLAGS

MASK = "[***]"
"""Stands for a value that is quoted and withheld."""
_SHORTEST, _SHORTEST_ELSE = 3, 2  # of ASCII and of other letters: shorter ones stand in too many words


@dataclass
class Masks:
    """The masks of some subjects for one reader; what is to be masked is asked when the first text comes."""

    reader: Actor
    subjects: Iterable[str]
    _patterns: Mapping[str, re.Pattern[str]] | None = field(default=None, init=False)

    def said(self, subject_id: str | None, text: str | None) -> str | None:
        """A text about a subject as the reader may read it."""
        if not text or not subject_id or not any(flags != NO_FLAGS for flags in flags_by_study().values()):
            return text
        if self._patterns is None:
            self._patterns = _patterns(self.reader, self.subjects)
        pattern = self._patterns.get(subject_id)
        return pattern.sub(MASK, text) if pattern else text


def _patterns(reader: Actor, subjects: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """What is withheld of each of these subjects, in every spelling that ever stood there, was refused or says it."""
    paths, studies = _paths(reader, list(set(subjects)))
    if not paths:
        return {}
    change, value = trail_changes.c, trail_values.c
    here = or_(*(and_(change.chain == f"subject:{subject}", change.path.in_(own)) for subject, own in paths.items()))
    own = and_(value.chain == change.chain, value.sequence == change.sequence, value.ordinal == change.ordinal)
    told = select(change.chain, change.path, value.value).join(trail_values, own).where(here, change.mark != "note")
    words: dict[str, set[str]] = defaultdict(set)
    for chain, path, text in db.session.execute(told):
        subject = chain.partition(":")[2]
        words[subject] |= {text, *_labels(studies[subject], path.rpartition("/")[2], text)} if text else set()
    return {subject: pattern for subject, found in words.items() if (pattern := _pattern(found))}


def _paths(reader: Actor, subjects: list[str]) -> tuple[dict[str, list[str]], dict[str, Study]]:
    """The paths of the items that are kept from the reader, and the study, of each subject that has some."""
    columns = (Record.id, Record.form, Record.study_version, Record.subject_id, Subject.study_id, Subject.site_id)
    flags = flags_by_study()
    forms = {form for each in flags.values() for form in (*each.identifying.items, *each.restricted.items)}
    chosen = select(*columns).join(Subject, Subject.id == Record.subject_id)
    rows = db.session.execute(chosen.where(Record.subject_id.in_(subjects), Record.form.in_(sorted(forms))))
    paths: dict[str, list[str]] = {}
    studies: dict[str, Study] = {}
    for row in rows:
        seen = sight(reader, flags[row.study_id], row.form, row.study_id, row.site_id)
        kept = seen.withheld | seen.absent
        if kept:
            found = paths.setdefault(row.subject_id, [])
            found += [f"records/{record}/data/{item}" for item in kept for record in (row.id, "new")]
            studies[row.subject_id] = definition(row.study_id, row.study_version)
    return paths, studies


def _labels(study: Study, item: str, code: str) -> set[str]:
    """What a code is called, in each language."""
    coded = (form.items[item].codelist for form in study.forms.values() if item in form.items)
    lists = [study.codelists[codelist] for codelist in coded if codelist]
    terms = [term for each in lists for one in code.split() if (term := each.find(one))]
    return {label for term in terms for label in term.label.by_language.values()}


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these, whole, the longest first."""
    told = sorted({word for word in words if len(word) >= (_SHORTEST if word.isascii() else _SHORTEST_ELSE)})
    longest_first = sorted(told, key=len, reverse=True)
    among = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![A-Za-z0-9])(?:{among})(?![A-Za-z0-9])", re.IGNORECASE) if told else None
