"""Who acts: a person with the grants in force at this moment, or the system itself. Made afresh for each request."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from audit.entries import Actor as TrailActor
from ecrf.policy.grants import GRANTS, SITE_BOUND, Role
from ecrf.policy.permissions import READING, Permission


@dataclass(frozen=True)
class Grant:
    """One role, in one study (None: in every study) and at one site (None: at every site of it)."""

    role: Role
    study_id: str | None = None
    site_id: str | None = None

    def covers(self, study_id: str | None, site_id: str | None) -> bool:
        """Whether it reaches a thing of this study and site; a thing of neither belongs to the whole system."""
        if self.role in SITE_BOUND:
            return self.site_id is not None and self.site_id == site_id and self.study_id in (None, study_id)
        return self.study_id in (None, study_id) and self.site_id in (None, site_id)

    def carries(self, permission: Permission) -> bool:
        """Whether its role may do this."""
        return permission in GRANTS[self.role]


@dataclass(frozen=True)
class Actor:
    """Whoever an act is done by. `reads_only` narrows a person to reading, as a token for reading does.

    `until` is when the token by which the person comes ends, None for whoever gave a password.
    `origin` is where the act came from (`page`, `api`, `cli`, `import`, `system`), `request_id` ties it to the logs.
    `role` is the one that allows the act, once `require` has been asked; `fixed_role` that of who is no person.
    """

    id: str
    name: str
    organisation: str
    grants: tuple[Grant, ...] = ()
    origin: str = "page"
    request_id: str | None = None
    reads_only: bool = False
    fixed_role: str | None = None
    role: Role | None = None
    until: datetime | None = None

    def may(self, permission: Permission, study_id: str | None, site_id: str | None) -> bool:
        """Whether one of the grants in force allows this at that place."""
        if self.reads_only and permission not in READING:
            return False
        return any(grant.covers(study_id, site_id) and grant.carries(permission) for grant in self.grants)

    def acting(self, permission: Permission, study_id: str | None, site_id: str | None) -> Self | None:
        """The actor in the nearest role that allows this at that place; None where none does."""
        if not self.may(permission, study_id, site_id):
            return None
        return self.in_role(self.nearest(study_id, site_id, permission))

    def nearest(self, study_id: str | None, site_id: str | None, permission: Permission | None = None) -> Role | None:
        """The role that reaches a place (and allows this there): one held at that very site before a wider one."""
        reaching = [grant for grant in self.grants if grant.covers(study_id, site_id)]
        fitting = (grant for grant in reaching if permission is None or grant.carries(permission))
        chosen = min(fitting, key=lambda grant: grant.site_id is None, default=None)
        return chosen.role if chosen else None

    def in_role(self, role: Role | None) -> Self:
        """The same actor in one of the roles held; None for no one in particular."""
        return replace(self, role=role)

    def reaches(self, study_id: str | None, site_id: str | None) -> bool:
        """Whether any grant covers that place; to everybody else it does not exist."""
        return any(grant.covers(study_id, site_id) for grant in self.grants)

    def has(self, permission: Permission) -> bool:
        """Whether this is allowed anywhere at all: what menus ask, never what guards a thing."""
        return any(grant.carries(permission) for grant in self.grants) and (
            not self.reads_only or permission in READING
        )

    def role_for(self, site_id: str | None = None) -> str:
        """The role under which the person acts: the one that allowed it. Where nothing was to be allowed (a log-in) it
        is one held at that very site before a wider one."""
        if self.fixed_role is not None:
            return self.fixed_role
        if self.role is not None:
            return self.role.value
        here = [grant for grant in self.grants if grant.site_id == site_id]
        wider = [grant for grant in self.grants if grant.site_id is None]
        chosen = next(iter([*here, *wider, *self.grants]), None)
        return chosen.role.value if chosen else "none"

    def as_trail_actor(self, site_id: str | None = None) -> TrailActor:
        """The actor as the trail prints it: name, role and organisation as they are at this moment."""
        return TrailActor(self.id, self.name, self.role_for(site_id), self.organisation)

    def coming_by(self, origin: str, request_id: str | None = None) -> Self:
        """The same actor by another way in."""
        return replace(self, origin=origin, request_id=request_id)


SYSTEM = Actor("system", "System", "", origin="system", fixed_role="system")
"""The system, in the consequences of somebody's act."""

OPERATOR = Actor("operator", "Operator", "", (Grant(Role.ADMINISTRATOR),), origin="cli", fixed_role="operator")
"""Whoever runs commands on the machine without naming an account: sets up accounts, sees no clinical data."""

ANONYMOUS = Actor("anonymous", "Not logged in", "", fixed_role="none")
"""Nobody we know: refused log-ins are its acts."""
