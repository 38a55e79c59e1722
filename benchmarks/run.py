"""`make bench`: what we reach beside what the machine can, in one run. Targets are ratios, because machines differ."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.checks import measure_checks
from benchmarks.clinic import ROOT, opened
from benchmarks.clock import Measured, fastest
from benchmarks.raw import measure_raw
from benchmarks.service import measure_corrections, measure_service, statements_of, values_of
from benchmarks.web import measure_page, measure_saves, served

ROUNDS, SAVES = 3, 50


def rounds(*acts: Callable[[int], Measured]) -> list[Measured]:
    """The best of several rounds of each act, the acts taking turns so that the machine's moods hit them all."""
    runs = [[act(number) for act in acts] for number in range(ROUNDS)]
    return [fastest(list(column)) for column in zip(*runs, strict=True)]


def turns(number: int, part: int) -> range:
    """Which subjects a round uses: no form is entered twice."""
    first = 2 + (number * 2 + part) * SAVES
    return range(first, first + SAVES)


def row(name: str, measured: Measured, limit: Measured, target: str) -> str:
    """One line of the table."""
    share = f"{measured.rate / limit.rate:6.1%}"
    return f"{name:<34}{measured.rate:>9.0f}/s{measured.p50:>9.2f} ms{share:>9}   {target}"


def main() -> None:
    """Measure and print."""
    with opened(2 + ROUNDS * 2 * SAVES) as clinic, TemporaryDirectory(dir=ROOT / "build") as folder:
        statements, values = statements_of(clinic, 0), values_of(clinic, 1)
        with served(clinic) as browser:
            raw, all_values, service, corrected, web = rounds(
                lambda _: measure_raw(Path(folder)),
                lambda _: measure_raw(Path(folder), items=values),
                lambda number: measure_service(clinic, turns(number, 0)),
                lambda number: measure_corrections(clinic, turns(number, 0)),
                lambda number: measure_saves(browser, clinic, turns(number, 1)),
            )
            page, fields = measure_page(browser, clinic)
    print(f"{'one form of 20 items, SQLite FULL':<34}{'rate':>11}{'p50':>12}{'of raw':>9}   target")
    print(row("raw sqlite3, nothing checked", raw, raw, ""))
    print(row(f"raw, the {values} values they become", all_values, raw, ""))
    print(row("service: checks, queries, trail", service, raw, ">= 20 %"))
    print(row("service: one value corrected", corrected, raw, ""))
    print(row("over HTTP: log-in, CSRF too", web, raw, ">= 10 %, p50 <= 3 ms"))
    print(f"{'SQL statements of one save':<34}{len(statements):>11}{'':>21}   <= 12")
    print(f"{f'form page of {fields} fields':<34}{page.rate:>9.0f}/s{page.p50:>9.2f} ms{'':>9}   p50 <= 8 ms")
    print(f"\n{'bulk evaluation, exact numbers':<34}{'closure':>11}{'by hand':>12}{'ratio':>9}   target")
    for rule in measure_checks():
        share = rule.closure / rule.by_hand
        print(f"{rule.name:<34}{rule.closure:>8.0f} ns{rule.by_hand:>9.0f} ns{share:>9.2f}   <= 1.30")


if __name__ == "__main__":
    main()
