"""A study version ready to run: every expression compiled once, and who reads what.

Paths are written `FORM.ITEM`, whatever the event: a check that reads `PREV.CHEM.CREA` reads the path `CHEM.CREA`. What
an expression needs without naming it is among its reads too: for a limit the laboratory, the sample date, sex and date
of birth, for `PREV`, `FIRST` and `LAST` the visit date. A form whose rows are visited is the path `FORM`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from forms.analytes import Analyte, analytes_of
from forms.definitions import Check, Derivation, Study
from forms.expressions import Compiled, Reference
from forms.reads import EVERYTHING, paths_read
from forms.row_items import row_items

ItemName = tuple[str, str]

_KEPT = 1024


@dataclass(frozen=True)
class CompiledCheck:
    """A check, its condition compiled, and the paths that can move it."""

    check: Check
    rule: Compiled
    reads: frozenset[str]


@dataclass(frozen=True)
class CompiledDerivation:
    """A written derivation, its expression compiled, and the paths that can move it."""

    derivation: Derivation
    rule: Compiled
    reads: frozenset[str]

    @property
    def path(self) -> str:
        """The computed item as `FORM.ITEM`."""
        return f"{self.derivation.form}.{self.derivation.item}"


@dataclass(frozen=True)
class Affected:
    """What a change of some paths can move: laboratory items (as paths; their `ST`, `XULN`, `NRIND` and `TOXGR` are to
    be computed first), then derivations in dependency order, then checks."""

    lab_items: tuple[str, ...]
    derivations: tuple[CompiledDerivation, ...]
    checks: tuple[CompiledCheck, ...]


@dataclass(frozen=True)
class CompiledStudy:
    """One version of one study, compiled.

    `checks` are keyed by id; `derivations` stand in an order in which each comes after all it reads. `required` and
    `shown` hold the conditional items by (form, item), `forms_shown` the conditional forms; a plain `required: true`
    stays on the item.
    """

    study: Study
    checks: Mapping[str, CompiledCheck]
    derivations: tuple[CompiledDerivation, ...]
    required: Mapping[ItemName, Compiled]
    shown: Mapping[ItemName, Compiled]
    forms_shown: Mapping[str, Compiled]

    def checks_on(self, form: str) -> tuple[CompiledCheck, ...]:
        """The checks whose findings stand on records of a form."""
        return self._checks_by_form.get(form, ())

    def derivations_on(self, form: str) -> tuple[CompiledDerivation, ...]:
        """The written derivations of a form's computed items, in dependency order."""
        return tuple(each for each in self.derivations if each.derivation.form == form)

    def affected(self, paths: Iterable[str], whole: Iterable[str] = ()) -> Affected:
        """Everything that a change of these paths can move, derivations followed to their end.

        A row that came or went is a change of the path `FORM`; so is a change of any item, without being named. Of the
        forms `whole` everything is affected, also what other forms alone decide.
        """
        moved = frozenset(paths), frozenset(whole)
        known = self._affected.get(moved)
        if known is None:
            known = self._follow(*moved)
            if len(self._affected) >= _KEPT:
                self._affected.clear()
            self._affected[moved] = known
        return known

    def row_items(self, form: str) -> frozenset[str]:
        """The items that each row of a form holds; none where the form does not repeat."""
        return self._row_items[form]

    def items_at(self, form: str, row: int) -> tuple[str, ...]:
        """The items of one record, in the order of the form: those of a row, or (row 0) those of the form itself."""
        of_rows = self._row_items[form]
        return tuple(item for item in self.study.forms[form].items if (item in of_rows) is (row > 0))

    def requirable_at(self, form: str, row: int) -> tuple[str, ...]:
        """Those of them that a person must answer always or under a condition, in order."""
        return self._requirable[form, row > 0]

    def runs_on_rows(self, rule: Compiled, form: str) -> bool:
        """Whether an expression runs on the rows of a form rather than once for the form: it names an item of the
        row."""
        of_rows = self._row_items[form]
        return bool(of_rows) and not of_rows.isdisjoint(rule.own_items)

    def reach(self, form: str) -> frozenset[str]:
        """The forms whose records the save of a record of `form` needs: all that may move and all they read.

        What asks of the whole casebook is not followed: see `asking`.
        """
        return self._reaches[form]

    @cached_property
    def questions(self) -> tuple[CompiledCheck, ...]:
        """The checks that ask of the whole casebook (`open_queries()`, `required_missing()`)."""
        return tuple(each for each in self.checks.values() if EVERYTHING in each.reads)

    @cached_property
    def asking(self) -> frozenset[str]:
        """Their forms: where such a record stands, every record of the subject is within reach of every save."""
        return frozenset(each.check.form for each in self.questions)

    @cached_property
    def _checks_by_form(self) -> dict[str, tuple[CompiledCheck, ...]]:
        found: dict[str, list[CompiledCheck]] = {}
        for each in self.checks.values():
            found.setdefault(each.check.form, []).append(each)
        return {form: tuple(checks) for form, checks in found.items()}

    @cached_property
    def _checks_by_path(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for id, each in self.checks.items():
            for path in each.reads:
                found.setdefault(path, []).append(id)
        return {path: tuple(ids) for path, ids in found.items()}

    @cached_property
    def analytes(self) -> Mapping[str, Analyte]:
        """The laboratory items by path, ready to have their companions computed."""
        return analytes_of(self.study)

    @cached_property
    def _items(self) -> dict[str, frozenset[str]]:
        return {form.oid: frozenset(f"{form.oid}.{item}" for item in form.items) for form in self.study.forms.values()}

    @cached_property
    def _row_items(self) -> dict[str, frozenset[str]]:
        computed = {oid: {each.derivation.item: each.rule for each in self.derivations_on(oid)} for oid in self._items}
        return {form.oid: row_items(form, computed[form.oid]) for form in self.study.forms.values()}

    @cached_property
    def _requirable(self) -> dict[tuple[str, bool], tuple[str, ...]]:
        forms = self.study.forms.values()
        may = {
            (form.oid, item.oid)
            for form in forms
            for item in form.items.values()
            if not item.is_computed and (item.required is True or (form.oid, item.oid) in self.required)
        }
        return {
            (form.oid, bool(row)): tuple(oid for oid in self.items_at(form.oid, row) if (form.oid, oid) in may)
            for form in forms
            for row in (0, 1)
        }

    @cached_property
    def alone(self) -> frozenset[tuple[str, bool]]:
        """The kinds of record (form, whether a row) that say by themselves what they lack: no condition of theirs looks
        at another record, at limits of normal or at the calendar."""
        kinds = ((kind, self._looks_at(*kind)) for kind in self._requirable)
        return frozenset(kind for kind, looks_there in kinds if all(map(looks_there, self._conditions(*kind))))

    def _conditions(self, form: str, is_row: bool) -> Iterator[Compiled]:
        items = [(form, item) for item in self._requirable[form, is_row]]
        yield from (rules[item] for rules in (self.required, self.shown) for item in items if item in rules)
        yield from (self.forms_shown[form],) if form in self.forms_shown else ()

    def _looks_at(self, form: str, is_row: bool) -> Callable[[Compiled], bool]:
        """Whether an expression looks at nothing but the items of such a record, and its event."""
        own = {Reference("row", None, item) for item in self.items_at(form, int(is_row))}
        return lambda rule: rule.reads <= own and not (rule.limits or rule.row_forms or rule.calls or rule.uses_today)

    @cached_property
    def lacks(self) -> dict[tuple[str, bool, str, str], int]:
        """How many required items records of such kinds were found to lack, by form, row or not, event and document."""
        return {}

    @cached_property
    def _affected(self) -> dict[tuple[frozenset[str], frozenset[str]], Affected]:
        """What sets of paths were found to move: people save the same items again and again."""
        return {}

    def _follow(self, paths: frozenset[str], whole: frozenset[str]) -> Affected:
        paths = paths.union(*(self._items[form] for form in whole))
        moved = {*paths, *(path.partition(".")[0] for path in paths), EVERYTHING}
        labs = tuple(
            path
            for path, analyte in self.analytes.items()
            if not (analyte.own.isdisjoint(moved) and analyte.person.isdisjoint(moved))
        )
        for analyte in map(self.analytes.__getitem__, labs):
            moved |= {f"{analyte.form}.{item.oid}" for item in analyte.companions.values()}
        derivations = []
        for each in self.derivations:
            if each.derivation.form in whole or not each.reads.isdisjoint(moved):
                derivations.append(each)
                moved |= {each.path, each.derivation.form}
        found = {check for path in moved for check in self._checks_by_path.get(path, ())}
        found |= {each.check.id for form in whole for each in self.checks_on(form)}
        return Affected(labs, tuple(derivations), tuple(self.checks[id] for id in self.checks if id in found))

    @cached_property
    def _reaches(self) -> dict[str, frozenset[str]]:
        return {form: frozenset(self._reached_from(form)).intersection(self.study.forms) for form in self.study.forms}

    def _reached_from(self, form: str) -> Iterator[str]:
        yield from (form, *(path.partition(".")[0] for path in self._person))
        conditions = [rule for (owner, _), rule in (*self.required.items(), *self.shown.items()) if owner == form]
        conditions += [self.forms_shown[form]] if form in self.forms_shown else []
        affected = self.affected((), whole=(form,))
        reads = [paths_read(rule, form, self.study) for rule in conditions]
        reads += [each.reads | {each.derivation.form} for each in affected.derivations]
        reads += [each.reads | {each.check.form} for each in (*affected.checks, *self._gating(form))]
        yield from (path.partition(".")[0] for paths in (*reads, affected.lab_items) for path in paths)

    def _gating(self, form: str) -> Iterator[CompiledCheck]:
        """The checks that hold shut a gate that an answer of this form would open."""
        shut = {name for name, gate in self.study.gates.items() if gate.item.split(".")[1] == form}
        return (each for each in self.checks.values() if each.check.gate in shut)

    @property
    def _person(self) -> tuple[str, ...]:
        """Where sex, date of birth and the visit date stand, as `FORM.ITEM`."""
        person = (item.partition(".")[2] for item in (self.study.sex_item, self.study.birth_item))
        return (*person, self.study.visit_item)
