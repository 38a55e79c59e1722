"""What became of a save, in the shape answers are sent in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ecrf.api.schemas.answers import documents
from ecrf.errors import NotAccepted, Stale
from ecrf.reads.forms import FormFacts
from ecrf.services.records import Saved
from forms.datum import Datum
from forms.findings import Finding, Refusal


def outcome(facts: FormFacts, saved: Saved) -> dict[str, Any]:
    """The record as it is now, with what changed, what was refused, and which checks fire."""
    fired = [finding for finding in saved.verdict.findings if finding.outcome]
    return {
        "record": facts, "changed": saved.changed, "refused": [_refused(each) for each in saved.verdict.refused],
        "findings": [_finding(each) for each in fired],
    }  # fmt: skip


@contextmanager
def in_these_words(sent: Mapping[str, Datum]) -> Iterator[None]:
    """Tell refused values, and both versions of a record that changed meanwhile, as answers are told."""
    try:
        yield
    except NotAccepted as problem:
        problem.details = {"refusals": [_refused(each) for each in problem.details["refusals"]]}
        raise
    except Stale as problem:
        current = documents(problem.details["current"])
        problem.details = {**problem.details, "current": current, "yours": documents(sent)}
        raise


def _refused(refusal: Refusal) -> dict[str, Any]:
    typed = documents({refusal.item: refusal.typed})[refusal.item]
    return {**typed, "item": refusal.item, "rule": refusal.rule, "version": refusal.version, "message": refusal.message}


def _finding(finding: Finding) -> dict[str, Any]:
    explanation = finding.explanation
    return {
        "check": finding.check, "event": finding.record.event.written, "form": finding.record.form,
        "row": finding.record.row, "items": finding.items, "severity": finding.severity, "message": finding.message,
        "explanation": explanation.document() if explanation else None,
    }  # fmt: skip
