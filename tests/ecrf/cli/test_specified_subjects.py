"""The subjects of BEAM's specification, entered by command: they find and compute exactly what is written there."""

import json
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ecrf.cli.conftest import Run

SPECIFICATION = Path(__file__).parents[3].parent / "shared/beam/beam-study.yaml"
pytestmark = pytest.mark.skipif(not SPECIFICATION.exists(), reason=f"no specification at {SPECIFICATION}")


def _subject(key: str) -> dict[str, Any]:
    whole = yaml.load(SPECIFICATION.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 texts only
    return next(each for each in whole["subjects"] if each["key"] == key)


def _finding(told: dict[str, Any]) -> tuple[str, ...]:
    """A finding as the specification writes it: a check that was spread over items by its written id."""
    return (told["check"].partition(":")[0], told["event"], told["form"], told["severity"])


def _agrees(said: str | None, written: str) -> bool:
    """Whether a computed value is the one written, at the decimals written there; a tie may be written either way."""
    if said is None or said == written:
        return said == written
    places = Decimal(1).scaleb(Decimal(written).as_tuple().exponent)
    return Decimal(written) in {Decimal(said).quantize(places, way) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


@pytest.mark.req("R-GCP-3")
@pytest.mark.parametrize("key", ["S1", "S2"])
def test_a_subject_of_the_specification_comes_out_as_written(run: Run, tmp_path: Path, key: str) -> None:
    subject = _subject(key)
    file = tmp_path / "subject.json"
    file.write_text(json.dumps({name: subject[name] for name in ("screening_number", "data")}), "utf-8")
    said = run("subject", "load", "BEAM", file, "--site", "NJ01", "--as", "ann", "--json")
    assert said.exit_code == 0, said.output
    told = json.loads(said.stdout)
    assert sorted(map(_finding, told["findings"])) == sorted(map(_finding, subject["expected_findings"]))
    wrong = {
        place: (told["derived"].get(place), value)
        for place, value in subject["derived"].items()
        if not _agrees(told["derived"].get(place), value)
    }
    assert wrong == {}
    assert run("trail", "verify").exit_code == 0
