"""Package files are read as text with positions: nothing is guessed from a scalar's look, and tricks are refused."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.loading.faults import Fault, PackageFaults, Report
from forms.loading.loader import load_study
from forms.loading.nodes import DEEPEST, LONGEST, Mapped, Scalar, read_yaml
from tests.forms.packages import FILES, write_package


def said(text: str) -> list[tuple[int, str]]:
    report = Report()
    read_yaml(text, "study.yaml", report)
    return [(fault.line, fault.message) for fault in report.faults]


@pytest.mark.parametrize("text", ["NO", "on", "1.20", "10:15", "2026-02-30", "0x10", "1_000", "1e3", "~x", "null"])
def test_a_scalar_stays_the_text_it_was_written_as(text: str) -> None:
    root = read_yaml(f"key: {text}", "study.yaml", Report())
    assert isinstance(root, Mapped)
    scalar = root.entries["key"]
    assert isinstance(scalar, Scalar)
    assert (scalar.text, scalar.plain, scalar.mark.line) == (text, True, 1)


def test_quotes_are_remembered() -> None:
    root = read_yaml("a: 'true'\nb: \"65\"", "study.yaml", Report())
    assert isinstance(root, Mapped)
    assert [scalar.plain for scalar in root.entries.values() if isinstance(scalar, Scalar)] == [False, False]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3", 3, "the key a is written twice"),
        ("a: {b: 1, b: 2}", 1, "the key b is written twice"),
        ("a: &x 1\nb: *x", 1, "aliases"),
        ("b: *x", 1, "aliases"),
        ("a: !!python/object:os.system 1", 1, "the tag"),
        ("a: !mine 1", 1, "the tag"),
        ("a: 1\n---\nb: 2", 2, "a second document"),
        ("? [1, 2]\n: 3", 1, "a key must be a plain word"),
        ("a: [1, 2", 1, "not YAML"),
        ("", 1, "the file holds nothing"),
        ("# only a comment", 1, "the file holds nothing"),
        ("a: 1\n\tb: 2", 2, "not YAML"),
        ("a: \x00", 1, "not YAML"),
        ("[" * (DEEPEST + 1), 1, f"nested deeper than {DEEPEST} levels"),
        ("[" * 100_000, 1, f"nested deeper than {DEEPEST} levels"),
        ("a" * (LONGEST + 1), 1, "the file is longer than"),
    ],
)
def test_what_the_format_does_not_know_is_refused_in_its_line(text: str, line: int, message: str) -> None:
    found = said(text)
    assert len(found) == 1
    assert found[0][0] == line
    assert message in found[0][1]


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    write_package(tmp_path)
    (tmp_path / "codelists.yaml").write_bytes("SEX: {F: {en: Female, zh-CN: 女性}}".encode("gb18030"))
    with pytest.raises(PackageFaults) as raised:
        load_study(tmp_path)
    assert [str(fault) for fault in raised.value.faults] == [
        "codelists.yaml:1: codelists.yaml: the file is not UTF-8 text (save it as UTF-8)"
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    file=st.sampled_from(sorted(FILES)),
    start=st.integers(0, 400),
    length=st.integers(0, 30),
    put=st.text(alphabet=st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["[", "{", ": ", "- ", "\n", "'", "null"]),
)
def test_a_package_broken_anywhere_loads_or_says_what_is_wrong(
    tmp_path: Path, file: str, start: int, length: int, put: str
) -> None:
    write_package(tmp_path)
    text = FILES[file]
    (tmp_path / file).write_text(text[:start] + put + text[start + length :], encoding="utf-8")
    faults: tuple[Fault, ...] | None = None
    try:
        load_study(tmp_path)
    except PackageFaults as error:
        faults = error.faults
    assert faults is None or (faults and all(fault.file and fault.line >= 1 and fault.message for fault in faults))
