"""What freezing, locking and lifting need and are called in the trail, whatever is held."""

from ecrf.policy.actions import Action
from ecrf.policy.permissions import Permission

PERMISSIONS = {"freeze": Permission.HOLD_FREEZE, "lock": Permission.HOLD_LOCK}
SET = {"freeze": Action.FROZEN, "lock": Action.LOCKED}
LIFTED = {"freeze": Action.UNFROZEN, "lock": Action.UNLOCKED}
