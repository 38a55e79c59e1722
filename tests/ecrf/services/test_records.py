"""Saving a record: what is kept, what opens a query, what is refused, and what the trail says of it."""

import pytest
from sqlalchemy import select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.errors import Forbidden, IllegalState, NotAccepted, NotFound, ReasonMissing, Stale
from ecrf.services import records
from ecrf.services.trail import Reason
from ecrf.services.trail_guard import UntrailedChange
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

UL = "U/L"


@pytest.mark.parametrize(("alt", "opens"), [("80", False), ("80.0", False), ("81", True), ("80.1", True)])
def test_alt_over_twice_its_limit_opens_a_query_of_exclusion_2(clinic: Clinic, alt: str, opens: bool) -> None:
    clinic.sample("CHEM", ALT=Datum(alt, UL), ALT_CS=Datum("N"))
    query = clinic.query("CHEM", "EC032")
    assert (query is not None) is opens
    assert clinic.record("CHEM").data["ALT"] == {"v": alt, "u": UL}


@pytest.mark.req("R-EMA-7", "R-FDA-13")
def test_the_query_explains_itself(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL), ALT_CS=Datum("N"))
    why = clinic.query("CHEM", "EC032").explanation
    over = next(each for each in why["comparisons"] if each["operator"] == ">")
    limit = next(each for each in why["operands"] if each["range"])
    assert (over["left"], over["right"], over["unit"], over["outcome"]) == ("81", "80", UL, True)
    assert over["right_text"] == "2 * uln(ALT)"
    assert (limit["compared"], limit["range"]["laboratory"], limit["range"]["high"]) == ("40", "LAB_A", "40")
    assert (why["check"], why["version"]) == ("EC032", "1.0")


@pytest.mark.parametrize(
    ("typed", "opens"),
    [
        (Datum("50000", "/uL"), False),
        (Datum("49999", "/uL"), True),
        (Datum("49.999", "10*9/L"), True),
        (Datum("50", "10*9/L"), False),
        (Datum("50.000", "10*3/uL"), False),
        (Datum("50", "10*9/L", "<"), True),
        (Datum("60", "10*9/L", "<"), False),
    ],
)
def test_platelets_below_50000_open_a_query_whatever_their_unit(clinic: Clinic, typed: Datum, opens: bool) -> None:
    clinic.sample("HEM", PLT=typed, PLT_CS=Datum("N"))
    assert (clinic.query("HEM", "EC040") is not None) is opens
    assert Datum.from_document(clinic.record("HEM").data["PLT"]) == typed


