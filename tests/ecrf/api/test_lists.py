"""Lists are paged by key: every thing once, in one order, whatever is added meanwhile."""

import hashlib

import pytest

from tests.ecrf.api.conftest import Office
from tests.ecrf.api.program import Program, alt, record_at
from tests.ecrf.trial import found


@pytest.fixture(scope="module")
def subjects(office: Office) -> list[str]:
    """Five subjects, two of which have open queries."""
    program = office["coordinator"]
    made = [program.register() for _ in range(5)]
    for subject in made[:2]:
        program.enter(subject)
        answer = program.save(record_at(subject, "CHEM"), alt("81"), reasons={"ALT": {"code": "transcription"}})
        assert answer.status_code == 200
    return made


def pages(program: Program, path: str, noun: str, key: str, size: int) -> list[list[dict]]:
    """All pages of a list, each from the key that the one before gave."""
    found, after = [], ""
    while True:
        joint = "&" if "?" in path else "?"
        page = program.get(f"{path}{joint}limit={size}{after}").json
        found.append(page[noun])
        if page["next"] is None:
            return found
        after = f"&{key}={page['next']}"


@pytest.mark.parametrize("size", [1, 2, 3, 200])
@pytest.mark.parametrize(
    ("path", "noun", "key", "name"),
    [
        ("/subjects", "subjects", "after", "id"),
        ("/queries", "queries", "after", "id"),
        ("/trail?action=record.saved", "acts", "before", "sequence"),
    ],
)
def test_pages_hold_everything_once(
    office: Office, subjects: list[str], size: int, path: str, noun: str, key: str, name: str
) -> None:
    program = office["monitor"]
    found = pages(program, path, noun, key, size)
    whole = [row for page in found for row in page]
    assert all(len(page) == size for page in found[:-1])
    identities = [(row.get("chain"), row[name]) for row in whole]
    assert len(set(identities)) == len(identities) > 1
    assert whole == [row for page in pages(program, path, noun, key, 200) for row in page]


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/subjects", 5), ("/subjects?site=NJ01", 5), ("/subjects?site=NJ02", 0), ("/subjects?status=enrolled", 0),
        ("/subjects?queries=with", 2), ("/subjects?queries=without", 3), ("/subjects?event=SE.SCR", 2),
        ("/subjects?event=SE.SCR&state=in_progress", 2), ("/subjects?study=BEAM&after=NJ01-S002", 3),
    ],
)  # fmt: skip
def test_filters_of_subjects(office: Office, subjects: list[str], path: str, count: int) -> None:
    found = office["monitor"].get(path).json
    assert len(found["subjects"]) == count
    assert found["total"] == (count if "after" not in path else 5)


@pytest.mark.parametrize("size", [1, 2])
def test_forms_are_listed_by_subjects_and_each_once(office: Office, subjects: list[str], size: int) -> None:
    program = office["monitor"]
    found = pages(program, "/forms", "forms", "after", size)
    whole = [form for page in found for form in page]
    assert len(whole) == program.get("/worklist").json["figures"]["forms_in_progress"] > 0
    assert [form["subject"] for form in whole] == sorted(form["subject"] for form in whole)
    assert {len({form["subject"] for form in page}) for page in found} == {size}
    of_chemistry = program.get("/forms?event=SE.SCR&form=CHEM").json["forms"]
    assert of_chemistry == [form for form in whole if form["form"] == "CHEM"]
    assert of_chemistry[0]["open_queries"] == 1
    assert program.get("/forms?state=nonsense").status_code == 422


def test_filters_of_queries(office: Office, subjects: list[str]) -> None:
    program = office["monitor"]
    of_one = program.get(f"/queries?subject={subjects[0]}&state=open&origin=check").json["queries"]
    assert {query["subject"] for query in of_one} == {subjects[0]}
    assert "EC032" in {query["check"] for query in of_one}
    assert program.get("/queries?origin=person").json["total"] == 0
    assert program.get("/queries?age=3").json["total"] == 0
    assert program.get("/queries?state=closed&site=NJ01").json["queries"] == []


