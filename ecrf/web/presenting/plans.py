"""What is constant about a form's page in one language: its sections, how each is laid out, its items. Built once.

A section of items with weights, or of nothing but short questions, is a list to answer line by line; one of items with
a protocol's text is a list of criteria; one of laboratory items the grid that its definition asks for. What is only
computed from the section above stands in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ecrf.web.presenting.item_plans import ItemPlan, item_plan, options_of
from forms.criteria import twins_of
from forms.definitions import Form, Group, Study
from forms.withheld import CODE, SAID

_FOLLOWED = ("grid", "score")
_QUESTIONS = 6


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One section: its anchor, its label, and the items that stand in it for themselves.

    `layout` is fields, grid, score or criteria.
    """

    anchor: str
    label: str
    layout: str
    items: tuple[str, ...]

    @property
    def is_grid(self) -> bool:
        """Whether its items are rows of the laboratory grid."""
        return self.layout == "grid"


@dataclass(frozen=True)
class FormPlan:
    """Everything constant about a form in one language. `reasons` are the study's reasons for a missing value;
    `anchors` say under which item of the page what concerns an item stands; `twins` are the computed items that say of
    a criterion what the data say; `listed` are the items by which the rows of a repeating form are told apart."""

    form: Form
    title: str
    help: str
    groups: tuple[GroupPlan, ...]
    items: Mapping[str, ItemPlan]
    companions: Mapping[str, Mapping[str, str]]
    twins: Mapping[str, str]
    reasons: tuple[tuple[str, str], ...]
    anchors: Mapping[str, str]
    listed: tuple[str, ...]
    language: str

    def reason_of(self, code: str | None) -> str:
        """Why there is no value, in words: a reason of the study, or that it is withheld from this reader."""
        return SAID.said_in(self.language) if code == CODE else dict(self.reasons).get(code or "", code or "")


class _Same:
    """A definition as a cache key: published definitions never change, so the object itself is the key."""

    def __init__(self, thing: Study) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing


def plan_of(study: Study, form: str, language: str) -> FormPlan:
    """The plan of one form in one language; texts of ours are said in the language of the request."""
    return _plan(_Same(study), form, language)


@lru_cache(maxsize=512)
def _plan(study: _Same, form_oid: str, language: str) -> FormPlan:
    form, lists = study.thing.forms[form_oid], study.thing.codelists
    names = {item: group.label.said_in(language) for group in form.groups for item in group.items}
    items = {oid: item_plan(item, lists, language, names.get(oid, "")) for oid, item in form.items.items()}
    companions: dict[str, dict[str, str]] = {}
    for oid, item in form.items.items():
        if item.lab and item.companion:
            companions.setdefault(item.lab, {})[item.companion] = oid
    twins = twins_of(form)
    groups = tuple(_group_plans(form, twins, items, language))
    reasons = options_of(lists.get(study.thing.missing_reasons or ""), language)
    help_text = form.help.said_in(language) if form.help else ""
    return FormPlan(
        form, form.label.said_in(language), help_text, groups, items, companions, twins, reasons,
        _anchors(groups, companions, twins), _listed(form), language,
    )  # fmt: skip


def _anchors(
    groups: Iterable[GroupPlan], companions: Mapping[str, Mapping[str, str]], twins: Mapping[str, str]
) -> dict[str, str]:
    placed = [item for group in groups for item in group.items]
    own = {companion: item for item in placed for companion in companions.get(item, {}).values()}
    said = {twin: item for item, twin in twins.items()}
    return {**dict(zip(placed, placed, strict=True)), **own, **said}


def _group_plans(
    form: Form, twins: Mapping[str, str], items: Mapping[str, ItemPlan], language: str
) -> Iterable[GroupPlan]:
    layout, beside = "", set(twins.values())
    for group in form.groups:
        own = tuple(oid for oid in group.items if form.items[oid].lab in (None, oid) and oid not in beside)
        follows = layout in _FOLLOWED and all(items[oid].kind == "computed" for oid in own)
        layout = layout if follows else _layout(group, items)
        yield GroupPlan(f"s-{group.oid}", group.label.said_in(language), layout, own)


def _layout(group: Group, items: Mapping[str, ItemPlan]) -> str:
    entered = [items[oid] for oid in group.items if items[oid].kind != "computed"]
    if any(item.weight is not None for item in entered) or _are_questions(entered):
        return "score"
    return "criteria" if any(items[oid].protocol for oid in group.items) else group.layout


def _are_questions(entered: list[ItemPlan]) -> bool:
    """Whether a section is nothing but many short questions, which are quicker to answer one under the other."""
    return len(entered) >= _QUESTIONS and all(item.is_brief and not item.protocol for item in entered)


def _listed(form: Form) -> tuple[str, ...]:
    """The items that head the list of rows: those the form names, else the first that a person enters."""
    entered = tuple(oid for oid, item in form.items.items() if not item.is_computed and item.lab in (None, oid))
    return form.listed or entered[:5]