@pytest.mark.req("R-DM-7")
def test_a_query_closes_itself_when_the_data_change_and_reopens_with_its_history(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    opened = clinic.query("CHEM", "EC032").id
    clinic.save("CHEM", revision=1, ALT=Datum("79", UL))
    closed = clinic.query("CHEM", "EC032")
    assert (closed.state, closed.resolution) == ("closed", "resolved_by_data")
    clinic.save("CHEM", revision=2, ALT=Datum("90", UL))
    again = clinic.query("CHEM", "EC032")
    assert (again.id, again.state, again.resolution) == (opened, "open", None)
    clinic.save("CHEM", revision=3, ALT=Datum())
    assert clinic.query("CHEM", "EC032").resolution == "no_longer_evaluable"


@pytest.mark.req("R-GCP-5")
def test_a_saved_value_changes_only_with_a_reason(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    with pytest.raises(ReasonMissing) as raised:
        clinic.save("CHEM", revision=1, because=None, ALT=Datum("79", UL), AST=Datum("20", UL))
    assert raised.value.details["items"] == ("ALT",)
    assert "AST" not in clinic.record("CHEM").data


@pytest.mark.req("R-11-6", "R-11-7", "R-EMA-14")
def test_the_trail_holds_who_when_old_new_and_why_for_each_changed_item_alone(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL), AST=Datum("20", UL))
    because = Reason("transcription", "wrong line")
    clinic.save("CHEM", revision=1, because=because, ALT=Datum("79", UL), AST=Datum("20", UL))
    record = clinic.record("CHEM")
    history = _history(f"records/{record.id}/data/ALT")
    assert [(row.mark, row.value, row.reason_code) for row in history] == [
        ("set", "81", None), ("set", "79", None), ("note", "wrong line", "transcription")
    ]  # fmt: skip
    assert {row.actor_role for row in history} == {"coordinator"}
    first, second = history[0], history[1]
    assert (second.predecessor_sequence, second.predecessor_ordinal) == (first.sequence, first.ordinal)
    assert len(_history(f"records/{record.id}/data/AST")) == 1


@pytest.mark.req("R-FDA-13")
def test_a_refused_value_stands_in_the_trail_and_the_rest_is_saved(clinic: Clinic) -> None:
    saved = clinic.sample("CHEM", POTAS=Datum("43", "mmol/L"), ALT=Datum("1,5", UL), SODIUM=Datum("140", "mmol/L"))
    rules = {refusal.item: refusal.rule for refusal in saved.verdict.refused}
    assert rules == {"POTAS": "RH.CHEM.POTAS", "ALT": "type"}
    record = clinic.record("CHEM")
    assert {"SODIUM", "LABID"} <= record.data.keys()
    assert not {"POTAS", "ALT"} & record.data.keys()
    told = [_history(f"records/{record.id}/data/{item}")[0] for item in ("POTAS", "ALT")]
    assert [(row.mark, row.value, row.unit, row.reason_code) for row in told] == [
        ("refused", "43", "mmol/L", "RH.CHEM.POTAS@1.0"), ("refused", "1,5", UL, "type@1.0")
    ]  # fmt: skip


def test_without_partial_one_refused_value_refuses_the_act_and_leaves_its_trace(clinic: Clinic) -> None:
    with pytest.raises(NotAccepted):
        clinic.save("CHEM", partial=False, ALT=Datum("20", UL), POTAS=Datum("43", "mmol/L"))
    entries = db.session.execute(select(trail_entries).where(trail_entries.c.action == "act.refused")).all()
    assert [entry.reason_code for entry in entries] == ["not_accepted"]
    assert db.session.scalar(select(records.Record.id).where(records.Record.form == "CHEM")) is None


@pytest.mark.req("R-DM-16")
def test_a_stale_save_is_refused_with_both_versions_and_loses_nothing_typed(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", UL))
    with pytest.raises(Stale) as raised:
        clinic.save("CHEM", revision=0, ALT=Datum("70", UL))
    assert raised.value.details["current"]["ALT"] == Datum("81", UL)
    assert raised.value.details["revision"] == 1
    tried = _history(f"records/{clinic.record('CHEM').id}/data/ALT")[-1]
    assert (tried.mark, tried.value, tried.reason_code) == ("refused", "70", "stale")


@pytest.mark.req("R-DM-9")
def test_a_change_of_sex_moves_what_is_computed_on_another_form(clinic: Clinic) -> None:
    clinic.sample("CHEM", CREA=Datum("92", "umol/L"))
    before = clinic.record("CHEM").data["EGFR"]["v"]
    revision = clinic.record("CHEM").revision
    clinic.save("DM", revision=1, SEX="F")
    after = clinic.record("CHEM")
    assert after.data["EGFR"]["v"] != before
    assert after.revision == revision
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-FDA-19", "R-SEC-21")
@pytest.mark.parametrize(
    ("role", "site", "refusal"),
    [
        ("monitor", "NJ01", Forbidden), ("data_manager", "NJ01", Forbidden), ("auditor", "NJ01", Forbidden),
        ("coordinator", "NJ02", NotFound), ("monitor", "NJ02", NotFound), ("administrator", "NJ01", NotFound),
    ],
)  # fmt: skip
def test_only_the_sites_own_staff_enter_data(clinic: Clinic, role: str, site: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        clinic.save("CHEM", by=clinic.by(role, site), ALT=Datum("20", UL))


@pytest.mark.parametrize(
    ("form", "event"), [("NONE", EventKey("SE.SCR")), ("DM", EventKey("SE.BL")), ("SV", EventKey("SE.SCR", 2))]
)
def test_a_form_that_the_plan_does_not_hold_there_does_not_exist(clinic: Clinic, form: str, event: EventKey) -> None:
    with pytest.raises(NotFound):
        clinic.save(form, event=event, VISDAT="2026-03-04")


def test_a_form_is_complete_only_with_every_required_answer_or_a_reason(clinic: Clinic) -> None:
    record = clinic.record("SV")
    assert records.complete(clinic.by(), clinic.at("SV"), revision=record.revision).state == "complete"
    db.session.commit()
    with pytest.raises(IllegalState) as raised:
        records.complete(clinic.by(), clinic.at("DM"), revision=clinic.record("DM").revision)
    assert {"RFICTIM", "RFICVER", "CHILDPOT"} <= set(raised.value.details["needed"])


def test_a_complete_form_that_loses_a_required_answer_is_in_progress_again(clinic: Clinic) -> None:
    records.complete(clinic.by(), clinic.at("SV"), revision=1)
    db.session.commit()
    clinic.save("SV", revision=2, VISDAT=Datum())
    assert clinic.record("SV").state == "in_progress"


@pytest.mark.req("R-AUD-2")
def test_a_change_that_no_entry_tells_of_cannot_be_flushed(clinic: Clinic) -> None:
    clinic.record("SV").state = "complete"
    with pytest.raises(UntrailedChange, match="records"):
        db.session.flush()
    db.session.rollback()


def test_a_save_that_changes_nothing_writes_nothing(clinic: Clinic) -> None:
    count = db.session.scalar(select(trail_entries.c.sequence).order_by(trail_entries.c.sequence.desc()).limit(1))
    clinic.save("SV", revision=1, VISDAT="2026-03-04")
    assert count == db.session.scalar(
        select(trail_entries.c.sequence).order_by(trail_entries.c.sequence.desc()).limit(1)
    )


def _history(path: str) -> list:
    same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
    entry = [trail_changes.c[name] == trail_entries.c[name] for name in ("chain", "sequence")]
    query = (
        select(trail_changes, trail_values.c.value, trail_values.c.unit, trail_entries.c.actor_role)
        .join(trail_values, same[0] & same[1] & same[2])
        .join(trail_entries, entry[0] & entry[1])
        .where(trail_changes.c.path == path)
        .order_by(trail_changes.c.sequence, trail_changes.c.ordinal)
    )
    return list(db.session.execute(query))