@pytest.mark.req("R-FDA-15")
def test_filters_of_the_trail(office: Office, subjects: list[str]) -> None:
    program = office["monitor"]
    acts = program.get("/trail?subject=NJ01-S001&form=CHEM&item=ALT&role=coordinator").json["acts"]
    assert {(act["role"], act["action"], act["site"]) for act in acts} == {("coordinator", "record.saved", "NJ01")}
    assert len(acts) == 2
    assert all(any(change["item"] == "ALT" for change in act["changes"]) for act in acts)
    assert program.get("/trail?since=2026-03-05").json["acts"] == []
    assert program.get("/trail?until=2026-03-04&person=Ann").json["acts"]
    assert program.get(f"/subjects/{subjects[0]}/trail?limit=1").json["acts"][0]["recorded_at"].endswith("Z")


def test_a_casebook_leads_to_its_records(office: Office, subjects: list[str]) -> None:
    program = office["monitor"]
    book = program.get(f"/subjects/{subjects[0]}/casebook").json
    assert book["subject"] == program.get(f"/subjects/{subjects[0]}").json
    visit = next(visit for visit in book["visits"] if visit["event"] == "SE.SCR")
    assert visit["date"] == "2026-03-04"
    for form in visit["forms"]:
        record = program.get(form["href"])
        assert record.json["form"] == form["form"]
        assert record.json["state"] == form["state"]
        assert record.json["id"] == form["record"]


def test_who_asks_is_told_as_what(office: Office) -> None:
    me = office["coordinator"].get("/me").json
    assert me["grants"] == [{"role": "coordinator", "study": "BEAM", "site": "NJ01"}]
    assert "record.edit" in me["permissions"]
    manager = office["data_manager"].get("/me").json
    assert manager["grants"] == [{"role": "data_manager", "study": None, "site": None}]
    assert [site["code"] for site in office["coordinator"].get("/sites").json["sites"]] == ["NJ01"]
    assert [site["code"] for site in office["data_manager"].get("/sites").json["sites"]] == ["NJ01", "NJ02"]


def test_a_published_definition_is_the_text_that_was_published(office: Office) -> None:
    (version,) = office["monitor"].get("/studies/BEAM/versions").json["versions"]
    answer = office["monitor"].get(version["href"])
    assert hashlib.sha256(answer.data).hexdigest() == version["sha256"]
    assert answer.headers["ETag"] == f'"{version["sha256"]}"'
    assert answer.json["oid"] == "ST.BEAM"


@pytest.fixture(scope="module")
def elsewhere(office: Office) -> Program:
    """The monitor of NJ02, where a subject with a query stands."""
    coordinator = office["coordinator NJ02"]
    subject = coordinator.register(site="NJ02")
    coordinator.enter(subject)
    record = coordinator.get(record_at(subject, "CHEM")).json["id"]
    asked = office["monitor NJ02"].post(f"/records/{record}/queries", {"item": "ALT", "text": "Sure?"})
    assert asked.status_code == 201
    return office["monitor NJ02"]


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize(
    ("path", "noun", "known", "unknown"),
    [
        ("/subjects?after=", "subjects", "NJ01-S001", "NJ01-S999"),
        ("/queries?after=", "queries", "{query}", "019f3c5e-7b00-7a11-8f00-3c2d1e0f9a8b"),
        ("/trail?before=", "acts", "subject%3A{subject}~1", "subject%3Ano-such-id~1"),
        ("/trail?before=", "acts", "site%3A{site}~1", "site%3Ano-such-id~1"),
        ("/trail?before=", "acts", "system~1", "system~999999999"),
    ],
)
def test_a_key_of_another_site_leads_where_one_that_does_not_exist_leads(
    office: Office, subjects: list[str], elsewhere: Program, path: str, noun: str, known: str, unknown: str
) -> None:
    with office.app.app_context():
        site = found().sites["NJ01"]
    foreign = {
        "query": office["monitor"].get("/queries").json["queries"][0]["id"], "subject": subjects[0], "site": site,
    }  # fmt: skip
    listed = elsewhere.get(path.partition("?")[0]).json
    assert listed[noun]
    of_known, of_unknown = (elsewhere.get(path + key.format(**foreign)).json for key in (known, unknown))
    assert of_known == of_unknown
