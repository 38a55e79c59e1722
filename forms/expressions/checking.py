"""Static checks: from the syntax tree to the typed one, collecting every fault on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from forms.expressions.faults import ExpressionFault
from forms.expressions.names import Names
from forms.expressions.sorts import Sort
from forms.expressions.terms import Constant, Term
from forms.expressions.tree import Span
from forms.kinds import Kind
from forms.units import Unit, UnitFault, unit

T = TypeVar("T")


@dataclass
class Checking:
    """One expression under check: its text, the names it may use, and the faults found so far.

    `rows` is the form whose rows are being visited, inside a row predicate.
    """

    text: str
    names: Names
    faults: list[ExpressionFault] = field(default_factory=list)
    rows: str | None = None

    def fault(self, span: Span, message: str, hint: str | None = None) -> None:
        """Notes one fault; the check goes on."""
        self.faults.append(ExpressionFault(message, span.line, span.column, hint))

    def said(self, span: Span) -> str:
        """The text of a part, with its white space collapsed."""
        return " ".join(self.text[span.start : span.end].split())

    def unit(self, span: Span, code: str | None) -> Unit | None:
        """The unit of a code; a wrong one is a fault."""
        try:
            return None if code is None else unit(code)
        except UnitFault as wrong:
            self.fault(span, wrong.message, wrong.hint)
            return None

    def nearest(self, word: str, known: Iterable[str]) -> str | None:
        """A hint that names the known words most like this one."""
        near = get_close_matches(word, sorted(set(known)), n=3, cutoff=0.6)
        return f"did you mean {' or '.join(near)}?" if near else None

    def expect(self, term: Term | None, kinds: Iterable[Kind]) -> bool:
        """Whether the term has one of the kinds; a fault where it has none of them."""
        if term is None:
            return False
        wanted = tuple(kinds)
        if term.sort.kind in wanted and not term.sort.many:
            return True
        asked = " or ".join(str(Sort(kind)) for kind in wanted)
        self.fault(
            term.span, f"{self.said(term.span)} is {term.sort}, where {asked} is needed", self._hint(term, wanted)
        )
        return False

    def _hint(self, term: Term, wanted: tuple[Kind, ...]) -> str | None:
        """What would turn a term of the wrong kind into a right one."""
        name, kind = self.said(term.span), term.sort.kind
        if Kind.BOOLEAN in wanted and kind in (Kind.CODE, Kind.TEXT) and not isinstance(term, Constant):
            return f"compare it: {name} == '{max(term.sort.codes) if term.sort.codes else 'Y'}'"
        if Kind.NUMBER in wanted and kind in (Kind.CODE, Kind.TEXT):
            return f"write number({name})"
        if Kind.DATE in wanted and kind == Kind.DATETIME or Kind.DATE in wanted and isinstance(term, Constant):
            return f"write date({name})"
        return None

    def codes(self, constant: Term, owner: str, codes: frozenset[str] | None) -> bool:
        """Whether a literal is in a code list; a fault where it is not."""
        if codes is None or not isinstance(constant, Constant) or not isinstance(constant.value, str):
            return True
        if constant.value in codes:
            return True
        listed = ", ".join(sorted(codes)[:12]) + (", ..." if len(codes) > 12 else "")
        hint = self.nearest(constant.value, codes) or f"the codes are {listed}"
        self.fault(constant.span, f"'{constant.value}' is not in the code list of {owner}", hint)
        return False


def all_hold(outcomes: Iterable[bool]) -> bool:
    """Whether all hold; every one is tried, so that every fault is found."""
    return False not in tuple(outcomes)


def whole(parts: Iterable[T | None]) -> tuple[T, ...] | None:
    """The parts, or None where one of them has a fault."""
    found = tuple(parts)
    present = tuple(part for part in found if part is not None)
    return present if len(present) == len(found) else None
