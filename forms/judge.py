"""The judgement of one save: what holds, what is refused and why, and everything that follows from it.

Values that a hard check or a gate refuses are taken out and the rest is judged again, until nothing more is refused;
each round takes something out, so it ends. Nothing here writes: services put the verdict into records, trail and
queries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forms.answers import read_answers
from forms.casebook import Casebook, RecordKey
from forms.chart import Chart
from forms.checks import Outcome, outcomes
from forms.compiled import CompiledStudy
from forms.datum import Datum
from forms.definitions import Item
from forms.derivations import Consequence, derive
from forms.findings import Derived, Finding, RangeUsed, Refusal, Stale, Verdict
from forms.gates import gate_refusals
from forms.limits import range_used
from forms.moves import Moves
from forms.reads import range_paths
from forms.scope import RecordScope
from forms.wording import check_refusal_text

__all__ = ["ask", "judge", "missing_required", "range_for", "reconsider", "shown_items"]


@dataclass(frozen=True)
class _Round:
    """What follows from one set of accepted answers."""

    consequences: tuple[Consequence, ...] = ()
    outcomes: Sequence[Outcome] = ()
    chart: Chart | None = None


def judge(compiled: CompiledStudy, casebook: Casebook, key: RecordKey, answers: Mapping[str, Datum]) -> Verdict:
    """Judge the answers that a person gives on one record; items not among them keep their values.

    What asks of the whole casebook is asked where the record itself is one that asks; elsewhere see `ask`.
    """
    taken, refused = read_answers(compiled, casebook, key, answers)
    while True:
        outcome = _follow(compiled, casebook, key, taken)
        struck = _refusals(compiled, key, taken, outcome)
        if not struck and outcome.chart is not None:
            struck = list(gate_refusals(outcome.chart, key, taken))
        if not struck:
            return _verdict(taken, refused, outcome)
        refused.extend(struck)
        taken = {item: datum for item, datum in taken.items() if item not in {each.item for each in struck}}


def reconsider(compiled: CompiledStudy, casebook: Casebook, keys: Iterable[RecordKey]) -> Verdict:
    """Evaluate records anew without any answer, and all that reads them: after a range, a hold or a row changed.

    A key without a record in the casebook stands for one that has gone: only what reads it is evaluated.
    """
    chart, whole = Chart(compiled, casebook), frozenset(keys)
    moves = Moves(chart, whole)
    for key in whole:
        for item in compiled.study.forms[key.form].items:
            moves.add(key, item)
    return _verdict({}, [], _settle(chart, moves))


def ask(compiled: CompiledStudy, casebook: Casebook) -> tuple[Finding, ...]:
    """The outcome of every check that asks of the whole casebook, wherever its form has been started."""
    chart = Chart(compiled, casebook)
    moves = Moves(chart, (key for form in compiled.asking for key in chart.records(form)))
    return tuple(each.finding for each in outcomes(chart, compiled.questions, moves))


def missing_required(compiled: CompiledStudy, casebook: Casebook, key: RecordKey) -> tuple[str, ...]:
    """The required items of a record that hold neither a value nor a reason for having none."""
    return RecordScope(Chart(compiled, casebook), key).missing_required()


def shown_items(compiled: CompiledStudy, casebook: Casebook, key: RecordKey) -> frozenset[str]:
    """The items that the form shows on this record."""
    scope = RecordScope(Chart(compiled, casebook), key)
    return frozenset(item for item in compiled.items_at(key.form, key.row) if scope.is_shown(item))


def range_for(compiled: CompiledStudy, casebook: Casebook, key: RecordKey, item: str) -> RangeUsed | None:
    """The reference range that applies to a laboratory item of a record."""
    row = Chart(compiled, casebook).limits(key, item).row
    return range_used(row) if row else None


def _follow(compiled: CompiledStudy, casebook: Casebook, key: RecordKey, taken: Mapping[str, Datum]) -> _Round:
    """What follows where a record holds these answers. A record that just begins is evaluated whole."""
    if not taken:
        return _Round()
    chart = Chart(compiled, casebook, key, taken)
    form = RecordKey(key.event, key.form)
    moves = Moves(chart, (each for each in (key, form) if each not in casebook.records))
    for item in taken:
        moves.add(key, item)
    return _settle(chart, moves)


def _settle(chart: Chart, moves: Moves) -> _Round:
    affected = chart.compiled.affected(moves.paths, whole=(key.form for key in moves.fresh))
    consequences = tuple(derive(chart, affected, moves))
    compiled = chart.compiled
    silent = () if compiled.asking & moves.paths else compiled.questions
    checks = [each for each in affected.checks if each not in silent]
    return _Round(consequences, outcomes(chart, checks, moves), chart)


def _refusals(compiled: CompiledStudy, key: RecordKey, taken: Mapping[str, Datum], outcome: _Round) -> list[Refusal]:
    """The answers that hard checks refuse, each once, by the first check that does."""
    refusals: dict[str, Refusal] = {}
    for each in outcome.outcomes:
        if each.fires_hard and _is_own(each.finding.record, key):
            for item in _to_blame(compiled, key.form, each, taken):
                definition = compiled.study.forms[key.form].items[item]
                refusals.setdefault(item, _refusal(definition, taken[item], each))
    return list(refusals.values())


def _is_own(found: RecordKey, saved: RecordKey) -> bool:
    """Whether a finding stands on the record that is saved, or on the repeating form that the saved row is of."""
    return found in {saved, RecordKey(saved.event, saved.form)}


def _to_blame(compiled: CompiledStudy, form: str, each: Outcome, taken: Mapping[str, Datum]) -> list[str]:
    """The check's own items that this save changed, else the changed ones it reads through computed values."""
    direct = [item for item in each.finding.items if item in taken]
    if direct:
        return direct
    reads = _read_through(compiled, form, each.compiled.reads)
    return [item for item in taken if f"{form}.{item}" in reads]


def _read_through(compiled: CompiledStudy, form: str, reads: frozenset[str]) -> frozenset[str]:
    """What an expression reads, computed values of its own record followed to what they are computed from."""
    items = compiled.study.forms[form].items.values()
    sources = {each.path: each.reads for each in compiled.derivations_on(form)}
    sampled = range_paths(form, compiled.study)
    sources |= {
        f"{form}.{item.oid}": sampled | {f"{form}.{item.lab}"} for item in items if item.lab and item.is_computed
    }
    known, waiting = reads, reads
    while waiting:
        waiting = frozenset(path for each in waiting for path in sources.get(each, ())) - known
        known |= waiting
    return known


def _refusal(item: Item, typed: Datum, each: Outcome) -> Refusal:
    finding, said = each.finding, f"{typed.comparator or ''}{typed.text or typed.missing or ''}"
    message = check_refusal_text(item, said, finding.message)
    return Refusal(item.oid, typed, finding.check, finding.version, message, finding.explanation)


def _verdict(taken: Mapping[str, Datum], refused: list[Refusal], outcome: _Round) -> Verdict:
    return Verdict(
        accepted=dict(taken),
        refused=tuple(refused),
        derived=tuple(each for each in outcome.consequences if isinstance(each, Derived)),
        stale=tuple(each for each in outcome.consequences if isinstance(each, Stale)),
        findings=tuple(each.finding for each in outcome.outcomes),
    )
