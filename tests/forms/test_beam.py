"""BEAM's definitions against the specification: nothing left out, nothing changed but what the clarifications say."""

import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
import yaml

from forms.definitions import ItemType, UnitChoice
from tests.forms.beam import PACKAGE, REGISTRY, beam, items_written, needs_specification, specification

PLAIN_COUNTS = {"RBGLOM", "RBCRESN"}
"""Counts are plain numbers, although the specification gives them the unit {#}."""

ADDED = {"DV": ("DVEVT",), "BEL": ("BELVIALS",), "RR": ("CUMCR",)}
"""The event of a deviation, and items for two derivations that the specification gives without one."""

DEFAULT_UNITS = {
    "DM.AGE": "a", "VS.BMI": "kg/m2", "EXMT.EXTDD": "mg/d", "BEL.BELPLAN": "mg", "BEL.BELDUR": "min",
    "TDM.TACHRS": "h", "MP.MPCUM14": "g",
}  # fmt: skip
"""The units of computed items that the specification names in their labels alone."""


def test_the_package_is_whole() -> None:
    study = beam().study
    items = [item for form in study.forms.values() for item in form.items.values() if item.lab is None]
    kinds = Counter(check.id.partition(".")[0] for check in study.checks if check.id.startswith(("RH.", "RS.")))
    written = {check.id.partition(":")[0] for check in study.checks} - {
        check.id for check in study.checks if check.id.startswith(("RH.", "RS."))
    }
    assert (len(study.events), len(study.forms), len(items), len(study.codelists)) == (13, 30, 387, 39)
    assert (len(written), kinds["RH"] + kinds["RS"], len(study.ranges)) == (168, 156, 82)
    assert {item.type for item in items if item.lab is None} <= set(ItemType) - {ItemType.FILE, ItemType.CODES}


@needs_specification
def test_every_derivation_with_an_item_is_there() -> None:
    """The laboratory companions are the engine's; the baseline of an item is written where it is used."""
    written = {each["oid"] for each in specification()["derivations"]}
    engine = {"DV.UNIT", "DV.XULN", "DV.NRIND", "DV.TOXGR"}
    twins = {f"DV.{each['oid']}" for _, each, _ in items_written() if "auto" in each}
    assert len(written) == 34
    assert {each.derivation.oid for each in beam().derivations} == (written - engine - {"DV.BASE"} | twins)


@needs_specification
def test_events_follow_the_plan() -> None:
    study = beam().study
    assert list(study.events) == [each["oid"] for each in specification()["events"]]
    for each, event in zip(specification()["events"], study.events.values(), strict=True):
        days = [None if each[key] == "null" else int(each[key]) for key in ("target", "min", "max")]
        assert [event.target, event.window_min, event.window_max] == days
        assert (event.kind, event.repeating) == (each["type"], each.get("repeating") == "true")
        assert list(event.forms) == each["forms"]
        assert event.label.by_language == {"en": each["en"], "zh-CN": each["zh"]}


@needs_specification
def test_forms_are_those_written() -> None:
    forms = beam().study.forms
    assert set(forms) == {each["oid"] for each in specification()["forms"]}
    for each in specification()["forms"]:
        form = forms[each["oid"]]
        assert form.label.by_language == {"en": each["en"], "zh-CN": each["zh"]}
        assert form.repeating == (each["repeating"] == "true"), form.oid
        own = [item.oid for item in form.items.values() if item.lab is None]
        assert sorted(own) == sorted([*(item["oid"] for item in each["items"]), *ADDED.get(form.oid, ())])
    assert {form.oid: form.shown_if for form in forms.values() if form.shown_if} == {"PREG": "SCR.DM.CHILDPOT == 'Y'"}


@needs_specification
def test_items_are_those_written() -> None:
    for form, each, item in items_written():
        place = f"{form}.{item.oid}"
        computed = f"DV.{item.oid}" if "auto" in each else each.get("derivation")
        assert item.label.by_language == {"en": each["en"], "zh-CN": each["zh"]}
        assert (item.codelist, item.derivation, item.pattern) == (each.get("codelist"), computed, each.get("pattern"))
        uniqueness = {"study": (True, False), "subject": (False, True), None: (False, False)}
        assert (item.unique, item.unique_in_subject) == uniqueness[each.get("unique")], place
        assert (item.identifying, item.partial) == ("sensitive" in each, "partial" in each), place
        assert item.length == (int(each["length"]) if "length" in each else None), place
        assert item.weight == (int(each["weight"]) if "weight" in each else None), place
        assert dict(item.loinc) == loinc_of(each), place


def loinc_of(each: dict[str, Any]) -> dict[str, str]:
    """LOINC by unit, `*` where one code serves all."""
    written = each.get("loinc")
    if isinstance(written, dict):
        return written
    return {"*": written} if written else {}


@needs_specification
def test_items_have_the_type_written() -> None:
    """A decimal with units is a quantity; a computed item has the type of its result."""
    for form, each, item in items_written():
        kind = each.get("result_type", each["type"])
        wanted = "quantity" if kind == "decimal" and "units" in each else kind
        assert item.type == wanted, f"{form}.{item.oid}"


@needs_specification
def test_what_is_required_is_what_is_written() -> None:
    for form, each, item in items_written():
        written = each["required"]
        said = {True: "true", False: "false"}.get(item.required, item.required)  # type: ignore[call-overload]
        # Age has a unit; the texts differ in nothing else but their spaces.
        assert re.sub(r"\s|'a'", "", said) == re.sub(r"\s", "", written), f"{form}.{item.oid}"


