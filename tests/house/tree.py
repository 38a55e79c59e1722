"""Our own files, as the tests about the house read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("forms", "audit", "ecrf")
OURS = (*PRODUCT, "migrations", "benchmarks", "tests")


def files(*folders: str, suffix: str = ".py") -> list[Path]:
    """All files of these folders with this ending, without what others wrote (vendored) or tools keep (caches)."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob(f"*{suffix}")))
    return [path for path in found if not {"vendor", "__pycache__"} & set(path.parts)]


def name_of(path: Path) -> str:
    """The path as a person would type it at the top of the house."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file, inner ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names, else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
