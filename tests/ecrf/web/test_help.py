"""Help: each page leads to what the guides of the reader's roles say about it, in the reader's language."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app

HELP = re.compile(r'<a class="help" href="([^"]+)"')
HEADING = re.compile(r"<h1>(.*?)</h1>")


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


def shown(clinic: ClinicApp, username: str, path: str) -> str:
    answer = clinic.browser(username).get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("/", "worklist"), ("/subjects", "subjects"), ("/subjects/{subject}", "casebook"),
        ("/subjects/{subject}/SE.SCR/HEM", "forms"), ("/queries/{query}", "queries"), ("/looks", "news"),
        ("/subjects/{subject}/trail", "trail"), ("/account", "account"),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_heading(clinic: ClinicApp, path: str, topic: str) -> None:
    page = shown(clinic, "sun", path.format(subject=clinic.subject, query=clinic.query))
    assert HELP.findall(page) == [f"/help/{topic}"]


@pytest.mark.parametrize(
    ("username", "topic", "heading"),
    [
        ("wang", "queries", "Answer queries"), ("sun", "queries", "Raise and follow queries"),
        ("chen", "queries", "Queries"), ("zhou", "sites", "Sites"), ("sun", "forms", "Enter a form"),
        ("wang", "queries?lang=zh-CN", "答复质疑"), ("sun", "monitor", "Guide for monitors"),
    ],
)  # fmt: skip
def test_help_is_for_the_role_and_the_language(clinic: ClinicApp, username: str, topic: str, heading: str) -> None:
    assert HEADING.findall(shown(clinic, username, f"/help/{topic}")) == [heading]


def test_ones_own_guides_come_first(clinic: ClinicApp) -> None:
    titles = re.findall(r'<h2><a href="/help/([a-z-]+)">', shown(clinic, "sun", "/help"))
    assert titles == ["monitor", "site-staff", "data-manager", "study-builder", "administrator"]


def test_the_text_of_a_guide_is_shown_as_it_is_marked(clinic: ClinicApp) -> None:
    page = shown(clinic, "chen", "/help/listings")
    assert "<code>PLT &lt; 50000 &#39;/uL&#39;</code>" in page
    assert "<strong>Export as CSV</strong>" in page
    assert 'src="/help/pictures/en/listing.png"' in page


def test_a_link_to_a_document_outside_is_its_words_alone(clinic: ClinicApp) -> None:
    page = shown(clinic, "chen", "/help/study-builder")
    assert "packages.md says what it holds" in page


def test_a_picture_of_the_guides_is_answered(clinic: ClinicApp) -> None:
    answer = clinic.browser("sun").get("/help/pictures/zh-CN/reading.png")
    assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/png", b"\x89PNG")


@pytest.mark.parametrize(
    "path", ["nothing", "pictures/en/nothing.png", "pictures/fr/form.png", "pictures/en/..%2F..%2Fen%2Fmonitor.md"]
)
def test_what_no_guide_has_is_not_found(clinic: ClinicApp, path: str) -> None:
    assert clinic.browser("sun").get(f"/help/{path}").status_code == 404
