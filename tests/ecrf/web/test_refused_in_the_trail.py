"""What the pages of the trail say of a refused act: what it was to be, and why it was refused, in both languages."""

from collections.abc import Iterator
from html import unescape

import pytest

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


@pytest.mark.req("R-11-9", "R-EMA-14")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Tried what was refused: Locked", "Not allowed: clean", "Monitor, NJ01")),
        ("zh-CN", ("尝试未被接受的操作：已锁定", "无权操作：clean", "监查员")),
    ],
)
def test_a_refused_act_is_named_by_what_it_was_to_be(clinic: ClinicApp, language: str, said: tuple[str, ...]) -> None:
    monitor = clinic.browser("sun")
    target = {"kind": "lock", "level": "form", "record": clinic.record, "reason": "clean"}
    assert monitor.post("/holds", target).status_code == 403
    for path in (f"/records/{clinic.record}/trail", f"/subjects/{clinic.subject}/trail", "/trail"):
        text = unescape(monitor.get(f"{path}?action=act.refused&lang={language}").get_data(as_text=True))
        for each in said:
            assert each in text, (path, each)
