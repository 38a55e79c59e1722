"""What is withheld is told to no question: no filter, no sort, no count, no file and no refused act gives it away."""

from collections.abc import Iterator
from csv import DictReader
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from ecrf import clock
from tests.ecrf.api.program import Program, record_at
from tests.ecrf.conftest import NOON
from tests.house.blinding import BLIND, CHECK, PERSON
from tests.house.two_sites import TwoSites

NOT_SEEING = ("monitor", "data_manager", "auditor")
NOBODY = "QZNOBODY"
"""What never stood anywhere."""


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """While the tokens are good, after everything was entered."""
    with clock.told_by(lambda: NOON + timedelta(hours=1)):
        yield


def of(opened: TwoSites, who: str) -> Program:
    return Program(opened.app, opened.people[who].token)


def acts(opened: TwoSites, who: str, **filters: str) -> list[int]:
    """The numbers of the acts that somebody finds."""
    found = of(opened, who).get(f"/subjects/{opened.ids['subject_id']}/trail", query_string=filters)
    assert found.status_code == 200, found.text
    return [act["sequence"] for act in found.json["acts"]]


def hidden_from(opened: TwoSites, who: str) -> set[int]:
    """The acts that site staff find and somebody else does not."""
    return set(acts(opened, "coordinator")) - set(acts(opened, who))


GUESSES = [
    {"now": PERSON}, {"was": PERSON}, {"now": f"={PERSON} B"}, {"item": "NAMED", "now": PERSON}, {"now": BLIND},
    {"was": BLIND}, {"item": "KIT"}, {"item": "LEVEL"}, {"item": "KIT", "now": f"={BLIND} B"}, {"now": "4.25"},
]  # fmt: skip


@pytest.mark.req("R-EMA-2", "R-EMA-16")
@pytest.mark.parametrize("guess", GUESSES, ids=str)
def test_a_filter_of_the_trail_answers_no_guess(blinded: TwoSites, guess: dict[str, str]) -> None:
    assert {who: acts(blinded, who, **guess) for who in NOT_SEEING} == {who: [] for who in NOT_SEEING}
    assert acts(blinded, "coordinator", **guess) != []


@pytest.mark.req("R-EMA-2")
def test_who_changed_what_points_at_a_person_is_told_without_it(blinded: TwoSites) -> None:
    assert acts(blinded, "monitor", item="NAMED") == acts(blinded, "coordinator", item="NAMED") != []


@pytest.mark.req("R-EMA-16")
def test_an_act_on_what_would_unblind_alone_is_not_there(blinded: TwoSites) -> None:
    alone = {*acts(blinded, "coordinator", item="KIT", was=BLIND), *acts(blinded, "coordinator", item="KITCOPY")}
    assert hidden_from(blinded, "monitor") == alone


@pytest.mark.req("R-EMA-16")
@pytest.mark.parametrize("who", NOT_SEEING)
def test_an_export_counts_no_act_that_is_not_there(blinded: TwoSites, who: str) -> None:
    file = of(blinded, who).post("/trail/export", {"subject_id": blinded.ids["subject_id"]})
    assert (file.status_code, PERSON in file.text, BLIND in file.text, CHECK in file.text) == (200, False, False, False)
    *lines, manifest = DictReader(StringIO(file.text.lstrip("\ufeff")))
    told = {int(line["sequence"]) for line in lines}
    assert told == {number for number in acts(blinded, who) if number in told}
    assert f'"acts": {len(told)}, ' in manifest["new_text"]
    assert not told & hidden_from(blinded, who)


COUNTED = [
    ("/queries", 1, lambda found: found["total"]),
    ("/findings", 0, lambda found: sum(row["total"] for row in found["rows"])),
    ("/looks", 10, lambda found: found["news"][0]["values"]),
    ("/worklist", 0, lambda found: found["figures"]["open_queries"]),
    ("/studies/BEAM/standing", 0, lambda found: found["total"]["open_queries"]),
]  # fmt: skip
"""What blinded readers are told: of two queries one, of thirteen values those that they see."""


