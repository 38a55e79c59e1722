"""What a check found and why: data only, in a shape that can be stored and shown."""

from dataclasses import asdict, dataclass
from typing import Any

from forms.casebook import RecordKey
from forms.datum import Datum
from forms.definitions import Check
from forms.texts import Text


@dataclass(frozen=True)
class RangeUsed:
    """The reference range row that supplied a limit: its id and revision, and what it said, as decimal strings."""

    id: str
    revision: int
    laboratory: str
    analyte: str
    sex: str
    age_min: int
    age_max: int
    low: str | None
    high: str | None
    unit: str
    valid_from: str
    valid_to: str | None


@dataclass(frozen=True)
class Operand:
    """One thing a check looked at: as entered (text, unit, comparator) and as compared (exact decimal, canonical unit).

    `factor` is the conversion applied, None where there was none; `range` stands where the operand is a limit.
    `record` and `item` name the datum, None for parameters, limits and the event.
    """

    name: str
    entered: str | None
    unit: str | None
    comparator: str | None
    compared: str | None
    compared_unit: str | None
    factor: str | None = None
    range: RangeUsed | None = None
    item: str | None = None


@dataclass(frozen=True)
class Comparison:
    """One comparison of the expression with both sides computed: `ALT > 2 * uln(ALT)` gives 81, `>`, 80, True."""

    left_text: str
    operator: str
    right_text: str
    left: str | None
    right: str | None
    unit: str | None
    outcome: bool | None


@dataclass(frozen=True)
class Explanation:
    """Why a check came out as it did."""

    check: str
    version: str
    expression: str
    operands: tuple[Operand, ...]
    comparisons: tuple[Comparison, ...]
    today: str | None = None

    def document(self) -> dict[str, Any]:
        """The explanation as JSON-ready data, equal to what is read again after it was stored with a query."""
        operands, comparisons = (list(map(asdict, each)) for each in (self.operands, self.comparisons))
        return {**vars(self), "operands": operands, "comparisons": comparisons}


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check on one record: TRUE fires, FALSE does not, None is not evaluable.

    `explanation` is present exactly where the check fired.
    """

    definition: Check
    record: RecordKey
    outcome: bool | None
    explanation: Explanation | None = None

    @property
    def check(self) -> str:
        """The id of the check."""
        return self.definition.id

    @property
    def version(self) -> str:
        """The version of the check."""
        return self.definition.version

    @property
    def items(self) -> tuple[str, ...]:
        """The items of the check, the anchor first."""
        return self.definition.items

    @property
    def severity(self) -> str:
        """`soft` or `hard`."""
        return self.definition.severity

    @property
    def message(self) -> Text:
        """What the check says where it fires."""
        return self.definition.message

    @property
    def gate(self) -> str | None:
        """What is refused while the finding stands."""
        return self.definition.gate


@dataclass(frozen=True)
class Refusal:
    """A value that was not accepted: what was typed, and the rule it broke.

    `rule` is `type`, `codelist`, `length`, `pattern`, `unit`, `held`, `unknown` … or the id of a hard check;
    `message` says in each language what happened, to which value, against which rule, and what to do.
    """

    item: str
    typed: Datum
    rule: str
    version: str
    message: Text
    explanation: Explanation | None = None


@dataclass(frozen=True)
class Derived:
    """A computed value that moved: the system writes it as a change caused by the save."""

    record: RecordKey
    item: str
    value: Datum


@dataclass(frozen=True)
class Stale:
    """A computed value that would have moved, on a frozen or locked record: it is marked, not changed."""

    record: RecordKey
    item: str


@dataclass(frozen=True)
class Verdict:
    """What becomes of one save of one record.

    `accepted` are the entered values that changed and hold; `refused` those that do not; `derived` and `stale` the
    consequences anywhere in the casebook; `findings` the outcome of every check the save could have moved, fired or
    not, on whichever record it stands.
    """

    accepted: dict[str, Datum]
    refused: tuple[Refusal, ...]
    derived: tuple[Derived, ...]
    stale: tuple[Stale, ...]
    findings: tuple[Finding, ...]
