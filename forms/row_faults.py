"""Expressions that look for rows where there are none: what they say would always be missing, or FALSE."""

from collections.abc import Iterator

from forms.compiled import CompiledStudy
from forms.compiling import StudyFault
from forms.expressions import OWN_PLACES, Compiled


def row_faults(compiled: CompiledStudy) -> tuple[StudyFault, ...]:
    """The faults of every expression of a study that names an item of rows from outside, or visits a form without."""
    return tuple(
        fault
        for path, form, rule, on_rows in _rules(compiled)
        for fault in _faults_of(compiled, path, form, rule, on_rows)
    )


def _rules(compiled: CompiledStudy) -> Iterator[tuple[str, str, Compiled, bool]]:
    """Every expression with its path, its form, and whether it runs on the rows of it."""
    for check in compiled.checks.values():
        form = check.check.form
        yield f"checks/{check.check.id}/fires_when", form, check.rule, compiled.runs_on_rows(check.rule, form)
    for each in compiled.derivations:
        form, item = each.derivation.form, each.derivation.item
        yield f"derivations/{each.derivation.oid}/formula", form, each.rule, item in compiled.row_items(form)
    for kind, rules in (("required", compiled.required), ("shown_if", compiled.shown)):
        for (form, item), rule in rules.items():
            yield f"forms/{form}/{item}/{kind}", form, rule, item in compiled.row_items(form)
    for form, rule in compiled.forms_shown.items():
        yield f"forms/{form}/shown_if", form, rule, False


def _faults_of(compiled: CompiledStudy, path: str, form: str, rule: Compiled, on_rows: bool) -> Iterator[StudyFault]:
    for reference in sorted(rule.reads | rule.limits, key=str):
        owner = reference.form or form
        if reference.place == "rows" or reference.item not in compiled.row_items(owner):
            continue
        if not (reference.place in OWN_PLACES and on_rows):
            said = f"{reference} stands on the rows of {owner}, and no row is meant here"
            hint = f"ask over the rows: any_row({owner}, …), count_rows or sum_rows"
            yield _fault(path, rule, str(reference), said, hint)
    for visited in sorted(rule.row_forms):
        if not compiled.study.forms[visited].repeating:
            hint = f"name the item as {visited}.ITEM, or let the form repeat"
            yield _fault(path, rule, visited, f"{visited} has no rows", hint)


def _fault(path: str, rule: Compiled, word: str, message: str, hint: str) -> StudyFault:
    before = rule.text[: max(rule.text.find(word), 0)]
    column, line = len(before) - before.rfind("\n"), before.count("\n") + 1
    return StudyFault(path, f"column {column}: {message}", hint, line)
