"""Settings: the ECRF_* variables of the environment as one frozen, checked object. All faults are told at once."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DEMO_FOLDER = Path("instance") / "demo"
SECRET_LENGTH = 32
_LEAST_DIFFERENT = 8
_HOST = re.compile(r"\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


class ConfigurationFaults(Exception):
    """The environment does not say what is needed. `faults` holds every sentence of it."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(("The settings do not allow a start:", *(f"  {fault}" for fault in faults))))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """What the application was started with. `testing` is set by tests alone, never by the environment."""

    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...] = ()
    demo: bool = False
    idle_limit: timedelta = timedelta(minutes=15)
    absolute_limit: timedelta = timedelta(hours=12)
    draft_limit: timedelta = timedelta(days=30)
    max_body_bytes: int = 16 * 2**20
    trusted_proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    log_in_rate: str = "30 per minute"
    application_role: str = ""
    link_life: timedelta = timedelta(minutes=60)
    confirm_limit: timedelta = timedelta(minutes=10)
    password_max_age: timedelta | None = None
    token_longest: timedelta = timedelta(days=365)
    api_rate: str = "600 per minute"
    metrics_token: str = ""
    testing: bool = False


def settings() -> Settings:
    """The settings of the application that now runs."""
    found: Settings = current_app.extensions["ecrf"]
    return found


def from_environment(environ: Mapping[str, str], *, serving: bool, root: Path) -> Settings:
    """Read the settings, or raise `ConfigurationFaults`.

    `serving` is false for commands, which sign nothing that outlives them and so need no secret. Where nothing at all
    is said, the demonstration in `root` is meant: by commands, and by a server once `flask demo` has made it.
    """
    return _Reading(environ, serving, root / DEMO_FOLDER).settings()


def keep_demo_secret(root: Path) -> str:
    """The demonstration's secret, made on first use and readable by its owner alone."""
    path = root / DEMO_FOLDER / "secret"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_hex(SECRET_LENGTH), encoding="utf-8")
    except FileExistsError:
        pass
    return path.read_text(encoding="utf-8")


def _is_address(url: str) -> bool:
    """Whether an address can be read and names a database."""
    try:
        return bool(make_url(url).database)
    except (ArgumentError, ValueError):
        return False


