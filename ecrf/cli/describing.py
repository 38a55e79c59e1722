"""A study version told on a terminal: its plan as a table of events and forms, then its forms, parameters and rules."""

from collections.abc import Iterator

from forms.describing import EventSummary, FormSummary, RuleSummary, Summary

_MOST_READ = 10


def lines_of(told: Summary, *, with_items: bool = False) -> Iterator[str]:
    """The lines to print."""
    yield f"{told.name} {told.version} ({told.oid}): {told.title}"
    yield f"languages {', '.join(told.languages)} (the first is the default), {told.timezone}, CTCAE {told.ctcae}"
    yield from ("", "Events")
    yield from map(_event, told.events)
    yield from ("", "Events and forms")
    yield from _plan(told)
    yield from ("", "Forms: items entered, computed (of laboratory items), required; checks that refuse, that query")
    for form in told.forms:
        yield _form(form)
        yield from (f"      {oid:<12}{how}" for oid, how in form.items.items() if with_items)
    yield from ("", "Parameters")
    yield from (f"  {name} = {value}" for name, value in told.parameters.items())
    yield from ("", "Derivations, in the order in which they are computed")
    yield from map(_derivation, told.derivations)
    yield from ("", "What moves most")
    most = list(told.read_by.items())[:_MOST_READ]
    yield from (f"  a change of {path} runs {number} checks and derivations" for path, number in most)
    yield from ("", _total(told))


def _event(event: EventSummary) -> str:
    day = f"day {event.target}" if event.target is not None else ""
    window = f"window {event.window[0]} to {event.window[1]}" if event.window else ""
    marks = (event.kind, day, window, "repeats" if event.repeating else "")
    return f"  {event.oid:<10}{event.alias:<8}{event.label}: {', '.join(mark for mark in marks if mark)}"


def _plan(told: Summary) -> Iterator[str]:
    widths = [max(3, len(event.alias)) for event in told.events]
    yield _cells("", [event.alias for event in told.events], widths)
    for form in told.forms:
        marks = ["X" if form.oid in event.forms else "" for event in told.events]
        yield _cells(form.oid, marks, widths)


def _cells(name: str, marks: list[str], widths: list[int]) -> str:
    cells = (f"{mark:^{width}}" for mark, width in zip(marks, widths, strict=True))
    return f"  {name:<8}{' '.join(cells)}".rstrip()


def _form(form: FormSummary) -> str:
    items = f"{form.entered:>4}{form.computed:>5} ({form.laboratory}){form.required:>5}"
    checks = f"{form.hard_checks:>5}{form.soft_checks:>5}"
    rows = f"; rows of {form.row_items} items" if form.row_items else ""
    condition = f"; shown if {form.shown_if}" if form.shown_if else ""
    return f"  {form.oid:<8}{items}{checks}   {form.label}{rows}{condition}"


def _derivation(rule: RuleSummary) -> str:
    return f"  {rule.id:<12} computes {rule.about[0]} from {len(rule.reads)} paths"


def _total(told: Summary) -> str:
    items = sum(form.entered + form.computed for form in told.forms)
    gates = sum(rule.gate is not None for rule in told.checks)
    reads = sum(len(rule.reads) for rule in (*told.checks, *told.derivations))
    return (
        f"{len(told.events)} events, {len(told.forms)} forms, {items} items, {told.codelists} code lists, "
        f"{len(told.checks)} checks ({gates} of them gates), {len(told.derivations)} derivations "
        f"(at most {told.longest_chain} in a chain), {reads} dependencies, "
        f"{told.ranges} ranges of {told.laboratories} laboratories."
    )
