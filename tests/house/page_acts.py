"""Every page and every form that a page sends, by method and rule."""

from tests.house.acts import Act

FORM = "/subjects/<subject_id>/<event>/<form>"
ROW, NEW_ROW = f"{FORM}/<int:row>", f"{FORM}/new"
AT_ROW = {"event": "row_event", "form": "row_form"}
AT_VISIT = {"form": "visit_form"}
AT_CLOSED = {"query_id": "closed_query_id"}
TYPED, TYPED_IN_ROW = {"ALT": "79", "ALT.unit": "U/L", "revision": "{revision}"}, {"revision": "{row_revision}"}
CORRECTED = {**TYPED, "reason.ALT": "transcription"}
CORRECTED_ROW = {**TYPED_IN_ROW, "MHTERM": "Asthma", "reason.MHTERM": "transcription"}
ADDED = {"revision": "0", "row_id": "01990000-0000-7000-8000-0000000000ad", "MHTERM": "Asthma"}
ADDED_WHOLE = {**ADDED, "MHCAT": "GEN", "MHONGO": "Y"}
REPLY = {"answer": "{query_id}", "reply.{query_id}": "The printed one."}
FROZEN = {"kind": "freeze", "level": "subject", "subject": "{subject_id}"}
REMOVED = {"act": "remove", "code": "entered_twice", "revision": "{visit_revision}"}
REMOVED_ROW = {**REMOVED, "revision": "{row_revision}"}
GONE = "record.removed"
ABOVE = "ALT > 1 'U/L'"
AT_CLOSED_PERSON = {"person_id": "closed_person_id"}
NEW_PERSON = {"username": "new.person", "name": "New Person", "organisation": "Clinic"}
RENAMED = {"name": "Another Name", "organisation": "Clinic", "reason": "Married."}
WHY = {"reason": "New task."}
NEW_SITE = {"study": "{study}", "code": "S3", "name": "Third", "timezone": "Asia/Shanghai"}
CLOSED_ACCOUNT = "account.changed grant.ended token.revoked"
NEW_PASSWORD = {"password": "another long enough phrase", "again": "another long enough phrase"}
CHANGED = {"present": "{password}", **NEW_PASSWORD}
WHOLE = {"kind": "freeze", "study": "{study}", "site": "{site}"}
FREEZING = {"act": "freeze", "study": "{study}", "site": "{site}", "subject": "{subject_id}", "reason": "To see."}
SAVED = "record.saved record.consequences"
METRICS_TOKEN = "a token of the monitoring alone, long enough"

