"""A study's expressions compiled, its derivations put in order, and everything wrong with them found at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from forms.compiled import CompiledCheck, CompiledDerivation, CompiledStudy, ItemName
from forms.definitions import Form, Item, Study
from forms.expressions import Compiled, ExpressionFaults, compile_expression
from forms.kinds import Kind
from forms.names import StudyNames, item_type
from forms.reads import EVERYTHING, paths_read


@dataclass(frozen=True)
class StudyFault:
    """One fault of a definition: its path (`checks/EC040/fires_when`), what is wrong, and the line in its text."""

    path: str
    message: str
    hint: str | None = None
    line: int = 1


class StudyFaults(Exception):
    """All faults of a study's expressions and of their order."""

    def __init__(self, faults: tuple[StudyFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.message}" for fault in faults))
        self.faults = faults


def compile_study(study: Study) -> CompiledStudy:
    """Compile a study; raises `StudyFaults` naming every expression at fault and every cycle."""
    compiled, faults = compile_with_faults(study)
    if faults:
        raise StudyFaults(faults)
    return compiled


def compile_with_faults(study: Study) -> tuple[CompiledStudy, tuple[StudyFault, ...]]:
    """The study with all that compiled, and the faults of all that did not."""
    press = _Press(study)
    compiled = CompiledStudy(
        study=study,
        checks=press.checks(),
        derivations=press.derivations(),
        required=press.item_conditions("required"),
        shown=press.item_conditions("shown_if"),
        forms_shown=press.form_conditions(),
    )
    return compiled, tuple(press.faults)


class _Press:
    """Compiles the parts of one study and keeps the faults."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.names = {form.oid: StudyNames(study, form) for form in study.forms.values()}
        self.faults: list[StudyFault] = []

    def checks(self) -> dict[str, CompiledCheck]:
        """The checks whose form exists and whose condition compiles, by id."""
        compiled = {}
        for check in self.study.checks:
            rule = self._condition(check.fires_when, check.form, f"checks/{check.id}/fires_when")
            if rule is not None:
                compiled[check.id] = CompiledCheck(check, rule, paths_read(rule, check.form, self.study))
        return compiled

    def derivations(self) -> tuple[CompiledDerivation, ...]:
        """The derivations that compile, each after all it reads; a cycle is a fault that names its members."""
        compiled: dict[str, CompiledDerivation] = {}
        for derivation in self.study.derivations:
            form = self.study.forms.get(derivation.form)
            item = form.items.get(derivation.item) if form else None
            if form is None or item is None or not derivation.expression:
                continue
            path = f"derivations/{derivation.oid}/formula"
            rule = self._value(derivation.expression, form, item, path)
            if rule is None:
                continue
            each = CompiledDerivation(derivation, rule, paths_read(rule, form.oid, self.study))
            if EVERYTHING in each.reads:
                said = "a computed item cannot ask of the whole casebook"
                self.faults.append(StudyFault(path, said, "open_queries() and required_missing() are for checks"))
                continue
            compiled[each.path] = each
        return self._in_order(compiled)

    def _in_order(self, compiled: Mapping[str, CompiledDerivation]) -> tuple[CompiledDerivation, ...]:
        graph = {path: sorted(each.reads & compiled.keys()) for path, each in compiled.items()}
        try:
            return tuple(compiled[path] for path in TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = list(reversed(error.args[1]))
            oid = compiled[circle[0]].derivation.oid
            said = f"a cycle: {' needs '.join(circle)}"
            self.faults.append(StudyFault(f"derivations/{oid}/formula", said, "one of them must come from data alone"))
            rest = {path: each for path, each in compiled.items() if path not in circle}
            return self._in_order(rest)

    def item_conditions(self, kind: str) -> dict[ItemName, Compiled]:
        """The compiled `required` or `shown_if` conditions of all items."""
        compiled = {}
        for form in self.study.forms.values():
            for item in form.items.values():
                text = item.required if kind == "required" else item.shown_if
                if isinstance(text, str):
                    rule = self._condition(text, form.oid, f"forms/{form.oid}/{item.oid}/{kind}")
                    if rule is not None:
                        compiled[form.oid, item.oid] = rule
        return compiled

    def form_conditions(self) -> dict[str, Compiled]:
        """The compiled `shown_if` conditions of all forms."""
        texts = {form.oid: form.shown_if for form in self.study.forms.values() if form.shown_if}
        rules = {oid: self._condition(text, oid, f"forms/{oid}/shown_if") for oid, text in texts.items()}
        return {oid: rule for oid, rule in rules.items() if rule is not None}

    def _condition(self, text: str, form: str, path: str) -> Compiled | None:
        if not text or form not in self.names:
            return None
        try:
            return compile_expression(text, self.names[form], expects=Kind.BOOLEAN)
        except ExpressionFaults as error:
            self._keep(path, error)
            return None

    def _value(self, text: str, form: Form, item: Item, path: str) -> Compiled | None:
        wanted = item_type(item, self.study)
        try:
            return compile_expression(
                text, self.names[form.oid], expects=wanted.kind, unit=wanted.unit, codes=wanted.codes
            )
        except ExpressionFaults as error:
            self._keep(path, error)
            return None

    def _keep(self, path: str, error: ExpressionFaults) -> None:
        for fault in error.faults:
            message = f"column {fault.column}: {fault.message}"
            if fault.expected:
                message += f"; expected {' or '.join(fault.expected)}"
            self.faults.append(StudyFault(path, message, fault.hint, fault.line))
