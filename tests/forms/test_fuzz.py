"""Whatever stands in an expression, a package or a file of cases, reading it ends soon: it holds, or its faults are
said. No other exception comes out, and no text makes the machine run out of time or memory."""

import resource
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.chart import Chart
from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.datum import Datum
from forms.definitions import Item
from forms.expressions import Compiled, ExpressionFault, ExpressionFaults, Kind, compile_expression
from forms.loading.cases import load_cases
from forms.loading.faults import Fault, PackageFaults
from forms.loading.loader import load_study
from forms.names import StudyNames
from forms.ranges import RangeTable
from forms.rehearsal import rehearse
from forms.scope import RecordScope
from tests.forms.damage import HOSTILE, damaged, mangled
from tests.forms.oracle.casebooks import CLOCKS, DAYS, NUMBERS, TODAY
from tests.forms.packages import FILES, write_files
from tests.forms.small_study import COMPILED

BEAM = Path(__file__).parents[2] / "forms/studies/beam"
MEGABYTES = 300


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails where what is done takes longer, or makes the process grow by more than a few hundred megabytes."""
    began, size = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.process_time() - began < seconds
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size < MEGABYTES * 1024


@cache
def beam() -> CompiledStudy:
    return compile_study(load_study(BEAM))


@cache
def rules() -> tuple[tuple[str, str], ...]:
    """Every expression of BEAM with the form it is written for."""
    study = beam().study
    conditions = [
        (form.oid, text) for form in study.forms.values() for text in (form.shown_if, *_conditions(form.items))
    ]
    formulas = [(each.form, each.expression) for each in study.derivations]
    written = [*((check.form, check.fires_when) for check in study.checks), *formulas, *conditions]
    return tuple(sorted({(form, text) for form, text in written if isinstance(text, str)}))


def _conditions(items: dict[str, Item]) -> list[object]:
    return [text for item in items.values() for text in (item.required, item.shown_if)]


@cache
def chart() -> Chart:
    """A casebook of BEAM in which anything may stand anywhere."""
    chance, study = Random(1), beam().study
    pool = [*NUMBERS, *DAYS, *CLOCKS, *(f"{day}T08:00" for day in DAYS[:4]), "Y", "N", "F", "LAB_A", "<5", "x"]
    records = {
        RecordKey(EventKey(event.oid, int(event.repeating)), form, row): {
            item: Datum(chance.choice(pool), definition.canonical, chance.choice((None, None, "<", ">")))
            for item, definition in study.forms[form].items.items()
            if chance.random() < 0.8
        }
        for event in study.events.values()
        for form in event.forms
        for row in ((1, 2) if study.forms[form].repeating else (0,))
    }
    return Chart(beam(), Casebook(records, RangeTable(study.ranges), TODAY, frozenset(key.event for key in records)))


def try_rule(seed: int) -> bool:
    """Damages an expression and runs and explains what still compiles; whether it did."""
    chance = Random(seed)
    form, text = chance.choice(rules())
    _, other = chance.choice([rule for rule in rules() if rule[0] == form] if chance.random() < 0.7 else rules())
    names = StudyNames(beam().study, beam().study.forms[form])
    faults: tuple[ExpressionFault, ...] | None = None
    with within(2):
        try:
            rule = compile_expression(
                mangled(text, other, chance), names, expects=chance.choice((*[Kind.BOOLEAN] * 9, *Kind))
            )
            _run(rule, RecordScope(chart(), chance.choice(chart().records(form))))
        except ExpressionFaults as refused:
            faults = refused.faults
    assert faults is None or faults
    assert all(fault.message and fault.line >= 1 and fault.column >= 1 for fault in faults or ())
    return faults is None


def _run(rule: Compiled, scope: RecordScope) -> None:
    scope.run(rule)
    rule.explain(scope)
    assert rule.assuming(dict.fromkeys(rule.lookups)).lookups == rule.lookups


def loads(load: Callable[[], object], seconds: float) -> bool:
    """Whether something loads, and its faults have a place and a message where it does not."""
    faults: tuple[Fault, ...] | None = None
    with within(seconds):
        try:
            load()
        except PackageFaults as refused:
            faults = refused.faults
    assert faults is None or faults
    assert all(fault.file and fault.line >= 1 and fault.message for fault in faults or ())
    return faults is None


def try_package(folder: Path, files: dict[str, str], seed: int, seconds: float) -> bool:
    """Damages one file of a package in a folder, loads it, and mends the file."""
    chance = Random(seed)
    name = chance.choice(sorted(files))
    (folder / name).write_bytes(damaged(files[name], chance, chance.choice((1, 1, 3))))
    outcome = loads(lambda: load_study(folder), seconds)
    (folder / name).write_text(files[name], encoding="utf-8")
    return outcome


def copy_of_beam(folder: Path) -> dict[str, str]:
    shutil.copytree(BEAM, folder, ignore=shutil.ignore_patterns("demonstration"), dirs_exist_ok=True)
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}


CASES = """\
ULN2:
  - {given: {ALT: 81, uln(ALT): 40}, fires: true}
  - {given: {ALT: <80, uln(ALT): 40}, fires: false}
