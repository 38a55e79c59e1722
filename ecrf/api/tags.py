"""Entity tags: given with each answer, asked for with each change. Those of records say a revision; those of accounts
and sites are made of what they say."""

import hashlib

from werkzeug.http import parse_etags, quote_etag

from ecrf.errors import RevisionMissing, Stale
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.reads.record_tags import record_tag
from ecrf.services.records import Address
from ecrf.services.trail import Acts

_NO_REVISION = -1
_CHANGED = N_("Somebody changed this after you read it. Nothing of yours was saved.")


def tag_header(actor: Actor, address: Address) -> dict[str, str]:
    """The header that says which state of the record stands. Asked for before the record itself is read: a tag that is
    older than what it came with costs a second try, a newer one somebody's work."""
    return {"ETag": quote_etag(record_tag(actor, address.subject_id, address.key).written)}


def revision_meant(actor: Actor, address: Address, if_match: str) -> int:
    """The revision to save against: that of the record as it stands where the sender has seen it, else none at all.

    The head of the subject's chain is taken first, so that what stands here still stands when it is saved.
    """
    sent = parse_etags(if_match)
    if sent.star_tag or not sent:
        raise RevisionMissing
    Acts.on_subject(address.subject_id)
    stands = record_tag(actor, address.subject_id, address.key)
    return stands.revision if sent.contains(stands.written) else _NO_REVISION


def content_tag(facts: object) -> str:
    """The entity tag of facts that have no revision: a digest of all they say."""
    return quote_etag(hashlib.sha256(repr(facts).encode()).hexdigest()[:32])


def expect_content(if_match: str, facts: object) -> None:
    """Raise `Stale` where the facts are no longer those the sender has read, `RevisionMissing` where none are named."""
    sent = parse_etags(if_match)
    if sent.star_tag or not sent:
        raise RevisionMissing
    if content_tag(facts).strip('"') not in sent:
        raise Stale({}, 0, _CHANGED)