@needs_specification
def test_ranges_of_items_are_those_written() -> None:
    for _, each, item in items_written():
        for key, bounds in (("hard", item.hard), ("soft", item.soft)):
            assert ([bounds.low, bounds.high] if bounds else None) == (
                [Fraction(n) for n in each[key]] if key in each else None
            )


@needs_specification
def test_units_and_their_factors_are_those_written() -> None:
    for _, each, item in items_written():
        if "units" in each and item.oid not in PLAIN_COUNTS:
            assert item.type in (ItemType.LAB, ItemType.QUANTITY)
            assert item.canonical == each["canonical"]
            assert item.decimals == int(each["decimals"])
            assert [conversion(unit) for unit in item.units] == [
                (unit["ucum"], *(Fraction(unit.get(key, 0)) for key in ("factor", "offset", "post_offset")))
                for unit in each["units"]
            ]


def conversion(unit: UnitChoice) -> tuple[str, Fraction, Fraction, Fraction]:
    return unit.ucum, unit.factor, unit.offset, unit.post_offset


@needs_specification
def test_numbers_without_a_choice_of_units_have_the_unit_of_their_label() -> None:
    for form, each, item in items_written():
        if "units" not in each or item.oid in PLAIN_COUNTS:
            assert item.canonical == each.get("unit", DEFAULT_UNITS.get(f"{form}.{item.oid}")), item.oid


@pytest.mark.parametrize(
    ("form", "item", "unit", "factor", "post_offset"),
    [
        ("VS", "TEMP", "[degF]", Fraction(5, 9), 0),
        ("VS", "WEIGHT", "{jin}", Fraction(1, 2), 0),
        ("CHEM", "CREA", "mg/dL", Fraction("88.42"), 0),
        ("GLU", "HBA1C", "mmol/mol", Fraction("0.09148"), Fraction("2.152")),
    ],
)
def test_declared_conversions_are_exact(form: str, item: str, unit: str, factor: Fraction, post_offset: int) -> None:
    [found] = [each for each in beam().study.forms[form].items[item].units if each.ucum == unit]
    assert (found.factor, found.post_offset) == (factor, post_offset)


@needs_specification
def test_code_lists_are_those_written() -> None:
    assert set(beam().study.codelists) == set(specification()["codelists"])
    for oid, codelist in beam().study.codelists.items():
        assert [
            (code.code, code.label.by_language["en"], code.label.by_language["zh-CN"]) for code in codelist.codes
        ] == [(term["code"], term["en"], term["zh"]) for term in specification()["codelists"][oid]]


@needs_specification
def test_laboratory_ranges_are_those_written() -> None:
    written = {
        (row["lab"], row["item"], row["sex"], int(row["age_min"]), int(row["age_max"]), Fraction(row["low"]),
         Fraction(row["high"]), row["unit"], row["valid_from"], row["valid_to"])
        for row in specification()["lab_ranges"]
    }  # fmt: skip
    assert written == {
        (row.laboratory, row.analyte, row.sex, row.age_min, row.age_max, row.low, row.high, row.unit,
         row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else "null")
        for row in beam().study.ranges
    }  # fmt: skip


@needs_specification
def test_parameters_are_those_written() -> None:
    assert set(beam().study.parameters) == {each["name"] for each in specification()["study"]["parameters"]}
    for each in specification()["study"]["parameters"]:
        value = beam().study.parameters[each["name"]].value
        texts = [
            str(float(part)) if isinstance(part, Fraction) else part
            for part in (value if isinstance(value, tuple) else [value])
        ]
        wanted = each["value"] if isinstance(each["value"], list) else [each["value"]]
        assert texts == [str(float(part)) if part[0].isdigit() else part for part in wanted]


@needs_specification
def test_the_criteria_are_the_registrys_verbatim() -> None:
    """The registry's text is the criteria in order, joined by spaces (flag F15)."""
    items = beam().study.forms["IE"].items.values()
    texts = {item.oid: item.protocol_text.said_in("en") for item in items if item.protocol_text}
    included, excluded = ([texts[oid] for oid in texts if oid.startswith(kind)] for kind in ("INC", "EXC"))
    assert (len(included), len(excluded)) == (5, 17)
    whole = f"Inclusion Criteria: {' '.join(included)} Exclusion Criteria: {' '.join(excluded)}"
    assert whole in REGISTRY.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("section", "count"), [("INCLUSION", 5), ("EXCLUSION", 17)])
def test_each_criterion_stands_beside_what_the_data_say(section: str, count: int) -> None:
    [items] = [group.items for group in beam().study.forms["IE"].groups if group.oid == section]
    criteria = [oid for oid in items if re.fullmatch(r"(INC|EXC)[0-9]{2}", oid)]
    assert len(criteria) == count
    for oid in criteria:
        assert items[items.index(oid) + 1] == f"{oid}A"


@needs_specification
def test_the_demonstration_holds_the_subjects_of_the_specification() -> None:
    for each in specification()["subjects"]:
        file = PACKAGE / "demonstration" / f"{each['screening_number']}.yaml"
        told = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 texts only
        data = {event: {form: held for form, held in forms.items() if held} for event, forms in each["data"].items()}
        assert told == {"screening_number": each["screening_number"], "data": data}
