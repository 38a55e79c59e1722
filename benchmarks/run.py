"""`make bench`: what we reach beside what the machine can, in one run. Targets are ratios, because machines differ."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.answers import SCORES
from benchmarks.casebooks import measure_both, measure_loading
from benchmarks.checks import measure_checks
from benchmarks.clinic import ROOT, Clinic, opened
from benchmarks.clock import Measured, fastest
from benchmarks.pages import tell as tell_pages
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
    first = 4 + (number * 2 + part) * SAVES
    return range(first, first + SAVES)


def row(name: str, measured: Measured, limit: Measured, target: str) -> str:
    """One line of the table."""
    share = f"{measured.rate / limit.rate:6.1%}"
    return f"{name:<44}{measured.rate:>9.0f}/s{measured.p50:>9.2f} ms{share:>9}   {target}"


def main() -> None:
    """Measure and print."""
    with opened(4 + ROUNDS * 2 * SAVES) as clinic, TemporaryDirectory(dir=ROOT / "build") as folder:
        _tell_saves(clinic, Path(folder))
        _tell_casebook(clinic)
    _tell_checks()
    tell_pages()


def _tell_saves(clinic: Clinic, folder: Path) -> None:
    statements = max(len(statements_of(clinic, 0)), len(statements_of(clinic, 1, SCORES)))
    panel, sheet = values_of(clinic, 2), values_of(clinic, 3, SCORES)
    with served(clinic) as browser:
        raw, raw_sheet, raw_panel, plain, service, corrected, web_plain, web = rounds(
            lambda _: measure_raw(folder),
            lambda _: measure_raw(folder, items=sheet),
            lambda _: measure_raw(folder, items=panel),
            lambda number: measure_service(clinic, turns(number, 0), SCORES),
            lambda number: measure_service(clinic, turns(number, 0)),
            lambda number: measure_corrections(clinic, turns(number, 0)),
            lambda number: measure_saves(browser, clinic, turns(number, 1), SCORES),
            lambda number: measure_saves(browser, clinic, turns(number, 1)),
        )
        pages = [measure_page(browser, clinic, form) for form in ("HEM", "SLE", "CHEM")]
    print(f"{'one form saved, SQLite FULL':<44}{'rate':>11}{'p50':>12}{'of raw':>9}   target")
    print(row("raw sqlite3, 20 items, nothing checked", raw, raw, ""))
    print(row(f"score sheet of {sheet} values, service", plain, raw_sheet, ">= 20 %"))
    print(row("the same over HTTP: log-in, CSRF too", web_plain, raw_sheet, ">= 10 %"))
    print(row(f"lab panel of 20 items, {panel} values, service", service, raw_panel, ">= 20 %"))
    print(row("the same over HTTP: log-in, CSRF too", web, raw_panel, ">= 10 %"))
    print(row("one value of the panel corrected, service", corrected, raw, ""))
    print(f"{'SQL statements of one save, at most':<44}{statements:>11}{'':>21}   <= 12")
    for page, fields in pages:
        print(f"{f'form page of {fields} fields':<44}{page.rate:>9.0f}/s{page.p50:>9.2f} ms{'':>9}   60: p50 <= 8 ms")


def _tell_casebook(clinic: Clinic) -> None:
    full, count, seconds = measure_loading(clinic)
    alone, within = measure_both(clinic, full)
    print(f"\n{'a casebook of ' + str(count) + ' records entered':<44}{seconds:>9.2f} s{'':>21}    <= 3 s")
    print(f"{'one save in an almost empty casebook':<44}{alone.rate:>9.0f}/s{alone.p50:>9.2f} ms")
    share = f"{within.p50 / alone.p50:8.2f}"
    print(f"{'the same save in the full one, signed off':<44}{within.rate:>9.0f}/s{within.p50:>9.2f} ms{share}    <= 2")


def _tell_checks() -> None:
    print(f"\n{'bulk evaluation, exact numbers':<44}{'closure':>11}{'by hand':>12}{'ratio':>9}   target")
    for rule in measure_checks():
        share = rule.closure / rule.by_hand
        print(f"{rule.name:<44}{rule.closure:>8.0f} ns{rule.by_hand:>9.0f} ns{share:>9.2f}   <= 1.30")


if __name__ == "__main__":
    main()
