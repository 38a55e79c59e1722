"""The table of roles and permissions, as the code has it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from ecrf.policy.grants import Role, table

blueprint = Blueprint("roles", __name__)


@blueprint.get("/roles")
def show() -> ResponseReturnValue:
    """What each role may do; whoever is logged in may read it."""
    return render_template("people/roles.html", roles=tuple(Role), table=table())
