"""What is open before a lock, in words, each with the way to where it is mended."""

from dataclasses import dataclass

from flask import url_for

from ecrf.reads.open_points import Open
from ecrf.web.presenting.catalogue import gettext


@dataclass(frozen=True)
class OpenPoint:
    """One line of a checklist."""

    number: int
    text: str
    url: str


def point_names() -> dict[str, str]:
    """What can be open, in words."""
    return {
        "open_queries": gettext("open queries"), "answered_queries": gettext("answered queries"),
        "in_progress": gettext("forms and rows in progress"), "not_started": gettext("forms not started"),
        "stale": gettext("computed values held back"),
    }  # fmt: skip


def open_points(opened: Open, subject_id: str) -> tuple[OpenPoint, ...]:
    """The checklist of one subject, or of a part of it; empty where nothing is open."""
    names, casebook = point_names(), url_for("casebook.show", subject_id=subject_id)
    lists = {
        "open_queries": url_for("queries.index", subject=subject_id, state="open"),
        "answered_queries": url_for("queries.index", subject=subject_id, state="answered"),
    }
    return tuple(OpenPoint(count, names[name], lists.get(name, casebook)) for name, count in opened.points)
