"""What our own code never says, whatever the reason; each guard is seen to fail on a planted line."""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.house.tree import OURS, PRODUCT, ROOT, dotted, files, name_of, tree_of

UNFINISHED = re.compile(r"(#|<!--|/\*|//).*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + "Error")
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
INLINE = re.compile(r"""\s(style|on[a-z]+)\s*=\s*["']|<script(?![^>]*\bsrc=)[^>]*>|<style\b|javascript:""")
VAGUE = re.compile(r"^(utils?|helpers?|manager|base|common|misc|tools)$")
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
}
OF_A_REQUEST = {"current_user", "request", "session", "g"}
SQL_RUNNERS = {"text", "DDL", "execute", "executemany", "exec_driver_sql", "executescript", "literal_column"}

Guard = Callable[[Path], Iterable[int]]


def _nodes(path: Path, *kinds: type[ast.AST]) -> Iterable[ast.AST]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, kinds))


def _lines(path: Path, pattern: re.Pattern[str]) -> list[int]:
    text = path.read_text(encoding="utf-8")
    return [number for number, line in enumerate(text.split("\n"), 1) if pattern.search(line)]


def unfinished(path: Path) -> list[int]:
    return _lines(path, UNFINISHED)


def unescaped(path: Path) -> list[int]:
    return _lines(path, UNESCAPED)


def inline(path: Path) -> list[int]:
    return _lines(path, INLINE)


def evaluated(path: Path) -> list[int]:
    calls = (node for node in _nodes(path, ast.Call))
    return [
        node.lineno
        for node in calls
        if dotted(node.func) in {"eval", "exec", "compile", "__import__", "Markup", "markupsafe.Markup"}
    ]


def built_sql(path: Path) -> list[int]:
    """SQL put together from pieces: an f-string, `+`, `%` or `.format` where a statement goes."""
    calls = (
        node for node in _nodes(path, ast.Call) if dotted(node.func).rpartition(".")[2] in SQL_RUNNERS and node.args
    )
    return [node.lineno for node in calls if _is_built(node.args[0])]


def _is_built(node: ast.expr) -> bool:
    formatted = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return (
        formatted
        or isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))
    )


def clock(path: Path) -> list[int]:
    return [node.lineno for node in _nodes(path, ast.Call) if dotted(node.func) in CLOCK]


def hidden_imports(path: Path) -> list[int]:
    named = [node.lineno for node in _nodes(path, ast.Name) if node.id == "TYPE_CHECKING"]
    inner = [
        n.lineno
        for f in _nodes(path, ast.FunctionDef)
        for n in ast.walk(f)
        if isinstance(n, ast.Import | ast.ImportFrom)
    ]
    return named + inner


def of_a_request(path: Path) -> list[int]:
    imports = _nodes(path, ast.ImportFrom)
    return [
        n.lineno for n in imports if (n.module or "").startswith("flask") and OF_A_REQUEST & {a.name for a in n.names}
    ]


def vague(path: Path) -> list[int]:
    return [1] if VAGUE.match(path.stem) else []


def _below_the_faces() -> list[Path]:
    faces = [ROOT / "ecrf" / name for name in ("web", "api", "edge", "app.py", "i18n.py", "logs.py", "security.py")]
    return [path for path in files("ecrf") if not any(path.is_relative_to(face) for face in faces)]


RULES: dict[str, tuple[Guard, Callable[[], list[Path]]]] = {
    "nothing is left for later": (unfinished, lambda: files(*OURS) + files("ecrf", suffix=".html")),
    "templates escape everything": (unescaped, lambda: files("ecrf", suffix=".html")),
    "no inline style or script": (inline, lambda: files("ecrf", suffix=".html")),
    "nothing is evaluated or marked as safe": (evaluated, lambda: files(*PRODUCT)),
    "no SQL is built from pieces": (built_sql, lambda: files(*PRODUCT)),
    "forms and services read no clock": (
        clock,
        lambda: files("forms", "audit", "ecrf/policy", "ecrf/models", "ecrf/reads"),
    ),
    "imports stand at the top": (hidden_imports, lambda: files(*PRODUCT)),
    "the request is known at the entrance alone": (of_a_request, _below_the_faces),
    "names say the thing, not its kind": (vague, lambda: files(*PRODUCT)),
}
PLANTED = {
    "nothing is left for later": ("later.py", "x = 1  # TO" + "DO: finish"),
    "templates escape everything": ("page.html", "<p>{{ text | safe }}</p>"),
    "no inline style or script": ("page.html", '<p style="color: red">'),
    "nothing is evaluated or marked as safe": ("unsafe.py", "eval(rule)"),
    "no SQL is built from pieces": ("query.py", 'connection.execute(text(f"SELECT {column} FROM records"))'),
    "forms and services read no clock": ("now.py", "datetime.now(UTC)"),
    "imports stand at the top": ("inner.py", "def f():\n    import json"),
    "the request is known at the entrance alone": ("deep.py", "from flask_login import current_user"),
    "names say the thing, not its kind": ("helpers.py", ""),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_of_the_house_holds(rule: str) -> None:
    guard, covered = RULES[rule]
    assert [f"{name_of(path)}:{line}" for path in covered() for line in guard(path)] == []


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_fails_on_a_planted_breach(tmp_path: Path, rule: str) -> None:
    name, text = PLANTED[rule]
    planted = tmp_path / name
    planted.write_text(text, encoding="utf-8")
    assert RULES[rule][0](planted)
