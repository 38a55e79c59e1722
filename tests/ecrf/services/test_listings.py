"""Listings: what they show, in which order, what they leave out, and the file that is made of them."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.app import create_app
from ecrf.db import db
from ecrf.errors import BadInput, Forbidden, NotFound
from ecrf.exchange.listing_files import listing_file
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import Role
from ecrf.reads.listing_rows import ListingFilters
from ecrf.services import listings
from ecrf.services.listings import Listing, listing
from tests.conftest import DIALECTS, Servers
from tests.ecrf.clinic import DEFINITION, Clinic, open_clinic
from tests.ecrf.schema import migrate, settings_for

PLATELETS = {  # by screening number: what stands at screening
    "NJ01-S001": {"v": "48", "u": "10*9/L"}, "NJ01-S002": {"v": "250000", "u": "/uL"}, "NJ01-S003": {"nd": "ND"},
    "NJ01-S004": {"v": "９０", "u": "10*9/L"}, "NJ01-S005": {"v": "60", "u": "10*9/L", "q": "<"},
    "NJ02-S001": {"v": "51", "u": "10*9/L"},
}  # fmt: skip
STATES = {"NJ01-S001": "complete"}
_ITEMS = DEFINITION.forms["DM"].items
DEMOGRAPHY = replace(DEFINITION.forms["DM"], items={**_ITEMS, "BRTHDAT": replace(_ITEMS["BRTHDAT"], identifying=True)})
HERE = [number for number in PLATELETS if number.startswith("NJ01")]


@pytest.fixture(scope="module", params=DIALECTS)
def app(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    server = servers(request.param)
    created = server.create(migrate)
    made = create_app(settings_for(created.app_url))
    yield made
    with made.app_context():
        db.engine.dispose()
    server.drop(created)


@pytest.fixture(scope="module")
def clinic(app: Flask) -> Iterator[Clinic]:
    """Six subjects of two sites: haematology of each, demography and adverse events of one; nothing is committed."""
    with app.app_context():
        opened = open_clinic(replace(DEFINITION, forms={**DEFINITION.forms, "DM": DEMOGRAPHY}))
        for number, platelets in PLATELETS.items():
            subject = opened.subject(number[:4], number)
            opened.record(subject, "SCR", "HEM", {"PLT": platelets}, state=STATES.get(number, "in_progress"))
        opened.record(subject, "SCR", "DM", {"SEX": "F", "BRTHDAT": "1991-06-30"})
        opened.record(subject, "W2", "HEM", {"PLT": {"v": "40", "u": "10*9/L"}, "WBC": {"v": "-5", "u": "10*9/L"}})
        for row, term in enumerate(("=HYPERLINK(1)", 'Rash, "mild"'), 1):
            opened.record(subject, "LOG", "AE", {"AETERM": term}, row=row)
        opened.record(subject, "LOG", "AE", {"AETERM": "Never was"}, row=3, state="removed")
        gone = opened.record(subject, "BL", "HEM", {"PLT": {"v": "30", "u": "10*9/L"}})
        opened.end_visit(gone, "not_done")
        opened.hold(subject, "lock")
        yield opened
        db.session.rollback()


def listed(
    clinic: Clinic, role: str = "data_manager", site: str | None = None, size: int = 50, **chosen: str
) -> Listing:  # fmt: skip
    filters = ListingFilters(**{"form": "HEM", **chosen})
    return listing(clinic.actor(role, site), filters, clinic.at, size=size)


def numbers(found: Listing) -> list[str]:
    return [f"{line.number} {line.event[3:]}" for line in found.lines]


def screened(*these: str) -> list[str]:
    return [f"{number} SCR" for number in these]


ALL = [*screened(*PLATELETS), "NJ02-S001 W2"]
FILTERS = [
    ({}, ALL),
    ({"site": "NJ01"}, screened(*HERE)),
    ({"event": "SE.W2"}, ["NJ02-S001 W2"]),
    ({"subject": "NJ01-S002"}, screened("NJ01-S002")),
    ({"state": "complete"}, screened("NJ01-S001")),
    ({"state": "locked"}, ["NJ02-S001 SCR", "NJ02-S001 W2"]),
    ({"state": "frozen"}, []),
    ({"sort": "-subject"}, ALL[::-1]),
    ({"sort": "event"}, ALL),
    ({"sort": "-event"}, ["NJ02-S001 W2", *screened(*PLATELETS)]),
    ({"sort": "PLT"}, ["NJ02-S001 W2", *screened("NJ01-S001", "NJ02-S001", "NJ01-S005", "NJ01-S004", "NJ01-S002",
                                                 "NJ01-S003")]),
    ({"sort": "-PLT"}, [*screened("NJ01-S002", "NJ01-S004", "NJ01-S005", "NJ02-S001", "NJ01-S001"), "NJ02-S001 W2",
                        *screened("NJ01-S003")]),
    ({"sort": "data'; --"}, ALL),
    ({"where": "PLT < 50000 '/uL'"}, [*screened("NJ01-S001"), "NJ02-S001 W2"]),
    ({"where": "PLT < 50000 '/uL' and event == 'SE.SCR'"}, screened("NJ01-S001")),
    ({"where": "PLT >= 90 '10*9/L'"}, screened("NJ01-S002", "NJ01-S004")),
    ({"where": "PLT < 60 '10*9/L'"}, [*screened("NJ01-S001", "NJ01-S005", "NJ02-S001"), "NJ02-S001 W2"]),
    ({"where": "PLT < 50 '10*9/L'", "truth": "unknown"}, screened("NJ01-S003", "NJ01-S005")),
    ({"where": "missing(PLT)"}, screened("NJ01-S003")),
    ({"where": "PLT < SCR.HEM.PLT"}, ["NJ02-S001 W2"]),
    ({"where": "SCR.DM.SEX == 'F'"}, ["NJ02-S001 SCR", "NJ02-S001 W2"]),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "expected"), FILTERS)
def test_a_listing_shows_what_its_filters_and_its_condition_leave(
    clinic: Clinic, chosen: dict[str, str], expected: list[str]
) -> None:
    found = listed(clinic, **chosen)
    assert numbers(found) == expected
    assert found.total in (None, len(expected)) or "where" in chosen


@pytest.mark.parametrize("chosen", [chosen for chosen, expected in FILTERS if len(expected) > 1])
def test_pages_of_two_follow_one_another_without_a_gap(clinic: Clinic, chosen: dict[str, str]) -> None:
    seen, following = [], ""
    while following is not None:
        page = listed(clinic, size=2, **{**chosen, "after": following})
        seen += numbers(page)
        following = page.next
    assert seen == numbers(listed(clinic, **chosen))


def test_what_is_not_evaluable_is_counted(clinic: Clinic) -> None:
    found = listed(clinic, where="PLT < 50 '10*9/L'")
    assert (found.unknown, found.searched, found.next) == (2, 7, None)


@pytest.mark.parametrize("where", ["PLT < 50 '10*9/L'", "PLT < SCR.HEM.PLT"])
def test_a_long_search_stops_and_says_how_far_it_came(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    whole = numbers(listed(clinic, where=where))
    monkeypatch.setattr(listings, "_EVALUATED", 2)
    monkeypatch.setattr(listings, "_SEARCHED", 3)
    seen, following, stops = [], "", []
    while following is not None:
        page = listed(clinic, size=1, where=where, after=following)
        seen += numbers(page)
        following, stops = page.next, [*stops, page.upto]
    assert seen == whole
    assert len(stops) > 2
    assert stops == sorted(stops)


FAULTS = [
    ("PLT < 50", (1, 7)), ("PLT < 50 '10*9/L'\nor NIX", (2, 4)), ("PLT <", (1, 6)), ("x" * 3000, (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("where", "place"), FAULTS)
def test_a_faulty_condition_shows_its_place_and_no_record(clinic: Clinic, where: str, place: tuple[int, int]) -> None:
    found = listed(clinic, where=where)
    assert (found.faults[0].line, found.faults[0].column) == place
    assert found.lines == ()


@pytest.mark.req("R-EMA-2")
@pytest.mark.parametrize(
    ("role", "site", "sees"),
    [("coordinator", "NJ02", True), ("monitor", "NJ02", False), ("data_manager", None, False),
     ("auditor", None, False)],
)  # fmt: skip
def test_what_points_at_a_person_is_shown_to_the_site_alone(
    clinic: Clinic, role: str, site: str | None, *, sees: bool
) -> None:
    found = listed(clinic, role, site, form="DM", columns="SEX BRTHDAT", sort="BRTHDAT")
    assert [item.oid for item in found.columns] == ["SEX", *(["BRTHDAT"] if sees else [])]
    assert found.filters.sort == ("BRTHDAT" if sees else "")
    asked = listed(clinic, role, site, form="DM", where="BRTHDAT < date('2000-01-01')")
    assert (len(asked.lines), bool(asked.faults)) == ((1, False) if sees else (0, True))


@pytest.mark.req("R-10-1")
def test_records_of_other_sites_do_not_exist(clinic: Clinic) -> None:
    there = listed(clinic, "monitor", "NJ02").lines[0].id
    for chosen in ({}, {"where": "PLT > 0 '10*9/L'"}, {"sort": "-PLT"}):
        assert {line.site for line in listed(clinic, "monitor", "NJ01", **chosen).lines} == {"NJ01"}
    assert listed(clinic, "monitor", "NJ01", after=there).lines == ()
    assert listed(clinic, "administrator").study is None
    with pytest.raises(NotFound):
        listed(clinic, "administrator", study="TRIAL")
    with pytest.raises(NotFound):
        listed(clinic, form="NIX")


def exported(clinic: Clinic, by: Actor, **chosen: str) -> tuple[list[list[str]], bytes]:
    made = listing_file(by, ListingFilters(**{"form": "HEM", **chosen}), clinic.at, with_bom=True)
    content = b"".join(made.parts())
    listings.exported(by, made.page, made.rows, made.sha256)
    assert sha256(content).hexdigest() == made.sha256
    return list(csv.reader(StringIO(content.decode("utf-8-sig")))), content


def test_a_file_holds_exactly_what_is_filtered_and_the_trail_tells_of_it(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "_EXPORTED_AT_ONCE", 2)
    chosen = {"where": "PLT < 60 '10*9/L'", "columns": "PLT WBC PLT_ST", "sort": "-PLT"}
    rows, content = exported(clinic, clinic.actor("monitor", "NJ02", "Sun Li"), **chosen)
    assert rows == [
        ["subject", "site", "event", "form", "row", "state", "study_version", "PLT", "PLT.unit", "PLT.missing", "WBC",
         "WBC.unit", "WBC.missing", "PLT_ST"],
        ["NJ02-S001", "NJ02", "SE.SCR", "HEM", "0", "in_progress", "1", "51", "10*9/L", "", "", "", "", ""],
        ["NJ02-S001", "NJ02", "SE.W2", "HEM", "0", "in_progress", "1", "40", "10*9/L", "", "-5", "10*9/L", "", ""],
    ]  # fmt: skip
    joined = (trail_changes.c.chain == trail_values.c.chain) & (trail_changes.c.sequence == trail_values.c.sequence)
    joined &= trail_changes.c.ordinal == trail_values.c.ordinal
    told = select(trail_changes.c.path, trail_values.c.value).join(trail_values, joined).join(
        trail_entries, (trail_entries.c.chain == trail_changes.c.chain)
        & (trail_entries.c.sequence == trail_changes.c.sequence)
    )  # fmt: skip
    values = dict(db.session.execute(told.where(trail_entries.c.action == "listing.exported")).all())
    assert values == {
        "listing/columns": "PLT WBC PLT_ST", "listing/form": "HEM", "listing/level": "form", "listing/rows": "2",
        "listing/sha256": sha256(content).hexdigest(), "listing/sort": "-PLT", "listing/study": "TRIAL",
        "listing/where": "PLT < 60 '10*9/L'",
    }  # fmt: skip


@pytest.mark.req("R-SEC-5")
def test_no_cell_of_a_file_is_a_formula(clinic: Clinic) -> None:
    rows, _ = exported(clinic, clinic.actor("data_manager"), form="AE")
    assert [row[7] for row in rows[1:]] == ["'=HYPERLINK(1)", 'Rash, "mild"']


def test_who_works_in_another_study_too_takes_out_the_data_of_this_one(clinic: Clinic) -> None:
    monitor = clinic.actor("monitor", "NJ02", "Sun Li")
    elsewhere = Grant(Role.MONITOR, "another study", "another site")
    rows, _ = exported(clinic, replace(monitor, grants=(elsewhere, *monitor.grants)))
    assert {row[1] for row in rows[1:]} == {"NJ02"}


def test_whoever_may_not_take_data_out_is_refused(clinic: Clinic) -> None:
    with pytest.raises(Forbidden):
        listing_file(clinic.actor("auditor"), ListingFilters(form="HEM"), clinic.at)
    with pytest.raises(BadInput, match="Nothing was saved"):
        listing_file(clinic.actor("data_manager"), ListingFilters(form="HEM", where="NIX"), clinic.at)
