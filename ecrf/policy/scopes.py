"""What an actor may see, as a condition of the query: lists are filtered by it and single things found through it."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import SITE_BOUND
from ecrf.policy.permissions import Permission

Column = InstrumentedAttribute[Any] | ColumnElement[Any]
AnySelect = TypeVar("AnySelect", bound=Select[*tuple[Any, ...]])


def allowed(actor: Actor, permission: Permission, *, study: Column, site: Column | None) -> ColumnElement[bool]:
    """The condition that a row's study and site columns are ones where the actor has the permission.

    `site` None is for things of a whole study: whoever has the permission at one of its sites may see them.
    """
    grants = [grant for grant in actor.grants if grant.carries(permission)]
    return or_(false(), *(_covered(grant, study, site) for grant in grants))


def in_scope(statement: AnySelect, actor: Actor, permission: Permission, model: Any) -> AnySelect:
    """The select narrowed to the rows of a model (with `study_id` and `site_id`) that the actor may see."""
    return statement.where(allowed(actor, permission, study=model.study_id, site=getattr(model, "site_id", None)))


def _covered(grant: Grant, study: Column, site: Column | None) -> ColumnElement[bool]:
    if grant.role in SITE_BOUND and (grant.site_id is None or (site is None and grant.study_id is None)):
        return false()
    of_study = true() if grant.study_id is None else study == grant.study_id
    of_site = true() if grant.site_id is None or site is None else site == grant.site_id
    return and_(of_study, of_site)
