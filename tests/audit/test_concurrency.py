"""Parallel acts queue for their chain and leave neither gap nor fork (requirements R-AUD-7)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from audit.entries import Change, Header, append
from audit.tables import trail_entries, trail_heads
from tests.audit.world import ANN, START, World

THREADS, ACTS = 8, 25


def act(world: World, thread: int) -> None:
    for number in range(ACTS):
        chain = "shared" if number % 2 else f"own:{thread}"
        with world.application.begin() as connection:
            append(
                connection, Header("act", chain, ANN, START), [Change("last", f"{thread}/{number}"), Change("x", "1")]
            )


@pytest.mark.req("R-AUD-7")
def test_parallel_acts_leave_neither_gap_nor_fork(world: World) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for outcome in [pool.submit(act, world, thread) for thread in range(THREADS)]:
            outcome.result(60)
    report = world.verify()
    assert (report.faults, report.entries) == ((), THREADS * ACTS)
    with world.owner.connect() as connection:
        heads = {head.chain: head.sequence for head in connection.execute(select(trail_heads))}
        counted = select(trail_entries.c.chain, func.count().label("number")).group_by(trail_entries.c.chain)
        assert heads == {row.chain: row.number for row in connection.execute(counted)}
    assert heads["shared"] == THREADS * (ACTS // 2)


@pytest.mark.req("R-AUD-7")
def test_a_verification_sees_one_moment_while_others_write(world_of: Callable[[str], World]) -> None:
    world = world_of("postgresql")
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(act, world, thread) for thread in range(3)]
        while not all(writer.done() for writer in writers):
            assert world.verify().faults == ()
        assert [writer.result() for writer in writers] == [None] * 3


def test_two_things_of_one_study_are_put_one_after_the_other(world: World) -> None:
    def put(number: int) -> None:
        for count in range(10):
            world.put(f"t{number}", "s", count=count)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(put, range(4))) == [None] * 4
    assert world.verify().exit_code == 0


@pytest.mark.req("R-AUD-7")
def test_two_who_begin_one_chain_at_once_both_get_in(world: World) -> None:
    def begin(number: int) -> None:
        for chain in range(30):
            world.note(f"chain:{chain}", Change("x", str(number)))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(begin, range(4))) == [None] * 4
    assert (world.verify().faults, world.verify().entries) == ((), 120)
