"""What the environment may say, and what refuses to start."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from ecrf.config import ConfigurationFaults, from_environment, keep_demo_secret

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef" * 2
GOOD = {"ECRF_DATABASE_URL": "sqlite:////tmp/ecrf.db", "ECRF_SECRET_KEY": SECRET}


@pytest.mark.req("R-SEC-31", "R-11-15")
@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"ECRF_SECRET_KEY": ""}, "ECRF_SECRET_KEY is missing"),
        ({"ECRF_SECRET_KEY": "short"}, "ECRF_SECRET_KEY is shorter"),
        ({"ECRF_DATABASE_URL": ""}, "ECRF_DATABASE_URL is missing"),
        ({"ECRF_DATABASE_URL": "mysql://host/name"}, "ECRF_DATABASE_URL begins with"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
        ({"ECRF_URL_SCHEME": "http"}, "ECRF_URL_SCHEME is not https"),
        ({"ECRF_DEMO": "perhaps"}, "ECRF_DEMO is “perhaps”"),
        ({"ECRF_IDLE_MINUTES": "0"}, "ECRF_IDLE_MINUTES is “0”"),
        ({"ECRF_IDLE_MINUTES": "-5"}, "ECRF_IDLE_MINUTES is “-5”"),
        ({"ECRF_ABSOLUTE_HOURS": "48"}, "ECRF_ABSOLUTE_HOURS is “48”"),
        ({"ECRF_MAX_BODY_MB": "many"}, "ECRF_MAX_BODY_MB is “many”"),
        ({"ECRF_TRUSTED_PROXIES": "1.5"}, "ECRF_TRUSTED_PROXIES is “1.5”"),
        ({"ECRF_DATABASE_URL": "postgresql://user@host:port/ecrf"}, "ECRF_DATABASE_URL cannot be read"),
        ({"ECRF_DATABASE_URL": "postgresql://user@host"}, "ECRF_DATABASE_URL cannot be read"),
        ({"ECRF_SECRET_KEY": "changeme" * 4}, "ECRF_SECRET_KEY can be guessed"),
        ({"ECRF_SECRET_KEY_FALLBACKS": f"{SECRET},old"}, "ECRF_SECRET_KEY_FALLBACKS holds a secret shorter"),
        ({"ECRF_TRUSTED_HOSTS": "ecrf.example,https://other.example/"}, "ECRF_TRUSTED_HOSTS holds “https://"),
        ({"ECRF_LOG_IN_RATE": "often"}, "ECRF_LOG_IN_RATE is “often”"),
        ({"ECRF_LOG_IN_RATE": ""}, "ECRF_LOG_IN_RATE is “”"),
        ({"ECRF_DATABASE_URL": "postgresql://ecrf_owner@host/ecrf", "ECRF_APPLICATION_ROLE": "ecrf_app"},
         "ECRF_DATABASE_URL connects as “ecrf_owner”"),
        ({"ECRF_METRICS_TOKEN": "short"}, "ECRF_METRICS_TOKEN is shorter"),
        ({"ECRF_METRICS_TOKEN": SECRET}, "PROMETHEUS_MULTIPROC_DIR is missing"),
        ({"PROMETHEUS_MULTIPROC_DIR": "/nowhere"}, "PROMETHEUS_MULTIPROC_DIR is “/nowhere”, no folder"),
        ({"ECRF_APPLICATION_ROLE": "app; DROP"}, "ECRF_APPLICATION_ROLE is “app; DROP”"),
    ],
)
def test_a_server_refuses_to_start(tmp_path: Path, said: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationFaults) as refused:
        from_environment({**GOOD, **said}, serving=True, root=tmp_path)
    assert len(refused.value.faults) == 1
    assert refused.value.faults[0].startswith(named)


@pytest.mark.req("R-SEC-31")
def test_every_setting_wrong_at_once_is_told_in_one_sentence_each(tmp_path: Path) -> None:
    names = re.findall(r'"(ECRF_[A-Z_]+)"', (ROOT / "ecrf/config.py").read_text("utf-8"))
    wrong = dict.fromkeys(sorted(set(names)), "?!")
    with pytest.raises(ConfigurationFaults) as refused:
        from_environment(wrong, serving=True, root=tmp_path)
    told = [fault.split()[0] for fault in refused.value.faults]
    assert sorted(told) == sorted(wrong)


def test_migrations_run_as_the_owner(tmp_path: Path) -> None:
    said = {"ECRF_DATABASE_URL": "postgresql://ecrf_owner@host/ecrf", "ECRF_APPLICATION_ROLE": "ecrf_app"}
    assert from_environment(said, serving=False, root=tmp_path).application_role == "ecrf_app"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFaults) as refused:
        from_environment({"ECRF_IDLE_MINUTES": "x", "ECRF_DEMO": "0"}, serving=True, root=tmp_path)
    assert len(refused.value.faults) == 3
    assert SECRET not in str(refused.value)


def test_the_settings_are_read(tmp_path: Path) -> None:
    said = {"ECRF_IDLE_MINUTES": "10", "ECRF_SECRET_KEY_FALLBACKS": f"{SECRET}1, {SECRET}2", "ECRF_MAX_BODY_MB": "2"}
    read = from_environment({**GOOD, **said}, serving=True, root=tmp_path)
    assert read.idle_limit == timedelta(minutes=10)
    assert read.absolute_limit == timedelta(hours=12)
    assert read.secret_key_fallbacks == (f"{SECRET}1", f"{SECRET}2")
    assert read.max_body_bytes == 2 * 2**20
    assert (read.demo, read.testing) == (False, False)


def test_where_nothing_is_said_a_server_starts_only_once_the_demonstration_was_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFaults):
        from_environment({}, serving=True, root=tmp_path)
    secret = keep_demo_secret(tmp_path)
    read = from_environment({}, serving=True, root=tmp_path)
    assert (read.demo, read.secret_key) == (True, secret)
    assert read.database_url == f"sqlite:///{tmp_path}/instance/demo/ecrf.db"


def test_the_demonstrations_secret_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    first = keep_demo_secret(tmp_path)
    assert keep_demo_secret(tmp_path) == first
    assert len(first) == 64
    assert (tmp_path / "instance/demo/secret").stat().st_mode & 0o777 == 0o600


def test_commands_need_no_secret(tmp_path: Path) -> None:
    read = from_environment({"ECRF_DATABASE_URL": GOOD["ECRF_DATABASE_URL"]}, serving=False, root=tmp_path)
    assert len(read.secret_key) == 64
    assert not read.demo
    assert not (tmp_path / "instance").exists()
