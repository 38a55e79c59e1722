"""One mapping of a package, read field by field: every wrong field becomes a fault and reading goes on."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from re import fullmatch

from forms.loading.faults import Report
from forms.loading.nodes import Listing, Mapped, Node, Scalar, unknown_keys
from forms.spelling import did_you_mean
from forms.texts import Text

EMPTY_WORDS = ("", "null", "~")
_NUMBER = r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?"
_OID = r"[A-Za-z][A-Za-z0-9_.:+-]{0,79}"


def is_empty(node: Node | None) -> bool:
    """Whether a field is absent or explicitly null."""
    return node is None or isinstance(node, Scalar) and node.plain and node.text in EMPTY_WORDS


def number_of(text: str) -> Fraction | None:
    """The exact number a plain decimal text stands for, None where it is none."""
    return Fraction(text) if fullmatch(_NUMBER, text) else None


class Fields:
    """Typed access to one mapping at `path`; `languages` are those every text must speak."""

    def __init__(self, node: Node, path: str, report: Report, languages: tuple[str, ...] = ()) -> None:
        if not isinstance(node, Mapped):
            report.add(node.mark, path, "a mapping of fields is expected here", "write `key: value` lines")
        self.node = node if isinstance(node, Mapped) else Mapped(node.mark)
        self.path, self.report, self.languages = path, report, languages
        report.place(path, node.mark)
        for key, mark in self.node.marks.items():
            report.place(f"{path}/{key}", mark)

    def know(self, keys: Iterable[str]) -> "Fields":
        """Say which keys have a meaning here; all others are faults."""
        unknown_keys(self.node, frozenset(keys), self.path, self.report)
        return self

    def get(self, key: str) -> Node | None:
        """The node of a field, None where it is absent or null."""
        node = self.node.entries.get(key)
        return None if is_empty(node) else node

    def wrong(self, key: str, message: str, hint: str | None = None) -> None:
        """Report a fault at a field, or at the mapping where the field is absent."""
        mark = self.node.marks.get(key, self.node.mark)
        self.report.add(mark, f"{self.path}/{key}", message, hint)

    def needs(self, key: str, example: str) -> bool:
        """Whether a field that must be there is there; a fault where it is not."""
        if self.get(key) is not None:
            return True
        self.wrong(key, f"{key} is missing", f"for example `{key}: {example}`")
        return False

    def text(self, key: str) -> str | None:
        """A text."""
        node = self.get(key)
        if node is None or isinstance(node, Scalar):
            return node.text.strip() if node else None
        self.wrong(key, f"{key} must be a text")
        return None

    def oid(self, key: str, example: str) -> str:
        """An identifier that must be there; the empty text where it is not."""
        found = self.text(key) if self.needs(key, example) else None
        if found is not None and not fullmatch(_OID, found):
            self.wrong(key, f"{found} is no identifier", "a letter, then letters, digits and _ . : + -")
        return found or ""

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """One of several words; the default (or the first) where it is absent or wrong."""
        fallback = default if default is not None else next(iter(allowed))
        found = self.text(key)
        if found is None:
            if default is None:
                self.needs(key, fallback)
            return fallback
        if found not in allowed:
            hint = did_you_mean(found, allowed) or f"one of {', '.join(allowed)}"
            self.wrong(key, f"{key} cannot be {found}", hint)
            return fallback
        return found

    def flag(self, key: str) -> bool:
        """A yes or no, written true or false."""
        found = self.text(key)
        if found not in (None, "true", "false"):
            self.wrong(key, f"{key} must be true or false, not {found}")
        return found == "true"

    def number(self, key: str) -> Fraction | None:
        """An exact number."""
        found = self.text(key)
        number = number_of(found) if found is not None else None
        if found is not None and number is None:
            self.wrong(key, f"{key} must be a number, not {found}", "digits with a decimal point, such as 0.5")
        return number

    def ratio(self, key: str) -> Fraction | None:
        """An exact number that may be written as a ratio of two, such as 5/9."""
        over, slash, under = (self.text(key) or "").partition("/")
        numbers = number_of(over.strip()), number_of(under.strip())
        if not slash or numbers[0] is None or not numbers[1]:
            return self.number(key)
        return numbers[0] / numbers[1]

    def whole(self, key: str, low: int | None = None) -> int | None:
        """A whole number, not below `low`."""
        number = self.number(key)
        if number is None:
            return None
        if number.denominator != 1 or (low is not None and number < low):
            self.wrong(key, f"{key} must be a whole number" + (f" from {low} up" if low is not None else ""))
            return None
        return int(number)

    def day(self, key: str) -> date | None:
        """A calendar day."""
        found = self.text(key)
        if found is None:
            return None
        try:
            return date.fromisoformat(found)
        except ValueError:
            self.wrong(key, f"{found} is no date", "year-month-day, such as 2026-03-04")
            return None

    def words(self, key: str, required: bool = True) -> Text:
        """A text in every language of the study, the default language first."""
        node = self.get(key)
        if node is None:
            if required:
                self.needs(key, "{" + ", ".join(f"{tag}: …" for tag in self.languages) + "}")
            return Text()
        return self.words_of(node, key)

    def words_of(self, node: Node, key: str) -> Text:
        """The text in every language that a node holds."""
        if not isinstance(node, Mapped):
            example = "{" + ", ".join(f"{tag}: …" for tag in self.languages) + "}"
            self.wrong(key, f"{key} must be said in each language", f"write {example}")
            return Text()
        spoken = {tag: said.text.strip() for tag, said in node.entries.items() if isinstance(said, Scalar)}
        for tag in self.languages:
            if not spoken.get(tag):
                self.report.add(node.mark, f"{self.path}/{key}/{tag}", f"the {tag} translation is missing")
        unknown_keys(node, frozenset(self.languages), f"{self.path}/{key}", self.report)
        return Text({tag: spoken[tag] for tag in self.languages if spoken.get(tag)})

    def entries(self, key: str) -> tuple[Node, ...]:
        """The entries of a list."""
        node = self.get(key)
        if node is None or isinstance(node, Listing):
            return tuple(node.entries) if node else ()
        self.wrong(key, f"{key} must be a list", "write `- entry` lines or [a, b]")
        return ()

    def texts(self, key: str) -> list[str]:
        """The texts in a list, empty where an entry is null."""
        return ["" if is_empty(node) else node.text for node in self.entries(key) if isinstance(node, Scalar)]

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words, none of them twice."""
        words = self.texts(key)
        for word, times in Counter(words).items():
            if times > 1:
                self.wrong(key, f"{word} is listed twice")
        return tuple(dict.fromkeys(words))

    def mapping(self, key: str) -> dict[str, Node]:
        """The entries of a mapping."""
        node = self.get(key)
        if node is None or isinstance(node, Mapped):
            return dict(node.entries) if node else {}
        self.wrong(key, f"{key} must be a mapping")
        return {}

    def inside(self, key: str) -> "Fields":
        """The fields of a mapping held by a field (an empty one where it is absent)."""
        node = self.get(key) or Mapped(self.node.marks.get(key, self.node.mark))
        return Fields(node, f"{self.path}/{key}", self.report, self.languages)


def plain_value(node: Node | None) -> object:
    """A node as test data: text (numbers too, as written), true and false, None, lists and mappings of these."""
    if node is None or is_empty(node):
        return None
    if isinstance(node, Scalar):
        return node.text == "true" if node.plain and node.text in ("true", "false") else node.text
    if isinstance(node, Listing):
        return tuple(plain_value(entry) for entry in node.entries)
    return {key: plain_value(entry) for key, entry in node.entries.items()}
