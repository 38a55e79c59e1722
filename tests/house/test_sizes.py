"""Files and functions stay short: past the limit a thing has two subjects, and the second one wants a name."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import OURS, PRODUCT, ROOT, files, functions, name_of, tree_of

FILE_LIMIT = 250
FUNCTION_LIMIT = 30
FACE_LIMIT = 40  # lines of a package's face that hands names on
ONE_SUBJECT_HOWEVER_LONG = {"ecrf/static/theme.css"}  # one stylesheet, by design


def long_files(paths: list[Path]) -> list[str]:
    lengths = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in paths}
    return [f"{name}: {n}" for name, n in lengths.items() if n >= FILE_LIMIT and name not in ONE_SUBJECT_HOWEVER_LONG]


def long_functions(paths: list[Path]) -> list[str]:
    found = ((path, function) for path in paths for function in functions(tree_of(path)))
    sizes = ((path, function, (function.end_lineno or 0) - function.lineno + 1) for path, function in found)
    return [f"{name_of(p)}:{f.lineno} {f.name}: {size}" for p, f, size in sizes if size >= FUNCTION_LIMIT]


def busy_faces(paths: list[Path]) -> list[str]:
    """Package faces that hold more than a docstring; those of `forms` and `audit` may hand names on."""
    faces = [path for path in paths if path.name == "__init__.py"]
    return [name_of(path) for path in faces if not _is_quiet(path)]


def _is_quiet(path: Path) -> bool:
    if path.is_relative_to(ROOT / "forms") or path.is_relative_to(ROOT / "audit"):
        return path.read_text(encoding="utf-8").count("\n") < FACE_LIMIT
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree_of(path).body)


def test_no_file_is_longer_than_its_limit() -> None:
    paths = files(*OURS) + files("ecrf", suffix=".html") + files("ecrf", suffix=".css") + files("ecrf", suffix=".js")
    assert long_files(paths) == []


def test_no_function_is_longer_than_its_limit() -> None:
    migrations = ROOT / "migrations"  # a migration is one list, read from top to bottom
    assert long_functions([path for path in files(*OURS) if not path.is_relative_to(migrations)]) == []


def test_package_faces_hold_a_docstring_alone() -> None:
    assert busy_faces(files(*OURS)) == []


@pytest.mark.parametrize(
    ("name", "text", "guard"),
    [
        ("long.py", "x = 1\n" * FILE_LIMIT, long_files),
        ("wide.py", "def f() -> None:\n" + "    x = 1\n" * FUNCTION_LIMIT, long_functions),
        ("inner.py", "class C:\n  def f(self):\n" + "    x = 1\n" * FUNCTION_LIMIT, long_functions),
        ("__init__.py", '"""A face."""\nfrom somewhere import everything\n', busy_faces),
    ],
)
def test_each_guard_fails_on_a_planted_breach(tmp_path: Path, name: str, text: str, guard) -> None:
    planted = tmp_path / name
    planted.write_text(text, encoding="utf-8")
    assert len(guard([planted])) == 1


def test_the_guards_see_the_product() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files(*PRODUCT)} == set(PRODUCT)
