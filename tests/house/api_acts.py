"""Every operation of the API, by method and rule."""

from tests.house.acts import Act
from tests.house.page_acts import AT_CLOSED_PERSON, CLOSED_ACCOUNT, NEW_PERSON, NEW_SITE, WHY

ROOT = "/api/v1"
RECORD = f"{ROOT}/subjects/<subject_id>/records/<event>/<form>/<int(max=99999):row>"
AT_FORM = {"row": "no_row"}
AT_VISIT = {**AT_FORM, "form": "visit_form"}
AT_CLOSED = {"query_id": "closed_query_id"}
READ, READ_VISIT = {"If-Match": "{tag}"}, {"If-Match": "{visit_tag}"}
ANSWERS = {"ALT": {"value": "79", "unit": "U/L"}}
REASONS = {item: {"code": "transcription"} for item in ("ALT", "ALT_CS", "LABID", "LBDTC")}
CORRECTED = {"answers": ANSWERS, "reasons": {"ALT": REASONS["ALT"]}}
REPLACED = {"answers": ANSWERS, "reasons": REASONS}  # what is not sent is emptied, which has its reasons too
LOCKED = {
    "kind": "lock", "level": "form", "record": "{record_id}", "despite_open": True, "reason": "To see.",
}  # fmt: skip
REMOVED = {"act": "remove", "reason": {"code": "entered_twice"}}
GONE = "record.removed"
LOCKING = {
    "act": "lock", "study": "{study}", "site": "{site}", "event": "{event}", "form": "MH", "reason": "To see.",
    "despite_open": True,
}  # fmt: skip
SAVED = "record.saved record.consequences"

