"""A study version in numbers and lists: what somebody who has to review it looks at first."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from forms.compiled import CompiledStudy
from forms.definitions import Form, Item, ItemType, Parameter
from forms.quantities import decimal_text


@dataclass(frozen=True)
class EventSummary:
    """One event of the plan; `window` is in days from day 0, None where there is none."""

    oid: str
    alias: str
    label: str
    kind: str
    target: int | None
    window: tuple[int, int] | None
    repeating: bool
    forms: tuple[str, ...]


@dataclass(frozen=True)
class FormSummary:
    """One form in numbers. `row_items` counts the items of its rows, `required` conditional ones too; `items` are all
    in their order, with how each is read."""

    oid: str
    label: str
    entered: int
    computed: int
    laboratory: int
    required: int
    row_items: int
    hard_checks: int
    soft_checks: int
    shown_if: str | None
    items: Mapping[str, str]


@dataclass(frozen=True)
class RuleSummary:
    """A check, or the derivation of `FORM.ITEM`; `reads` are the paths whose change makes it run again."""

    id: str
    about: tuple[str, ...]
    severity: str | None
    gate: str | None
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """A whole version. `read_by` says for each path how many checks and derivations a change of it runs again;
    `longest_chain` is how many derivations follow from one another at most."""

    name: str
    oid: str
    version: str
    title: str
    languages: tuple[str, ...]
    timezone: str
    ctcae: str
    parameters: Mapping[str, str]
    events: tuple[EventSummary, ...]
    forms: tuple[FormSummary, ...]
    codelists: int
    laboratories: int
    ranges: int
    checks: tuple[RuleSummary, ...]
    derivations: tuple[RuleSummary, ...]
    read_by: Mapping[str, int]
    longest_chain: int


def summary(compiled: CompiledStudy, language: str | None = None) -> Summary:
    """A version summed up, its labels in a language (its default one unless given)."""
    study, said = compiled.study, language or compiled.study.languages[0]
    checks, derivations = tuple(_checks(compiled)), tuple(_derivations(compiled))
    read_by = Counter(path for rule in (*checks, *derivations) for path in rule.reads)
    return Summary(
        name=study.name, oid=study.oid, version=study.version, title=study.title.said_in(said),
        languages=study.languages, timezone=study.timezone, ctcae=study.ctcae,
        parameters={each.name: _parameter_text(each) for each in study.parameters.values()},
        events=tuple(_events(compiled, said)),
        forms=tuple(_form(compiled, form, said) for form in study.forms.values()),
        codelists=len(study.codelists), laboratories=len(study.laboratories), ranges=len(study.ranges),
        checks=checks, derivations=derivations, read_by=dict(read_by.most_common()), longest_chain=_chain(compiled),
    )  # fmt: skip


def _events(compiled: CompiledStudy, language: str) -> Iterator[EventSummary]:
    for event in compiled.study.events.values():
        low, high = event.window_min, event.window_max
        window = None if low is None or high is None else (low, high)
        label = event.label.said_in(language)
        yield EventSummary(
            event.oid, event.alias, label, event.kind, event.target, window, event.repeating, event.forms
        )  # fmt: skip


def _form(compiled: CompiledStudy, form: Form, language: str) -> FormSummary:
    items = form.items.values()
    severities = Counter(each.check.severity for each in compiled.checks_on(form.oid))
    return FormSummary(
        oid=form.oid, label=form.label.said_in(language),
        entered=sum(not item.is_computed for item in items), computed=sum(item.is_computed for item in items),
        laboratory=sum(item.type is ItemType.LAB for item in items),
        required=sum(bool(item.required) for item in items),
        row_items=len(compiled.row_items(form.oid)), hard_checks=severities["hard"], soft_checks=severities["soft"],
        shown_if=form.shown_if, items={item.oid: _item_text(item) for item in items},
    )  # fmt: skip


def _item_text(item: Item) -> str:
    """How an item is read: `lab in U/L or ukat/L`, `code of NY, required`, `decimal in kg/m2, computed by DV.BMI`."""
    units = " or ".join(choice.ucum for choice in item.units) or item.canonical
    marks = (
        f"{'partial ' if item.partial else ''}{item.type}"
        + (f" of {item.codelist}" if item.codelist else "")
        + (f" in {units}" if units else ""),
        f"computed by {item.derivation}" if item.derivation else "",
        "required" if item.required is True else f"required if {item.required}" if item.required else "",
        f"shown if {item.shown_if}" if item.shown_if else "",
    )
    return ", ".join(mark for mark in marks if mark)


def _checks(compiled: CompiledStudy) -> Iterator[RuleSummary]:
    for each in compiled.checks.values():
        check = each.check
        about = tuple(f"{check.form}.{item}" for item in check.items)
        yield RuleSummary(check.id, about, check.severity, check.gate, tuple(sorted(each.reads)))


def _derivations(compiled: CompiledStudy) -> Iterator[RuleSummary]:
    for each in compiled.derivations:
        yield RuleSummary(each.derivation.oid, (each.path,), None, None, tuple(sorted(each.reads)))


def _chain(compiled: CompiledStudy) -> int:
    """How many derivations follow from one another at most; they stand in the order in which they are computed."""
    depth: dict[str, int] = {}
    for each in compiled.derivations:
        depth[each.path] = 1 + max((depth.get(path, 0) for path in each.reads), default=0)
    return max(depth.values(), default=0)


def _parameter_text(parameter: Parameter) -> str:
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    said = ", ".join(decimal_text(each) if isinstance(each, Fraction) else each for each in values)
    return f"{said} {parameter.unit}" if parameter.unit else said
