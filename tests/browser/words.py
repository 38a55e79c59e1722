"""What pages say in a language: sentences of ours by the catalogue, those of the trial by its package."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import format_date

from forms.definitions import Study
from forms.loading.loader import load_study
from forms.texts import Text
from tests import catalogue
from tests.ecrf.trial import PACKAGE

PLACE = re.compile(r"%\((\w+)\)s")


@cache
def _chinese() -> dict[str, str]:
    """Each sentence with its Chinese; of those with a plural, by the singular."""
    said = (message for message in catalogue.committed() if message.id)
    return {
        m.id if isinstance(m.id, str) else m.id[0]: m.string if isinstance(m.id, str) else m.string[0] for m in said
    }


@cache
def _study() -> Study:
    return load_study(PACKAGE)


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    language: str

    def said(self, sentence: str, **places: object) -> str | re.Pattern[str]:
        """The sentence with its places filled; as a pattern, where some are left open for anything."""
        text = sentence if self.language == "en" else _chinese()[sentence]
        if set(PLACE.findall(text)) <= places.keys():
            return text % places
        parts = PLACE.split(text)
        known = (str(places[part]) if part in places else None for part in parts[1::2])
        filled = (re.escape(part) if part is not None else ".*?" for part in known)
        return re.compile("".join(re.escape(part) + next(filled, "") for part in parts[::2]))

    def form(self, oid: str) -> str:
        """What a form is called."""
        return self._in_study(_study().forms[oid].label)

    def item(self, form: str, oid: str) -> str:
        """What an item is called."""
        return self._in_study(_study().forms[form].items[oid].label)

    def event(self, oid: str) -> str:
        """What a visit is called."""
        return self._in_study(_study().events[oid].label)

    def check(self, id: str) -> str:
        """What a check says where it fires."""
        return self._in_study(next(check.message for check in _study().checks if check.id == id))

    def laboratory(self, code: str) -> str:
        """What a laboratory is called on a form."""
        term = _study().codelists["LAB"].find(code)
        assert term is not None
        return self._in_study(term.label)

    def day(self, iso: str) -> str:
        """A day in a sentence."""
        pattern = str(self.said("d MMM y"))
        return str(format_date(date.fromisoformat(iso), pattern, "en" if self.language == "en" else "zh_Hans_CN"))

    def _in_study(self, text: Text) -> str:
        return text.said_in(self.language)