@pytest.mark.req("R-EMA-16")
@pytest.mark.parametrize(("path", "number", "counted"), COUNTED)
def test_no_count_tells_of_what_would_unblind(blinded: TwoSites, path: str, number: int, counted: Any) -> None:
    assert counted(of(blinded, "monitor").get(path).json) == number


@pytest.mark.req("R-EMA-16")
def test_news_count_the_acts_that_are_there(blinded: TwoSites) -> None:
    (news,) = of(blinded, "monitor").get("/looks").json["news"]
    assert news["acts"] == len(acts(blinded, "monitor", until="2026-03-04")) - 1  # one is seen


@pytest.mark.req("R-EMA-16")
@pytest.mark.parametrize(("who", "open_queries"), [("coordinator", 1), ("monitor", 0), ("auditor", 0)])
def test_a_casebook_counts_the_queries_that_are_there(blinded: TwoSites, who: str, open_queries: int) -> None:
    visits = of(blinded, who).get(f"/subjects/{blinded.ids['subject_id']}/casebook").json["visits"]
    assert sum(visit["open_queries"] for visit in visits) == open_queries


@pytest.mark.req("R-EMA-16")
@pytest.mark.parametrize(("who", "minute"), [("coordinator", 3), ("monitor", 2), ("auditor", 2)])
def test_the_last_save_is_the_last_one_that_is_there(blinded: TwoSites, who: str, minute: int) -> None:
    record = of(blinded, who).get(record_at(str(blinded.ids["subject_id"]), "IP")).json
    assert record["saved_at"] == f"{NOON + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%S.%f}Z"


@pytest.mark.req("R-EMA-2", "R-EMA-16")
@pytest.mark.parametrize("who", NOT_SEEING)
@pytest.mark.parametrize(
    ("form", "where"),
    [
        ("DM", f"NAMED == '{PERSON} B'"), ("DM", f"NICK == '{PERSON} B'"), ("IP", f"KIT == '{BLIND} B'"),
        ("IP", "LEVEL > 4 'ng/mL'"), ("SV", f"SCR.DM.NAMED == '{PERSON} B'"),
        ("SV", f"any_row(MH, MHNAME == '{PERSON} C')"), ("SV", f"any_row(MH, MHKIT == '{BLIND} C')"),
        ("DM", "present(BRTHDAT)"), ("IP", "LEVEL > uln(LEVEL)"), ("SV", f"LAST.IP.KIT == '{BLIND} B'"),
    ],
)  # fmt: skip
def test_no_condition_asks_about_it(blinded: TwoSites, who: str, form: str, where: str) -> None:
    asked = of(blinded, who).get("/listings", query_string={"form": form, "where": where})
    assert (asked.status_code, "is not shown to you" in asked.text) == (422, True), asked.text
    seen = of(blinded, "coordinator").get("/listings", query_string={"form": form, "where": where})
    assert seen.status_code == 200, seen.text


@pytest.mark.req("R-EMA-2")
@pytest.mark.parametrize("sort", ["NAMED", "-NAMED", "BRTHDAT"])
def test_no_list_is_sorted_by_it(blinded: TwoSites, sort: str) -> None:
    listed = of(blinded, "monitor").get("/listings", query_string={"form": "DM", "sort": sort})
    assert listed.json.get("sort", "") == ""


@pytest.mark.req("R-EMA-16")
def test_nobody_acts_on_what_is_not_there(blinded: TwoSites) -> None:
    monitor, manager, ids = of(blinded, "monitor"), of(blinded, "data_manager"), blinded.ids
    record, query = ids["IP_record"], ids["IP_query"]
    asked = monitor.post(f"/records/{record}/queries", {"item": "KIT", "text": "Which?"})
    unknown = monitor.post(f"/records/{record}/queries", {"item": "NONE", "text": "Which?"})
    said = asked.json["fields"]["item"].replace("KIT", "NONE")
    assert (asked.status_code, said) == (422, unknown.json["fields"]["item"])
    assert monitor.post(f"/queries/{query}/close", {"text": "Settled."}).status_code == 404
    hold = {"kind": "freeze", "level": "item", "record": record}
    assert [manager.post("/holds", {**hold, "item": item}).status_code for item in ("KIT", "NONE")] == [404, 404]
