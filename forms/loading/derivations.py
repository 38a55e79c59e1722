"""Derivations: how a computed item comes about, with worked examples."""

from forms.definitions import Derivation
from forms.loading.cases import read_tests
from forms.loading.faults import Report
from forms.loading.fields import Fields
from forms.loading.package import Entry
from forms.loading.vocabulary import DERIVATION, EXAMPLE


def read_derivation(oid: str, entry: Entry, report: Report) -> Derivation:
    """One derivation; its unit is that of its item, filled in when all forms are read."""
    fields = Fields(entry.node, f"derivations/{oid}", report)
    fields.know(DERIVATION)
    form, _, item = fields.oid("item", "DM.AGE").partition(".")
    if form and not item:
        fields.wrong("item", f"{form} is no item", "FORM.ITEM, such as DM.AGE")
    if not fields.entries("tests"):
        fields.wrong("tests", "a derivation without worked examples", "- {given: {WEIGHT: 52}, expect: 20.31}")
    formula = fields.text("formula") if fields.needs("formula", "age(BRTHDAT, RFICDAT)") else None
    decimals = fields.whole("decimals", 0)
    return Derivation(oid, form, item, formula or "", decimals=decimals, tests=read_tests(fields, EXAMPLE))