OPERATIONS = {
    f"GET {ROOT}/openapi.json": Act(),
    f"GET {ROOT}/me": Act(),
    f"GET {ROOT}/studies": Act("study.read"),
    f"GET {ROOT}/studies/<study>/versions": Act("study.read"),
    f"GET {ROOT}/studies/<study>/versions/<int(max=99999):number>": Act("study.read"),
    f"GET {ROOT}/sites": Act("site.read"),
    f"GET {ROOT}/sites/<site_id>": Act("site.read"),
    f"POST {ROOT}/sites": Act("site.manage", NEW_SITE, writes="site.added", status=201),
    f"PATCH {ROOT}/sites/<site_id>": Act(
        "site.manage", {"name": "Another", **WHY}, headers={"If-Match": "{site_tag}"}, writes="site.changed"
    ),
    f"POST {ROOT}/sites/<site_id>/close": Act("site.manage", WHY, writes="site.changed"),
    f"POST {ROOT}/sites/<site_id>/reopen": Act(
        "site.manage", WHY, {"site_id": "closed_site_id"}, writes="site.changed"
    ),
    f"GET {ROOT}/subjects": Act("subject.read"),
    f"GET {ROOT}/subjects/<subject_id>": Act("subject.read"),
    f"GET {ROOT}/subjects/<subject_id>/casebook": Act("subject.read"),
    f"GET {ROOT}/worklist": Act(),
    f"GET {ROOT}/studies/<study>/standing": Act("study.read"),
    f"GET {ROOT}/visits": Act("subject.read"),
    f"GET {ROOT}/forms": Act("subject.read"),
    f"GET {ROOT}/results": Act("subject.read", tells=False),
    f"GET {ROOT}/visits/calendar": Act("subject.read"),
    f"GET {ROOT}/subjects/<subject_id>/visits": Act("subject.read"),
    f"GET {ROOT}/subjects/<subject_id>/visits/calendar": Act("subject.read"),
    f"GET {ROOT}/subjects/<subject_id>/holds": Act("record.read"),
    f"GET {ROOT}/subjects/<subject_id>/checklist": Act("record.read"),
    f"GET {ROOT}/studies/<study>/holds": Act("subject.read", tells=False),
    f"GET {ROOT}/studies/<study>/checklist": Act("record.read", {"site": "{site}"}),
    f"GET {ROOT}/subjects/<subject_id>/trail": Act("trail.read"),
    f"GET {RECORD}": Act("record.read", at=AT_FORM),
    f"GET {ROOT}/drafts": Act("record.edit"),
    f"GET {RECORD}/draft": Act("record.edit", at=AT_FORM),
    f"GET {ROOT}/records/<record_id>/queries": Act("query.read"),
    f"GET {ROOT}/records/<record_id>/trail": Act("trail.read"),
    f"GET {ROOT}/records/<record_id>/items/<item>": Act("trail.read"),
    f"GET {ROOT}/listings": Act("record.read", {"form": "{form}", "columns": "{item}"}),
    f"GET {ROOT}/findings": Act("query.read", tells=False),
    f"GET {ROOT}/completeness": Act("subject.read", tells=False),
    f"GET {ROOT}/queries": Act("query.read"),
    f"GET {ROOT}/queries/<query_id>": Act("query.read"),
    f"GET {ROOT}/looks": Act("subject.read"),
    f"PUT {ROOT}/subjects/<subject_id>/look": Act("look.mark", {"seen": 2}),
    f"GET {ROOT}/trail": Act("trail.read system_trail.read"),
    f"POST {ROOT}/trail/export": Act("trail.export", {"record_id": "{record_id}"}, writes="trail.exported"),
    f"GET {ROOT}/people": Act("people.read"),
    f"GET {ROOT}/people/<person_id>": Act("people.read"),
    f"GET {ROOT}/people/<person_id>/sessions": Act("people.read"),
    f"GET {ROOT}/people/<person_id>/tokens": Act("people.read"),
    f"GET {ROOT}/rights": Act("people.read"),
    f"GET {ROOT}/roles": Act(),
    f"POST {ROOT}/people": Act("people.manage", NEW_PERSON, writes="account.added account.link_issued", status=201),
    f"PATCH {ROOT}/people/<person_id>": Act(
        "people.manage", {"name": "Another Name", **WHY}, headers={"If-Match": "{person_tag}"}, writes="account.changed"
    ),
    f"POST {ROOT}/people/<person_id>/close": Act("people.manage", WHY, writes=CLOSED_ACCOUNT),
    f"POST {ROOT}/people/<person_id>/reopen": Act("people.manage", WHY, AT_CLOSED_PERSON, writes="account.changed"),
    f"POST {ROOT}/people/<person_id>/links": Act("people.manage", writes="account.link_issued", status=201),
    f"POST {ROOT}/people/<person_id>/grants": Act(
        "grant.manage", {"role": "study_builder"}, writes="grant.added", status=201
    ),
    f"POST {ROOT}/grants/<grant_id>/end": Act("grant.manage", WHY, writes="grant.ended"),
    f"POST {ROOT}/people/<person_id>/sessions/end": Act("people.manage", writes="session.ended"),
    f"POST {ROOT}/sessions/<session_id>/end": Act("people.manage", writes="session.ended"),
    f"POST {ROOT}/tokens": Act(sent={"label": "nightly"}, writes="token.issued", status=201),
    f"POST {ROOT}/tokens/<token_id>/revoke": Act("people.manage", writes="token.revoked"),
    f"POST {ROOT}/subjects": Act(
        "subject.register", {"study": "{study}", "site": "{site}"}, writes="subject.registered", status=201
    ),
    f"POST {ROOT}/subjects/<subject_id>/status": Act(
        "subject.status subject.enrol", {"act": "screen_failure", "reason": "Too old."}, writes="subject.status_set"
    ),
    f"POST {ROOT}/subjects/<subject_id>/transfer": Act(
        "subject.transfer", {"site": "NJ02", "reason": "Moved."}, writes="subject.transferred"
    ),
    f"POST {ROOT}/subjects/<subject_id>/visits": Act(
        "visit.begin", {"event": "SE.UNS"}, writes="visit.begun", status=201
    ),
    f"POST {ROOT}/subjects/<subject_id>/visits/<event>/state": Act(
        "record.remove record.not_done", {"act": "not_done", "reason": {"code": "subject_absent"}},
        {"event": "missed_event"}, writes="visit.not_done"
    ),
    f"POST {ROOT}/studies/<study>/sites/<site>/plan": Act(
        "site.plan", {"subjects": "24", "starts_on": "2026-02-01", "ends_on": "2026-09-30"}, writes="site.planned"
    ),
    f"POST {ROOT}/subjects/<subject_id>/visits/<event>/plan": Act(
        "visit.plan", {"on": "2026-04-01"}, {"event": "planned_event"}, writes="visit.planned"
    ),
    f"PATCH {RECORD}": Act("record.edit", CORRECTED, AT_FORM, READ, SAVED),
    f"PUT {RECORD}": Act("record.edit", REPLACED, AT_FORM, READ, SAVED),
    f"PUT {RECORD}/draft": Act("record.edit", {"answers": ANSWERS, "revision": 1}, AT_FORM),
    f"DELETE {RECORD}/draft": Act("record.edit", at=AT_FORM),
    f"POST {RECORD}/complete": Act("record.complete", {}, AT_VISIT, READ_VISIT, "record.completed"),
    f"POST {RECORD}/state": Act("record.remove record.not_done", REMOVED, AT_VISIT, READ_VISIT, GONE),
    f"POST {ROOT}/records/<record_id>/queries": Act(
        "query.raise", {"item": "{item}", "text": "Sure?"}, writes="query.raised", status=201
    ),
    f"POST {ROOT}/queries/<query_id>/answer": Act("query.answer", {"text": "Yes."}, writes="query.answered"),
    f"POST {ROOT}/queries/<query_id>/close": Act("query.close", {"text": "Settled."}, writes="query.closed"),
    f"POST {ROOT}/queries/<query_id>/reopen": Act("query.reopen", {"text": "No."}, AT_CLOSED, writes="query.reopened"),
    f"POST {ROOT}/listings/export": Act("record.export", {"form": "CHEM"}, writes="listing.exported"),
    f"POST {ROOT}/holds/bulk": Act("hold.lock", LOCKING, writes="hold.locked"),
    f"POST {ROOT}/holds": Act("hold.lock", LOCKED, writes="hold.locked", status=201),
    f"POST {ROOT}/holds/<hold_id>/lift": Act("hold.lift", {"reason": "To see."}, writes="hold.unfrozen"),
}  # fmt: skip
