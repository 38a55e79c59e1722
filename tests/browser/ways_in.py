"""The other ways into a hospital: the API with somebody's token, the command line, and the trail's own proof."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.browser.hospital import Hospital


def call(hospital: Hospital, username: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, str]:
    """The status, the document and the entity tag that the API answers somebody's token with."""
    given = {"Authorization": f"Bearer {hospital.staff[username].token}", "Content-Type": "application/json"}
    sent = json.dumps(body).encode() if body is not None else None
    address = f"{hospital.address}/api/v1{path}"
    request = Request(address, sent, {**given, **headers}, method="PATCH" if sent else "GET")  # noqa: S310 - our own
    try:
        with urlopen(request) as answer:  # noqa: S310 - our own
            return answer.status, json.load(answer), answer.headers["ETag"]
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal), ""


def save_by_api(hospital: Hospital, username: str, subject: str, form: str, **answers: str) -> tuple[int, Any]:
    """A save against what stands now, by a program."""
    path = f"/subjects/{subject}/records/SE.SCR/{form}/0"
    tag = call(hospital, username, path)[2]
    reasons = {item: {"code": "transcription"} for item in answers}
    status, document, _ = call(hospital, username, path, {"answers": answers, "reasons": reasons}, **{"If-Match": tag})
    return status, document


def run(hospital: Hospital, *words: str) -> tuple[int, str]:
    """A command of the application: its exit code and all it said."""
    result = hospital.app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def save_by_command(
    hospital: Hospital, username: str, number: str, form: str, revision: int, **answers: str
) -> tuple[int, str]:
    """`flask record save` of a screening form: its exit code and all it said."""
    typed = (f"{item}={text}" for item, text in answers.items())
    words = ("record", "save", "BEAM", number, "SE.SCR", form, *typed, "--revision", str(revision))
    return run(hospital, *words, "--reason", "transcription", "--as", username)
