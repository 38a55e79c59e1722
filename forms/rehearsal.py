"""Every check and derivation run on its own tests, and on further cases of the same shape."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.compiled import CompiledCheck, CompiledDerivation, CompiledStudy
from forms.expressions import normalise
from forms.findings import Explanation
from forms.given import Given, is_true, text_of
from forms.kinds import Value
from forms.numerals import rounded_text
from forms.quantities import Quantity, exact, number_text
from forms.spelling import did_you_mean

Cases = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class CaseResult:
    """The outcome of one test case: of check or derivation `id`, its `number`th from `origin` (`package`, `cases`).

    `problem` says why a case could not be run or how it disagrees, None where it passed; `explanation` shows what was
    compared in a check that disagrees.
    """

    id: str
    number: int
    origin: str
    given: Mapping[str, Any]
    expected: str
    actual: str
    problem: str | None = None
    explanation: Explanation | None = None

    @property
    def passed(self) -> bool:
        """Whether the case came out as expected."""
        return self.problem is None


def rehearse(compiled: CompiledStudy, extra_cases: Cases | None = None) -> tuple[CaseResult, ...]:
    """Run all tests of the package, and `extra_cases`: check id → list of {given, fires}."""
    return (*_package_cases(compiled), *_extra_cases(compiled, extra_cases or {}))


def _package_cases(compiled: CompiledStudy) -> Iterator[CaseResult]:
    for check in compiled.checks.values():
        for number, case in enumerate(check.check.tests, 1):
            yield check_case(compiled, check, case, number)
    for derivation in compiled.derivations:
        for number, case in enumerate(derivation.derivation.tests, 1):
            yield derivation_case(compiled, derivation, case, number)


def _extra_cases(compiled: CompiledStudy, cases: Cases) -> Iterator[CaseResult]:
    derivations = {each.derivation.oid: each for each in compiled.derivations}
    for id, listed in cases.items():
        for number, case in enumerate(listed, 1):
            check = _check_for(compiled, id, case)
            if check is not None:
                yield check_case(compiled, check, case, number, "cases")
            elif id in derivations:
                yield derivation_case(compiled, derivations[id], case, number, "cases")
            else:
                yield _stranger(compiled, id, case, number)


def _stranger(compiled: CompiledStudy, id: str, case: Mapping[str, Any], number: int) -> CaseResult:
    hint = did_you_mean(id, compiled.checks)
    problem = f"the study has no check {id}" + (f"; {hint}" if hint else "")
    return CaseResult(id, number, "cases", case.get("given") or {}, str(case.get("fires")), "", problem)


def _check_for(compiled: CompiledStudy, id: str, case: Mapping[str, Any]) -> CompiledCheck | None:
    """The check of an id; for one that is spread over laboratory items, the first that reads most of what is given."""
    if id in compiled.checks:
        return compiled.checks[id]
    spread = [check for each, check in compiled.checks.items() if each.startswith(f"{id}:")]
    named = {normalise(name) for name in case.get("given") or {}}
    return max(spread, key=lambda check: len(named & _names_of(check)), default=None)


def _names_of(check: CompiledCheck) -> set[str]:
    items = {str(reference) for reference in check.rule.reads}
    return items | {f"{check.check.form}.{item}" for item in items} | set(check.rule.lookups)


def check_case(
    compiled: CompiledStudy, check: CompiledCheck, case: Mapping[str, Any], number: int, origin: str = "package"
) -> CaseResult:
    """One test case of one check: it fires on TRUE alone."""
    given = Given(compiled.study, check.check.form, check.rule, case.get("given") or {})
    rule, scope = given.expression, given.scope
    outcome = rule.evaluate(scope)
    fires, expected = outcome is True, is_true(case.get("fires"))
    problem = "; ".join(given.problems) or None
    if problem is None and fires != expected:
        problem = f"expected to {'fire' if expected else 'stay silent'}, but the condition is {_truth(outcome)}"
    explanation = None
    if problem is not None:
        told = (check.check.id, check.check.version, check.check.fires_when)
        explanation = Explanation(*told, *rule.explain(scope), given.today)
    return CaseResult(
        check.check.id, number, origin, case.get("given") or {}, _fired(expected), _fired(fires), problem, explanation
    )


def derivation_case(
    compiled: CompiledStudy, derivation: CompiledDerivation, case: Mapping[str, Any], number: int,
    origin: str = "package",
) -> CaseResult:  # fmt: skip
    """One worked example; a number is compared at as many decimals as the example shows."""
    definition = derivation.derivation
    given = Given(compiled.study, definition.form, derivation.rule, case.get("given") or {})
    value = given.expression.evaluate(given.scope)
    expected = text_of(case.get("expect"))
    actual = value_text(value, expected)
    problem = "; ".join(given.problems) or None
    if problem is None and actual != expected:
        problem = f"expected {expected or 'missing'}, computed {actual or 'missing'}"
    return CaseResult(
        definition.oid, number, origin, case.get("given") or {}, expected or "missing", actual or "missing", problem
    )


def value_text(value: Value, shown: str | None) -> str | None:
    """A computed value as text, a number rounded half up to the decimals of the text it is compared with."""
    if isinstance(value, Quantity):
        if not value.is_exact or shown is None or exact(shown) is None:
            return number_text(value.number)
        return rounded_text(value.number, len(shown.partition(".")[2]))  # type: ignore[arg-type]
    return None if value is None else getattr(value, "text", None) or str(value)


def failures(results: Iterable[CaseResult]) -> tuple[CaseResult, ...]:
    """The cases that disagree."""
    return tuple(result for result in results if not result.passed)


def _truth(outcome: Value) -> str:
    return {True: "true", False: "false"}.get(outcome, "unknown") if isinstance(outcome, bool) else "unknown"


def _fired(fires: bool) -> str:
    return "fires" if fires else "silent"
