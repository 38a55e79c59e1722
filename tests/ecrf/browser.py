"""A browser without a screen: keeps cookies, sends the form token of the page it was last shown, speaks https."""

import re

from flask import Flask
from werkzeug.test import TestResponse

_TOKEN = re.compile(r"""X-CSRFToken": "([^"]+)\"""")
HOST = "https://ecrf.example"


class Browser:
    """One browser of one person."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def get(self, path: str, **options) -> TestResponse:
        return self._keep_token(self.client.get(path, base_url=HOST, **options))

    def post(self, path: str, data: dict | None = None, **options) -> TestResponse:
        if not self.token:
            self.get("/login")
        headers = {"Referer": f"{HOST}/", **options.pop("headers", {})}
        sent = {"csrf_token": self.token, **(data or {})}
        return self._keep_token(self.client.post(path, data=sent, base_url=HOST, headers=headers, **options))

    def log_in(self, username: str, password: str, **fields) -> TestResponse:
        return self.post("/login", {"username": username, "password": password, **fields})

    def cookie(self, name: str = "__Host-ecrf") -> str | None:
        found = self.client.get_cookie(name, domain="ecrf.example")
        return found.value if found else None

    def _keep_token(self, response: TestResponse) -> TestResponse:
        found = _TOKEN.search(response.get_data(as_text=True)) if response.mimetype == "text/html" else None
        if response.status_code == 302:
            self.token = ""
        self.token = found.group(1) if found else self.token
        return response
