"""Subjects from files: every scalar as it is written, and `BadInput` for whatever else a file may hold."""

import json
import time
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import yaml

from ecrf.errors import BadInput
from ecrf.exchange.subject_files import FiledSubject, read_subjects
from forms.casebook import EventKey, RecordKey
from forms.datum import Datum
from forms.judge import judge
from tests.forms.damage import damaged
from tests.forms.small_study import COMPILED, EMPTY_BOOK, STUDY


def read(folder: Path, text: str, name: str = "subjects.yaml") -> list[FiledSubject]:
    (folder / name).write_text(text, encoding="utf-8")
    return read_subjects(folder / name, STUDY)


def values(folder: Path, written: str) -> dict[str, Datum]:
    return dict(read(folder, f"data: {{SE.SCR: {{CHEM: {{{written}}}}}}}")[0].records[0].answers)


@pytest.mark.parametrize(
    ("written", "datum"),
    [
        ("ALT: 24.0", Datum("24.0", "U/L")),
        ("ALT: {v: 1.20, u: ukat/L, q: <}", Datum("1.20", "ukat/L", "<")),
        ("ALT: {nd: NOTDONE}", Datum(missing="NOTDONE")),
        ("ALT: null", Datum()),
        ("ALT: {}", Datum()),
        ("LABID: NO", Datum("NO")),
        ("LBDTC: 2026-03-04T08:00", Datum("2026-03-04T08:00")),
        ("NOSUCH: 1", Datum("1")),
    ],
)
def test_a_scalar_is_read_as_it_is_written(tmp_path: Path, written: str, datum: Datum) -> None:
    assert list(values(tmp_path, written).values()) == [datum]


def test_rows_are_counted_and_events_keep_their_instance(tmp_path: Path) -> None:
    found = read(tmp_path, "data: {SE.SCR: {MP: [{MPDOSE: 1}, {}]}, SE.UNS: {SV: {}}, SE.UNS#2: {SV: {}}}")[0].records
    assert [(each.event, each.form, each.row) for each in found] == [
        (EventKey("SE.SCR"), "MP", 1), (EventKey("SE.SCR"), "MP", 2),
        (EventKey("SE.UNS", 1), "SV", 0), (EventKey("SE.UNS", 2), "SV", 0),
    ]  # fmt: skip


GROWING = "a: &a [x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in pairwise("abcdefghi"))
UNREADABLE = {
    "aliases": "screening_number: &x S1\ndata: {SE.SCR: {DM: {SEX: *x}}}",
    "aliases without end": GROWING + "data: {SE.SCR: {DM: {SEX: *i}}}",
    "an alias of itself": "data: &d {SE.SCR: *d}",
    "a list for a value": "data: {SE.SCR: {DM: {SEX: [F, M]}}}",
    "a list for a screening number": "screening_number: [x]\ndata: {}",
    "a key twice": "data: {SE.SCR: {DM: {SEX: F, SEX: M}}}",
    "a part that is none": "data: {SE.SCR: {CHEM: {ALT: {value: 1}}}}",
    "a part that is a list": "data: {SE.SCR: {CHEM: {ALT: {v: [1]}}}}",
    "no event": "data: {SE.W99: {DM: {}}}",
    "no instance": "data: {SE.UNS#x: {SV: {}}}",
    "no form": "data: {SE.SCR: {XX: {}}}",
    "no answers": "data: {SE.SCR: {DM: F}}",
    "no forms": "data: {SE.SCR: [DM]}",
    "no data": "screening_number: x",
    "a key of several": "data: {? [a, b] : 1}",
    "nested without end": "a: " + "[" * 3000,
    "nothing": "",
    "not YAML": "a: [",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_a_file_cannot_hold_is_said(tmp_path: Path, what: str) -> None:
    started = time.process_time()
    with pytest.raises(BadInput):
        read(tmp_path, UNREADABLE[what])
    assert time.process_time() - started < 5


@pytest.mark.parametrize("text", ["", "[" * 100_000, "{", '{"data": {}, "data": {}}', '"\\ud800"'])
def test_what_a_json_file_cannot_hold_is_said(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, text, "subjects.json")


def test_a_json_file_keeps_its_numbers_as_written(tmp_path: Path) -> None:
    text = '{"screening_number": "S", "data": {"SE.SCR": {"CHEM": {"ALT": 24.0, "CREA": 1e2}}}}'
    found = read(tmp_path, text, "s.json")[0].records[0].answers
    assert [datum.text for datum in found.values()] == ["24.0", "1e2"]
    assert json.loads(text)["data"]["SE.SCR"]["CHEM"]["ALT"] == 24


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes("data: {SE.SCR: {DM: {SEX: 女性}}}".encode("gb18030"))
    with pytest.raises(BadInput):
        read_subjects(tmp_path / "x.yaml", STUDY)


WHOLE = """\
- screening_number: NJ01-S001
  data:
    SE.SCR:
      SV: {VISDAT: 2026-03-04}
      DM: {SEX: F, BRTHDAT: 1990-05-20, RFICDAT: "2026-02-01"}
      CHEM: {LABID: LAB_A, LBDTC: 2026-03-04T08:00, ALT: 81, CREA: {v: "1.00", u: mg/dL, q: <}}
      MP:
        - {MPDAT: 2026-03-01, MPDOSE: {v: 500, u: mg}}
        - {MPDAT: 2026-03-02, MPDOSE: 1000}
    SE.UNS#1:
      SV: {VISDAT: 2026-03-20}
      CHEM: {LABID: LAB_B, ALT: {nd: NOTDONE}}
    SE.LOG:
      AE:
        - {AETERM: Headache, AESER: N, AESTDAT: 2026-03-05}
- screening_number: NJ01-S002
  data: {SE.BL: {VS: {HEIGHT: 160, WEIGHT: 52.5}}}
"""
TEXTS = {"subjects.yaml": WHOLE, "subjects.json": json.dumps(yaml.load(WHOLE, yaml.BaseLoader), indent=1)}  # noqa: S506


def holds(folder: Path, seed: int) -> bool:
    """Whether a damaged file can be read; what is read of it is judged, which must not fail either."""
    name = sorted(TEXTS)[seed % 2]
    (folder / name).write_bytes(damaged(TEXTS[name], Random(seed), 2))
    began = time.process_time()
    try:
        subjects = read_subjects(folder / name, STUDY)
    except BadInput:
        return False
    for record in (each for subject in subjects for each in subject.records):
        judge(COMPILED, EMPTY_BOOK, RecordKey(record.event, record.form, record.row), record.answers)
    assert time.process_time() - began < 5
    return True


def test_a_damaged_file_is_read_or_refused(tmp_path: Path) -> None:
    assert 20 < sum(holds(tmp_path, seed) for seed in range(200)) < 180


@pytest.mark.soak
def test_files_damaged_in_many_ways_are_read_or_refused(tmp_path: Path) -> None:
    assert 2000 < sum(holds(tmp_path, seed) for seed in range(1000, 21_000)) < 18_000
