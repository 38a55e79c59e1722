"""Enrolment waits for its gating findings; a sign-off follows what the whole casebook says, whoever moves it."""

import pytest

from ecrf.edge.transactions import unit_of_work
from ecrf.services import queries
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

LOG = EventKey("SE.LOG")
ELIGIBLE = {
    **{f"INC{number:02d}": "Y" for number in range(1, 6)}, **{f"EXC{number:02d}": "N" for number in range(1, 18)},
    "IEDAT": "2026-03-05", "ENRLYN": "Y", "ENRLDAT": "2026-03-05",
}  # fmt: skip
LOW, ENOUGH = Datum("49999", "/uL"), Datum("50000", "/uL")


def _raise(clinic: Clinic, form: str) -> str:
    monitor = clinic.by("monitor")
    with unit_of_work(monitor):
        return queries.raise_query(monitor, clinic.record(form).id, None, "Which tube?").id


def _close(clinic: Clinic, query_id: str) -> None:
    monitor = clinic.by("monitor")
    with unit_of_work(monitor):
        queries.close(monitor, query_id, "Seen in the source.")


def _state(clinic: Clinic, check: str = "EC193") -> tuple[str, str | None] | None:
    query = clinic.query("SIGN", check)
    return (query.state, query.resolution) if query else None


@pytest.mark.req("R-GCP-3")
def test_enrolment_is_refused_while_a_gating_finding_stands_and_open_when_data_resolve_it(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=LOW)
    asked = clinic.save("IE", because=None, **ELIGIBLE)
    (refusal,) = asked.verdict.refused
    assert (refusal.item, refusal.rule, refusal.typed.text) == ("ENRLYN", "gate:enrolment", "Y")
    assert set(asked.changed) == ELIGIBLE.keys() - {"ENRLYN"}
    assert "platelets below 50,000/uL (EC040, Haematology, Screening)" in refusal.message.said_in("en")
    assert clinic.record("IE").values.get("ENRLYN") is None
    clinic.save("HEM", revision=1, PLT=ENOUGH)
    assert clinic.save("IE", revision=1, ENRLYN="Y").verdict.refused == ()
    assert clinic.verify().exit_code == 0


def test_a_query_closed_by_a_person_opens_no_gate(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=LOW)
    query = clinic.query("HEM", "EC040")
    assert query is not None
    _close(clinic, query.id)
    assert [each.rule for each in clinic.save("IE", because=None, **ELIGIBLE).verdict.refused] == ["gate:enrolment"]


def test_a_sign_off_waits_for_open_queries_and_follows_them_afterwards(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=Datum("210", "10*9/L"))
    query = _raise(clinic, "HEM")
    refused = clinic.save("SIGN", because=None, event=LOG, SIGNYN="Y", SIGNBY="Lin Hao").verdict.refused
    assert [(each.item, each.rule) for each in refused] == [("SIGNYN", "EC193")]
    _close(clinic, query)
    assert _signed_rules(clinic) == ["EC194"]  # required items of the begun forms are missing
    clinic.save("SIGN", because=None, event=LOG, revision=1, SIGNYN="N")
    assert _state(clinic) is None
    assert clinic.verify().exit_code == 0


def _signed_rules(clinic: Clinic) -> list[str]:
    saved = clinic.save("SIGN", because=None, event=LOG, revision=clinic.record("SIGN").revision, SIGNYN="Y")
    return [each.rule for each in saved.verdict.refused]


@pytest.fixture
def signed(clinic: Clinic) -> Clinic:
    """All that has begun is answered, and the investigator has signed."""
    for form, answers in WHOLE.items():
        revision = clinic.record(form).revision
        clinic.save(form, revision=revision, **answers)
    clinic.save("SIGN", because=None, event=LOG, **SIGNATURE)
    assert clinic.record("SIGN").values["SIGNYN"] == Datum("Y")
    return clinic


WHOLE = {"DM": {"RFICTIM": "10:15", "RFICVER": "v1.2 2025-12-01", "CHILDPOT": "NA", "SCRNUM": "NJ01-S001"}}
SIGNATURE = {
    "SIGNYN": "Y", "SIGNBY": "Lin Hao", "SIGNDTC": "2026-03-20T10:00", "SIGNMEAN": "review and approval",
}  # fmt: skip


def test_a_query_raised_after_the_sign_off_asks_there_too_until_it_is_closed(signed: Clinic) -> None:
    assert _state(signed) is None
    query = _raise(signed, "DM")
    assert _state(signed) == ("open", None)
    _close(signed, query)
    assert _state(signed) == ("closed", "resolved_by_data")
    monitor = signed.by("monitor")
    with unit_of_work(monitor):
        queries.reopen(monitor, query, "Not there after all.")
    assert _state(signed) == ("open", None)
    assert signed.verify().exit_code == 0


def test_a_save_that_opens_a_query_or_leaves_something_out_asks_at_the_sign_off(signed: Clinic) -> None:
    low = {"LABID": Datum("LAB_A"), "LBDTC": Datum("2026-03-04T08:00"), "PLT": LOW}
    signed.save("HEM", because=None, **low)
    assert (_state(signed), _state(signed, "EC194")) == (("open", None), ("open", None))
    signed.save("HEM", revision=1, PLT=Datum("210", "10*9/L"))
    assert _state(signed) == ("closed", "resolved_by_data")
    assert _state(signed, "EC194") == ("open", None)
    assert signed.verify().exit_code == 0
