"""docs/roles.md shows the table of roles and permissions as the code has it; `python -m tests.house.test_roles_docs`
writes it anew."""

import re
import sys

from ecrf.policy.grants import GRANTS, Role, table
from tests.house.tree import ROOT

PAGE = ROOT / "docs/roles.md"


def written() -> str:
    """The table as Markdown."""
    head = ["permission", *(role.value for role in Role)]
    rows = [[f"`{name}`", *("yes" if role in holders else "" for role in Role)] for name, holders in table()]
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def shown() -> str:
    """The table that the page has."""
    return "".join(re.findall(r"^\|.*\|\n", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_of_roles_has_the_table_of_the_code() -> None:
    assert shown() == written()


def test_the_table_has_every_cell_of_the_grants() -> None:
    cells = {(permission, role) for permission, holders in table() for role in holders}
    assert cells == {(permission.value, role) for role, carried in GRANTS.items() for permission in carried}


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else sys.stdin.read()
    PAGE.write_text(text.replace(shown(), written()) if PAGE.exists() and shown() else text + written(), "utf-8")
