"""What the tests of a check must hold before it is published: a firing, a silent and a missing-data case, and one on
each constant it compares with."""

from collections.abc import Iterator

from forms.compiled import CompiledCheck, CompiledStudy
from forms.compiling import StudyFault
from forms.given import Given, is_true


def coverage_faults(compiled: CompiledStudy) -> tuple[StudyFault, ...]:
    """What is missing among the tests of every check and derivation, and the names in them that mean nothing."""
    checks = (fault for check in compiled.checks.values() for fault in _faults_of(compiled, check))
    return (*checks, *_derivation_faults(compiled))


def _faults_of(compiled: CompiledStudy, check: CompiledCheck) -> Iterator[StudyFault]:
    path = f"checks/{check.check.id}/tests"
    cases = [
        (Given(compiled.study, check.check.form, check.rule, case["given"]), is_true(case["fires"]))
        for case in check.check.tests
        if case["fires"] is not None
    ]
    for given, _ in cases:
        for problem in (*given.problems, *(f"the check does not read {name}" for name in given.idle)):
            yield StudyFault(path, f"a test gives what cannot be: {problem}")
    if not any(fires for _, fires in cases):
        yield StudyFault(path, "no test in which the check fires", "- {given: {…}, fires: true}")
    silent = [given for given, fires in cases if not fires]
    if not any(given.expression.evaluate(given.scope) is False for given in silent):
        yield StudyFault(path, "no test in which all is known and the check does not fire")
    if check.rule.reads and not any(given.absent for given in silent):
        yield StudyFault(path, "no test with missing data", "leave an item out: - {given: {}, fires: false}")
    yield from _boundary_faults(path, check, [given for given, _ in cases])


def _boundary_faults(path: str, check: CompiledCheck, cases: list[Given]) -> Iterator[StudyFault]:
    if not check.rule.boundaries:
        return
    met = {
        (seen.left_text, seen.operator, seen.right_text)
        for given in cases
        for seen in given.expression.explain(given.scope)[1]
        if seen.left is not None and seen.left == seen.right
    }
    for boundary in check.rule.boundaries:
        if (boundary.left_text, boundary.operator, boundary.right_text) not in met:
            said = f"{boundary.left_text} {boundary.operator} {boundary.right_text}"
            yield StudyFault(path, f"no test on the boundary of {said}", "give values that make both sides equal")


def _derivation_faults(compiled: CompiledStudy) -> Iterator[StudyFault]:
    for each in compiled.derivations:
        for case in each.derivation.tests:
            given = Given(compiled.study, each.derivation.form, each.rule, case["given"])
            for problem in (*given.problems, *(f"the formula does not read {name}" for name in given.idle)):
                path = f"derivations/{each.derivation.oid}/tests"
                yield StudyFault(path, f"a test gives what cannot be: {problem}")
