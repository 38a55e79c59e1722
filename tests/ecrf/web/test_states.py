"""Forms and rows that were not done or entered by mistake, by page: marked, struck, taken back, refused as typed."""

import pytest

from tests.ecrf.web.beam_app import BeamApp, FormPage, beam_app, with_new_subject

ROW = {"MHCAT": "GEN", "MHTERM": "Asthma", "MHONGO": "Y"}


@pytest.fixture(scope="module")
def beam(servers):
    with beam_app(servers("sqlite")) as app:
        yield with_new_subject(app)


def act(page: FormPage, name: str, **sent: str) -> FormPage:
    """One act on the state of what the page shows, which is then answered or followed."""
    given = {"act": name, "revision": page.open().hidden("revision"), **sent}
    page.answer = page.browser.post(f"{page.path}/state", given)
    page.status = page.answer.status_code
    if page.status == 303:
        page.answer = page.browser.get(page.answer.location)
    return page


@pytest.mark.req("R-DM-14")
def test_a_form_is_marked_not_done_and_taken_back_on_its_page(beam: BeamApp) -> None:
    page = beam.page(form="VS")
    assert "This form was not done …" in page.text
    assert "entered by mistake" not in page.text
    act(page, "not_done", code="subject_absent", text="Snow.")
    assert page.status == 303
    assert "This form was not done" in page.text
    assert "The subject did not come: Snow." in page.text
    assert 'id="form"' not in page.text
    assert "Mark not done" not in page.text
    act(page, "resume", text="It was done in the ward.")
    assert 'id="form"' in page.text


def test_a_row_is_removed_struck_in_the_list_and_restored_from_its_page(beam: BeamApp) -> None:
    rows = beam.page(form="MH")
    row = FormPage(rows.browser, f"{rows.path}/new").post(**ROW)
    assert row.status == 303
    row = FormPage(rows.browser, f"{rows.path}/1")
    act(row, "remove", code="entered_twice")
    assert "<del>Asthma</del>" in row.text
    assert f'href="{rows.path}/1#states"' in row.text
    row.open()
    assert "This row was removed" in row.text
    act(row, "restore", text="It is another illness.")
    assert "<del>Asthma</del>" not in rows.open().text


@pytest.mark.parametrize(("sent", "says"), [
    ({"code": "", "text": "typed in vain"}, "Choose why from the list."),
    ({"code": "other", "text": " "}, "needs words"),
])  # fmt: skip
def test_what_is_refused_stays_typed_and_unfolded(beam: BeamApp, sent: dict[str, str], says: str) -> None:
    page = act(beam.page(form="DM"), "remove", **sent)
    assert page.status == 422
    assert says in page.text
    assert '<details class="state-act" open>' in page.text
    assert sent["text"].strip() in page.text


def test_whoever_does_not_enter_data_sees_the_state_and_no_acts(beam: BeamApp) -> None:
    act(beam.page(form="HEM"), "not_done", code="site_reason")
    monitor = beam.page("liu", form="HEM")
    assert "The site could not do it" in monitor.text
    assert "state-act" not in monitor.text
    assert act(monitor, "resume", text="no", revision="1").status == 403


def test_what_is_frozen_offers_nothing(beam: BeamApp) -> None:
    manager = beam.page("chen", form="DM").browser
    frozen = {"kind": "freeze", "level": "form", "subject": beam.subject, "event": "SE.SCR", "form": "DM"}
    assert manager.post("/holds", frozen).status_code == 303
    page = beam.page(form="DM")
    assert "state-act" not in page.text
    assert act(page, "remove", code="entered_twice", revision="1").status == 409
    assert "frozen by Chen Yu" in page.text


def test_an_act_that_there_is_none_of_is_not_found(beam: BeamApp) -> None:
    assert act(beam.page(form="VS"), "delete", code="other", text="x").status == 404


def mark(page: FormPage, visit: str, name: str, **sent: str) -> FormPage:
    """One act on a visit from the casebook, which is then answered or followed."""
    page.answer = page.browser.post(f"/subjects/{page.path.split('/')[2]}/visits/{visit}", {"act": name, **sent})
    page.status = page.answer.status_code
    if page.status == 303:
        page.answer = page.browser.get(page.answer.location.partition("#")[0])
    return page


def test_a_visit_is_marked_and_taken_back_on_the_casebook(beam: BeamApp) -> None:
    page = mark(beam.page(), "SE.W2/state", "not_done", code="subject_declined", text="Too far.")
    assert "Not done by Wang Min" in page.text
    assert "The subject declined: Too far." in page.text
    page = mark(page, "SE.W2/state", "resume", text=" ")
    assert page.status == 422
    assert "Say in words why." in page.text
    mark(page, "SE.W2/state", "resume", text="She came after all.")
    assert "Not done by" not in page.text


def test_an_unscheduled_visit_is_added_once_by_its_button(beam: BeamApp) -> None:
    page = beam.page()
    casebook = page.browser.get(f"/subjects/{beam.subject}").get_data(as_text=True)
    assert 'name="event" value="SE.UNS~1"' in casebook
    for _ in range(2):
        answer = page.browser.post(f"/subjects/{beam.subject}/visits", {"event": "SE.UNS~1"})
        assert (answer.status_code, answer.location.partition("#")[2]) == (303, "visit-SE.UNS-1")
    casebook = page.browser.get(f"/subjects/{beam.subject}").get_data(as_text=True)
    assert 'name="event" value="SE.UNS~2"' in casebook
    assert casebook.count('id="visit-SE.UNS-1"') == 1
