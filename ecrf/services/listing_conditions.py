"""The condition of a listing: parsed and checked against every study version whose records it is to judge."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ecrf.policy.actors import Actor
from ecrf.policy.withholding import withheld_paths
from ecrf.services import studies
from forms.compiled import CompiledStudy
from forms.expressions import Conjunct, ExpressionFault, ExpressionFaults
from forms.filtering import Filter, filter_of

_FILTERS: OrderedDict[tuple[str, str, frozenset[str]], Filter] = OrderedDict()
_KEPT = 128


@dataclass(frozen=True)
class Fault:
    """What is wrong with a condition, and where; lines and columns count from 1. `version` is the label of the study
    version that does not take it."""

    message: str
    line: int
    column: int
    hint: str | None
    version: str


@dataclass(frozen=True)
class Condition:
    """The condition by study version, or what is wrong with it."""

    filters: Mapping[int, Filter]
    faults: tuple[Fault, ...] = ()

    @property
    def conjuncts(self) -> tuple[Conjunct, ...]:
        """What a database may narrow by: the same in every version, or nothing."""
        told = {_as_data(each) for each in self.filters.values()}
        return next(iter(self.filters.values())).rule.conjuncts if len(told) == 1 else ()


def condition(actor: Actor, study_id: str, numbers: Collection[int], form: str, text: str) -> Condition:
    """The condition as these versions read it; a version without the form has no records to judge."""
    filters: dict[int, Filter] = {}
    faults: list[Fault] = []
    for number in numbers:
        compiled = studies.compiled(study_id, number)
        if form not in compiled.study.forms:
            continue
        try:
            filters[number] = _compiled(compiled, form, text, withheld_paths(actor, compiled.study.forms))
        except ExpressionFaults as refused:
            faults += [_fault(each, compiled.study.version) for each in refused.faults]
    return Condition(filters, tuple(faults))


def _compiled(compiled: CompiledStudy, form: str, text: str, withheld: frozenset[str]) -> Filter:
    """The condition, kept in this process: a page and the next one ask the same."""
    key = (form, text, withheld)
    kept = _FILTERS.get(key)
    if kept is None or kept.compiled is not compiled:
        kept = _FILTERS[key] = filter_of(compiled, form, text, withheld)
        while len(_FILTERS) > _KEPT:
            _FILTERS.popitem(last=False)
    return kept


def _fault(fault: ExpressionFault, version: str) -> Fault:
    hint = fault.hint or (" · ".join(fault.expected[:6]) if fault.expected else None)
    return Fault(fault.message, fault.line, fault.column, hint, version)


def _as_data(each: Filter) -> tuple[object, ...]:
    """What the narrowing rests on: the comparisons, and how their items are converted."""
    items = each.compiled.study.forms[each.form].items
    named = (items[conjunct.item] for conjunct in each.rule.conjuncts if conjunct.item)
    return (each.rule.conjuncts, *((item.oid, item.type, item.canonical, item.units) for item in named))
