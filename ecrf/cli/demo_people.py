"""The people of the demonstration: one account for each role and site, with secrets made afresh."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from ecrf.models.sites import Site
from ecrf.policy.actors import OPERATOR
from ecrf.policy.grants import SITE_BOUND, Role
from ecrf.services import people, tokens

OFFICE = "Trial office"
_NAMES = {
    ("coordinator", "NJ01"): ("wang.min", "Wang Min"), ("coordinator", "NJ02"): ("zhao.lei", "Zhao Lei"),
    ("investigator", "NJ01"): ("lin.hao", "Lin Hao"), ("investigator", "NJ02"): ("he.jing", "He Jing"),
    ("monitor", "NJ01"): ("sun.li", "Sun Li"), ("monitor", "NJ02"): ("qian.yu", "Qian Yu"),
    ("data_manager", None): ("chen.fang", "Chen Fang"), ("study_builder", None): ("xu.tao", "Xu Tao"),
    ("administrator", None): ("ma.ling", "Ma Ling"), ("auditor", None): ("gao.wei", "Gao Wei"),
}  # fmt: skip
_SURNAMES = (
    "Zhou",
    "Wu",
    "Xu",
    "Hu",
    "Zhu",
    "Gao",
    "Luo",
    "Liang",
    "Song",
    "Tang",
    "Han",
    "Feng",
    "Deng",
    "Cao",
    "Peng",
)
_GIVEN = ("Jie", "Yan", "Ping", "Qiang", "Juan", "Tao", "Xin", "Bo", "Ying", "Rui", "Dan")
# Letters and digits that nobody mistakes for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class LogIn:
    """What one person of the demonstration logs in with."""

    username: str
    name: str
    role: str
    site: str | None
    password: str
    token: str

    @property
    def is_first(self) -> bool:
        """Whether it is one of the ten that a demonstration always has."""
        return (self.role, self.site) in _NAMES

    def as_data(self) -> dict[str, str | None]:
        """The log-in as JSON-ready data."""
        return asdict(self)


def add_office() -> list[LogIn]:
    """The accounts that belong to no site, each with its role."""
    return [_add(role, None) for role, site in _NAMES if site is None]


def add_site_staff(sites: Iterable[Site]) -> list[LogIn]:
    """The accounts of each site, each with its role there."""
    return [_add(role.value, site) for site in sites for role in sorted(SITE_BOUND)]


def _add(role: str, site: Site | None) -> LogIn:
    """An account with its role, its password and a token for the API; both secrets are told only here."""
    code = site.code if site else None
    (username, name), password = _NAMES.get((role, code)) or _made_up(role, code or ""), _password()
    user = people.add(OPERATOR, username, name=name, organisation=site.name if site else OFFICE, password=password)
    people.grant(OPERATOR, user, Role(role), site=site)
    token = tokens.issue(OPERATOR, user, label="demonstration", life=timedelta(days=90), reads_only=False)
    return LogIn(username, name, role, code, password, token)


def _made_up(role: str, code: str) -> tuple[str, str]:
    """The user name and the name of somebody at a site beyond the first two, the same every time."""
    number = int.from_bytes(f"{role}{code}".encode()) % 7919
    return f"{role}.{code.lower()}", f"{_SURNAMES[number % len(_SURNAMES)]} {_GIVEN[number % len(_GIVEN)]}"


def _password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
