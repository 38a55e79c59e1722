"""Random expressions that are right in their types and units."""

from dataclasses import dataclass, replace
from random import Random

from tests.forms.oracle import conditions, days, numbers
from tests.forms.oracle.vocabulary import Growing, Part


@dataclass(frozen=True)
class Grower:
    """Grows expressions for one form; `rows` is the form whose rows are being looked at."""

    chance: Random
    form: str
    rows: str | None = None

    def number(self, kind: str, depth: int) -> Part:
        """A number of a kind."""
        if depth < 1 or self.chance.random() < 0.25:
            return numbers.leaf(self, kind)
        return self.chance.choice(numbers.makers(self, kind))(self, kind, depth - 1)

    def days(self, depth: int) -> Part:
        """A date."""
        return days.day(self, depth)

    def condition(self, depth: int) -> Part:
        """A condition."""
        return conditions.condition(self, depth)

    def inside(self, rows: str) -> Growing:
        """The grower of what is said about the rows of a form."""
        return replace(self, rows=rows)
