"""No template and no file of Python holds a text that is not translated, and the catalogue has all that is said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests import catalogue
from tests.house.tree import ROOT, dotted, files, name_of, tree_of

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


SPEAKING = ("ecrf/web", "ecrf/edge", "ecrf/services", "ecrf/reads", "ecrf/policy")
"""What people read on a page is written in these rooms, and in the files beside them; commands and the contract of the
API, which is for programs, speak English."""
SPEAKING_FILES = ("ecrf/errors.py", "ecrf/messages.py", "ecrf/i18n.py")
TRANSLATORS = {"N_", "_", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
UNSPOKEN = {"TypeVar", "compile", "Counter", "Histogram"}  # the name of a type, a pattern, a figure for Prometheus
# Two words with a space between them, one capitalised word, or anything in Chinese.
PROSE = re.compile(r"[^\W\d_]{2,}[,.:;!?…)”]* +[(“]?[^\W\d_]{2,}|^[A-Z][a-z]+[.!?…:]?$|[\u4e00-\u9fff]")
NOT_SAID = {
    "Allow": "HTTP", "Authorization": "HTTP", "Bearer": "HTTP", "Lax": "HTTP", "Location": "HTTP", "Origin": "HTTP",
    "Referer": "HTTP",
    "True": "an answer of expressions", "False": "an answer of expressions", "not in": "an operator",
    "LOCK TABLE site_tallies, place_tallies, subject_summaries, visit_summaries IN ACCESS EXCLUSIVE MODE": "SQL",
    "INDEXED BY ix_records_in_progress": "SQL",
    "SELECT version_num FROM alembic_version": "SQL",
    "times uln": "a key", "times lln": "a key",
    "System": "a name, as the trail prints it", "Operator": "a name, as the trail prints it",
    "Not logged in": "a name, as the trail prints it", "中文": "the language, in its own words",
    "nobody has this password": "hashed where there is no such user, shown nowhere",
    "one kind of role": "a detail for programs, as the names of states are",
    " definition: it is not the text that was published": "a line of `flask trail verify`",
}  # fmt: skip
"""The literals that read like words and are none that people read on a page, each with what it is."""


def literals(path: Path) -> list[str]:
    """The texts of a file of Python that read like words and stand in no translator's call."""
    return [text for text in _texts(tree_of(path)) if PROSE.search(text)]


def _texts(node: ast.AST) -> Iterator[str]:
    """The literals under a node, but for docstrings, annotations and what is translated."""
    for name, inner in ast.iter_fields(node):
        for child in inner if isinstance(inner, list) else [inner]:
            if isinstance(child, ast.AST) and name not in {"annotation", "returns"}:
                yield from _texts_of(child)


def _texts_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in {*TRANSLATORS, *UNSPOKEN}:
        for keyword in node.keywords:
            yield from _texts_of(keyword.value)
    elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield from _texts(node)


def spoken() -> dict[str, list[str]]:
    """The literals that read like words, by file."""
    paths = [*files(*SPEAKING), *(ROOT / name for name in SPEAKING_FILES)]
    return {name_of(path): found for path in paths if (found := literals(path))}


def test_no_file_of_python_holds_an_untranslated_text() -> None:
    said = {name: [text for text in texts if text not in NOT_SAID] for name, texts in spoken().items()}
    assert {name: texts for name, texts in said.items() if texts} == {}


def test_every_literal_that_is_excepted_stands_somewhere() -> None:
    assert NOT_SAID.keys() - {text for texts in spoken().values() for text in texts} == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('flash("Saved and marked complete")', ["Saved and marked complete"]),
        ('raise IllegalState("Not now.", state="open")', ["Not now."]),
        ('LABELS = {"open": "Open"}', ["Open"]),
        ('def said(n: int) -> str:\n    return f"{n} saved answers change"', [" saved answers change"]),
        ('said = "受试者"', ["受试者"]),
        ('flash(gettext("Saved by %(who)s", who="Nobody here"))', ["Nobody here"]),
        ('"""A docstring of words."""\nflash(gettext("Saved"))\nSTATES = {"open": N_("Open")}', []),
        ('raise NotFound("query")\nurl_for("forms.show", then="next_form")', []),
        ('def of(row: "Row") -> "Path":\n    """Say it."""\n    return Path(row, "item")', []),
    ],
)
def test_an_untranslated_literal_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    planted = tmp_path / "page.py"
    planted.write_text(text, encoding="utf-8")
    assert literals(planted) == found


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
