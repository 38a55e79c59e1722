"""The catalogue of translations, typed: Flask-Babel ships no types. Sentences are said in the reader's language."""

from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext


def gettext(sentence: str, **values: object) -> str:
    """The sentence in the reader's language, its places filled."""
    return str(_gettext(sentence, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The sentence for one or for many; `%(num)s` is the number."""
    return str(_ngettext(one, many, num, **values))
