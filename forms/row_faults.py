"""Expressions that name an item of the rows from where there is no row: what they say would always be missing."""

from collections.abc import Iterator

from forms.compiled import CompiledStudy
from forms.compiling import StudyFault
from forms.expressions import Compiled, Reference
from forms.row_items import OWN


def row_faults(compiled: CompiledStudy) -> tuple[StudyFault, ...]:
    """The faults of every expression of a study that looks for an item of the rows on a form."""
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
        if not (reference.place in OWN and on_rows):
            yield _fault(path, owner, reference, rule)


def _fault(path: str, owner: str, reference: Reference, rule: Compiled) -> StudyFault:
    before = rule.text[: max(rule.text.find(str(reference)), 0)]
    column, line = len(before) - before.rfind("\n"), before.count("\n") + 1
    message = f"column {column}: {reference} stands on the rows of {owner}, and no row is meant here"
    return StudyFault(path, message, f"ask over the rows: any_row({owner}, …), count_rows or sum_rows", line)
