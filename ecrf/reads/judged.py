"""Laboratory results out of range, and whether somebody has said if they matter."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ecrf.reads.definitions import definition

OUT_OF_RANGE = frozenset({"LL", "L", "H", "HH"})
"""The range flags of results outside their limits."""
_GONE = ("removed", "not_done")


def unjudged_items(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The laboratory items of a record that lie outside their range with no clinical significance said."""
    data = row["data"]
    if row["state"] in _GONE or not data:
        return ()
    known = judged_items(row["study_id"], row["study_version"], row["form"])
    return tuple(
        item for item, flag, said in known if _value(data, flag) in OUT_OF_RANGE and _value(data, said) is None
    )


@lru_cache(maxsize=1024)
def judged_items(study_id: str, version: int, form: str) -> tuple[tuple[str, str, str], ...]:
    """The laboratory items of a form whose significance is asked for, each with its range flag and its significance;
    of what would unblind no list and no count tells."""
    known = definition(study_id, version).forms.get(form)
    if known is None:
        return ()
    named = {(item.lab, item.companion): oid for oid, item in known.items.items() if item.lab and not item.restricted}
    labs = dict.fromkeys(lab for lab, _ in named)
    both = ((lab or "", named.get((lab, "NRIND")), named.get((lab, "CS"))) for lab in labs)
    return tuple((lab, flag, said) for lab, flag, said in both if flag and said)


def _value(data: Mapping[str, Mapping[str, str]], item: str) -> str | None:
    parts = data.get(item) or {}
    return parts.get("v") or parts.get("nd")
