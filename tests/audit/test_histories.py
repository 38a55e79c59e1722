"""Whatever people do, the trail verifies and replays to what stands: no false alarm (requirements R-AUD-5)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.entries import Change
from audit.watching import changes_of
from tests.audit.world import START, THINGS, World, build, things
from tests.conftest import Servers

# What both databases can hold: neither NUL nor lone surrogates.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=8)
DATUM = st.fixed_dictionaries({}, optional={"v": TEXT, "u": TEXT, "q": st.sampled_from("<>"), "nd": TEXT}).filter(bool)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
COLUMNS = st.fixed_dictionaries(
    {},
    optional={
        "count": st.none() | st.integers(-(2**31), 2**31 - 1),
        "active": st.none() | st.booleans(),
        "seen_at": st.none() | st.timedeltas(timedelta(0), timedelta(days=9)).map(START.__add__),
        "day": st.none() | st.dates(),
        "explanation": st.none() | st.dictionaries(TEXT, JSON, max_size=3),
        "data": st.dictionaries(st.sampled_from(["ALT", "AST", "名", "A B"]), DATUM, max_size=3),
        "secret": TEXT,
    },
)
MAYBE = st.none() | TEXT
NOTES = st.lists(
    st.builds(
        Change,
        TEXT,
        value=MAYBE,
        kind=st.just("text"),
        unit=MAYBE,
        comparator=MAYBE,
        missing=MAYBE,
        row=st.none() | st.integers(0, 9),
        mark=st.sampled_from(["note", "refused"]),
        reason_code=MAYBE,
        redacts=st.none(),
    ),
    max_size=3,
)
ACT = st.tuples(st.sampled_from(["a", "b", "c"]), COLUMNS, NOTES, st.integers(-(10**8), 10**8))


@pytest.mark.req("R-AUD-5", "R-AUD-12")
@pytest.mark.parametrize(
    ("dialect", "examples"),
    [
        ("sqlite", 30),
        ("postgresql", 15),
        pytest.param("sqlite", 1000, marks=pytest.mark.soak),
        pytest.param("postgresql", 1000, marks=pytest.mark.soak),
    ],
)
def test_every_history_verifies_and_replays_to_what_stands(servers: Servers, dialect: str, examples: int) -> None:
    world = World(servers(dialect).create(build))
    chains = iter(range(examples * 10))

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(ACT, max_size=6))
    def run(acts: list[tuple[str, dict[str, Any], list[Change], int]]) -> None:
        study = str(next(chains))
        for thing, columns, notes, jump in acts:
            world.now += timedelta(microseconds=jump)
            world.put(f"{study}-{thing}", study, notes, **columns)
        assert world.verify(study).faults == ()

    run()
    assert world.verify().faults == ()
    world.close()
    servers(dialect).drop(world.database)


@given(COLUMNS, COLUMNS)
def test_what_changed_leads_from_one_state_to_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    empty = {**dict.fromkeys(things.c.keys()), "id": "t", "data": {}}
    old, new = THINGS.state_of({**empty, **before}), THINGS.state_of({**empty, **after})
    for change in changes_of(THINGS, {**empty, **before}, {**empty, **after}):
        parts = (change.value, change.unit, change.comparator, change.missing)
        end = change.path.removeprefix("things/t/")
        assert old.pop(end, (None,) * 4) != parts
        old.update({end: parts} if any(part is not None for part in parts) else {})  # type: ignore[dict-item]
    assert old == new
