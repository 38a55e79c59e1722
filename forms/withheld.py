"""What is kept from readers: the items that a study flags, the checks that read them, and how a value says so."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from forms.datum import Datum
from forms.definitions import Check, Study
from forms.texts import Text

CODE = "withheld"
WITHHELD = Datum(missing=CODE)
"""Stands for a value that is there and is not shown to this reader."""
SAID = Text({"en": "Withheld", "zh-CN": "不予显示"})
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Flagged:
    """The flagged `items` of each form that has some, and the `checks` that name one or read one."""

    items: Mapping[str, frozenset[str]]
    checks: frozenset[str]

    @property
    def oids(self) -> frozenset[str]:
        """The flagged items of all forms."""
        return NOTHING.union(*self.items.values())


NONE_FLAGGED = Flagged({}, NOTHING)


@dataclass(frozen=True)
class Flags:
    """What of a study points at a person, and what would unblind."""

    identifying: Flagged = NONE_FLAGGED
    restricted: Flagged = NONE_FLAGGED


NO_FLAGS = Flags()


def flags_of(studies: Iterable[Study]) -> Flags:
    """The flags of a study in some of its versions: what one of them flags is flagged."""
    every = list(studies)
    return Flags(_flagged(every, "identifying"), _flagged(every, "restricted"))


def _flagged(studies: Iterable[Study], flag: str) -> Flagged:
    items: dict[str, frozenset[str]] = {}
    checks: set[str] = set()
    for study in studies:
        own = {form.oid: frozenset(item.oid for item in form.items.values() if getattr(item, flag))
               for form in study.forms.values()}  # fmt: skip
        named = {form: found for form, found in own.items() if found}
        checks |= {check.id for check in study.checks if _reads(check, named)} if named else set()
        items |= {form: found | items.get(form, NOTHING) for form, found in named.items()}
    return Flagged(items, frozenset(checks))


def _reads(check: Check, flagged: Mapping[str, Collection[str]]) -> bool:
    """Whether a check stands on a flagged item, or its text names one: an item of that name on any form counts."""
    oids = {oid for found in flagged.values() for oid in found}
    on_it = not set(flagged.get(check.form, ())).isdisjoint(check.items)
    return on_it or not oids.isdisjoint(re.findall(r"\w+", check.fires_when))
