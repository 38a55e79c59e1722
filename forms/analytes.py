"""Laboratory items made ready once for each study version: what moves their companions, and how they are graded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from forms.ctcae import Grading, terms_of
from forms.definitions import Item, ItemType, Study
from forms.reads import COMPUTED_OF_LAB, range_paths

GRADE = "TOXGR"


@dataclass(frozen=True)
class Analyte:
    """A laboratory item of a form.

    `companions` are the computed items beside it by suffix (`XULN`); `own` are the paths on its own record that move
    them, the item itself included, `person` those elsewhere: sex and date of birth.
    """

    form: str
    item: Item
    dictionary: str
    companions: Mapping[str, Item]
    own: frozenset[str]
    person: frozenset[str]

    @property
    def path(self) -> str:
        """The item as `FORM.ITEM`."""
        return f"{self.form}.{self.item.oid}"

    @cached_property
    def grading(self) -> Grading:
        """The terms that grade it, in its unit."""
        return Grading(terms_of(self.dictionary, self.item.oid), self.item.canonical, self.item.molar_mass)

    @cached_property
    def follows_baseline(self) -> bool:
        """Whether its grade looks at the subject's baseline."""
        return GRADE in self.companions and self.grading.uses_baseline


def analytes_of(study: Study) -> dict[str, Analyte]:
    """The laboratory items of a study by path, in the order of its forms."""
    found = (
        _analyte(study, form.oid, item, form.items)
        for form in study.forms.values()
        for item in form.items.values()
        if item.type is ItemType.LAB
    )
    return {analyte.path: analyte for analyte in found}


def _analyte(study: Study, form: str, item: Item, items: Mapping[str, Item]) -> Analyte:
    companions = {suffix: f"{item.oid}_{suffix}" for suffix in COMPUTED_OF_LAB}
    choosing = range_paths(form, study)
    own = frozenset(path for path in choosing if path.startswith(f"{form}."))
    return Analyte(
        form, item, study.ctcae, {suffix: items[oid] for suffix, oid in companions.items() if oid in items},
        own | {f"{form}.{item.oid}"}, choosing - own,
    )  # fmt: skip
