"""Entity tags of records: given with each answer, asked for with each change."""

from werkzeug.http import parse_etags, quote_etag

from ecrf.errors import RevisionMissing
from ecrf.policy.actors import Actor
from ecrf.reads.record_tags import record_tag
from ecrf.services.records import Address
from ecrf.services.trail import Acts

_NO_REVISION = -1


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
