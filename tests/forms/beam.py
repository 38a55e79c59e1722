"""BEAM's package, loaded once for all tests that read it, and its specification, which lies beside the repository where
the package was written; tests against it are skipped elsewhere."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.definitions import Item
from forms.loading.loader import load_study

HERE = Path(__file__).parents[2]
PACKAGE = HERE / "forms/studies/beam"
SPECIFICATION = HERE.parent / "shared/beam/beam-study.yaml"
REGISTRY = SPECIFICATION.with_name("registry.txt")

needs_specification = pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"no specification at {SPECIFICATION}")

SPREAD = frozenset({"EC052", "EC113", "EC114", "EC115"})
"""Checks written once for every criterion or laboratory item."""


@lru_cache
def beam() -> CompiledStudy:
    """The package, compiled."""
    return compile_study(load_study(PACKAGE))


@lru_cache
def specification() -> dict[str, Any]:
    """The specification, every value a text."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    found: dict[str, Any] = yaml.load(SPECIFICATION.read_text(encoding="utf-8"), loader)  # noqa: S506 texts only
    return found


def items_written() -> Iterator[tuple[str, dict[str, Any], Item]]:
    """Every item of the specification with its form and the package's own."""
    for form in specification()["forms"]:
        for each in form["items"]:
            yield form["oid"], each, beam().study.forms[form["oid"]].items[each["oid"]]
