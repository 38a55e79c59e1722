"""Texts in several languages, and the fallback between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """One text in each of its languages, keyed by BCP 47 tag; the first language given is the default."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def said_in(self, language: str) -> str:
        """The text in a language, falling back region → language → another region of it → the first one given."""
        texts = self.by_language
        primary = language.split("-")[0]
        if language in texts:
            return texts[language]
        if primary in texts:
            return texts[primary]
        regional = next((tag for tag in texts if tag.split("-")[0] == primary), None)
        return texts[regional] if regional else next(iter(texts.values()), "")

    def __bool__(self) -> bool:
        return bool(self.by_language)
