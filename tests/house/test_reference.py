"""Whatever has a name of its own stands in docs/reference.md under that name, and nothing else does."""

import re
from collections.abc import Iterator

import click
import pytest

from ecrf.app import COMMANDS
from ecrf.policy.actions import Action
from ecrf.policy.permissions import Permission
from tests.house.tree import ROOT, files


def documented(section: str) -> set[str]:
    """The headings of one section."""
    text = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    body = re.split(rf"^# {section}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    own = re.split(r"^# ", body, maxsplit=1, flags=re.MULTILINE)[0]
    return set(re.findall(r"^### `(.+)`$", own, re.MULTILINE))


def settings() -> set[str]:
    """Every variable of the environment that the application reads."""
    text = "".join(path.read_text(encoding="utf-8") for path in files("ecrf"))
    return set(re.findall(r"""["']((?:ECRF|PROMETHEUS)_[A-Z_]+)["']""", text))


def commands(command: click.Command, path: str) -> Iterator[str]:
    """The command, or all that stand below it."""
    if not isinstance(command, click.Group):
        yield path
        return
    for name, inner in command.commands.items():
        yield from commands(inner, f"{path} {name}")


NAMED = {
    "Permissions": lambda: {permission.value for permission in Permission},
    "Settings": settings,
    "Commands": lambda: {path for group in COMMANDS for path in commands(group, f"flask {group.name}")},
    "Actions of the trail": lambda: {action.value for action in Action},
}


@pytest.mark.parametrize("section", NAMED)
def test_everything_with_a_name_is_in_the_reference(section: str) -> None:
    assert documented(section) == NAMED[section]()


def test_every_heading_says_something() -> None:
    text = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
    assert re.findall(r"^### `(.+)`\n\n*(?=#|\Z)", text, re.MULTILINE) == []
