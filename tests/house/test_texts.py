"""No template holds a text that is not translated, and the Chinese catalogue has every sentence that is said."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests import catalogue
from tests.house.tree import files, name_of

NAMES = {"eCRF", "CTCAE", "Ctrl", "Enter", "Shift", "Esc", "Tab"}  # the same in every language, keys as printed on them
SPOKEN = re.compile(r"""\b(?:title|alt|placeholder|aria-label|content)="([^"{]*[A-Za-z]{2,}[^"{]*)\"""")
NOT_SPOKEN = re.compile(
    r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}|\{%-?\s*block page_class\b.*?\{%-?\s*endblock\s*-?%\}"
    r"|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<script\b.*?</script>|<!doctype[^>]*>|<meta\b[^>]*>",
    re.DOTALL,
)
ATTRIBUTES = re.compile(r"""[\w-]+="[^"]*\"""")


def untranslated(path: Path) -> list[str]:
    """The words of a template that stand outside any translation: between tags, or in an attribute that is read out."""
    text = NOT_SPOKEN.sub("", path.read_text(encoding="utf-8"))
    between = [ATTRIBUTES.sub("", part) for part in re.split(r"<[^>]*>", text, flags=re.DOTALL)]
    spoken = re.sub(r"&\w+;", " ", " ".join([*SPOKEN.findall(text), *between]))
    return [word for word in re.findall(r"[A-Za-z]{2,}", spoken) if word not in NAMES]


def test_no_template_holds_an_untranslated_text() -> None:
    assert {name_of(path): words for path in files("ecrf", suffix=".html") if (words := untranslated(path))} == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>Save</p>", ["Save"]),
        ('<p title="Save it">x</p>', ["Save", "it"]),
        ('<p>{{ _("Save") }}</p>{% trans %}Save{% endtrans %}', []),
        ('<input type="text" name="ALT" value="{{ value }}">', []),
    ],
)
def test_an_untranslated_text_is_found(tmp_path: Path, text: str, words: list[str]) -> None:
    planted = tmp_path / "page.html"
    planted.write_text(text, encoding="utf-8")
    assert untranslated(planted) == words


def sentences(of: Catalog) -> dict[str, str]:
    """Each sentence with what stands for it; of those with a plural, the singular."""
    kept = (message for message in of if message.id and not message.fuzzy)
    return {m.id if isinstance(m.id, str) else m.id[0]: str(m.string) for m in kept}


def test_every_sentence_has_its_chinese() -> None:
    said, written = sentences(catalogue.texts_of_the_sources()), sentences(catalogue.committed())
    assert sorted(said.keys() ^ written.keys()) == []
    assert catalogue.missing(catalogue.committed()) == []


def test_the_compiled_catalogue_is_the_written_one(tmp_path: Path) -> None:
    fresh = tmp_path / "messages.mo"
    with fresh.open("wb") as file:
        write_mo(file, catalogue.committed())
    assert catalogue.MO.read_bytes() == fresh.read_bytes()
