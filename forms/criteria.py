"""The criteria of a protocol among the items of a form, each with what the data say of it."""

from collections.abc import Mapping

from forms.casebook import Casebook, RecordKey
from forms.chart import Chart
from forms.compiled import CompiledStudy
from forms.definitions import Form
from forms.findings import Operand
from forms.scope import RecordScope


def twins_of(form: Form) -> dict[str, str]:
    """For each criterion the computed item beside it: `INC01A` says what the data say of `INC01`."""
    criteria = (item.oid for item in form.items.values() if item.protocol_text is not None)
    pairs = ((oid, form.items.get(f"{oid}A")) for oid in criteria)
    return {oid: twin.oid for oid, twin in pairs if twin is not None and twin.is_computed}


def grounds_of(compiled: CompiledStudy, casebook: Casebook, key: RecordKey) -> Mapping[str, tuple[Operand, ...]]:
    """What each criterion's computed item looked at, by the criterion.

    A criterion whose item comes out the same whatever the data rests on somebody's judgement, and has no grounds.
    """
    twins = twins_of(compiled.study.forms[key.form])
    if not twins:
        return {}
    rules = {each.derivation.item: each.rule for each in compiled.derivations_on(key.form)}
    scope = RecordScope(Chart(compiled, casebook), key)
    decided = ((oid, rules[twin]) for oid, twin in twins.items() if len(rules[twin].codes or ()) > 1)
    return {oid: rule.explain(scope)[0] for oid, rule in decided}
