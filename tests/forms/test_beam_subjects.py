"""The specification's subjects on BEAM: what is derived and what is found, whole and record by record."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from forms.casebook import Casebook, RecordKey
from forms.findings import Verdict
from forms.judge import judge, reconsider
from forms.numerals import fraction_of
from forms.ranges import RangeTable
from tests.forms.beam import beam, needs_specification, specification
from tests.forms.casebooks import answers_of, datum_at, filled
from tests.forms.small_study import with_verdict


def subject(key: str) -> dict[str, Any]:
    return next(each for each in specification()["subjects"] if each["key"] == key)


def fired(verdict: Verdict) -> list[tuple[str, ...]]:
    """The findings that stand, as the specification writes them."""
    standing = (found for found in verdict.findings if found.outcome)
    return sorted(
        (each.check.partition(":")[0], each.record.event.written, each.record.form, each.severity) for each in standing
    )


def agrees(text: str | None, shown: str) -> bool:
    """Whether a computed value is the one shown, at as many decimals; a tie may have been rounded either way."""
    number, wanted, decimals = fraction_of(text or ""), fraction_of(shown), len(shown.partition(".")[2])
    if number is None or wanted is None:
        return text == shown
    return abs(number - wanted) <= (Fraction(1, 2 * 10**decimals) if decimals else 0)


@needs_specification
@pytest.mark.parametrize("key", ["S1", "S2"])
def test_a_subject_of_the_specification_has_its_derived_values_and_its_findings(key: str) -> None:
    one = subject(key)
    book, verdict = filled(one["data"], today=date.fromisoformat(one["snapshot_date"]))
    found = {path: datum_at(book, path).text for path in one["derived"]}
    assert not {path: (found[path], shown) for path, shown in one["derived"].items() if not agrees(found[path], shown)}
    told = ("check", "event", "form", "severity")
    assert fired(verdict) == sorted(tuple(each[name] for name in told) for each in one["expected_findings"])


@needs_specification
@pytest.mark.parametrize("key", ["S1", "S2"])
def test_a_subject_of_the_specification_is_entered_record_by_record_without_a_refusal(key: str) -> None:
    one, compiled = subject(key), beam()
    book = Casebook({}, RangeTable(compiled.study.ranges), date.fromisoformat(one["snapshot_date"]))
    standing: dict[tuple[str, RecordKey], bool | None] = {}
    for place, answers in answers_of(one["data"], compiled.study):
        verdict = judge(compiled, replace(book, events=book.events | {place.event}), place, answers)
        assert not verdict.refused
        book = with_verdict(book, place, verdict)
        standing |= {(found.check, found.record): found.outcome for found in verdict.findings}
    whole = reconsider(compiled, book, book.records)
    assert not whole.derived
    assert {key for key, outcome in standing.items() if outcome} == {
        (found.check, found.record) for found in whole.findings if found.outcome
    }


@needs_specification
def test_a_complete_response_at_week_24_is_the_primary_endpoint_and_the_vials_are_advised() -> None:
    book, _ = filled(subject("S1")["data"])
    assert datum_at(book, "SE.W24.RR.CUMCR").text == "Y"
    assert datum_at(book, "SE.W18.RR.CUMCR").text is None
    assert datum_at(book, "SE.W2.BEL.BELVIALS").text == "1 x 400 + 1 x 120 (520 mg, waste 0)"
    assert datum_at(book, "SE.W10.BEL.BELVIALS").text == "1 x 400 + 1 x 120 (520 mg, waste 5)"
