"""Every act passes a gate: services ask for a permission, reads start from a scope, and the edge alone commits."""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.house.tree import ROOT, dotted, files, functions, name_of, tree_of

# Who is not yet somebody cannot be asked for a permission, who acts on himself alone needs none, and what is found
# through a scope is asked for by whoever wanted it, and everybody knows the sites of their own grants.
OPEN_TO_ALL = {
    "people.log_in", "people.log_out", "people.change_password", "sessions.begin", "sessions.end", "sessions.find",
    "casebooks.find_subject", "sites.own_site_codes", "sessions.renew", "sessions.refuse_password",
    "sessions.end_others",
}  # fmt: skip
ASKING = {"require", "require_at"}
SCOPING = {"in_scope", "allowed", *ASKING}


def calls(function: ast.AST) -> set[str]:
    """The last names of everything a function calls or hands on by name."""
    called = {dotted(node.func).rpartition(".")[2] for node in ast.walk(function) if isinstance(node, ast.Call)}
    return called - {""}


def reaching(paths: Iterable[Path], gates: set[str]) -> set[str]:
    """The names of all functions of these files that come to a gate, directly or through one another."""
    graph: dict[str, set[str]] = {}
    for path in paths:
        for function in functions(tree_of(path)):
            graph.setdefault(function.name, set()).update(calls(function))
    reached = set(gates)
    while grown := {name for name, called in graph.items() if name not in reached and called & reached}:
        reached |= grown
    return reached


def ungated(paths: list[Path], actor: str, gates: set[str]) -> list[str]:
    """The public functions that take an actor first and come to no gate."""
    reached = reaching(paths, gates)
    acting = ((path, node) for path in paths for node in tree_of(path).body if _takes(node, actor))
    found = [f"{path.stem}.{function.name}" for path, function in acting if function.name not in reached]
    return [name for name in found if name not in OPEN_TO_ALL]


def _takes(node: ast.stmt, actor: str) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
        return False
    return [argument.arg for argument in node.args.args[:1]] == [actor]


def roles_let_go(path: Path) -> list[int]:
    """The lines where somebody's permission is asked for and the role that has it is not taken: `by = require(…)`."""
    alone = (node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Expr))
    asked = (node for node in alone if isinstance(node, ast.Call))
    return [node.lineno for node in asked if dotted(node.func).rpartition(".")[2] in ASKING]


def commits(path: Path) -> list[int]:
    nodes = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    return [node.lineno for node in nodes if isinstance(node.func, ast.Attribute) and node.func.attr == "commit"]


def test_every_service_asks_for_a_permission() -> None:
    assert ungated(files("ecrf/services"), "by", ASKING) == []


def test_every_service_acts_in_the_role_that_allows_it() -> None:
    assert {name_of(path): found for path in files("ecrf/services") if (found := roles_let_go(path))} == {}


def test_every_read_starts_from_a_scope() -> None:
    assert ungated(files("ecrf/reads"), "actor", SCOPING) == []


def test_the_edge_alone_commits() -> None:
    others = [path for path in files("ecrf") if not path.is_relative_to(ROOT / "ecrf/edge")]
    assert [f"{name_of(path)}:{line}" for path in others for line in commits(path)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def save(by, record):\n    write(record)", ["planted.save"]),
        ("def save(by, record):\n    require(by, Permission.RECORD_EDIT, record)", []),
        ("def save(by, record):\n    _write(by)\n\ndef _write(by):\n    require(by, X)", []),
    ],
)
def test_a_service_without_a_gate_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(text, encoding="utf-8")
    assert ungated([planted], "by", ASKING) == found


@pytest.mark.parametrize(("text", "found"), [("    require(by, X)", [2]), ("    by = require(by, X)", [])])
def test_a_role_that_is_let_go_is_found(tmp_path: Path, text: str, found: list[int]) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(f"def save(by):\n{text}", encoding="utf-8")
    assert roles_let_go(planted) == found


def test_a_commit_outside_the_edge_is_found(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def save(by):\n    db.session.commit()", encoding="utf-8")
    assert commits(planted) == [2]
