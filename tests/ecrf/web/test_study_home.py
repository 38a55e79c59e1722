"""The home of a study: figures of the sites one may see, each beside its list and in a table, and the plans."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from ecrf.reads.study_home import Month, SitePlanFacts, Standing
from ecrf.reads.tallies import quantile
from ecrf.web.presenting.charts import bars
from ecrf.web.presenting.curves import curve
from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app
from tests.ecrf.web.test_home import page
from tests.ecrf.web.test_pages import text

PLAN = {"subjects": "24", "starts_on": "2026-02-01", "ends_on": "2026-09-30"}


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


def test_a_monitor_sees_the_figures_of_her_site_alone(clinic: ClinicApp) -> None:
    shown = page(clinic, "sun", "/studies/TRIAL")
    assert ">NJ01<" in shown
    assert "NJ02" not in shown


def test_a_data_manager_sees_all_sites_and_their_sum(clinic: ClinicApp) -> None:
    shown = text(page(clinic, "chen", "/studies/TRIAL"))
    assert "All 3 1" in shown


def test_who_sees_no_subject_sees_the_plans_alone(clinic: ClinicApp) -> None:
    shown = page(clinic, "zhou", "/studies/TRIAL")
    assert 'id="plans"' in shown
    assert 'id="by-site"' not in shown


def test_a_study_that_is_not_there_is_not_found(clinic: ClinicApp) -> None:
    assert clinic.browser("chen").get("/studies/NONE").status_code == 404


def test_each_figure_leads_to_a_list(clinic: ClinicApp) -> None:
    browser = clinic.browser("chen")
    shown = browser.get("/studies/TRIAL").get_data(as_text=True)
    links = {part.split('"')[0] for part in shown.split('href="')[1:] if "study=TRIAL" in part.split('"')[0]}
    assert len(links) >= 6
    assert {browser.get(link.replace("&amp;", "&")).status_code for link in links} == {200}
    assert "NJ01-001" in browser.get("/subjects?study=TRIAL&status=ever_enrolled").get_data(as_text=True)
    assert "NJ01-S002" not in browser.get("/subjects?study=TRIAL&status=ever_enrolled").get_data(as_text=True)


def test_the_plan_of_a_site_is_saved_and_what_was_typed_stays_where_it_was_refused(clinic: ClinicApp) -> None:
    browser = clinic.browser("chen")
    assert browser.post("/studies/TRIAL/sites/NJ01/plan", PLAN).status_code == 303
    assert "24.0" in browser.get("/studies/TRIAL").get_data(as_text=True)
    refused = browser.post("/studies/TRIAL/sites/NJ01/plan", {**PLAN, "subjects": "many"})
    assert refused.status_code == 422
    assert 'value="many"' in refused.get_data(as_text=True)
    assert browser.post("/studies/TRIAL/sites/NJ09/plan", PLAN).status_code == 404


BUCKETS = [
    ({}, None, None), ({"00003": 1}, 3, 3), ({"00000": 5, "00010": 5}, 0, 10), ({"00001": 9, "00030": 1}, 1, 1),
    ({"00001": 8, "00002": 1, "00030": 1}, 1, 2), ({"00002": 1, "00010": 1, "00100": 1}, 10, 100),
]  # fmt: skip


@pytest.mark.parametrize(("buckets", "median", "most"), BUCKETS)
def test_a_quantile_is_the_smallest_number_that_enough_do_not_exceed(
    buckets: dict[str, int], median: int | None, most: int | None
) -> None:
    assert (quantile(buckets, 0.5), quantile(buckets, 0.9)) == (median, most)


@pytest.mark.parametrize(("day", "number"), [
    ("2026-01-31", 0), ("2026-02-01", 1), ("2026-02-05", 5), ("2026-02-10", 10), ("2026-05-01", 10),
])  # fmt: skip
def test_a_plan_counts_evenly_from_its_first_day_to_its_last(day: str, number: float) -> None:
    plan = SitePlanFacts(10, date(2026, 2, 1), date(2026, 2, 10))
    assert plan.by(date.fromisoformat(day)) == pytest.approx(number)


def test_the_highest_bar_is_as_high_as_the_plot_and_none_is_higher() -> None:
    drawn = bars((("a", 2, ""), ("b", 8, ""), ("c", 0, "")), warned=1)
    assert [bar.height for bar in drawn] == [36.0, 144.0, 0.0]
    assert {round(bar.y + bar.height, 1) for bar in drawn} == {180}
    assert [bar.kind for bar in drawn] == ["", "", "-3"]
    assert [bar.height for bar in bars((("a", 0, ""),))] == [0.0]


def test_a_curve_steps_to_what_is_enrolled_and_ends_today() -> None:
    first = date(2026, 2, 1)
    months = [Month((first + timedelta(days=31 * n)).replace(day=1), n, 2.0 * n) for n in range(6)]
    drawn = curve(months, date(2026, 4, 15), Standing(enrolled=2))
    assert drawn is not None
    assert drawn.enrolled.endswith(f"H{drawn.today}")
    assert drawn.enrolled.count("V") == 2
    assert drawn.heights[0].at == 180
    assert curve([], date(2026, 4, 15), Standing()) is None
