"""Forms: name, groups in the order of the page, and the items inside them."""

from collections import Counter
from dataclasses import dataclass

from forms.definitions import Form, Group, Item, ItemType
from forms.landmarks import DayRule
from forms.loading.faults import Report
from forms.loading.fields import Fields
from forms.loading.items import Companion, read_items
from forms.loading.nodes import Node
from forms.loading.package import Entry
from forms.loading.vocabulary import FORM, GROUP, LAYOUTS, SAMPLES


@dataclass(frozen=True)
class ReadForm:
    """A form, and where it keeps its sample date and laboratory, if it is one of laboratory values."""

    form: Form
    samples: DayRule | None


def read_form(
    oid: str, entry: Entry, companions: tuple[Companion, ...], languages: tuple[str, ...], report: Report
) -> ReadForm:
    """One form with all its items, laboratory companions included."""
    fields = Fields(entry.node, f"forms/{oid}", report, languages)
    fields.know(FORM)
    if fields.oid("form", oid) not in ("", oid):
        fields.wrong("form", f"the file {oid}.yaml defines {fields.text('form')}", "name the file as its form")
    items: dict[str, Item] = {}
    groups = tuple(_read_group(node, fields, companions, items) for node in fields.entries("groups"))
    for named, times in Counter(group.oid for group in groups).items():
        if named and times > 1:
            fields.wrong("groups", f"{named} is defined twice in this form", "rename one")
    if not groups:
        fields.needs("groups", "[{group: MAIN, name: …, items: […]}]")
    form = Form(
        oid,
        fields.words("name"),
        items,
        groups,
        _repeats(fields, groups),
        fields.text("shown_if"),
        fields.words("help", required=False) or None,
        fields.names("listed"),
    )
    return ReadForm(form, _read_samples(form, fields))


def _read_group(node: Node, form: Fields, companions: tuple[Companion, ...], items: dict[str, Item]) -> Group:
    fields = Fields(node, f"{form.path}/groups", form.report, form.languages)
    fields.know(GROUP)
    layout = fields.choice("layout", LAYOUTS, "fields")
    listed = []
    if not fields.entries("items"):
        fields.needs("items", "[{oid: WEIGHT, …}]")
    for item in read_items(fields.entries("items"), form.path, companions, form.report, form.languages):
        if item.oid in items and item.oid:
            hint = "rename one; a laboratory item also takes its companions' names" if item.lab else "rename one"
            form.report.add_at(f"{form.path}/{item.lab or item.oid}", f"{item.oid} is defined twice in this form", hint)
            continue
        items[item.oid] = item
        if item.lab is None:
            listed.append(item.oid)
            if layout == "grid" and item.type is not ItemType.LAB and item.derivation is None:
                form.report.add_at(f"{form.path}/{item.oid}", "only laboratory items stand in a grid", "layout: fields")
    columns = fields.whole("columns", 1) or 2
    oid, repeating = fields.oid("group", "MAIN"), fields.flag("repeating")
    return Group(oid, fields.words("name"), tuple(listed), layout, columns, repeating)


def _repeats(fields: Fields, groups: tuple[Group, ...]) -> bool:
    """Whether the form has rows: as a whole, or in one of its groups."""
    whole, several = fields.flag("repeating"), [group.oid for group in groups if group.repeating]
    if whole and several:
        hint = f"leave it out on the form: then the rows hold the items of {several[0]} alone"
        fields.wrong("repeating", "the form repeats as a whole and in one of its groups", hint)
    elif len(several) > 1:
        hint = "rows are numbered per form: move the other group to a form of its own"
        fields.wrong("groups", f"{' and '.join(several)} both repeat", hint)
    return whole or bool(several)


def _read_samples(form: Form, fields: Fields) -> DayRule | None:
    has_labs = any(item.type is ItemType.LAB for item in form.items.values())
    if fields.get("laboratory") is None:
        if has_labs:
            fields.wrong(
                "laboratory",
                "a form with laboratory items must say where the sample date stands",
                "laboratory: {code: LABID, sampled: LBDTC}",
            )
        return None
    inner = fields.inside("laboratory").know(SAMPLES)
    code, sampled = inner.text("code"), inner.oid("sampled", "LBDTC")
    for key, oid, types in (("code", code, (ItemType.CODE,)), ("sampled", sampled, (ItemType.DATE, ItemType.DATETIME))):
        if oid and (oid not in form.items or form.items[oid].type not in types):
            inner.wrong(key, f"{oid} is not an item of type {' or '.join(types)} in this form")
    return DayRule(sampled, code)
