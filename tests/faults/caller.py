"""Somebody at the other end of a real connection, who can hang up at any point of a request."""

import re
import socket
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from tests.ecrf.web.clinic_app import PASSWORD

_TOKEN = re.compile(r"""X-CSRFToken": "([^"]+)\"""")
_HIDDEN = re.compile(r'type="hidden" name="(revision|base|row_id|drafted)" value="([^"]*)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Caller:
    """One browser without a screen; `text` is the page that it was shown last."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def log_in(self, username: str) -> "Caller":
        self.get("/login")
        assert self.post("/login", {"username": username, "password": PASSWORD}) == 302
        return self

    def get(self, path: str) -> int:
        return self._send("GET", path)

    def post(self, path: str, typed: dict[str, str]) -> int:
        return self._send("POST", path, self.body(typed))

    def body(self, typed: dict[str, str]) -> bytes:
        """What the form of the page shown last sends with this typed in."""
        carried = [(name, unescape(value)) for name, value in _HIDDEN.findall(self.text)]
        sent = [("csrf_token", token[1])] if (token := _TOKEN.search(self.text)) else []
        return urlencode([*sent, *carried, *typed.items()]).encode()

    def value(self, item: str) -> str:
        """What stands in a control of the page."""
        found = re.search(rf'<input[^>]* id="{item}"[^>]* value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""

    def hang_up_on(self, path: str, body: bytes, *, after: int) -> None:
        """Send a request up to so many bytes of its body, and hang up without waiting for an answer."""
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in self._headers(body).items())]
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body[:after])

    def _headers(self, body: bytes) -> dict[str, str]:
        host = f"127.0.0.1:{self.port}"
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {
            "Host": host, "Referer": f"http://{host}/", "Cookie": cookie, "Content-Length": str(len(body)), **_FORM
        }  # fmt: skip

    def _send(self, method: str, path: str, body: bytes = b"") -> int:
        """The status; raises `ConnectionError` where the server is gone before it has answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, self._headers(body))
            answer = connection.getresponse()
            self._take(answer, answer.read().decode())
            return answer.status
        finally:
            connection.close()

    def _take(self, answer: HTTPResponse, text: str) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if _TOKEN.search(text):
            self.text = text
