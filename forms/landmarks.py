"""The landmarks of a study: where a form keeps its sample date and laboratory, and the answers that gates guard."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """An answer that opens something: `EVENT.FORM.ITEM` given as `code` is refused while a gating finding stands."""

    item: str
    code: str


@dataclass(frozen=True)
class DayRule:
    """Where an analysis form keeps its sample date and laboratory: `LBDTC`, `LABID`; UP24 uses `UPENDTC`."""

    sample: str
    laboratory: str | None
