"""Accounts, their roles, and the links with which people set their passwords."""

from typing import Any

from marshmallow import Schema, fields, pre_dump

from ecrf.api.schemas.rules import LONGEST, Instant, choice, limit, told, words
from ecrf.policy.grants import Role
from ecrf.reads.accounts import PersonFacts
from ecrf.reads.rights import Rights

_DAY = "From the beginning of this day on, in UTC"


class PersonFilterSchema(Schema):
    """Which accounts a list shows."""

    q = words(100, load_default="", metadata={"description": "Part of a name, a user name or an organisation."})
    state = choice("open", "closed", "any", load_default="open")
    role = choice(*Role, load_default="", metadata={"description": "A role in force."})
    after = words(128, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(200, 50)


class HeldRoleSchema(Schema):
    """One role of a person."""

    id = told()
    role = told(example="monitor")
    study = told("None: every study.", example="BEAM")
    site = told("None: every site of the study.", example="NJ01")
    starts_at = Instant()
    ends_at = Instant(allow_none=True)
    state = told("in_force, planned or ended.", example="in_force")


class PersonSchema(Schema):
    """An account. `password` is `set`, `never` (not set yet) or `reset` (to be set again)."""

    id = told()
    username = told(example="sun.li")
    name = told("As signatures and the trail print it.", example="Sun Li")
    organisation = told(example="Nanjing main campus")
    state = told("open or closed.", example="open")
    password = told(example="set")
    added_at = Instant()
    closed_at = Instant(allow_none=True)
    grants = fields.List(fields.Nested(HeldRoleSchema))
    href = told("The address of the account.")

    @pre_dump
    def tell(self, facts: PersonFacts, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        return {
            "id": facts.id, "username": facts.username, "name": facts.name, "organisation": facts.organisation,
            "state": facts.state, "password": facts.password, "added_at": facts.added_at,
            "closed_at": facts.closed_at, "grants": facts.grants, "href": person_url(facts.id),
        }  # fmt: skip


class PeopleSchema(Schema):
    """One page of accounts by user name; `total` counts all that pass the filters."""

    people = fields.List(fields.Nested(PersonSchema))
    total = fields.Integer()
    next = told("To be sent as `after` for the next page; none at the end.")


class LinkSchema(Schema):
    """A one-time link, told this once: a repeat of the request is answered with null in its place."""

    path = told("The path of the page on which the person sets the password.", example="/link/kq3…")
    purpose = told("activation, or reset.", example="activation")
    expires_at = Instant()


class NewPersonSchema(Schema):
    """A person to be added; the password is theirs to set, by the link in the answer."""

    username = words(64, required=True, metadata={"description": "Letters, digits and . _ @ + -"})
    name = words(200, required=True)
    organisation = words(200, required=True)


class AddedSchema(Schema):
    """The account just made and the link to activate it."""

    person = fields.Nested(PersonSchema)
    link = fields.Nested(LinkSchema, allow_none=True)


class MadeLinkSchema(Schema):
    """The link just made."""

    link = fields.Nested(LinkSchema, allow_none=True)


class RenameSchema(Schema):
    """A new printed name, a new organisation, or both; what is not sent stays."""

    name = words(200, load_default=None)
    organisation = words(200, load_default=None)
    reason = words(LONGEST, required=True)


class WhySchema(Schema):
    """Why an account is closed or opened, in words."""

    reason = words(LONGEST, required=True)


class NewGrantSchema(Schema):
    """A role to be given; coordinators, investigators and monitors hold theirs at a site."""

    role = choice(*Role, required=True)
    study = words(64, load_default=None, allow_none=True, metadata={"description": "None: every study."})
    site = words(32, load_default=None, allow_none=True)
    from_day = fields.Date(data_key="from", load_default=None, metadata={"description": f"{_DAY}; else from now."})
    until_day = fields.Date(data_key="until", load_default=None, metadata={"description": f"{_DAY} it holds no more."})


class EndSchema(Schema):
    """Why a role ends, and from which day on; else now."""

    reason = words(LONGEST, required=True)
    until_day = fields.Date(data_key="until", load_default=None, metadata={"description": f"{_DAY} it holds no more."})


class DaySchema(Schema):
    """The day asked about."""

    day = fields.Date(load_default=None, metadata={"description": "In UTC; else today."})
    after = words(36, load_default="", metadata={"description": "`next` of the page before."})
    limit = limit(500, 200)


class RightSchema(HeldRoleSchema):
    """A role that was in force on the day, and whose it was."""

    person = told("The id of the account.")
    username = told(example="sun.li")
    name = told(example="Sun Li")
    organisation = told(example="Nanjing main campus")


class RightsSchema(Schema):
    """Who could do what on a day: every role in force at any moment of it."""

    day = fields.Date()
    rights = fields.List(fields.Nested(RightSchema))
    next = told("To be sent as `after` for the next page; none at the end.")

    @pre_dump
    def tell(self, found: Rights, **_: Any) -> dict[str, Any]:
        """The facts as data."""
        rights = [
            {**vars(each.grant), "person": each.grant.user_id, "username": each.username, "name": each.name,
             "organisation": each.organisation}
            for each in found.rights
        ]  # fmt: skip
        return {"day": found.day, "rights": rights, "next": found.next}


class RoleRowSchema(Schema):
    """A permission with the roles that carry it."""

    permission = told(example="record.edit")
    roles = fields.List(fields.String())


class RolesSchema(Schema):
    """The table that every act is held to."""

    permissions = fields.List(fields.Nested(RoleRowSchema))


def person_url(person_id: str) -> str:
    """The address of an account."""
    return f"/api/v1/people/{person_id}"


_ID = "019f3c5e-5a00-7b11-8c22-0d33ee44ff55"
GRANT = {
    "id": "019f3c5e-5b00-7b11-8c22-0d33ee44ff55", "role": "monitor", "study": "BEAM", "site": "NJ01",
    "starts_at": "2026-01-05T09:00:00.000000Z", "ends_at": None, "state": "in_force",
}  # fmt: skip
PERSON = {
    "id": _ID, "username": "sun.li", "name": "Sun Li", "organisation": "Nanjing main campus", "state": "open",
    "password": "set", "added_at": "2026-01-05T09:00:00.000000Z", "closed_at": None, "grants": [GRANT],
    "href": f"/api/v1/people/{_ID}",
}  # fmt: skip
PEOPLE = {"people": [PERSON], "total": 1, "next": None}
NEW_PERSON = {"username": "sun.li", "name": "Sun Li", "organisation": "Nanjing main campus"}
LINK = {
    "path": "/link/kq3V1nR6c0b8wq4N2mY7tJ5xL9sD3fG1hP0aZ8uQ6eI", "purpose": "activation",
    "expires_at": "2026-01-05T10:00:00.000000Z",
}  # fmt: skip
ADDED = {"person": {**PERSON, "password": "never", "grants": []}, "link": LINK}
RENAME = {"name": "Sun Lihua", "reason": "Married."}
WHY = {"reason": "Left the site."}
NEW_GRANT = {"role": "monitor", "study": "BEAM", "site": "NJ01", "from": "2026-02-01", "until": "2026-08-01"}
END = {"reason": "New task.", "until": "2026-06-01"}
RIGHTS = {
    "day": "2026-03-04", "next": None,
    "rights": [{**GRANT, "person": _ID, "username": "sun.li", "name": "Sun Li", "organisation": "Nanjing main campus"}],
}  # fmt: skip
ROLES = {"permissions": [{"permission": "record.edit", "roles": ["coordinator", "investigator"]}]}
