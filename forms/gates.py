"""Gates: an answer that opens something (enrolment) is refused while a finding of a check with that gate stands.

The checks are asked of the whole casebook, as it would be after the save with all that is computed from it: a query
that a person has closed does not open a gate, and one that data have resolved does not keep it shut.
"""

from collections.abc import Iterator, Mapping

from forms.casebook import Casebook, RecordKey
from forms.chart import Chart
from forms.checks import outcomes
from forms.compiled import CompiledStudy
from forms.datum import Datum
from forms.findings import Finding, Refusal
from forms.moves import Moves
from forms.wording import gate_refusal_text


def gate_refusals(chart: Chart, key: RecordKey, taken: Mapping[str, Datum]) -> Iterator[Refusal]:
    """The answers of a save that a gate refuses; `chart` holds them and what is computed from them."""
    for name, gate in chart.study.gates.items():
        alias, form, item = gate.item.split(".")
        answer, event = taken.get(item), chart.event(key.event)
        here = event is not None and (event.alias, form) == (alias, key.form)
        standing = _standing(chart, name) if here and answer is not None and answer.text == gate.code else []
        if answer is not None and standing:
            definition = chart.study.forms[form].items[item]
            message = gate_refusal_text(definition, answer.text or "", standing, chart.study)
            yield Refusal(item, answer, f"gate:{name}", chart.study.version, message)


def gate_findings(compiled: CompiledStudy, casebook: Casebook, gate: str) -> list[Finding]:
    """The findings that keep a gate shut, as the casebook stands."""
    return _standing(Chart(compiled, casebook), gate)


def answer_at(compiled: CompiledStudy, casebook: Casebook, path: str) -> Datum | None:
    """What stands for an item named with its event, `SCR.IE.ENRLYN`: an answer that a gate guards."""
    alias, form, item = path.split(".")
    chart = Chart(compiled, casebook)
    events = chart.events_of(alias)
    return chart.datum(RecordKey(events[0], form), item) if events else None


def _standing(chart: Chart, gate: str) -> list[Finding]:
    """The findings of the gate's checks anywhere in the casebook."""
    checks = [each for each in chart.compiled.checks.values() if each.check.gate == gate]
    everywhere = Moves(chart, (key for each in checks for key in _places(chart, each.check.form)))
    return [each.finding for each in outcomes(chart, checks, everywhere) if each.finding.outcome is True]


def _places(chart: Chart, form: str) -> Iterator[RecordKey]:
    yield from chart.places(form, on_rows=True)
    yield from chart.places(form, on_rows=False)
