"""Edit checks on a chart: the outcome of each on every record that the moves reach, explained where it fires."""

from collections.abc import Iterable
from typing import NamedTuple

from forms.casebook import RecordKey
from forms.chart import Chart
from forms.compiled import CompiledCheck
from forms.findings import Explanation, Finding
from forms.moves import Moves
from forms.scope import RecordScope, Scopes

HARD = "hard"


class Outcome(NamedTuple):
    """A finding together with the check it comes from."""

    compiled: CompiledCheck
    finding: Finding

    @property
    def fires_hard(self) -> bool:
        """Whether it would refuse a value on its own record."""
        return self.finding.outcome is True and self.finding.severity == HARD


def outcomes(chart: Chart, checks: Iterable[CompiledCheck], moves: Moves) -> list[Outcome]:
    """Run checks wherever the moves may have changed how they come out."""
    scopes = Scopes(chart)
    return [
        Outcome(each, _finding(chart, each, scopes[key]))
        for each in checks
        for key in _readers(chart, each, moves)
        if each.check.events is None or key.event.oid in each.check.events
    ]


def _readers(chart: Chart, each: CompiledCheck, moves: Moves) -> list[RecordKey]:
    form = each.check.form
    return moves.readers(each.rule, form, each.reads, chart.compiled.runs_on_rows(each.rule, form))


def _finding(chart: Chart, each: CompiledCheck, scope: RecordScope) -> Finding:
    check = each.check
    runs = check.analyte is None or chart.casebook.ranges.knows(check.analyte)
    if not runs or (value := scope.run(each.rule)) is not True:
        return Finding(check, scope.key, False if runs and value is False else None)
    return Finding(check, scope.key, True, _explanation(each, scope))


def _explanation(each: CompiledCheck, scope: RecordScope) -> Explanation:
    operands, comparisons = each.rule.explain(scope)
    today = scope.today().text if each.rule.uses_today else None
    return Explanation(each.check.id, each.check.version, each.check.fires_when, operands, comparisons, today)
