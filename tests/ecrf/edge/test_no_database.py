"""While the database is away, every request is told so in our words, whoever asks."""

import pytest

from ecrf.app import create_app
from tests.ecrf.browser import HOST, Browser
from tests.ecrf.schema import settings_for

AWAY = {"postgresql": "postgresql+psycopg://ecrf_app@/ecrf?host=/nowhere", "sqlite": "sqlite:////nowhere/ecrf.db"}


@pytest.mark.parametrize("dialect", AWAY)
def test_a_request_without_a_database_is_told_that_nothing_was_saved(
    dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = Browser(create_app(settings_for(AWAY[dialect])))
    with browser.client.session_transaction(base_url=HOST) as kept:
        kept["_user_id"] = "x" * 40
    for method, path in (("get", "/subjects"), ("get", "/login"), ("post", "/subjects/new")):
        answer = getattr(browser.client, method)(path, base_url=HOST, headers={"Referer": HOST})
        assert (method, path, answer.status_code) == (method, path, 503)
        assert "Nothing was saved; try again" in answer.text
    headers = {"Authorization": "Bearer x"}
    assert browser.client.get("/api/v1/me", base_url=HOST, headers=headers).json["code"] == "busy"
    assert "Traceback" not in capsys.readouterr().err
