"""The pages of sites."""

import re

from ecrf.policy.grants import Role
from tests.ecrf.browser import Browser
from tests.ecrf.web.people.conftest import Installation

NEW = {"study": "BEAM", "name": "Third hospital", "timezone": "Asia/Shanghai", "address": "1 Road\nNanjing"}


def test_a_site_is_added_changed_closed_and_opened(place: Installation, admin: Browser) -> None:
    refused = admin.post("/sites/new", {**NEW, "code": "S3", "timezone": "Mars"})
    assert (refused.status_code, "no time zone" in refused.text, 'value="Third hospital"' in refused.text) == (
        422, True, True,
    )  # fmt: skip
    page = admin.post("/sites/new", {**NEW, "code": "S3"}).headers["Location"]
    assert admin.post(page, {**NEW, "address": "2 Road", "reason": ""}).status_code == 422
    assert admin.post(page, {**NEW, "address": "2 Road", "reason": "moved"}).status_code == 303
    assert "2 Road" in admin.get("/sites").text
    assert admin.post(f"{page}/close", {"reason": ""}).status_code == 422
    assert admin.post(f"{page}/close", {"reason": "done"}).status_code == 303
    shown = admin.get(page).text
    assert ("Open the site again" in shown, "Close the site" in shown) == (True, False)
    assert admin.post(f"{page}/close", {"reason": "twice"}).status_code == 409
    assert admin.post(f"{page}/reopen", {"reason": "more"}).status_code == 303
    assert "2 Road" in place.person(Role.AUDITOR)[1].get("/trail?action=site.changed").text


def test_what_another_administrator_changed_meanwhile_is_not_overwritten(place: Installation, admin: Browser) -> None:
    page = admin.post("/sites/new", {**NEW, "code": "S4"}).headers["Location"]
    seen = re.search(r'name="was" value="([^"]*)"', admin.get(page).text)[1]
    assert admin.post(page, {**NEW, "address": "1 New Road", "reason": "moved", "was": seen}).status_code == 303
    late = admin.post(page, {**NEW, "name": "Fourth", "reason": "named anew", "was": seen})
    assert (late.status_code, "1 New Road" in admin.get(page).text, "named anew" in late.text) == (412, True, True)


def test_who_reads_sites_sees_them_without_the_acts(place: Installation, admin: Browser) -> None:
    _, auditor = place.person(Role.AUDITOR)
    listed = auditor.get("/sites").text
    page = re.search(r'href="(/sites/[0-9a-f-]{36})"', listed)[1]
    assert "Close the site" not in auditor.get(page).text
    assert (auditor.get("/sites/new").status_code, auditor.post(f"{page}/close", {"reason": "x"}).status_code) == (
        403, 403,
    )  # fmt: skip
    assert place.person()[1].get(page).status_code == 404
