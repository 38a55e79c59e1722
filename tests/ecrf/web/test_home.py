"""The worklist: each person sees what waits for them, and no figure that leads nowhere."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app
from tests.ecrf.web.test_pages import text

HEADINGS = re.compile(r'<h2 id="([a-z-]+)"')
FIGURES = re.compile(r'<a href="([^"]+)"><b>(\d+)</b>')


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


def page(clinic: ClinicApp, username: str, path: str = "/") -> str:
    answer = clinic.browser(username).get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


PANELS = [
    ("wang", ["today", "overdue", "due", "studies", "ages", "to-answer"]),
    ("sun", ["studies", "ages", "to-settle"]),
    ("chen", ["studies", "ages", "to-settle"]),
    ("lin", ["studies", "ages"]),
    ("zhou", ["studies", "sites"]),
]


@pytest.mark.parametrize(("username", "expected"), PANELS)
def test_each_person_sees_what_waits_for_them(clinic: ClinicApp, username: str, expected: list[str]) -> None:
    assert HEADINGS.findall(page(clinic, username)) == expected


def test_site_staff_answer_the_oldest_open_query_from_here(clinic: ClinicApp) -> None:
    shown = page(clinic, "wang")
    assert "Platelets below 50,000/µL." in text(shown)
    assert f'href="/queries/{clinic.query}">Answer' in shown
    assert clinic.asked not in shown


def test_a_monitor_sees_the_answers_that_wait(clinic: ClinicApp) -> None:
    shown = page(clinic, "sun")
    assert f'href="/queries/{clinic.asked}">Look at it' in shown


@pytest.mark.parametrize("username", ["wang", "sun", "chen"])
def test_each_figure_leads_to_the_list_of_what_it_counts(clinic: ClinicApp, username: str) -> None:
    counted = {unescape(url): int(number) for url, number in FIGURES.findall(page(clinic, username))}
    of_queries = {url: number for url, number in counted.items() if url.startswith("/queries")}
    assert of_queries
    for url, number in of_queries.items():
        assert f"{number} in all" in text(page(clinic, username, url)) or number == 0


@pytest.mark.parametrize("username", ["wang", "chen"])
def test_as_many_forms_are_listed_as_are_counted(clinic: ClinicApp, username: str) -> None:
    counted = {unescape(url): int(number) for url, number in FIGURES.findall(page(clinic, username))}
    counted |= {unescape(url): int(number) for url, number in FIGURES.findall(page(clinic, username, "/studies/TRIAL"))}
    of_forms = {url: number for url, number in counted.items() if url.startswith("/forms")}
    assert len(of_forms) >= 3
    assert sum(of_forms.values()) > 0
    for url, number in of_forms.items():
        assert page(clinic, username, url).count('<th scope="row">') == number, url


@pytest.mark.parametrize("username", ["wang", "qian", "chen"])
@pytest.mark.parametrize("chosen", ["", "?site=NJ01", "?site=NJ02", "?level=subject"])
def test_the_matrix_counts_as_many_forms_as_its_links_list(clinic: ClinicApp, username: str, chosen: str) -> None:
    counted = FIGURES.findall(page(clinic, username, f"/subjects{chosen}"))
    of_forms = [(unescape(url), int(number)) for url, number in counted if url.startswith("/forms")]
    assert len(of_forms) == 2
    for url, number in of_forms:
        assert page(clinic, username, url).count('<th scope="row">') == number, url


def test_a_matrix_narrowed_further_leads_to_its_subjects(clinic: ClinicApp) -> None:
    counted = FIGURES.findall(page(clinic, "chen", "/subjects?status=enrolled"))
    assert not [url for url, _ in counted if url.startswith("/forms")]


def test_the_filters_of_a_list_of_forms_are_shown_and_offered(clinic: ClinicApp) -> None:
    shown = page(clinic, "chen", "/forms?state=in_progress&site=NJ01&event=SE.SCR&form=HEM")
    chips = re.findall(r'class="chip"[^>]*>([^<]+?) <', shown)
    assert chips == ["NJ01 Nanjing", "In progress", "Screening", "Haematology"]
    assert f'href="/subjects/{clinic.subject}/SE.SCR/HEM">Haematology</a>' in shown
    assert "筛选" in page(clinic, "chen", "/forms?event=SE.SCR&lang=zh-CN")


def test_a_state_that_is_none_lists_nothing(clinic: ClinicApp) -> None:
    assert "Nothing matches." in page(clinic, "chen", "/forms?state=nonsense")


def test_the_ages_of_open_queries_lead_to_the_queries_of_that_age(clinic: ClinicApp) -> None:
    shown = page(clinic, "chen")
    assert "0 – 2 d: 1" in shown
    assert "Platelets" in page(clinic, "chen", "/queries?state=open&age=0&under=3")
    assert "Nothing matches." in page(clinic, "chen", "/queries?state=open&age=3&under=8")


TODAY = {"on": "2026-03-04", "at": "08:30", "note": "fasting"}


def test_a_visit_of_today_says_how_far_it_has_come_and_what_is_next(clinic: ClinicApp) -> None:
    browser = clinic.browser("wang")
    assert "TODAY" not in page(clinic, "wang")
    planned = browser.post(f"/subjects/{clinic.subject}/visits/SE.BL/plan", TODAY)
    assert planned.status_code == 303
    shown = page(clinic, "wang")
    row = text(shown[shown.index("<tbody>") : shown.index("</tbody>")]).strip()
    assert row == "08:30 NJ01-001 Baseline fasting Not started 0/2 0 of 2 Visit date"
    assert "1 visit today, 0 with all forms complete." in text(shown)


def test_somebody_of_another_site_sees_none_of_it(clinic: ClinicApp) -> None:
    shown = page(clinic, "qian")
    assert "NJ01" not in shown
    assert set(dict(FIGURES.findall(shown)).values()) == {"0"}


def test_the_worklist_speaks_chinese(clinic: ClinicApp) -> None:
    assert "待答复的质疑" in page(clinic, "wang", "/?lang=zh-CN")
