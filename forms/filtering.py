"""A condition of the study language that picks records out of a list: checked before it runs, three-valued when it
does."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from forms.casebook import Casebook, RecordKey
from forms.chart import Chart
from forms.compiled import CompiledStudy
from forms.expressions import Compiled, ExpressionFault, ExpressionFaults, compile_expression
from forms.kinds import Kind
from forms.names import StudyNames
from forms.reads import EVERYTHING, path_of, paths_read
from forms.scope import RecordScope


@dataclass(frozen=True)
class Filter:
    """A condition on the records of one form, as one study version reads it."""

    compiled: CompiledStudy
    form: str
    rule: Compiled

    @cached_property
    def reads(self) -> frozenset[str]:
        """The paths that can move it."""
        return paths_read(self.rule, self.form, self.compiled.study)

    @cached_property
    def forms_needed(self) -> frozenset[str]:
        """The forms whose records have to be at hand beside the record itself."""
        study, of_rows = self.compiled.study, self.compiled.row_items(self.form)
        read = {path.partition(".")[0] for path in self.reads}
        own = all(each.place == "row" for each in self.rule.reads | self.rule.limits)
        beside = bool(of_rows) and not self.rule.own_items <= of_rows
        return frozenset(read & study.forms.keys()) - (set() if beside or not own else {self.form})

    def holds_on(self, casebook: Casebook, key: RecordKey) -> bool | None:
        """Whether it holds: TRUE, FALSE, or None where the data do not say."""
        value = RecordScope(Chart(self.compiled, casebook), key).run(self.rule)
        return value if isinstance(value, bool) else None


def filter_of(compiled: CompiledStudy, form: str, text: str, withheld: Collection[str] = ()) -> Filter:
    """The condition, parsed and checked against a study version; raises `ExpressionFaults` with all faults.

    `withheld` are paths (`DM.BRTHDAT`) that this reader may not see: what is not shown is not asked about either.
    """
    study = compiled.study
    rule = compile_expression(text, StudyNames(study, study.forms[form]), expects=Kind.BOOLEAN)
    found = Filter(compiled, form, rule)
    named = sorted({path_of(reference, form) for reference in rule.reads}.intersection(withheld))
    faults = [_withheld(text, path) for path in named]
    if EVERYTHING in found.reads:
        said = "a list cannot ask of the whole casebook"
        faults.append(ExpressionFault(said, hint="open_queries() and required_missing() are for checks"))
    if faults:
        raise ExpressionFaults(tuple(faults))
    return found


def _withheld(text: str, path: str) -> ExpressionFault:
    item = path.partition(".")[2]
    at = max(text.find(item), 0)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return ExpressionFault(f"{item} is not shown to you", line, column, "it points at a person or would unblind")
