"""What the model of random acts takes for granted: who may do what, and how a typed number is read."""

from fractions import Fraction

from ecrf.errors import Problem

PEOPLE = {
    "Wang": (("coordinator", "NJ01"),), "Zhao": (("investigator", "NJ01"),), "Sun": (("monitor", "NJ01"),),
    "Qian": (("coordinator", "NJ02"),), "Feng": (("monitor", "NJ02"),), "Chen": (("data_manager", None),),
    "Lin": (("auditor", None),), "Zhou": (("administrator", None),), "Wu": (("study_builder", None),),
    "Li": (("coordinator", "NJ02"), ("monitor", "NJ01")),
}  # fmt: skip
MAY = {
    "enter": {"coordinator", "investigator"}, "review": {"monitor", "data_manager"}, "hold": {"data_manager"},
    "see": {"coordinator", "investigator", "monitor", "data_manager", "auditor"},
}  # fmt: skip
ULN = 40  # of ALT in laboratory A before June 2026, for everybody
REQUIRED = {"SV": ("VISDAT", "VISOCC"), "CHEM": ("never all of them",), "HEM": ("never all of them",)}
Refusal = type[Problem] | None
LISTS = {
    "remove": ("wrong_subject", "wrong_visit", "entered_twice", "other"),
    "not_done": ("subject_absent", "subject_declined", "site_reason", "not_needed", "other"),
}
BY_DATA = ("resolved_by_data", "no_longer_evaluable", "record_removed")
"""How a query closes that opens again when its check fires."""


def role_of(who: str, act: str, site: str = "NJ01") -> str | None:
    """The role in which somebody may do an act at a site: one held there before one that is held everywhere."""
    held = [(role, at) for role, at in PEOPLE[who] if at in (site, None) and role in MAY.get(act, {role})]
    return min(held, key=lambda grant: grant[1] is None)[0] if held else None


def number_in(text: str) -> Fraction | None:
    """The naive reading of a typed number: ASCII or full-width digits, at most 8 of them, one point."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    whole, _, rest = plain.removeprefix("-").partition(".")
    digits = whole + rest
    shaped = whole.isdecimal() and digits.isascii() and (rest.isdecimal() or "." not in plain)
    return Fraction(plain) if shaped and len(digits) <= 8 else None


def holds_good(item: str, text: str) -> bool:
    """Whether a typed text may stand."""
    if item == "VISDAT":
        return text == "2026-03-04"
    number = number_in(text)
    return number is not None and 0 <= number <= {"ALT": 15000, "PLT": 3000}[item]
