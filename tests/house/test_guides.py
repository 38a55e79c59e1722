"""The guides say what the pages say: each name in bold is a text of the catalogue, in both languages the same, and each
picture is there and is used."""

import re

import pytest

from ecrf.app import create_app
from ecrf.i18n import LANGUAGES
from ecrf.web import guides
from ecrf.web.guides import FOLDER, NAMES, PICTURES, Guide, guide, topic_of
from ecrf.web.presenting.markdown import Piece, pieces
from tests import catalogue
from tests.ecrf.schema import settings_for
from tests.guide_pictures import TAKEN
from tests.house.routes import NO_PAGES

PLACE = re.compile(r"%\(\w+\)[sd]")
LARGEST, LARGEST_TOGETHER = 60_000, 1_200_000  # bytes
ALL = [(name, tag) for name in NAMES for tag in LANGUAGES]
NO_HELP = {*NO_PAGES, "login.show", "links.show", "help.index", "help.show"}
"""What answers without a log-in, and help itself."""


def said() -> dict[str, set[str]]:
    """Each text of the pages with what may stand for it in Chinese, its places written as “…”."""
    found: dict[str, set[str]] = {}
    for message in (each for each in catalogue.committed() if each.id):
        ids, strings = (each if isinstance(each, (list, tuple)) else [each] for each in (message.id, message.string))
        for text in ids:
            found.setdefault(PLACE.sub("…", text), set()).update(PLACE.sub("…", each) for each in strings)
    return found


def texts(name: str, tag: str) -> list[str]:
    """The opening and the sections of a guide."""
    read = guide(name, tag)
    return [read.intro, *(section.text for section in read.sections)]


def parts(text: str, kind: str) -> list[Piece]:
    """All pieces of one kind, however deep they stand."""

    def within(piece: Piece) -> list[Piece]:
        return [*([piece] if piece.kind == kind else []), *(each for inner in piece.inner for each in within(inner))]

    return [each for piece in pieces(text, lambda target: target) for each in within(piece)]


def words(piece: Piece) -> str:
    return piece.text + "".join(map(words, piece.inner))


def bold(text: str) -> list[str]:
    """The names that stand in bold."""
    return [words(piece) for piece in parts(text, "strong")]


def unknown(text: str) -> set[str]:
    """The names in bold that no page says."""
    return set(bold(text)) - said().keys()


@pytest.mark.parametrize("name", NAMES)
def test_each_name_in_bold_is_what_a_page_says(name: str) -> None:
    assert set().union(*map(unknown, texts(name, "en"))) == set()


def test_a_name_that_no_page_says_is_found() -> None:
    assert unknown("Press **Save** and **Save the moon**.") == {"Save the moon"}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_name_the_same_things_under_each_heading(name: str) -> None:
    chinese = said()
    for english, translated in zip(texts(name, "en"), texts(name, "zh-CN"), strict=True):
        may_say = [chinese[each] for each in set(bold(english))]
        names = set(bold(translated))
        assert [each for each in may_say if not each & names] == []
        assert names - set().union(*may_say) == set()


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_topics(name: str) -> None:
    topics = {tag: [section.topic for section in guide(name, tag).sections] for tag in LANGUAGES}
    assert topics["en"] == topics["zh-CN"]


@pytest.mark.parametrize(("name", "tag"), ALL)
def test_nothing_of_a_guide_is_left_unread(name: str, tag: str) -> None:
    known = {"paragraph", "tight", "inline", "text", "strong", "em", "code_inline", "bullet_list", "ordered_list",
             "list_item", "link", "image"}  # fmt: skip

    def kinds(piece: Piece) -> set[str]:
        return {piece.kind}.union(*map(kinds, piece.inner))

    for text in texts(name, tag):
        assert set().union(*(kinds(piece) for piece in pieces(text, str))) <= known
        assert [each.text for each in parts(text, "text") if "*" in each.text or "`" in each.text] == []


def used(tag: str) -> set[str]:
    """The pictures that the guides of a language show."""
    shown = (piece.target for name in NAMES for text in texts(name, tag) for piece in parts(text, "image"))
    return {target.removeprefix("../pictures/") for target in shown}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_picture_is_there_and_is_used(tag: str) -> None:
    there = {f"{tag}/{path.name}" for path in (PICTURES / tag).iterdir()}
    assert used(tag) == there == {f"{tag}/{picture.name}.png" for picture in TAKEN}


def test_the_pictures_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*/*.png")}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(path.stat().st_size for path in PICTURES.glob("*/*.png")) < LARGEST_TOGETHER


def test_links_of_the_guides_lead_to_files() -> None:
    targets = {(tag, piece.target) for name, tag in ALL for text in texts(name, tag) for piece in parts(text, "link")}
    assert [(tag, target) for tag, target in targets if not (FOLDER / tag / target).exists()] == []
    assert targets != set()


def test_every_page_has_a_heading_in_a_guide() -> None:
    rules = [rule for rule in create_app(settings_for("sqlite://")).url_map.iter_rules() if "GET" in rule.methods]
    pages = {rule.endpoint for rule in rules if not rule.rule.startswith("/api/")} - NO_HELP
    pages -= {page for page in pages if page.startswith("openapi")}
    asked = {page: topic_of(page) for page in pages}
    headings = {section.topic for name in NAMES for section in guide(name, "en").sections} | {""}
    assert {page: topic for page, topic in asked.items() if topic not in headings or not topic} == {}


def test_a_topic_is_no_name_of_a_guide() -> None:
    headings = {section.topic for name in NAMES for section in guide(name, "en").sections}
    assert headings & set(NAMES) == set()


def test_a_guide_is_cut_at_its_headings(tmp_path, monkeypatch) -> None:
    (tmp_path / "en").mkdir()
    lines = ["# Title", "", "Opening.", "", "<!-- help: forms -->", "## One", "", "A.", "", "## Two", "", "B.", ""]
    (tmp_path / "en" / "planted.md").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    read: Guide = guide.__wrapped__("planted", "en")
    assert (read.title, read.intro) == ("Title", "Opening.")
    assert [(each.topic, each.heading, each.text.strip()) for each in read.sections] == [
        ("forms", "One", "A."),
        ("", "Two", "B."),
    ]
