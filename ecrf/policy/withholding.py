"""Who sees what a study flags: what points at a person stays with the site that treats the person (EMA guideline on
computerised systems 4.9), and what would unblind stays with whoever enters it (the same, 6.2.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from forms.casebook import Values
from forms.datum import Datum
from forms.definitions import Form, Item
from forms.withheld import NOTHING, WITHHELD, Flags


@dataclass(frozen=True)
class Sight:
    """What of one form a reader does not see: values that are `withheld`, and items that for this reader are `absent`.
    `unsaid` are the checks of which this reader does not hear; `unquoted` the items of whichever form whose values
    nothing may quote."""

    withheld: frozenset[str] = NOTHING
    absent: frozenset[str] = NOTHING
    unsaid: frozenset[str] = NOTHING
    unquoted: frozenset[str] = NOTHING

    def values(self, values: Values) -> Values:
        """The values as this reader sees them; those of absent items are not among them."""
        if not (self.withheld or self.absent):
            return values
        return {item: self.datum(item, values[item]) for item in values if item not in self.absent}

    def datum(self, item: str, datum: Datum) -> Datum:
        """A value as this reader sees it; of an absent item nothing."""
        if item in self.absent:
            return Datum()
        return WITHHELD if item in self.withheld and not datum.is_empty else datum

    def tells_of(self, item: str | None, check: str | None = None) -> bool:
        """Whether this reader hears of a query or a hold on an item, or of a check."""
        return item not in self.absent and check not in self.unsaid

    def items(self, items: Iterable[str]) -> tuple[str, ...]:
        """Those of some items of the form that are there for this reader."""
        return tuple(item for item in items if item not in self.absent)


CLEAR = Sight()


def sight(actor: Actor, flags: Flags, form: str, study_id: str, site_id: str | None) -> Sight:
    """What this reader sees of a form at a site: the one place that says so."""
    person, blind = flags.identifying, flags.restricted
    sees_person = not person.items or actor.may(Permission.IDENTITY_READ, study_id, site_id)
    sees_blind = not blind.items or actor.may(Permission.RESTRICTED_READ, study_id, site_id)
    if sees_person and sees_blind:
        return CLEAR
    absent = NOTHING if sees_blind else blind.items.get(form, NOTHING)
    withheld = NOTHING if sees_person else person.items.get(form, NOTHING)
    unquoted = (NOTHING if sees_blind else blind.oids) | (NOTHING if sees_person else person.oids)
    return Sight(withheld - absent, absent, NOTHING if sees_blind else blind.checks, unquoted)


def sees_everywhere(actor: Actor, permission: Permission) -> bool:
    """Whether the actor has a permission to see more wherever the actor reads: what a list of several sites asks."""
    reading = [grant for grant in actor.grants if grant.carries(Permission.RECORD_READ)]
    return bool(reading) and all(grant.carries(permission) for grant in reading)


def is_withheld(actor: Actor, item: Item) -> bool:
    """Whether an item is kept out of the actor's lists, which have no column for what is withheld at one of the sites
    they tell of."""
    flags = {Permission.RESTRICTED_READ: item.restricted, Permission.IDENTITY_READ: item.identifying}
    return any(flag and not sees_everywhere(actor, permission) for permission, flag in flags.items())


def withheld_paths(actor: Actor, forms: Mapping[str, Form]) -> frozenset[str]:
    """Those items of all forms, as `DM.BRTHDAT`."""
    return frozenset(
        f"{form.oid}.{item.oid}" for form in forms.values() for item in form.items.values() if is_withheld(actor, item)
    )