JUMP: [{given: {ALT: "1 'ukat/L'", PREV.CHEM.ALT: 10, LIMIT: 2}, fires: true}]
ORDER:
  - {given: {event_type: scheduled, VISDAT: 2026-03-04, PREV.SV.VISDAT: 2026-03}, fires: false, note: x}
AELAB:
  - {given: {ALT: 501, "any_row(AE, AESER == 'Y')": false}, fires: true}
FUTURE: [{given: {VISDAT: 2026-06-02, today(): 2026-06-01}, fires: true}]
TWICE: [{given: {"duplicate_dates(MP, MPDAT)": true}, fires: true}]
NOALT: [{given: {ALT_NRIND: H, ALT: {v: 1, u: U/L, nd: NOTDONE}}, fires: true}]
"""


def try_cases(folder: Path, seed: int) -> bool:
    file = folder / "cases.yaml"
    file.write_bytes(damaged(CASES, Random(seed), 2))
    return loads(lambda: [each.passed for each in rehearse(COMPILED, load_cases(file))], 2)


def has_both(outcomes: Iterable[bool]) -> bool:
    """Whether much was read and much was refused, else the damage was too small or too great to try anything."""
    found = list(outcomes)
    return len(found) / 20 < sum(found) < len(found) * 0.95


def test_the_cases_and_rules_run_undamaged(tmp_path: Path) -> None:
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    assert all(result.passed for result in rehearse(COMPILED, load_cases(tmp_path / "cases.yaml")))
    assert len(rules()) > 250


def test_a_damaged_expression_of_the_protocol_runs_or_says_its_faults() -> None:
    assert has_both(try_rule(seed) for seed in range(500))


def test_a_damaged_package_loads_or_says_its_faults(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    assert has_both(try_package(tmp_path, FILES, seed, 2) for seed in range(80))


def test_the_damaged_protocol_loads_or_says_its_faults(tmp_path: Path) -> None:
    assert not try_package(tmp_path, copy_of_beam(tmp_path), 2, 30)


def test_damaged_cases_run_or_say_their_faults(tmp_path: Path) -> None:
    assert has_both(try_cases(tmp_path, seed) for seed in range(150))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_is_too_odd_for_a_rule(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, FILES)
    put = FILES["checks/CHEM.yaml"].replace("CREA < 30 'umol/L'", text)
    (tmp_path / "checks/CHEM.yaml").write_text(put, encoding="utf-8", errors="surrogatepass")
    assert not loads(lambda: load_study(tmp_path), 2)


@pytest.mark.soak
def test_many_damaged_expressions_run_or_say_their_faults() -> None:
    assert has_both(try_rule(seed) for seed in range(1000, 31_000))


@pytest.mark.soak
def test_many_damaged_packages_load_or_say_their_faults(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    assert has_both(try_package(tmp_path, FILES, seed, 2) for seed in range(1000, 11_000))
    assert has_both(try_cases(tmp_path, seed) for seed in range(1000, 11_000))


@pytest.mark.soak
def test_the_protocol_damaged_in_many_ways_loads_or_says_its_faults(tmp_path: Path) -> None:
    files = copy_of_beam(tmp_path)
    assert has_both(try_package(tmp_path, files, seed, 30) for seed in range(1000, 1300))
