"""The sums follow every act, and are those that come out computed anew."""

from datetime import date

import pytest
from sqlalchemy import select

from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import NotAccepted
from ecrf.models.planning import PlannedVisit
from ecrf.models.queries import Query
from ecrf.models.subjects import Subject
from ecrf.models.summaries import PlaceTally, SiteTally, SubjectSummary, VisitSummary
from ecrf.policy.actions import Action
from ecrf.services import holds, planning, queries, record_states, records, summing, transfers, visits
from ecrf.services.holds import Target
from ecrf.services.trail import About, Acts, Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic
from tests.ecrf.sums import anew, kept

BASELINE, WEEK_2 = EventKey("SE.BL"), EventKey("SE.W2")


def tally(measure: str) -> dict[str, int]:
    chosen = select(SiteTally.bucket, SiteTally.number).where(SiteTally.measure == measure, SiteTally.number != 0)
    return dict(db.session.execute(chosen).all())


def summary(clinic: Clinic) -> SubjectSummary:
    db.session.expire_all()
    return db.session.get_one(SubjectSummary, clinic.subject)


def visit(clinic: Clinic, key: EventKey) -> VisitSummary:
    db.session.expire_all()
    return db.session.get_one(VisitSummary, (clinic.subject, *key))


def counts(clinic: Clinic) -> tuple[int, ...]:
    found = summary(clinic)
    return (found.in_progress, found.complete, found.open_queries, found.answered_queries, found.unjudged, found.locked)


def enrol(clinic: Clinic) -> None:
    with unit_of_work():
        subject = db.session.get_one(Subject, clinic.subject)
        acts = Acts(About(subject.chain, study=subject.study_id, site=subject.site_id, subject=subject.id))
        subject.status = "enrolled"
        acts.add(clinic.by(), Action.SUBJECT_REGISTERED, [subject])
        acts.write()


def test_a_casebook_that_has_begun_is_summed_up(clinic: Clinic) -> None:
    assert counts(clinic) == (2, 0, 0, 0, 0, 0)
    assert visit(clinic, EventKey("SE.SCR")).took_place_on == date(2026, 3, 4)
    assert (visit(clinic, BASELINE).first_on, visit(clinic, BASELINE).last_on) == (date(2026, 3, 4), date(2026, 3, 18))
    assert tally("visits") == {"done": 1, "open": 9}
    assert tally("closes") == {"2026-03-18": 1}


def test_every_kind_of_act_moves_the_sums_to_what_they_are_computed_anew(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("200", "U/L"))
    assert counts(clinic)[4] == 1
    record = clinic.record("CHEM").id
    clinic.save("CHEM", revision=1, ALT_CS=Datum("N"))
    assert counts(clinic)[4] == 0
    with unit_of_work():
        asked = queries.raise_query(clinic.by("monitor"), record, "ALT", "Sure?").id
    with unit_of_work():
        queries.answer(clinic.by(), asked, "Yes.")
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum("2026-03-09"))
    assert (summary(clinic).zero_on, visit(clinic, WEEK_2).due_on) == (date(2026, 3, 9), date(2026, 3, 23))
    clinic.save("VS", event=WEEK_2, WEIGHT=Datum("60", "kg"))
    assert visit(clinic, WEEK_2).fate == "done"
    assert visit(clinic, WEEK_2).saved_on is not None
    enrol(clinic)
    with unit_of_work():
        records.complete(clinic.by(), clinic.at("SV"), revision=1)
        held = holds.lock(clinic.by("data_manager"), Target("subject", clinic.subject)).id
    assert counts(clinic)[5] == 1
    assert summary(clinic).enrolled_on is not None
    assert kept() == anew(clock.now())
    with unit_of_work():
        holds.lift(clinic.by("data_manager"), held, Reason(text="to see"))
    assert counts(clinic)[5] == 0
    with unit_of_work():
        queries.close(clinic.by("monitor"), asked, "Settled.")
    assert kept() == anew(clock.now())
    assert sum(tally("closed").values()) == db.session.query(Query).filter_by(state="closed").count() >= 1


