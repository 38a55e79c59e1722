"""The schemas for editors say what the loader says: packages hold to them, what the loader refuses does not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from forms.loading import vocabulary
from forms.loading.faults import Report
from forms.loading.nodes import Listing, Node, Scalar, read_yaml
from forms.loading.schema import FILES, schema
from tests.forms.packages import write_package

BEAM = Path(__file__).parents[2] / "forms" / "studies" / "beam"
PLACES = {"study": "study.yaml", "codelists": "codelists.yaml", "form": "forms/*.yaml", "checks": "checks/*.yaml",
          "derivations": "derivations.yaml", "laboratories": "laboratories.yaml"}  # fmt: skip
_MEANT = ((r"true|false", lambda text: text == "true"), (r"null|~|", lambda text: None),
          (r"[-+]?[0-9]+", int), (r"[-+]?[0-9]+\.[0-9]+", float))  # fmt: skip


def as_editors_read(node: Node) -> Any:
    """A file as YAML 1.2 resolves it, which is what editors do: `NO` is a text, `1.0` is not."""
    if isinstance(node, Scalar):
        meant = (means for form, means in _MEANT if node.plain and re.fullmatch(form, node.text))
        return next(meant, str)(node.text)
    if isinstance(node, Listing):
        return [as_editors_read(entry) for entry in node.entries]
    return {key: as_editors_read(entry) for key, entry in node.entries.items()}


def complaints(file: str, text: str) -> list[str]:
    report = Report()
    node = read_yaml(text, file, report)
    assert node is not None, report.faults
    return [error.message for error in jsonschema_rs.validator_for(schema(file)).iter_errors(as_editors_read(node))]


def files_of(package: Path) -> Iterator[tuple[str, Path]]:
    return ((file, path) for file, place in PLACES.items() for path in sorted(package.glob(place)))


@pytest.mark.parametrize("file", FILES)
def test_a_schema_is_one_and_refers_to_nothing_outside(file: str) -> None:
    made = schema(file)
    assert jsonschema_rs.meta.is_valid(made)
    assert set(re.findall(r'"#/\$defs/(\w+)"', repr(made).replace("'", '"'))) == set(made["$defs"])


@pytest.mark.parametrize(("file", "path"), [(f, p) for f, p in files_of(BEAM)], ids=lambda each: str(each)[-24:])
def test_beam_holds_to_the_schemas(file: str, path: Path) -> None:
    assert complaints(file, path.read_text("utf-8")) == []


def test_the_small_package_holds_to_the_schemas(tmp_path: Path) -> None:
    found = {path: complaints(file, path.read_text("utf-8")) for file, path in files_of(write_package(tmp_path))}
    assert set(map(len, found.values())) == {0}
    assert len(found) == 9


@pytest.mark.parametrize(
    ("file", "place", "old", "new", "said"),
    [
        ("study", "study.yaml", 'version: "1.0"', 'versoin: "1.0"', "versoin"),
        ("study", "study.yaml", "timezone: Asia/Shanghai\n", "", "timezone"),
        ("study", "study.yaml", "type: scheduled\n", "type: planned\n", "planned"),
        ("study", "study.yaml", "window: [-3, 3]", "window: [-3]", "[-3]"),
        ("codelists", "codelists.yaml", "{F: {en: Female, zh-CN: 女}", "{F: Female", "Female"),
        ("form", "forms/CHEM.yaml", "layout: grid", "layout: gird", "gird"),
        ("form", "forms/DM.yaml", "type: code", "type: coed", "coed"),
        ("form", "forms/DM.yaml", "partial: true", "partial: maybe", "maybe"),
        ("form", "forms/CHEM.yaml", "ucum: U/L, shown", "ucmu: U/L, shown", "ucmu"),
        ("checks", "checks/CHEM.yaml", "severity: hard", "severity: firm", "firm"),
        ("checks", "checks/CHEM.yaml", "  why: our proposal\n", "", "why"),
        ("checks", "checks/CHEM.yaml", "fires: true", "fries: true", "fries"),
        ("derivations", "derivations.yaml", "formula:", "fromula:", "fromula"),
        ("laboratories", "laboratories.yaml", "unit: U/L", "unti: U/L", "unti"),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(
    tmp_path: Path, file: str, place: str, old: str, new: str, said: str
) -> None:
    text = (write_package(tmp_path) / place).read_text("utf-8")
    assert old in text
    assert any(said in each for each in complaints(file, text.replace(old, new, 1)))


def test_a_later_version_may_say_only_what_it_replaces() -> None:
    assert complaints("study", 'version: "2.0"\ninclude: ../one\nwithout: {checks: [EC3]}\n') == []
    assert complaints("study", 'version: "2.0"\nwithout: {checks: [EC3]}\n') != []


def test_every_key_of_the_loader_says_what_it_is() -> None:
    tables = {name: table for name, table in vars(vocabulary).items() if isinstance(table, dict) and name.isupper()}
    keys = [key for table in tables.values() for key in table.values() if isinstance(key, vocabulary.Key)]
    assert len(keys) > 90
    assert all(len(key.says) > 5 for key in keys)
