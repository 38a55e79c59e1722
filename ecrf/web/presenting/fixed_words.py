"""The words that stand in every row of a form's page, looked up once per language and not once per row."""

from dataclasses import dataclass
from functools import lru_cache

from ecrf.web.presenting.catalogue import gettext


@dataclass(frozen=True, slots=True)
class FixedWords:
    """Words for marks, flags and empty controls; `states` are those of queries and holds."""

    required: str
    no_answer: str
    not_done: str
    why_not_done: str
    above: str
    below: str
    within: str
    no_range: str
    none_defined: str
    computed: str
    history: str
    query: str
    stale: str
    states: dict[str, str]


@lru_cache(maxsize=8)
def fixed_words(language: str) -> FixedWords:
    """The words in the language of the request, which is the one named."""
    states = {
        "open": gettext("Open"), "answered": gettext("Answered"), "closed": gettext("Closed"),
        "frozen": gettext("Frozen"), "locked": gettext("Locked"),
    }  # fmt: skip
    return FixedWords(
        required=gettext("required"), no_answer=gettext("no answer"), not_done=gettext("not done"),
        why_not_done=gettext("not done …"), above=gettext("above the upper limit"),
        below=gettext("below the lower limit"), within=gettext("within the range"),
        no_range=gettext("no range on file"), none_defined=gettext("no range defined"), computed=gettext("computed"),
        history=gettext("entries in the history"), query=gettext("query no."),
        stale=gettext("would be computed anew, but is held"), states=states,
    )  # fmt: skip