def test_a_refused_act_moves_no_sum(clinic: Clinic) -> None:
    before = kept()
    with pytest.raises(NotAccepted):
        clinic.save("SV", revision=1, partial=False, VISDAT=Datum("2026-02-30"))
    assert kept() == before == anew(clock.now())


def test_a_corrected_day_0_moves_every_window(clinic: Clinic) -> None:
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum("2026-03-09"))
    clinic.save("BLV", event=BASELINE, revision=1, INDSTDAT=Datum("2026-03-10"))
    assert visit(clinic, WEEK_2).due_on == date(2026, 3, 24)
    clinic.save("BLV", event=BASELINE, revision=2, INDSTDAT=Datum(None))
    assert visit(clinic, WEEK_2).due_on is None
    assert kept() == anew(clock.now())


def test_sums_that_were_lost_come_back_whole(clinic: Clinic) -> None:
    before = kept()
    assert not summing.are_missing()
    for table in (PlaceTally, SiteTally, SubjectSummary, VisitSummary):
        db.session.query(table).delete()
    assert summing.are_missing()
    assert summing.rebuild(clock.now()) == 1
    assert kept() == before
    db.session.rollback()


def test_what_stands_in_a_visit_that_has_gone_counts_no_more_and_again_when_it_is_restored(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("200", "U/L"))
    before = counts(clinic)
    for act, expected in (("remove", (0, 0, 0, 0, 0, 0)), ("restore", before)):
        with unit_of_work():
            visits.ACTS[act](clinic.by(), clinic.subject, EventKey("SE.SCR"), Reason("other", "entered by mistake"))
        assert counts(clinic)[0] == expected[0]
        assert counts(clinic)[4] == expected[4]
        assert kept() == anew(clock.now())


def test_a_complete_form_that_is_locked_counts_as_locked_only_while_its_visit_has_not_gone(clinic: Clinic) -> None:
    with unit_of_work():
        records.complete(clinic.by(), clinic.at("SV"), revision=1)
    with unit_of_work():
        visits.remove(clinic.by(), clinic.subject, EventKey("SE.SCR"), Reason("other", "entered by mistake"))
    with unit_of_work():
        holds.lock(clinic.by("data_manager"), Target("subject", clinic.subject))
    assert (counts(clinic)[1], counts(clinic)[5]) == (0, 0)
    assert kept() == anew(clock.now())


def test_what_was_not_done_counts_by_subject_and_place(clinic: Clinic) -> None:
    with unit_of_work():
        record_states.not_done(clinic.by(), clinic.at("HEM"), Reason("other", "no sample"), revision=0)
    assert summary(clinic).not_done == 1
    assert db.session.get_one(PlaceTally, (summary(clinic).site_id, "SE.SCR", "HEM", "not_done", 0)).number == 1
    assert kept() == anew(clock.now())


def test_a_visit_counts_as_one_after_enrolment_as_soon_as_its_subject_is_enrolled(clinic: Clinic) -> None:
    place = (summary(clinic).site_id, "SE.SCR", "", "started")
    assert db.session.get_one(PlaceTally, (*place, 1)).number == 1
    enrol(clinic)
    db.session.expire_all()
    assert db.session.get_one(PlaceTally, (*place, 0)).number == 1
    assert db.session.get_one(PlaceTally, (*place, 1)).number == 0
    assert kept() == anew(clock.now())


def test_a_subject_that_moves_takes_its_sums_along(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("200", "U/L"))
    clinic.save("BLV", event=BASELINE, INDSTDAT=Datum("2026-03-09"))
    with unit_of_work():
        planning.plan_visit(clinic.by(), clinic.subject, WEEK_2, on="2026-03-23")
    with unit_of_work():
        transfers.transfer(clinic.by("data_manager", None), clinic.subject, "NJ02", Reason(text="moved house"))
    assert {row.site_id for row in db.session.query(SiteTally).filter(SiteTally.number != 0)} == {
        clinic.place.sites["NJ02"]
    }
    assert db.session.query(PlannedVisit).one().site_id == clinic.place.sites["NJ02"]
    assert kept() == anew(clock.now())
