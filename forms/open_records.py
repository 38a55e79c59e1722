"""One record opened for an evaluation: what is stored, what is laid over it, and the typed values read so far."""

from collections.abc import Iterable, Mapping

from forms.casebook import RecordKey, Values
from forms.datum import Datum, answered_items, is_answered
from forms.definitions import Item
from forms.kinds import Value
from forms.limits import Limits
from forms.values import value_of


class OpenRecord:
    """A record of a chart, started or not. `stored` is what the casebook holds and never changes; computed values and
    the answers under judgement are laid over it. `values` and `limits` hold what has been asked for so far."""

    __slots__ = ("_laid", "held_items", "is_held", "items", "key", "limits", "stored", "values")

    def __init__(
        self,
        key: RecordKey,
        items: Mapping[str, Item],
        stored: Values,
        laid: Mapping[str, Datum],
        *,
        is_held: bool,
        held_items: frozenset[str],
    ) -> None:
        self.key, self.items, self.stored, self._laid = key, items, stored, dict(laid)
        self.is_held, self.held_items = is_held, held_items
        self.values: dict[str, Value] = {}
        self.limits: dict[str, Limits] = {}

    def datum(self, item: str) -> Datum | None:
        """What stands for an item now."""
        laid = self._laid.get(item)
        return laid if laid is not None else self.stored.get(item)

    def is_answered(self, item: str) -> bool:
        """Whether an item holds a value, or a reason for having none."""
        laid = self._laid.get(item)
        return is_answered(self.stored, item) if laid is None else not laid.is_empty

    def unanswered(self, items: Iterable[str]) -> list[str]:
        """Those of the items that hold neither a value nor a reason for having none."""
        if self._laid:
            return [item for item in items if not self.is_answered(item)]
        answered = answered_items(self.stored)
        return [item for item in items if item not in answered]

    def value(self, item: str) -> Value:
        """The typed value of an item, None where it is missing or not of this version."""
        if item not in self.values:
            definition = self.items.get(item)
            self.values[item] = value_of(definition, self.datum(item)) if definition else None
        return self.values[item]

    def write(self, item: str, datum: Datum) -> None:
        """Lay a computed value over what is stored."""
        self._laid[item] = datum
        self.values.pop(item, None)

    def keeps(self, item: str) -> bool:
        """Whether a freeze or lock keeps an item as it is."""
        return self.is_held or item in self.held_items
