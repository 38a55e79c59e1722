"""Ids of rows."""

import uuid

from ecrf.ids import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = [uuid.UUID(new_id()) for _ in range(1000)]
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert len(set(made)) == 1000


def test_ids_sort_by_the_millisecond_they_were_made_in() -> None:
    made = [new_id() for _ in range(5000)]
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
