"""Texts in several languages, and the fallback between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """One text in each of its languages, keyed by BCP 47 tag; the first language given is the default."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def said_in(self, language: str) -> str:
        """The text in a language, falling back region → script → language → another region of it → the first given."""
        texts, tag = self.by_language, language
        while tag not in texts and "-" in tag:
            tag = tag.rpartition("-")[0]
        if tag in texts:
            return texts[tag]
        regional = next((each for each in texts if each.split("-")[0] == tag), None)
        return texts[regional] if regional else next(iter(texts.values()), "")

    def __bool__(self) -> bool:
        return bool(self.by_language)
