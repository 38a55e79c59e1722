"""What a route is sent by whoever may, and what comes of it: what the tables of valid requests are made of.

Words in braces stand for the ids of a place (`tests.house.standing`): `{subject_id}`, `{record_id}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ecrf.policy.actions import Action
from ecrf.policy.permissions import Permission

Ids = Mapping[str, str | int]


@dataclass(frozen=True)
class Act:
    """One request: any of the permissions `needs` opens it (none: whoever is logged in); `sent` is its query, its form
    or its document; `at` names what stands in the address where that is not of its argument's own name; `writes` are
    the actions that the trail tells of it; `tells` is false for a page that shows nothing of any subject.
    """

    needs: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    writes: str = ""
    status: int = 200
    tells: bool = True

    @property
    def permissions(self) -> set[Permission]:
        """Any of which opens it."""
        return set(map(Permission, self.needs.split()))

    @property
    def actions(self) -> set[Action]:
        """All that the trail tells of it."""
        return set(map(Action, self.writes.split()))


def filled(template: Any, ids: Ids) -> Any:
    """The template with its words in braces replaced, however deep they stand."""
    if isinstance(template, Mapping):
        return {filled(name, ids): filled(inner, ids) for name, inner in template.items()}
    return template.format(**ids) if isinstance(template, str) else template


def words_of(template: Any) -> str:
    """All texts of a template, to look for words in braces."""
    return " ".join(map(words_of, template.values())) if isinstance(template, Mapping) else str(template)
