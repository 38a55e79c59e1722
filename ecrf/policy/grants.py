"""One table: which role carries which permissions (design section 10)."""

from collections.abc import Mapping
from enum import StrEnum

from ecrf.policy.permissions import READING, WITHHELD, Permission


class Role(StrEnum):
    """The roles, by the codes that the trail prints."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"
    DATA_MANAGER = "data_manager"
    STUDY_BUILDER = "study_builder"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


SITE_BOUND = frozenset({Role.COORDINATOR, Role.INVESTIGATOR, Role.MONITOR})
"""Roles that are held at one site at a time; without a site they open nothing."""

SITE_STAFF = frozenset({Role.COORDINATOR, Role.INVESTIGATOR})
"""Roles that enter a site's data."""
REVIEWERS = frozenset({Role.MONITOR, Role.DATA_MANAGER})
"""Roles that review a site's data or hold them; nobody does both at one site."""

_READS_CLINICAL_DATA = frozenset(
    {
        Permission.STUDY_READ,
        Permission.SITE_READ,
        Permission.LABORATORY_READ,
        Permission.SUBJECT_READ,
        Permission.RECORD_READ,
        Permission.QUERY_READ,
        Permission.TRAIL_READ,
    }
)
# Site staff alone enter site data (ICH E6(R3) 4.2.2: the investigator is responsible for what the site reports).
_ENTERS_SITE_DATA = frozenset(
    {
        Permission.SUBJECT_REGISTER,
        Permission.SUBJECT_ENROL,
        Permission.SUBJECT_STATUS,
        Permission.VISIT_BEGIN,
        Permission.VISIT_PLAN,
        Permission.RECORD_EDIT,
        Permission.RECORD_COMPLETE,
        Permission.RECORD_NOT_DONE,
        Permission.RECORD_REMOVE,
        Permission.QUERY_ANSWER,
    }
)
# Who reads may take out what they read; the taking has its entry (EMA guideline on computerised systems 6.2).
_TAKES_DATA_OUT = frozenset({Permission.RECORD_EXPORT, Permission.TRAIL_EXPORT})
_REVIEWS_DATA = frozenset(
    {Permission.QUERY_RAISE, Permission.QUERY_CLOSE, Permission.QUERY_REOPEN, Permission.LOOK_MARK}
)
_HOLDS_DATA = frozenset({Permission.HOLD_FREEZE, Permission.HOLD_LOCK, Permission.HOLD_LIFT})

# Site staff alone know who their patients are (EMA guideline on computerised systems 4.9).
_OF_SITE_STAFF = _READS_CLINICAL_DATA | _TAKES_DATA_OUT | _ENTERS_SITE_DATA | WITHHELD

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.COORDINATOR: _OF_SITE_STAFF,
    Role.INVESTIGATOR: _OF_SITE_STAFF,
    Role.MONITOR: _READS_CLINICAL_DATA | _TAKES_DATA_OUT | _REVIEWS_DATA,
    Role.DATA_MANAGER: _READS_CLINICAL_DATA
    | _TAKES_DATA_OUT
    | _REVIEWS_DATA
    | _HOLDS_DATA
    | {
        Permission.SUBJECT_TRANSFER,
        Permission.LABORATORY_MANAGE,
        Permission.LABORATORY_APPROVE,
        Permission.SITE_PLAN,
    },
    Role.STUDY_BUILDER: frozenset(
        {Permission.STUDY_READ, Permission.STUDY_PUBLISH, Permission.SITE_READ, Permission.LABORATORY_READ}
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.STUDY_READ,
            Permission.SITE_READ,
            Permission.SITE_MANAGE,
            Permission.SITE_PLAN,
            Permission.SYSTEM_TRAIL_READ,
            Permission.TRAIL_EXPORT,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_MANAGE,
            Permission.GRANT_MANAGE,
            Permission.BACKUP_MANAGE,
        }
    ),
    Role.AUDITOR: (READING - WITHHELD) | {Permission.TRAIL_EXPORT},
}


def table() -> tuple[tuple[str, frozenset[Role]], ...]:
    """Each permission with the roles that carry it, in the order of the enum."""
    return tuple(
        (each.value, frozenset(role for role, carried in GRANTS.items() if each in carried)) for each in Permission
    )
