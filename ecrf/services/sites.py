"""Sites of a study: added, changed, closed and opened again, never removed (21 CFR 11.10(c)).

At a closed site no subject is registered and no data are entered or changed; all is read as before, and queries,
freezes and locks go on, so that its data can be brought to their end.
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from audit.entries import take_head
from ecrf.db import db
from ecrf.errors import BadInput, Conflict, IllegalState, NotFound
from ecrf.messages import N_, Message
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.names import is_site_code
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require, require_at
from ecrf.services.seen import expect_as_seen
from ecrf.services.trail import About, Acts, Reason
from ecrf.services.words import reason_given

LONGEST_ADDRESS = 500


def add(by: Actor, study: Study, code: str, name: str, timezone: str, address: str | None = None) -> Site:
    """Add a site; `timezone` is an IANA name, the code unique in the study. Raises `BadInput` for its fields."""
    by = require_at(by, Permission.SITE_MANAGE, study.id)
    _expect_fields(name, timezone, address, code)
    if db.session.scalar(select(Site.id).where(Site.study_id == study.id, Site.code == code)):
        raise Conflict("code", code)
    site = Site(study_id=study.id, code=code, name=name.strip(), timezone=timezone, address=_address(address))
    acts = _acts(site)
    acts.add(by, Action.SITE_ADDED, [site])
    acts.write()
    return site


def change(
    by: Actor, site: Site, reason: Reason, *, name: str, timezone: str, address: str | None, was: str | None = None
) -> Site:
    """Change what is known of a site, with a reason; its code stays, as numbers of subjects carry it. Another time
    zone says anew what a day is there from now on; what was entered stays as it was typed."""
    by = require(by, Permission.SITE_MANAGE, _Placed(site))
    _expect_fields(name, timezone, address)
    given = reason_given(reason)
    before = (site.name, site.timezone, site.address)
    expect_as_seen(was, before)
    after = (name.strip(), timezone, _address(address))
    if before == after:
        raise IllegalState(N_("The site is so already."), state="same", needed=("another",))
    acts = _acts(site)
    site.name, site.timezone, site.address = after
    acts.add(by, Action.SITE_CHANGED, [site], reason=given)
    acts.write()
    return site


def close(by: Actor, site: Site, reason: Reason) -> Site:
    """Close a site, with a reason."""
    return _turn(by, site, reason, "closed", N_("This site is closed already."))


def reopen(by: Actor, site: Site, reason: Reason) -> Site:
    """Open a closed site again, with a reason."""
    return _turn(by, site, reason, "open", N_("This site is open."))


def find(study: Study, code: str) -> Site:
    """A site by its code."""
    site = db.session.scalar(select(Site).where(Site.study_id == study.id, Site.code == code))
    if site is None:
        raise NotFound("site")
    return site


def held(site_id: str) -> Site:
    """A site by its id, as it stands once nobody else acts on it; raises `NotFound`."""
    if db.session.get(Site, site_id) is None:
        raise NotFound("site")
    take_head(db.session.connection(), f"site:{site_id}")
    return db.session.get_one(Site, site_id, populate_existing=True)


def code_of(site_id: str | None) -> str | None:
    """The code of a site by its id."""
    return db.session.scalar(select(Site.code).where(Site.id == site_id))


class _Placed:
    """A site as a place: it belongs to its study and is itself the site."""

    def __init__(self, site: Site) -> None:
        self.study_id, self.site_id = site.study_id, site.id


def _turn(by: Actor, site: Site, reason: Reason, status: str, said: str) -> Site:
    by = require(by, Permission.SITE_MANAGE, _Placed(site))
    given = reason_given(reason)
    if site.status == status:
        raise IllegalState(said, state=status)
    acts = _acts(site)
    site.status = status
    acts.add(by, Action.SITE_CHANGED, [site], reason=given)
    acts.write()
    return site


def _acts(site: Site) -> Acts:
    return Acts(About(f"site:{site.id}", study=site.study_id, site=site.id))


def _address(address: str | None) -> str | None:
    return (address or "").strip().replace("\r", "") or None


def _expect_fields(name: str, timezone: str, address: str | None, code: str = "NJ01") -> None:
    faults: dict[str, Message | str] = {}
    if not is_site_code(code):
        faults["code"] = N_("A code has 1 to 32 letters, digits or - _ and begins with a letter or digit.")
    if not (name.strip() and name.strip().isprintable() and len(name.strip()) <= 200):
        faults["name"] = N_("Write 1 to 200 characters on one line.")
    lines = (address or "").strip().replace("\r", "").split("\n")
    if len("\n".join(lines)) > LONGEST_ADDRESS or not all(line.isprintable() for line in lines):
        faults["address"] = Message(N_("Write at most %(longest)s characters."), {"longest": LONGEST_ADDRESS})
    if not _is_timezone(timezone):
        said = N_("“%(zone)s” is no time zone of the IANA list.")
        faults["timezone"] = Message(said, {"zone": timezone[:64]})
    if faults:
        raise BadInput(faults)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
