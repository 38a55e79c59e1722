"""Sites: what is known of them, and what a closed one refuses."""

from contextlib import nullcontext

import pytest

from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Conflict, Forbidden, IllegalState, ReasonMissing
from ecrf.models.sites import Site
from ecrf.policy.actors import OPERATOR
from ecrf.services import form_pages, holds, queries, records, sites, subjects
from ecrf.services.studies import find_study
from ecrf.services.trail import Reason
from tests.ecrf.services.conftest import BECAUSE, Clinic

MOVED = Reason(text="The hospital moved.")
SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


def nj01() -> Site:
    return sites.find(find_study("BEAM"), "NJ01")


@pytest.mark.req("R-11-4")
def test_at_a_closed_site_nothing_is_entered_and_all_is_read(clinic: Clinic) -> None:
    with unit_of_work():
        sites.close(OPERATOR, nj01(), Reason(text="Close-out visit done."))
    coordinator, monitor = clinic.by(), clinic.by("monitor")
    for act in (
        lambda: clinic.save("SV", revision=1, VISDAT="2026-03-05"),
        lambda: records.complete(coordinator, clinic.at("SV"), revision=1),
        lambda: subjects.register(coordinator, "BEAM", "NJ01"),
    ):
        with pytest.raises(IllegalState, match="This site is closed"), unit_of_work():
            act()
    shown = form_pages.open_page(coordinator, clinic.at("SV"))
    assert shown.values["VISDAT"].text == "2026-03-04"
    assert shown.may & {"record.edit", "record.complete", "query.answer"} == {"query.answer"}
    with unit_of_work():
        asked = queries.raise_query(monitor, clinic.record("SV").id, None, "Why this day?")
        queries.answer(coordinator, asked.id, "As planned.")
        holds.lock(clinic.by("data_manager"), holds.Target("subject", clinic.subject), BECAUSE)
    with unit_of_work():
        sites.reopen(OPERATOR, nj01(), Reason(text="A value is to be corrected."))
    with unit_of_work():
        assert subjects.register(coordinator, "BEAM", "NJ01").site_id == nj01().id
    assert clinic.verify().faults == ()


@SQLITE
def test_another_site_of_the_study_stays_open(clinic: Clinic) -> None:
    with unit_of_work():
        sites.close(OPERATOR, sites.find(find_study("BEAM"), "NJ02"), MOVED)
    clinic.save("SV", revision=1, VISDAT="2026-03-05")


@SQLITE
def test_a_site_is_changed_with_a_reason_and_keeps_its_code(clinic: Clinic) -> None:
    with unit_of_work():
        site = sites.change(OPERATOR, nj01(), MOVED, name="New campus", timezone="Asia/Urumqi", address="8 Main\r\nX")
        assert (site.code, site.name, site.timezone, site.address) == ("NJ01", "New campus", "Asia/Urumqi", "8 Main\nX")
    with pytest.raises(IllegalState, match="so already"), unit_of_work():
        sites.change(OPERATOR, nj01(), MOVED, name="New campus", timezone="Asia/Urumqi", address="8 Main\nX")
    assert clinic.verify().faults == ()


@SQLITE
@pytest.mark.parametrize(
    ("changed", "problem", "field"),
    [
        ({"code": "NJ01"}, Conflict, None), ({"code": "NJ 3"}, BadInput, "code"),
        ({"code": "x" * 33}, BadInput, "code"),
        ({"name": " "}, BadInput, "name"), ({"timezone": "Mars/Olympus"}, BadInput, "timezone"),
        ({"timezone": "../etc/passwd"}, BadInput, "timezone"), ({"address": "x" * 501}, BadInput, "address"),
        ({"address": "a\x00b"}, BadInput, "address"), ({}, None, None),
    ],
)  # fmt: skip
def test_what_cannot_be_known_of_a_site_is_told_at_its_field(
    clinic: Clinic, changed: dict[str, str], problem: type[Exception] | None, field: str | None
) -> None:
    given = {"code": "NJ03", "name": "Third", "timezone": "Asia/Shanghai", "address": "1 Road", **changed}
    with pytest.raises(problem) if problem else nullcontext() as refused, unit_of_work():
        sites.add(OPERATOR, find_study("BEAM"), given.pop("code"), **given)
    assert field is None or list(refused.value.details["fields"]) == [field]


@SQLITE
def test_administrators_alone_change_sites_and_say_why(clinic: Clinic) -> None:
    manager = clinic.by("data_manager")
    names = {"name": "X", "timezone": "UTC", "address": None}
    for act in (
        lambda: sites.change(manager, nj01(), MOVED, **names), lambda: sites.close(manager, nj01(), MOVED),
        lambda: sites.reopen(manager, nj01(), MOVED),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            act()
    for act in (
        lambda: sites.change(OPERATOR, nj01(), Reason(), **names), lambda: sites.close(OPERATOR, nj01(), Reason()),
    ):  # fmt: skip
        with pytest.raises(ReasonMissing):
            act()
    with pytest.raises(IllegalState, match="This site is open"):
        sites.reopen(OPERATOR, nj01(), MOVED)