class _Reading:
    """One reading of the environment, collecting its faults."""

    def __init__(self, environ: Mapping[str, str], serving: bool, demo_folder: Path) -> None:
        self.environ, self.serving, self.demo_folder = environ, serving, demo_folder
        self.faults: list[str] = []

    def settings(self) -> Settings:
        """The settings, or all faults."""
        demo = self._demo()
        read = Settings(
            database_url=self._database_url(demo),
            secret_key=self._secret_key(demo),
            secret_key_fallbacks=self._fallbacks(demo),
            demo=demo,
            idle_limit=timedelta(minutes=self._number("ECRF_IDLE_MINUTES", 15, 1, 60)),
            absolute_limit=timedelta(hours=self._number("ECRF_ABSOLUTE_HOURS", 12, 1, 24)),
            draft_limit=timedelta(days=self._number("ECRF_DRAFT_DAYS", 30, 1, 365)),
            max_body_bytes=self._number("ECRF_MAX_BODY_MB", 16, 1, 1024) * 2**20,
            trusted_proxies=self._number("ECRF_TRUSTED_PROXIES", 0, 0, 10),
            trusted_hosts=self._hosts(),
            log_in_rate=self._rate("ECRF_LOG_IN_RATE", "30 per minute"),
            application_role=self._role(),
            link_life=timedelta(minutes=self._number("ECRF_LINK_MINUTES", 60, 5, 60)),
            confirm_limit=timedelta(minutes=self._number("ECRF_CONFIRM_MINUTES", 10, 1, 60)),
            password_max_age=timedelta(days=self._number("ECRF_PASSWORD_MAX_AGE_DAYS", 0, 0, 3650)) or None,
            token_longest=timedelta(days=self._number("ECRF_TOKEN_MAX_DAYS", 365, 1, 365)),
            api_rate=self._rate("ECRF_API_RATE", "600 per minute"),
            metrics_token=self._metrics_token(demo),
        )
        self._expect_production_to_be_closed(demo)
        self._expect_not_the_owner(demo, read)
        if self.faults:
            raise ConfigurationFaults(tuple(self.faults))
        return read

    def _demo(self) -> bool:
        said = self._flag("ECRF_DEMO")
        if said is not None:
            return said
        nothing_said = not {"ECRF_DATABASE_URL", "ECRF_SECRET_KEY"} & self.environ.keys()
        return nothing_said and (not self.serving or (self.demo_folder / "secret").exists())

    def _database_url(self, demo: bool) -> str:
        url = self.environ.get("ECRF_DATABASE_URL", "")
        if not url and demo:
            return f"sqlite:///{self.demo_folder.resolve() / 'ecrf.db'}"
        if not url:
            self.faults.append("ECRF_DATABASE_URL is missing: sqlite:////path/ecrf.db or postgresql://user@host/name")
        elif not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            self.faults.append("ECRF_DATABASE_URL begins with neither sqlite:/// nor postgresql://")
        elif not _is_address(url):
            self.faults.append("ECRF_DATABASE_URL cannot be read as an address, or names no database")
        return url

    def _secret_key(self, demo: bool) -> str:
        secret = self.environ.get("ECRF_SECRET_KEY", "")
        if secret:
            if len(secret) < SECRET_LENGTH and not demo:
                self.faults.append(f"ECRF_SECRET_KEY is shorter than {SECRET_LENGTH} characters")
            elif len(set(secret)) < _LEAST_DIFFERENT and not demo:
                self.faults.append("ECRF_SECRET_KEY can be guessed: it repeats a few characters")
            return secret
        if not self.serving:
            return secrets.token_hex(SECRET_LENGTH)
        if demo:
            return keep_demo_secret(self.demo_folder.parents[1])
        self.faults.append(
            "ECRF_SECRET_KEY is missing: python -c 'import secrets; print(secrets.token_hex(32))' makes one; "
            "ECRF_DEMO=1 or `flask demo` is for the demonstration alone"
        )
        return ""

    def _expect_production_to_be_closed(self, demo: bool) -> None:
        if demo:
            return
        if self._flag("FLASK_DEBUG"):
            self.faults.append("FLASK_DEBUG is on, which is for the demonstration alone")
        if self.environ.get("ECRF_URL_SCHEME", "https") != "https":
            self.faults.append("ECRF_URL_SCHEME is not https, which is for the demonstration alone (21 CFR 11.30)")

    def _expect_not_the_owner(self, demo: bool, read: Settings) -> None:
        """Whoever owns the tables could switch the trail's guards off: servers connect as the application's role."""
        if demo or not self.serving or not read.application_role or not _is_address(read.database_url):
            return
        user = make_url(read.database_url).username
        if read.database_url.startswith("postgresql") and user != read.application_role:
            self.faults.append(
                f"ECRF_DATABASE_URL connects as “{user}”, not as ECRF_APPLICATION_ROLE “{read.application_role}”: "
                "the owner of the tables is for migrations and restores alone"
            )

    def _fallbacks(self, demo: bool) -> tuple[str, ...]:
        found = self._list("ECRF_SECRET_KEY_FALLBACKS")
        if not demo and any(len(secret) < SECRET_LENGTH for secret in found):
            self.faults.append(f"ECRF_SECRET_KEY_FALLBACKS holds a secret shorter than {SECRET_LENGTH} characters")
        return found

    def _hosts(self) -> tuple[str, ...]:
        found = self._list("ECRF_TRUSTED_HOSTS")
        for host in (each for each in found if not _HOST.fullmatch(each)):
            self.faults.append(f"ECRF_TRUSTED_HOSTS holds “{host}”, which is no host name (no scheme, no path)")
        return found

    def _flag(self, name: str) -> bool | None:
        text = self.environ.get(name)
        if text is None:
            return None
        if text.strip().lower() not in _TRUE | _FALSE:
            self.faults.append(f"{name} is “{text}”, neither 1 nor 0")
        return text.strip().lower() in _TRUE

    def _role(self) -> str:
        role = self.environ.get("ECRF_APPLICATION_ROLE", "")
        if role and re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role) is None:
            self.faults.append(f"ECRF_APPLICATION_ROLE is “{role}”, not a plain name of a role of PostgreSQL")
        return role

    def _metrics_token(self, demo: bool) -> str:
        """The token for figures, and that the workers of a server have a folder in which they add up."""
        token = self.environ.get("ECRF_METRICS_TOKEN", "")
        folder = self.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
        if token and len(token) < SECRET_LENGTH:
            self.faults.append(f"ECRF_METRICS_TOKEN is shorter than {SECRET_LENGTH} characters")
        elif token and not folder and self.serving and not demo:
            self.faults.append("PROMETHEUS_MULTIPROC_DIR is missing: the folder in which workers add up their figures")
        if folder and self.serving and not (Path(folder).is_dir() and os.access(folder, os.W_OK)):
            self.faults.append(f"PROMETHEUS_MULTIPROC_DIR is “{folder}”, no folder that this server may write in")
        return token

    def _rate(self, name: str, default: str) -> str:
        rate = self.environ.get(name, default).strip()
        if re.fullmatch(r"[1-9][0-9]{0,5} per (second|minute|hour|day)", rate) is None:
            self.faults.append(f"{name} is “{rate}”, not so many per second, minute, hour or day: 600 per minute")
            return default
        return rate

    def _list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.environ.get(name, "").split(",") if part.strip())

    def _number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.environ.get(name, str(default)).strip()
        value = int(text) if text.isascii() and text.isdigit() else -1
        if not low <= value <= high:
            self.faults.append(f"{name} is “{text}”, not a whole number {low} to {high}")
            return default
        return value
