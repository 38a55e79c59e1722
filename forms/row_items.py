"""Which items of a form its rows hold, and which the form itself: rows are numbered per form, so there is one answer
for each form of a study version.

A group that repeats holds the items of each row; the other groups hold those of the form itself. Where the form as a
whole is said to repeat, every item is one of the row, but for a computed item whose expression names none of them: it
is computed once, over the rows.
"""

from collections.abc import Mapping

from forms.definitions import Form
from forms.expressions import Compiled


def row_items(form: Form, computed: Mapping[str, Compiled]) -> frozenset[str]:
    """The items that each row of a form holds; none where it does not repeat.

    `computed` are the form's derivations by item, each after those it reads.
    """
    if not form.repeating:
        return frozenset()
    listed = {item for group in form.groups if group.repeating for item in group.items}
    if listed:
        return frozenset(item.oid for item in form.items.values() if (item.lab or item.oid) in listed)
    found = set(form.items)
    for item, rule in computed.items():
        if found.isdisjoint(rule.own_items):
            found.discard(item)
    return frozenset(found)
