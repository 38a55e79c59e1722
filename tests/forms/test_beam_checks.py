"""BEAM's checks: every test of the specification, and that none is missing or reads otherwise than it is written."""

from typing import Any

import pytest

from forms.rehearsal import failures, rehearse
from tests.forms.beam import SPREAD, beam, needs_specification, specification

LABELLED = {"CHEM.ALT", "HEM.PLT", "UP24.UPROT", "IMM.CD19", "GLU.FPG"}


def test_the_package_passes_its_own_tests() -> None:
    results = rehearse(beam())
    assert len(results) > 2500
    assert not failures(results)


@pytest.mark.req("R-GCP-3")
@needs_specification
def test_every_check_test_of_the_specification_passes() -> None:
    cases = {each["id"]: each["tests"] for each in (*specification()["edit_checks"], *generated())}
    results = [result for result in rehearse(beam(), cases) if result.origin == "cases"]
    assert len(results) == sum(map(len, cases.values())) > 850
    assert not failures(results)


def generated() -> list[dict[str, Any]]:
    """The checks that follow from the ranges of items."""
    found: list[dict[str, Any]] = specification()["auto_range_checks"]
    return found


@needs_specification
def test_no_check_is_left_out_and_none_is_added() -> None:
    written = {each["id"] for each in (*specification()["edit_checks"], *generated())}
    assert len(written) == 168 + 156
    assert {id.partition(":")[0] for id in beam().checks} == written


@needs_specification
def test_severities_gates_items_and_messages_are_those_written() -> None:
    for each in specification()["edit_checks"]:
        if each["id"] not in SPREAD:
            check = beam().checks[each["id"]].check
            assert (check.form, list(check.items), check.severity) == (each["form"], each["items"], each["severity"])
            assert (check.gate == "enrolment") == ("gate_enrolment" in each["action"]), check.id
            assert check.message.by_language == {"zh-CN": each["message"]["zh"], "en": each["message"]["en"]}


@needs_specification
def test_generated_range_checks_are_those_written() -> None:
    for each in generated():
        check = beam().checks[each["id"]].check
        assert (check.form, list(check.items), check.severity) == (each["form"], each["items"], each["severity"])


@needs_specification
def test_a_check_for_every_laboratory_item_stands_on_each_of_them() -> None:
    written = {
        f"{form['oid']}.{item['oid']}"
        for form in specification()["forms"]
        for item in form["items"]
        if item["type"] == "lab"
    }
    ranged = {row["item"] for row in specification()["lab_ranges"]}
    assert ranged <= written
    assert ranged >= LABELLED
    for id, severity in (("EC113", "soft"), ("EC114", "soft"), ("EC115", "soft")):
        spread = {
            each.check.analyte: each.check for each in beam().checks.values() if each.check.id.startswith(f"{id}:")
        }
        assert set(spread) == written
        assert {check.severity for check in spread.values()} == {severity}
        assert all(check.id == f"{id}:{analyte}" for analyte, check in spread.items())


@needs_specification
def test_a_check_for_every_criterion_stands_on_each_that_the_data_decide() -> None:
    twins = [item for form in specification()["forms"] for item in form["items"] if "auto" in item]
    decided = {item["oid"].removesuffix("A") for item in twins if not item["auto"].startswith("NE ")}
    assert len(decided) == 13
    spread = {each.check.items: each.check for each in beam().checks.values() if each.check.id.startswith("EC052:")}
    assert set(spread) == {(oid, f"{oid}A") for oid in decided}
    assert {(check.severity, check.gate) for check in spread.values()} == {("soft", "enrolment")}


def test_every_reason_says_where_a_check_comes_from() -> None:
    sources = ("registry text", "our proposal", "published standard", "copies of the registry", "the possible range",
               "the expected range")  # fmt: skip
    assert [each.check.id for each in beam().checks.values() if not (each.check.why or "").startswith(sources)] == []


@pytest.mark.parametrize(
    ("check", "given", "fires"),
    [
        ("EC032", {"event": "SE.SCR", "ALT": 80, "uln(ALT)": 40}, False),
        ("EC032", {"event": "SE.SCR", "ALT": 81, "uln(ALT)": 40}, True),
        ("EC040", {"event": "SE.SCR", "PLT": {"v": "50000", "u": "/uL"}}, False),
        ("EC040", {"event": "SE.SCR", "PLT": {"v": "49999", "u": "/uL"}}, True),
        ("EC040", {"event": "SE.SCR", "PLT": {"v": "49.999", "u": "10*9/L"}}, True),
        ("EC040", {"event": "SE.SCR", "PLT": {"v": "50", "u": "10*3/uL"}}, False),
        ("EC028", {"event": "SE.SCR", "CREA": {"v": "3.0", "u": "mg/dL"}, "EGFR": 30}, True),
        ("EC035", {"event": "SE.SCR", "FPG": {"v": "126", "u": "mg/dL"}}, False),
        ("EC074", {"TEMP": {"v": "100.4", "u": "[degF]"}}, True),
        ("EC097", {"UPCONC": {"v": "1.5", "u": "g/L"}, "UVOL": {"v": "2", "u": "L"}, "UPROT": "2.72"}, True),
        ("EC114:HEM.PLT", {"PLT": 124, "lln(PLT)": 125}, True),
        ("EC114:HEM.PLT", {"PLT": 124, "lln(PLT)": 125, "PLT_CS": "N"}, False),
        ("EC052:IE.INC03", {"INC03": "Y", "INC03A": "N"}, True),
        ("EC052:IE.INC03", {"INC03": "Y", "INC03A": "NE"}, False),
    ],
)
def test_the_boundaries_of_the_protocol_hold(check: str, given: dict[str, Any], fires: bool) -> None:
    results = rehearse(beam(), {check: [{"given": given, "fires": fires}]})
    assert not failures([result for result in results if result.origin == "cases"])
