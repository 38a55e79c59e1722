"""The explanation of a query on a page of its own, in the words of its form."""

from ecrf.i18n import text_tag
from ecrf.reads.definitions import definition, item_label
from ecrf.reads.queries import QueryFacts
from ecrf.web.presenting.explanations import Explained, Lexicon, explain
from ecrf.web.presenting.moments import clock
from forms.definitions import Study


def explanation_of(query: QueryFacts) -> Explained:
    """Why the query's check fired; nothing for a person's query."""
    study, language = definition(query.study_id, query.study_version), text_tag()
    words = Lexicon(
        label=lambda name: _label(study, query.form, name, language),
        answer=lambda name, code: _answer(study, query.form, name, code, language),
        laboratory=lambda code: _laboratory(study, query.form, code, language),
        sample_day=query.sample_day, evaluated=clock(query.changed_at, query.zone),
    )  # fmt: skip
    return explain(query.explanation, query.item, words)


def _parts(form: str, name: str) -> tuple[str, str]:
    """The form and the item a name of an expression means."""
    *before, item = name.split(".")
    return (before[-1] if before else form), item


def _label(study: Study, form: str, name: str, language: str) -> str:
    if name in study.forms:
        return study.forms[name].label.said_in(language)
    where, item = _parts(form, name)
    known = where in study.forms and item in study.forms[where].items
    return item_label(study, where, item, language) if known else name


def _answer(study: Study, form: str, name: str, code: str, language: str) -> str:
    where, item = _parts(form, name)
    found = study.forms[where].items.get(item) if where in study.forms else None
    return _coded(study, found.codelist, code, language) if found and found.codelist else code


def _laboratory(study: Study, form: str, code: str, language: str) -> str:
    rule = study.sample_rules.get(form)
    item = study.forms[form].items.get(rule.laboratory or "") if rule else None
    return _coded(study, item.codelist, code, language) if item and item.codelist else code


def _coded(study: Study, codelist: str, code: str, language: str) -> str:
    term = study.codelists[codelist].find(code)
    return term.label.said_in(language) if term else code
