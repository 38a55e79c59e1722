"""Code lists: the answers that a coded item offers, in every language."""

from dataclasses import dataclass

from forms.texts import Text


@dataclass(frozen=True)
class Code:
    """One term of a code list."""

    code: str
    label: Text


@dataclass(frozen=True)
class CodeList:
    """A code list, its terms in the order in which they are offered."""

    oid: str
    codes: tuple[Code, ...]

    def find(self, code: str) -> Code | None:
        """The term with this code."""
        return next((term for term in self.codes if term.code == code), None)
