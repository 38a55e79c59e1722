"""Pages answer those they are for, in their language (who is refused: `tests/house/test_routes*.py`)."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("username", ["wang", "sun", "chen", "lin"])
def test_a_page_answers_whoever_may_read_it(clinic: ClinicApp, username: str, number: int) -> None:
    answer = clinic.browser(username).get(clinic.pages()[number])
    assert answer.status_code == 200
    assert "NJ01-001" in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/subjects", "/queries", "/trail"])
def test_a_list_holds_no_subject_of_other_sites(clinic: ClinicApp, path: str) -> None:
    for username in ("qian", "zhou"):
        answer = clinic.browser(username).get(path)
        assert answer.status_code == 200
        assert "NJ01-" not in answer.get_data(as_text=True)


def test_the_administrator_sees_who_was_given_which_role_where(clinic: ClinicApp) -> None:
    page = text(clinic.browser("zhou").get("/trail?action=grant.added").get_data(as_text=True))
    assert "Person Sun Li Role Monitor Study TRIAL Site NJ01" in page.replace("  ", " ")


SAID = [
    (0, "Subjects and visits", "受试者与访视"),
    (1, "Freezes and locks", "冻结与锁定"),
    (2, "the oldest come first", "最早的在前"),
    (3, "Why the check fired", "核查触发的原因"),
    (5, "Saved data", "保存数据"),
    (7, "43 refused", "43 未被接受"),
    (8, "was 48 ×10⁹/L", "原为 48 ×10⁹/L"),
]


@pytest.mark.parametrize(("number", "english", "chinese"), SAID)
def test_a_page_speaks_the_language_asked_for_and_keeps_it(
    clinic: ClinicApp, number: int, english: str, chinese: str
) -> None:
    browser, path = clinic.browser("sun"), clinic.pages()[number]
    assert english in text(browser.get(path).get_data(as_text=True))
    assert chinese in text(browser.get(f"{path}?lang=zh-CN").get_data(as_text=True))
    kept = browser.get(path).get_data(as_text=True)
    assert chinese in text(kept)
    assert '<html lang="zh-CN">' in kept


def test_a_word_is_said_anew_for_each_reader(clinic: ClinicApp) -> None:
    path = f"/subjects/{clinic.subject}"
    said = [
        text(clinic.browser("sun").get(f"{path}?lang={tag}").get_data(as_text=True)) for tag in ("en", "zh-CN", "en")
    ]
    assert [("System · EC040" in page, "系统 · EC040" in page) for page in said] == [
        (True, False),
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("header", "tag"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("zh", "zh-CN"), ("de-DE,en;q=0.5", "en"), ("fr", "en"), ("", "en")],
)
def test_the_browsers_language_decides_until_one_is_chosen(clinic: ClinicApp, header: str, tag: str) -> None:
    page = clinic.app.test_client().get("/login", headers={"Accept-Language": header}).get_data(as_text=True)
    assert f'<html lang="{tag}">' in page


@pytest.mark.parametrize("asked", ["xx", "zh-CN'", "../../etc/passwd", ""])
def test_a_language_that_is_not_ours_changes_nothing(clinic: ClinicApp, asked: str) -> None:
    answer = clinic.app.test_client().get("/login", query_string={"lang": asked})
    assert '<html lang="en">' in answer.get_data(as_text=True)
    assert "ecrf_language" not in answer.headers.get("Set-Cookie", "")


def test_the_shell_says_who_is_logged_in_and_as_what(clinic: ClinicApp) -> None:
    assert "Wang Min Coordinator · NJ01" in text(clinic.browser("wang").get("/subjects").get_data(as_text=True))
    assert "Chen Yu Data manager · all sites" in text(clinic.browser("chen").get("/subjects").get_data(as_text=True))


@pytest.mark.parametrize(
    ("username", "sections"),
    [
        ("wang", ["Worklist", "Subjects", "Listings", "Queries", "Trail review"]),
        ("zhou", ["Worklist", "Trail review", "People", "Sites"]),
    ],
)
def test_the_bar_leads_where_the_person_may_go(clinic: ClinicApp, username: str, sections: list[str]) -> None:
    page = clinic.browser(username).get("/trail").get_data(as_text=True)
    bar = page[page.index("<nav") : page.index("</nav>")]
    assert re.findall(r">([^<]+)</a>", bar) == sections


def test_only_who_may_add_a_subject_is_offered_it(clinic: ClinicApp) -> None:
    offered = {
        who: "/subjects/new" in clinic.browser(who).get("/subjects").get_data(as_text=True) for who in ("wang", "sun")
    }
    assert offered == {"wang": True, "sun": False}


def test_a_day_that_is_none_is_said_at_its_field_and_nothing_is_shown(clinic: ClinicApp) -> None:
    page = clinic.browser("chen").get("/trail?since=2026-13-40&until=2026-03-04").text
    assert [name for name in ("since", "until") if f'aria-describedby="m-{name}"' in page] == ["since"]
    assert "Nothing matches." in page


FOUND = [
    ("wang", "nj01-001 ", True), ("wang", "NJ01-S001", True), ("wang", "NJ01", False), ("wang", "", False),
    ("qian", "NJ01-001", False), ("wang", "NJ01-00%", False),
]  # fmt: skip


@pytest.mark.parametrize(("username", "number", "is_found"), FOUND)
def test_a_whole_number_leads_to_the_casebook_of_that_subject(
    clinic: ClinicApp, username: str, number: str, is_found: bool
) -> None:
    answer = clinic.browser(username).get("/subjects", query_string={"find": "1", "number": number})
    place = f"/subjects/{clinic.subject}"
    assert (answer.status_code, answer.headers.get("Location")) == ((303, place) if is_found else (200, None))


def test_only_who_sees_subjects_is_offered_to_find_one(clinic: ClinicApp) -> None:
    offered = {who: "data-find" in clinic.browser(who).get("/account").text for who in ("wang", "chen", "zhou")}
    assert offered == {"wang": True, "chen": True, "zhou": False}


def test_the_history_of_an_item_comes_alone_when_a_page_asks_for_it(clinic: ClinicApp) -> None:
    path = f"/records/{clinic.record}/items/PLT"
    browser = clinic.browser("sun")
    whole, drawer = browser.get(path), browser.get(path, headers={"HX-Request": "true"})
    assert "<html" in whole.get_data(as_text=True)
    assert "<html" not in drawer.get_data(as_text=True)
    assert drawer.get_data(as_text=True).lstrip().startswith("<aside")
    assert "HX-Request" in whole.headers["Vary"]


def test_a_page_that_is_not_there_says_so_with_a_number_for_support(clinic: ClinicApp) -> None:
    page = clinic.browser("sun").get("/subjects/nobody").get_data(as_text=True)
    assert re.search(r"<code>[0-9a-f-]{36}</code>", page)


def test_the_demonstration_says_on_every_page_that_it_is_one(servers: Servers, clinic: ClinicApp) -> None:
    assert "Demonstration." not in clinic.browser("sun").get("/subjects").get_data(as_text=True)
    with clinic_app(servers("sqlite"), demo=True) as demonstration:
        client = demonstration.app.test_client()
        assert "Demonstration." in client.get("/login").get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/subjects?status=enrolled", "1 of 1 subjects"),
        ("/subjects?site=NJ02", "Nothing matches."),
        ("/queries?state=open", "1 query shown"),
        ("/queries?state=closed", "Nothing matches."),
        ("/trail?person=nobody", "Nothing matches."),
        ("/trail?action=record.saved&item=PLT", "Clear"),
    ],
)
def test_filters_show_what_is_set_and_how_to_clear_it(clinic: ClinicApp, path: str, shown: str) -> None:
    page = text(clinic.browser("sun").get(path).get_data(as_text=True))
    assert shown in page
    assert "remove this filter" in page


NASTY = ["'", '"><script>alert(1)</script>', "%", "x" * 5000, "\N{RIGHT-TO-LEFT OVERRIDE}", "1e400"]


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("path", ["/subjects", "/queries", "/trail"])
def test_nonsense_in_a_filter_is_no_error_and_no_markup(clinic: ClinicApp, path: str, nasty: str) -> None:
    names = (
        "site",
        "status",
        "event",
        "state",
        "age",
        "subject",
        "item",
        "person",
        "since",
        "after",
        "before",
        "study",
    )
    answer = clinic.browser("sun").get(path, query_string=dict.fromkeys(names, nasty))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.get_data(as_text=True)
