"""Bring the catalogue up to the sources: `python -m tests.catalogue` writes .po and .mo, and says what lacks."""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1] / "ecrf"
FOLDER = ROOT / "translations" / "zh_Hans_CN" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"encoding": "utf-8", "trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}


def texts_of_the_sources() -> Catalog:
    """Every text the code and the templates say, by its English sentence."""
    found = Catalog()
    for path, line, text, comments, context in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS):
        found.add(text, None, [(path, line)], auto_comments=comments, context=context)
    return found


def committed() -> Catalog:
    """The catalogue as it stands in the repository."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def missing(catalogue: Catalog) -> list[str]:
    """Texts without a translation."""
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def _strings(string: object) -> list[str]:
    return list(string) if isinstance(string, (list, tuple)) else [str(string or "")]


def refresh() -> list[str]:
    """Merge the sources' texts into the catalogue, compile it, and return what is still to be translated."""
    catalogue = committed()
    catalogue.update(texts_of_the_sources(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, omit_header=False, sort_output=True, no_location=True)
    with MO.open("wb") as file:
        write_mo(file, catalogue)
    return missing(catalogue)


if __name__ == "__main__":
    sys.exit("\n".join(refresh()) or None)
