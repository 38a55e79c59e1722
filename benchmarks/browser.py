"""A person at a browser, as far as a benchmark needs one: keeps cookies, reads forms, posts them."""

import re
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

INPUT = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
ATTRIBUTE = re.compile(r'([\w.-]+)(?:="([^"]*)")?')


class Browser:
    """One keep-alive connection to one server, with its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        """The status and the text of a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """The status and the text of the answer to a form; a redirection is told, not followed."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._keep_cookies(answer)
        return answer.status, text

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def fields_of(page: str) -> dict[str, str]:
    """The names and the written values of a page's inputs."""
    inputs = (dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(page))
    return {each["name"]: unescape(each.get("value", "")) for each in inputs if "name" in each}
