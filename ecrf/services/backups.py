"""What the trail tells of backups: that one was made or restored, which, and the root over all chains it carries.

The entry of a backup follows the copy, so the copy itself does not hold it; that of a restore follows the proof.
"""

from collections.abc import Mapping

from audit.entries import Change
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services.trail import SYSTEM_CHAIN, About, Acts


def tell_made(by: Actor, facts: Mapping[str, str]) -> None:
    """A backup was made: `facts` are its id, its root and the SHA-256 of its copy."""
    _tell(by, Action.BACKUP_MADE, facts)


def tell_restored(by: Actor, facts: Mapping[str, str]) -> None:
    """The database is the one of a backup: `facts` are its id, its root and where the one before is kept."""
    _tell(by, Action.BACKUP_RESTORED, facts)


def _tell(by: Actor, action: Action, facts: Mapping[str, str]) -> None:
    by = require(by, Permission.BACKUP_MANAGE)
    acts = Acts(About(SYSTEM_CHAIN))
    acts.add(by, action, notes=[Change(name, value, mark="note") for name, value in facts.items()])
    acts.write()
