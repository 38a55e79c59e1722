"""What points at a person stays with the site that treats the person (requirements R-EMA-2): everybody else sees the
rest of the record."""

from collections.abc import Mapping

from ecrf.policy.actors import Actor
from ecrf.policy.grants import SITE_STAFF
from ecrf.policy.permissions import Permission
from forms.definitions import Form, Item


def sees_identifying(actor: Actor) -> bool:
    """Whether every place that the actor reads is one whose patients the actor treats."""
    reading = [grant for grant in actor.grants if grant.carries(Permission.RECORD_READ)]
    return bool(reading) and all(grant.role in SITE_STAFF for grant in reading)


def is_withheld(actor: Actor, item: Item) -> bool:
    """Whether an item is kept out of the actor's lists: it points at a person, or would unblind whoever reads it."""
    return item.restricted or (item.identifying and not sees_identifying(actor))


def withheld_paths(actor: Actor, forms: Mapping[str, Form]) -> frozenset[str]:
    """Those items of all forms, as `DM.BRTHDAT`."""
    return frozenset(
        f"{form.oid}.{item.oid}" for form in forms.values() for item in form.items.values() if is_withheld(actor, item)
    )