PAGES = {
    "GET /static/<path:filename>": Act(),
    "GET /health": Act(),
    "GET /metrics": Act(headers={"Authorization": f"Bearer {METRICS_TOKEN}"}),
    "GET /help": Act(),
    "GET /help/<topic>": Act(),
    "GET /help/pictures/<language>/<picture>": Act(),
    "GET /login": Act(),
    "GET /": Act(),
    "GET /subjects": Act("subject.read"),
    "GET /subjects/new": Act("subject.register", tells=False),
    "GET /subjects/<subject_id>": Act("subject.read"),
    "GET /studies/<study>": Act("study.read"),
    "GET /results": Act("record.read", tells=False),
    "GET /forms": Act("subject.read"),
    "GET /visits": Act("subject.read"),
    "GET /visits.ics": Act("subject.read"),
    "GET /subjects/<subject_id>/visits": Act("subject.read"),
    "GET /subjects/<subject_id>/visits.ics": Act("subject.read"),
    f"GET {FORM}": Act("record.read"),
    f"GET {ROW}": Act("record.read", at=AT_ROW),
    f"GET {NEW_ROW}": Act("record.edit", at=AT_ROW),
    "GET /listings": Act("record.read", {"form": "{form}", "columns": "{item}"}),
    "GET /findings": Act("query.read", tells=False),
    "GET /completeness": Act("subject.read", tells=False),
    "GET /queries": Act("query.read"),
    "GET /queries/<query_id>": Act("query.read"),
    "GET /records/<record_id>/query": Act("query.raise", {"item": "{item}"}),
    "GET /holds": Act("hold.freeze", FROZEN),
    "GET /holds/whole": Act("hold.freeze", WHOLE),
    "GET /holds/bulk": Act("hold.freeze", tells=False),
    "GET /holds/<hold_id>/lift": Act("hold.lift"),
    "GET /looks": Act("subject.read"),
    "GET /subjects/<subject_id>/reading": Act("record.read"),
    "GET /subjects/<subject_id>/reading/<event>": Act("record.read"),
    "GET /subjects/<subject_id>/reading/<event>/<form>": Act("record.read"),
    "GET /subjects/<subject_id>/print": Act("record.read"),
    "GET /subjects/<subject_id>/print/<event>": Act("record.read", {"history": "1"}),
    "GET /subjects/<subject_id>/print/<event>/<form>": Act("record.read"),
    "POST /subjects/<subject_id>/look": Act("look.mark", {"seen": "2"}, status=303),
    "GET /trail": Act("trail.read system_trail.read"),
    "GET /subjects/<subject_id>/trail": Act("trail.read"),
    "GET /records/<record_id>/trail": Act("trail.read"),
    "GET /records/<record_id>/items/<item>": Act("trail.read"),
    "POST /trail/export": Act("trail.export", {"subject_id": "{subject_id}"}, writes="trail.exported"),
    "GET /people": Act("people.read"),
    "GET /people/new": Act("people.manage"),
    "GET /people/rights": Act("people.read"),
    "GET /people/<person_id>": Act("people.read"),
    "GET /grants/<grant_id>/end": Act("grant.manage"),
    "GET /roles": Act(),
    "GET /sites": Act("site.read"),
    "GET /sites/new": Act("site.manage"),
    "GET /sites/<site_id>": Act("site.read"),
    "POST /sites/new": Act("site.manage", NEW_SITE, writes="site.added", status=303),
    "POST /sites/<site_id>": Act("site.manage", {**NEW_SITE, **WHY}, writes="site.changed", status=303),
    "POST /sites/<site_id>/close": Act("site.manage", WHY, writes="site.changed", status=303),
    "POST /sites/<site_id>/reopen": Act(
        "site.manage", WHY, {"site_id": "closed_site_id"}, writes="site.changed", status=303
    ),
    "GET /account": Act(),
    "GET /link/<token>": Act(),
    "POST /people/new": Act("people.manage", NEW_PERSON, writes="account.added account.link_issued"),
    "POST /people/<person_id>/link": Act("people.manage", writes="account.link_issued"),
    "POST /people/<person_id>/name": Act("people.manage", RENAMED, writes="account.changed", status=303),
    "POST /people/<person_id>/close": Act("people.manage", WHY, writes=CLOSED_ACCOUNT, status=303),
    "POST /people/<person_id>/reopen": Act(
        "people.manage", WHY, AT_CLOSED_PERSON, writes="account.changed", status=303
    ),
    "POST /people/<person_id>/grants": Act("grant.manage", {"role": "study_builder"}, writes="grant.added", status=303),
    "POST /grants/<grant_id>/end": Act("grant.manage", WHY, writes="grant.ended", status=303),
    "POST /people/<person_id>/sessions/end": Act("people.manage", writes="session.ended", status=303),
    "POST /sessions/<session_id>/end": Act("people.manage", writes="session.ended", status=303),
    "POST /tokens/<token_id>/revoke": Act("people.manage", writes="token.revoked", status=303),
    "POST /account/password": Act(sent=CHANGED, writes="account.password_changed session.confirmed", status=303),
    "POST /account/sessions/end": Act(writes="session.ended", status=303),
    "POST /account/tokens": Act(sent={"label": "nightly", "days": "5"}, writes="token.issued"),
    "POST /confirm": Act(sent={"present": "{password}"}, writes="session.confirmed"),
    "POST /link/<token>": Act(sent=NEW_PASSWORD, writes="account.password_changed", status=303),
    "POST /login": Act(
        sent={"username": "{username}", "password": "{password}"}, writes="session.logged_in", status=302
    ),
    "POST /logout": Act(writes="session.logged_out", status=302),
    "POST /subjects/new": Act(
        "subject.register", {"site": "{study}/{site}"}, writes="subject.registered", status=303
    ),
    "POST /subjects/<subject_id>/status": Act(
        "subject.status subject.enrol", {"act": "screen_failure", "text": "Too old."}, writes="subject.status_set",
        status=303
    ),
    "POST /subjects/<subject_id>/transfer": Act(
        "subject.transfer", {"site": "NJ02", "text": "Moved."}, writes="subject.transferred", status=303
    ),
    "POST /subjects/<subject_id>/visits": Act("visit.begin", {"event": "SE.UNS~1"}, writes="visit.begun", status=303),
    "POST /subjects/<subject_id>/visits/<event>/state": Act(
        "record.remove record.not_done", {"act": "not_done", "code": "subject_absent"}, {"event": "missed_event"},
        writes="visit.not_done", status=303
    ),
    "POST /studies/<study>/sites/<site>/plan": Act(
        "site.plan", {"subjects": "24", "starts_on": "2026-02-01", "ends_on": "2026-09-30"}, writes="site.planned",
        status=303,
    ),
    "POST /subjects/<subject_id>/visits/<event>/plan": Act(
        "visit.plan", {"on": "2026-04-01"}, {"event": "planned_event"}, writes="visit.planned", status=303
    ),
    f"POST {FORM}": Act("record.edit", CORRECTED, writes=SAVED, status=303),
    f"POST {ROW}": Act("record.edit", CORRECTED_ROW, AT_ROW, writes="record.saved", status=303),
    f"POST {NEW_ROW}": Act("record.edit", ADDED, AT_ROW, writes="record.saved", status=303),
    f"POST {NEW_ROW}/complete": Act(
        "record.edit", ADDED_WHOLE, AT_ROW, writes="record.saved record.completed", status=303
    ),
    f"POST {NEW_ROW}/check": Act("record.edit", ADDED, AT_ROW),
    f"POST {FORM}/complete": Act(
        "record.complete", {"revision": "{visit_revision}"}, AT_VISIT, writes="record.completed", status=303
    ),
    f"POST {ROW}/complete": Act("record.complete", TYPED_IN_ROW, AT_ROW, writes="record.completed", status=303),
    f"POST {FORM}/answer": Act("query.answer", {**TYPED, **REPLY}, writes="query.answered"),
    f"POST {ROW}/answer": Act("query.answer", {**TYPED_IN_ROW, **REPLY}, AT_ROW, writes="query.answered", status=303),
    f"POST {FORM}/check": Act("record.read", TYPED),
    f"POST {ROW}/check": Act("record.read", TYPED_IN_ROW, AT_ROW),
    f"POST {FORM}/state": Act("record.remove record.not_done", REMOVED, AT_VISIT, writes=GONE, status=303),
    f"POST {ROW}/state": Act("record.remove record.not_done", REMOVED_ROW, AT_ROW, writes="record.removed", status=303),
    f"POST {FORM}/draft": Act("record.edit", TYPED),
    f"POST {ROW}/draft": Act("record.edit", {**TYPED_IN_ROW, "MHTERM": "Asthma"}, AT_ROW),
    f"POST {NEW_ROW}/draft": Act("record.edit", {**ADDED, "MHTERM": "Eczema"}, AT_ROW),
    f"POST {FORM}/discard": Act("record.edit", status=303),
    f"POST {ROW}/discard": Act("record.edit", at=AT_ROW, status=303),
    f"POST {NEW_ROW}/discard": Act("record.edit", ADDED, AT_ROW, status=303),
    "POST /queries/<query_id>/answer": Act("query.answer", {"text": "Yes."}, writes="query.answered", status=303),
    "POST /queries/<query_id>/close": Act("query.close", {"text": "Settled."}, writes="query.closed", status=303),
    "POST /queries/<query_id>/reopen": Act(
        "query.reopen", {"text": "Not settled."}, AT_CLOSED, writes="query.reopened", status=303
    ),
    "POST /records/<record_id>/query": Act(
        "query.raise", {"item": "{item}", "text": "Sure?"}, writes="query.raised", status=303
    ),
    "POST /listings/export": Act("record.export", {"form": "CHEM", "where": ABOVE}, writes="listing.exported"),
    "POST /holds/bulk": Act("hold.freeze", FREEZING, writes="hold.frozen"),
    "POST /holds": Act("hold.freeze", FROZEN, writes="hold.frozen", status=303),
    "POST /holds/whole": Act("hold.freeze", WHOLE, writes="hold.frozen", status=303),
    "POST /holds/<hold_id>/lift": Act("hold.lift", {"reason": "To see."}, writes="hold.unfrozen", status=303),
}  # fmt: skip
