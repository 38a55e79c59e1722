"""Golden vectors: what was hashed once is hashed the same for ever (requirements R-AUD-8).

The canonical texts are written out by hand, so that another program, in another language, can be held against them.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical_json
from audit.hashing import commitment, entry_hash, genesis
from audit.tables import trail_entries

pytestmark = pytest.mark.req("R-AUD-8")

SALT = bytes(range(16))
COMMITTED = (
    '{"comparator":"<","kind":"datum","missing":null,"path":"records/r/data/ALT","row":2,"unit":"U/L","value":"8é\\n"}'
)
HEADER = {
    "chain": "subject:1", "sequence": 2, "schema": 1, "recorded_at": 1772600767000008, "actor_id": "u1",
    "actor_name": "王 Ann", "actor_role": "coordinator", "actor_organisation": None, "action": "record.saved",
    "study": "s1", "site": "n1", "subject": "1", "event": "SE.SCR", "form": "CHEM", "record": "r", "row": 0,
    "study_version": 3, "reason_code": None, "origin": "page", "cause_chain": None, "cause_sequence": None,
    "request_id": "q",
}  # fmt: skip
CHANGES = [
    (0, "set", "records/r/data/ALT", 2, None, "ab" * 32, 1, 0),
    (1, "note", "reason", None, "x", "cd" * 32, None, None),
]
HASHED = (
    '{"action":"record.saved","actor_id":"u1","actor_name":"王 Ann","actor_organisation":null,'
    '"actor_role":"coordinator",'
    '"cause_chain":null,"cause_sequence":null,"chain":"subject:1","changes":['
    '[0,"set","records/r/data/ALT",2,null,"'
    + "ab" * 32
    + '",1,0],[1,"note","reason",null,"x","'
    + "cd" * 32
    + '",null,null]],'
    '"event":"SE.SCR","form":"CHEM","origin":"page","reason_code":null,"record":"r","recorded_at":1772600767000008,'
    '"request_id":"q","row":0,"schema":1,"sequence":2,"site":"n1","study":"s1","study_version":3,"subject":"1"}'
)
TEXT = st.none() | st.text()


def test_a_chain_begins_with_the_hash_of_its_name() -> None:
    assert genesis("subject:1").hex() == "a141f9795d3439faeb3896758c72681fab8c5061b3d97174672a5856560b6c68"
    assert genesis("subject:1") == sha256(b"\x03subject:1").digest()


def test_a_commitment() -> None:
    made = commitment(SALT, "records/r/data/ALT", 2, "datum", "8é\n", "U/L", "<", None)
    assert made == sha256(b"\x02" + SALT + COMMITTED.encode()).digest()
    assert made.hex() == "444e713b6b7a8764c04a2ed4164d9c55b5b769f46298c5f0de7e276245c520f5"


def test_an_entry() -> None:
    made = entry_hash(HEADER, CHANGES, genesis("subject:1"))
    assert made == sha256(b"\x00" + HASHED.encode() + genesis("subject:1")).digest()
    assert made.hex() == "8e5d675497d9862401944a0006076c32509d10dccb935f2b18274bf9badc90ad"


def test_every_column_of_an_entry_is_hashed() -> None:
    assert HEADER.keys() | {"previous_hash", "hash"} == set(trail_entries.c.keys())


@given(st.text(), st.none() | st.integers(0, 9), st.text(), TEXT, TEXT, TEXT, TEXT)
def test_a_commitment_is_of_canonical_json(
    path: str,
    row: int | None,
    kind: str,
    value: str | None,
    unit: str | None,
    comparator: str | None,
    missing: str | None,
) -> None:
    committed = {
        "path": path, "row": row, "kind": kind, "value": value, "unit": unit, "comparator": comparator,
        "missing": missing,
    }  # fmt: skip
    expected = sha256(b"\x02" + SALT + canonical_json(committed).encode()).digest()
    assert commitment(SALT, path, row, kind, value, unit, comparator, missing) == expected


@given(st.dictionaries(st.sampled_from(sorted(HEADER)), TEXT), st.lists(st.tuples(st.integers(0, 9), TEXT)))
def test_an_entry_is_hashed_as_canonical_json(header: dict[str, str], changes: list[tuple[int, str | None]]) -> None:
    expected = sha256(b"\x00" + canonical_json({**header, "changes": changes}).encode() + b"p").digest()
    assert entry_hash(header, changes, b"p") == expected
