"""Ways to damage a text as hands, editors and machines do, and what else may stand where a value stood."""

import re
from random import Random

HOSTILE = (
    "", "null", "~", "[", "]", "{", "}", "[]", "{}", "[[]]", "{a: b}", "- - -", "? x", ": :", "*x", "&x y", "!!set {}",
    "'", '"', "#", "%", "@", "`", "\t", "yes", "NO", "0", "-0", "-1", "1.5", "1e999999999", ".inf", "NaN", "0x10",
    "9" * 5000, "0." + "9" * 5000, "1/0", "1/3", "2026-02-30", "10:15", "９", "٣", "\u200b", "\ufeff", "\x07", "\ud800",
    "x" * 5000, "é" * 300, "'" + "(" * 1000 + "A" + ")" * 1000 + "'", "A > 1 or " * 1200, "True", "A", "event", "'U/L'",
    "(" * 60 + "A" + ")" * 60, "uln(ALT) > 1", "1 'U/L' > 1 'U/L'", "mL/min/1.73m2", "[lb_av]", "SE.SCR", "CHEM", "ALT",
    "(a+)+$", "(?=x)", "\\", "../../etc/passwd", "DV.AGE", "text", "lab", "code", "codes", "date", "quantity", "hard",
    "[0, 1]", "[1, 0]", "[null, null]", "[a, b]", "{en: x}", "{en: x, zh-CN: y}", "{given: {}, fires: true}", "2.0",
)  # fmt: skip
_VALUE = re.compile(r"(?<=: )[^\n,{}\[\]]+|(?<=- )[^\n]+|(?<=\[)[^\],\n]+(?=[,\]])")
_KEY = re.compile(r"[\w.$:-]+(?=: |:\n)")
_WORD = re.compile(r"'[^']*'|[A-Za-z_][\w.]*|[0-9.]+|[<>=!]=|\S|\s+")
_MARK = re.compile(r"[\[\]{}:,'\"#|-]")


def damaged(text: str, chance: Random, most: int = 3) -> bytes:
    """The text with one to so many damages; perhaps no longer UTF-8."""
    for _ in range(chance.randint(1, most)):
        text = chance.choice(WAYS)(text, chance)
    raw = text.encode("utf-8", "surrogatepass")
    return _flipped(raw, chance) if chance.random() < 0.15 else raw


def _flipped(raw: bytes, chance: Random) -> bytes:
    found = bytearray(raw)
    for _ in range(chance.randint(1, 4) if found else 0):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _lines(text: str, chance: Random) -> str:
    """A run of lines dropped, doubled, moved or shifted."""
    lines = text.split("\n")
    start, length = chance.randrange(len(lines)), chance.randint(1, 4)
    run, rest = lines[start : start + length], lines[:start] + lines[start + length :]
    target = chance.randint(0, len(rest))
    changed = {
        "dropped": rest,
        "doubled": lines[:start] + run + lines[start:],
        "moved": rest[:target] + run + rest[target:],
        "shifted": lines[:start] + ["  " + line for line in run] + lines[start + length :],
        "back": lines[:start] + [line.removeprefix("  ") for line in run] + lines[start + length :],
    }
    return "\n".join(changed[chance.choice([*changed])])


def _values(text: str, chance: Random) -> str:
    """A value in the place of another, or something no value is."""
    found = [*_VALUE.finditer(text)]
    if not found:
        return text
    one, other = chance.choice(found), chance.choice(found)
    put = other.group() if chance.random() < 0.5 else chance.choice(HOSTILE)
    return text[: one.start()] + put + text[one.end() :]


def _keys(text: str, chance: Random) -> str:
    found = [*_KEY.finditer(text)]
    if not found:
        return text
    one, other = chance.choice(found), chance.choice(found)
    put = chance.choice((other.group(), other.group(), one.group()[::-1], one.group() + "x", "", "__class__", "<<"))
    return text[: one.start()] + put + text[one.end() :]


def _marks(text: str, chance: Random) -> str:
    found = [*_MARK.finditer(text)]
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start()] + chance.choice(("", "", "[", "]", "{", "}", ":", ",", "'", '"')) + text[one.end() :]


def _cut(text: str, chance: Random) -> str:
    return text[: chance.randint(0, len(text))]


def _pieces(text: str, chance: Random) -> str:
    """A piece taken out, or something put in."""
    start = chance.randint(0, len(text))
    return text[:start] + chance.choice(("", *HOSTILE)) + text[start + chance.randint(0, 20) :]


WAYS = (_lines, _lines, _values, _values, _values, _keys, _keys, _marks, _marks, _pieces, _cut)


def mangled(text: str, other: str, chance: Random) -> str:
    """An expression with one to three words dropped, doubled, exchanged, or taken from another expression."""
    words, strange = _WORD.findall(text), _WORD.findall(other)
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, put = chance.randrange(len(words)), chance.randrange(len(strange))
        changed = {
            "dropped": words[:at] + words[at + 1 :],
            "doubled": words[: at + 1] + words[at:],
            "exchanged": [*words[:at], chance.choice(words), *words[at + 1 :]],
            "strange": [*words[:at], strange[put], *words[at + 1 :]],
            "alike": [*words[:at], chance.choice(_alike(words[at], words + strange)), *words[at + 1 :]],
            "hostile": [*words[:at], chance.choice(HOSTILE), *words[at + 1 :]],
            "spliced": words[:at] + strange[put:],
            "wrapped": [chance.choice(("not ", "-", "abs(", "(", "[")), *words, chance.choice((")", "", "]"))],
        }
        words = changed[chance.choice([*changed, *["alike"] * 7])] or ["A"]
    return "".join(words)


def _alike(word: str, words: list[str]) -> list[str]:
    """The words that begin as this one does: another name for a name, a number for a number."""
    return [each for each in words if _class_of(each) == _class_of(word)]


def _class_of(word: str) -> tuple[bool, bool]:
    return word[:1].isalpha(), word[:1].isdigit()
