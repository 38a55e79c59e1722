"""Every permission there is."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do; the part before the dot is the kind of thing it is done to."""

    STUDY_READ = "study.read"
    STUDY_PUBLISH = "study.publish"
    SITE_READ = "site.read"
    SITE_MANAGE = "site.manage"
    SITE_PLAN = "site.plan"
    LABORATORY_READ = "laboratory.read"
    LABORATORY_MANAGE = "laboratory.manage"
    LABORATORY_APPROVE = "laboratory.approve"
    SUBJECT_READ = "subject.read"
    SUBJECT_REGISTER = "subject.register"
    SUBJECT_ENROL = "subject.enrol"
    SUBJECT_STATUS = "subject.status"
    SUBJECT_TRANSFER = "subject.transfer"
    VISIT_PLAN = "visit.plan"
    RECORD_READ = "record.read"
    IDENTITY_READ = "identity.read"
    RESTRICTED_READ = "restricted.read"
    RECORD_EDIT = "record.edit"
    RECORD_COMPLETE = "record.complete"
    RECORD_NOT_DONE = "record.not_done"
    RECORD_REMOVE = "record.remove"
    VISIT_BEGIN = "visit.begin"
    RECORD_EXPORT = "record.export"
    QUERY_READ = "query.read"
    QUERY_RAISE = "query.raise"
    QUERY_ANSWER = "query.answer"
    QUERY_CLOSE = "query.close"
    QUERY_REOPEN = "query.reopen"
    LOOK_MARK = "look.mark"
    HOLD_FREEZE = "hold.freeze"
    HOLD_LOCK = "hold.lock"
    HOLD_LIFT = "hold.lift"
    TRAIL_READ = "trail.read"
    TRAIL_EXPORT = "trail.export"
    SYSTEM_TRAIL_READ = "system_trail.read"
    PEOPLE_READ = "people.read"
    PEOPLE_MANAGE = "people.manage"
    GRANT_MANAGE = "grant.manage"
    BACKUP_MANAGE = "backup.manage"


READING = frozenset(permission for permission in Permission if permission.value.endswith(".read"))
"""The permissions that change nothing: all that a token for reading carries."""

WITHHELD = frozenset({Permission.IDENTITY_READ, Permission.RESTRICTED_READ})
"""What whoever reads a record does not yet see of it: who the person is, and what would unblind."""

CLINICAL = frozenset(
    permission
    for permission in Permission
    if permission.value.split(".")[0] in {"subject", "record", "identity", "restricted", "visit", "query", "hold"}
) | {Permission.TRAIL_READ}
"""The permissions that show or touch clinical data; no administrator has one."""

ENTERING = frozenset(
    {
        Permission.SUBJECT_REGISTER, Permission.SUBJECT_ENROL, Permission.SUBJECT_STATUS, Permission.RECORD_EDIT,
        Permission.RECORD_COMPLETE, Permission.RECORD_NOT_DONE, Permission.RECORD_REMOVE, Permission.VISIT_BEGIN,
        Permission.VISIT_PLAN,
    }
)  # fmt: skip
"""The permissions that enter or change a site's data; nobody uses one at a closed site, from where subjects can still
move to another."""
