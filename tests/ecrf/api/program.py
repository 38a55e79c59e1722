"""A program that speaks to the API with somebody's token, and the screening visit it enters in these tests."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.ecrf.browser import HOST

ROOT = "/api/v1"
SCREENING = {
    "SV": {"VISDAT": "2026-03-04", "VISOCC": "Y"},
    "DM": {
        "RFICDAT": "2026-03-03", "RFICTIM": "10:15", "RFICVER": "v1.2 2025-12-01", "BRTHDAT": "1991-06-30", "SEX": "M",
        "ETHNICCN": "HAN", "CHILDPOT": "NA", "ADMDAT": "2026-03-02",
    },
    "HEM": {"LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "PLT": {"value": "50000", "unit": "/uL"}, "PLT_CS": "N"},
    "CHEM": {
        "LABID": "LAB_A", "LBDTC": "2026-03-04T08:00", "FASTING": "Y", "ALT": {"value": "80", "unit": "U/L"},
        "ALT_CS": "N",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Program:
    """One program with one token."""

    app: Flask
    token: str

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        sent = {"json": body} if body is not None else {}
        address = path if path.startswith(ROOT) else ROOT + path
        return self.app.test_client().open(address, method=method, base_url=HOST, headers=headers, **sent, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, body, **options)

    def register(self, number: str | None = None, site: str = "NJ01") -> str:
        answer = self.post("/subjects", {"study": "BEAM", "site": site, "screening_number": number})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def save(self, record: str, answers: dict[str, Any], *, method: str = "PATCH", **more: Any) -> TestResponse:
        """Save against the state that stands now."""
        read = self.get(record)
        assert read.status_code == 200, read.text
        headers = {"If-Match": read.headers["ETag"], **more.pop("headers", {})}
        query = more.pop("query", "")
        return self.send(method, record + query, {"answers": answers, **more}, headers=headers)

    def enter(self, subject: str, *forms: str) -> None:
        """Enter the screening visit, or some of its forms."""
        for form in forms or SCREENING:
            answer = self.save(record_at(subject, form), SCREENING[form])
            assert answer.status_code == 200, answer.text


def alt(value: str) -> dict[str, Any]:
    """An answer for ALT."""
    return {"ALT": {"value": value, "unit": "U/L"}}


def record_at(subject: str, form: str, event: str = "SE.SCR", row: int = 0) -> str:
    return f"/subjects/{subject}/records/{event}/{form}/{row}"
