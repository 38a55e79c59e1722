"""Files of subjects are read verbatim; what has no one meaning is told of with its place, all of it at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from ecrf.errors import BadInput
from ecrf.exchange.subject_files import read_subjects
from forms.datum import Datum
from forms.definitions import Study
from tests.ecrf.web.example_study import EVENT, FORMS, STUDY

AGAIN = replace(EVENT, oid="SE.UNS", alias="UNS", kind="unscheduled", repeating=True)
ROWS = replace(FORMS["DM"], oid="ROWS", repeating=True)
MORE = ("", "A", "B", "C")
SMALL = replace(
    STUDY, events={"SE.UNS": AGAIN, **{f"SE.W14{more}": replace(EVENT, forms=(*EVENT.forms, "ROWS")) for more in MORE}},
    forms={**FORMS, "ROWS": ROWS},
)  # fmt: skip


def read(folder: Path, text: str | bytes, name: str = "subjects.yaml", study: Study = SMALL):
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_subjects(file, study)


def faults(folder: Path, text: str | bytes, name: str = "subjects.yaml") -> dict[str, str]:
    with pytest.raises(BadInput) as raised:
        read(folder, text, name)
    return {place: str(said) for place, said in raised.value.details["fields"].items()}


def answers(written: str) -> str:
    form = "CHEM" if written.startswith("ALT") else "DM"
    return f"{{screening_number: A, data: {{SE.W14: {{{form}: {{{written}}}}}}}}}"


@pytest.mark.parametrize(
    ("written", "item", "datum"),
    [
        ("SYMPT: [FEV, PAIN]", "SYMPT", Datum("FEV PAIN")),
        ("SYMPT: {v: [FEV, PAIN]}", "SYMPT", Datum("FEV PAIN")),
        ("SYMPT: []", "SYMPT", Datum()),
        ("SYMPT: FEV PAIN", "SYMPT", Datum("FEV PAIN")),
        ("VISREAS: NO", "VISREAS", Datum("NO")),
        ("VISREAS: 24.0", "VISREAS", Datum("24.0")),
        ("VISREAS: true", "VISREAS", Datum("true")),
        ("VISREAS: null", "VISREAS", Datum()),
        ("VISREAS: ~", "VISREAS", Datum()),
        ("VISREAS: ''", "VISREAS", Datum()),
        ("VISREAS: 'null'", "VISREAS", Datum("null")),
        ("VISREAS: {}", "VISREAS", Datum()),
        ("VISREAS: {nd: LOST}", "VISREAS", Datum(missing="LOST")),
        ("WEIGHT: 52", "WEIGHT", Datum("52", "kg")),
        ("WEIGHT: {v: 52, u: '[lb_av]'}", "WEIGHT", Datum("52", "[lb_av]")),
        ("ALT: {v: 5, q: <}", "ALT", Datum("5", "U/L", "<")),
        ("NOTHING: 1", "NOTHING", Datum("1")),
    ],
)
def test_a_value_stays_the_text_it_is_in_the_file(tmp_path: Path, written: str, item: str, datum: Datum) -> None:
    (subject,) = read(tmp_path, answers(written))
    assert subject.records[0].answers == {item: datum}


@pytest.mark.parametrize(
    ("value", "text"), [("24.0", "24.0"), ("1e400", "1e400"), ("true", "true"), ("false", "false"), ('"null"', "null")]
)
def test_json_is_kept_as_literally_as_yaml(tmp_path: Path, value: str, text: str) -> None:
    written = f'{{"screening_number": 7, "data": {{"SE.W14": {{"DM": {{"VISREAS": {value}, "RATIO": null}}}}}}}}'
    (subject,) = read(tmp_path, "\ufeff" + written, "one.JSON")
    assert subject.screening_number == "7"
    assert subject.records[0].answers == {"VISREAS": Datum(text), "RATIO": Datum()}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("VISREAS: [a, [b]]", "A list of plain codes"), ("VISREAS: [a]", "A list of plain codes"),
        ("SYMPT: [FEV, [PAIN]]", "A list of plain codes"), ("SYMPT: [FEV, {v: PAIN}]", "A list of plain codes"),
        ("SYMPT: [FEV, null]", "A list of plain codes"), ("SYMPT: [FEV PAIN]", "A list of plain codes"),
        ("SYMPT: {u: [kg]}", "A list of plain codes"), ("NOTHING: [a]", "A list of plain codes"),
        ("VISREAS: {v: {v: x}}", "parts v, u, q and nd"), ("VISREAS: {value: x}", "parts v, u, q and nd"),
        ("WEIGHT: {v: 5, unit: kg}", "parts v, u, q and nd"),
    ],
)  # fmt: skip
def test_a_value_of_another_shape_is_refused_at_its_place(tmp_path: Path, written: str, said: str) -> None:
    place = f"subject 1 A SE.W14 DM {written.partition(':')[0]}"
    assert said in faults(tmp_path, answers(written))[place]


def test_all_faults_of_a_file_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    text = """
    - {screening_number: A, data: {SE.W14: {DM: {VISREAS: [x], RATIO: {x: 1}}, NO: {}, CHEM: [{}]}, SE.NO: {}}}
    - 7
    - {screening_number: [B], data: {}}
    - {data: {SE.W14: [], SE.UNS: {DM: x}, SE.UNS#1: {}, SE.UNS#0: {}, SE.UNS#01: {}, SE.W14#1: {}, SE.UNS#10000: {}}}
    - {screening_number: A, data: {SE.UNS#2: {DM: {}}, SE.W14: {ROWS: [{}, 7, {VISREAS: [x]}]}}}
    - {screening_number: D, data: []}
    - {screening_number: R, data: {SE.W14: {ROWS: {rows: 1}, DM: null}, SE.W14A: {DM: {rows: [{}]}}}}
    - {screening_number: E, data: {SE.W14: {DM: {"no item": 1, "\\u001b[31m": 2}}}}
    """
    assert list(faults(tmp_path, text)) == [
        "subject 1 A SE.W14 DM VISREAS", "subject 1 A SE.W14 DM RATIO", "subject 1 A SE.W14 NO",
        "subject 1 A SE.W14 CHEM", "subject 1 A SE.NO", "subject 2", "subject 3 screening_number",
        "subject 4 SE.W14", "subject 4 SE.UNS#1 DM", "subject 4 SE.UNS#1", "subject 4 SE.UNS#0", "subject 4 SE.UNS#01",
        "subject 4 SE.W14#1", "subject 4 SE.UNS#10000", "subject 5 A screening_number",
        "subject 5 A SE.W14 ROWS[2]", "subject 5 A SE.W14 ROWS[3] VISREAS", "subject 6", "subject 7 R SE.W14 ROWS rows",
        "subject 7 R SE.W14 DM", "subject 7 R SE.W14A DM rows",
        "subject 8 E SE.W14 DM no item", "subject 8 E SE.W14 DM \\x1b[31m",
    ]  # fmt: skip


def test_events_and_rows_are_counted_as_specifications_count_them(tmp_path: Path) -> None:
    text = """
    data:
      SE.UNS: {DM: {RATIO: 1}}
      SE.UNS#2: {DM: {}}
      SE.W14: {ROWS: [{RATIO: 2}, {}], DM: {RATIO: 3}}
      SE.W14A: {ROWS: {RATIO: 4, rows: [{RATIO: 5}]}}
      SE.W14B: {ROWS: {rows: []}}
      SE.W14C: {ROWS: {RATIO: 6}}
    """
    (subject,) = read(tmp_path, text)
    assert [(record.event.written, record.form, record.row, *record.answers) for record in subject.records] == [
        ("SE.UNS#1", "DM", 0, "RATIO"), ("SE.UNS#2", "DM", 0),
        ("SE.W14", "ROWS", 1, "RATIO"), ("SE.W14", "ROWS", 2), ("SE.W14", "DM", 0, "RATIO"),
        ("SE.W14A", "ROWS", 0, "RATIO"), ("SE.W14A", "ROWS", 1, "RATIO"), ("SE.W14C", "ROWS", 0, "RATIO"),
    ]  # fmt: skip


BOMB = "\n".join(["a0: &a0 [x,x,x]", *(f"a{n}: &a{n} [*a{n - 1},*a{n - 1},*a{n - 1}]" for n in range(1, 30))])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", BOMB, "aliases"), ("a.yaml", "data: !!python/tuple []", "the tag"), ("a.yaml", "", "holds nothing"),
        ("a.yaml", "a: [", "not YAML"), ("a.yaml", "[" * 5000, "nested deeper"), ("a.yaml", b"\xff\xfe", "decode"),
        ("a.yaml", "a: 1\n---\nb: 2", "second document"), ("a.yaml", "x" * 4_000_001, "longer than"),
        ("a.json", '{"a": 1, "b": 2, "a": 3}', "key a is written twice"), ("a.json", "[" * 200_000, "nested deeper"),
        ("a.json", "[" * 60 + "]" * 60, "nested deeper"), ("a.json", '{"a": NaN}', "NaN is no number"),
        ("a.json", '["\\ud800"]', "surrogates"), ("a.json", "", "Expecting value"), ("a.json", "[1,]", "value"),
    ],
    ids=lambda part: part[:12] if isinstance(part, str) else None,
)  # fmt: skip
def test_a_file_that_plays_tricks_is_refused_at_once(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    ((place, why),) = faults(tmp_path, text, name).items()
    assert said in why
    assert place == "file" or place.startswith("line ")


def test_two_keys_written_twice_are_two_faults(tmp_path: Path) -> None:
    told = faults(tmp_path, "data: {a: 1, a: 2, b: 3, b: 4}\nx: 1\nx: 2\n")
    assert list(told) == ["line 1", "line 3"]
    assert "the key a is written twice" in told["line 1"]
    assert "the key b is written twice" in told["line 1"]
