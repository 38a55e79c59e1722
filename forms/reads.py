"""What an expression reads, as paths `FORM.ITEM` whatever the event, what it needs without naming it included."""

from forms.definitions import Study
from forms.expressions import Compiled, Reference
from forms.names import RELATIVE

EVERYTHING = "*"
"""The path of what looks at the whole casebook: `open_queries()`, `required_missing()`."""

_WHOLE = frozenset({"open_queries", "required_missing"})
COMPUTED_OF_LAB = ("ST", "XULN", "NRIND", "TOXGR")


def paths_read(rule: Compiled, form: str, study: Study) -> frozenset[str]:
    """Every path whose change can move the value of an expression that runs on a form."""
    paths = {path_of(reference, form) for reference in rule.reads}
    for reference in rule.limits:
        path = path_of(reference, form)
        paths |= {path, *range_paths(path.partition(".")[0], study)}
    if any(reference.place in RELATIVE for reference in rule.reads):
        paths.add(study.visit_item)
    if rule.calls & _WHOLE:
        paths.add(EVERYTHING)
    return frozenset(paths | rule.row_forms)


def path_of(reference: Reference, form: str) -> str:
    """A reference as `FORM.ITEM`."""
    return f"{reference.form or form}.{reference.item}"


def range_paths(form: str, study: Study) -> frozenset[str]:
    """What decides which range row applies to the values of a form: sample date, laboratory, sex and date of birth."""
    samples = study.sample_rules.get(form)
    if samples is None:
        return frozenset()
    person = {item.partition(".")[2] for item in (study.sex_item, study.birth_item)}
    own = {f"{form}.{item}" for item in (samples.sample, samples.laboratory) if item}
    return frozenset(person | own)
