"""From a package folder to a frozen study, or to all of its faults."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from forms.compiling import compile_with_faults
from forms.coverage import coverage_faults
from forms.definitions import Check, Derivation, Event, Form, ItemType, Laboratory, Study
from forms.expressions import GRAMMAR_VERSION
from forms.landmarks import DayRule
from forms.loading.checks import Spreading, read_check
from forms.loading.codelists import read_codelist
from forms.loading.derivations import read_derivation
from forms.loading.faults import Fault, PackageFaults, Report
from forms.loading.fields import Fields
from forms.loading.forms import read_form
from forms.loading.items import Companion
from forms.loading.laboratories import read_laboratory
from forms.loading.package import Entry, Sheets, read_package
from forms.loading.plan import read_event, read_gates, read_languages, read_parameter, read_timezone
from forms.loading.range_checks import range_checks
from forms.loading.references import check_references
from forms.loading.vocabulary import COMPANION, COMPANION_TYPES, STUDY, SUBJECT
from forms.ranges import RangeRow
from forms.row_faults import row_faults

COMPANION_RULES = {"ST": "DV.UNIT", "XULN": "DV.XULN", "NRIND": "DV.NRIND", "TOXGR": "DV.TOXGR"}


def load_study(path: str | Path) -> Study:
    """The study in a package folder; raises `PackageFaults` with all its faults."""
    report = Report()
    study = _Reader(read_package(Path(path), report), report).study()
    if not report.is_partial:
        _check_as_a_whole(study, report)
    if report.faults:
        raise PackageFaults(_once_each(report.faults), is_partial=report.is_partial)
    return study


def _check_as_a_whole(study: Study, report: Report) -> None:
    """What can be wrong between definitions: names that lead nowhere, expressions, tests."""
    check_references(study, report)
    compiled, faults = compile_with_faults(study)
    for fault in (*faults, *row_faults(compiled), *coverage_faults(compiled)):
        report.add_at(fault.path, fault.message, fault.hint, fault.line)


def _once_each(faults: Iterable[Fault]) -> list[Fault]:
    """A fault of a check that is spread over many items is said once."""
    first: dict[tuple[str, int, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.file, fault.line, fault.message), fault)
    return list(first.values())


class _Reader:
    """Reads the sheets of one package into a study."""

    def __init__(self, sheets: Sheets, report: Report) -> None:
        self.sheets, self.report = sheets, report
        self.fields = Fields(sheets.study, "study", report).know(STUDY)
        self.fields.needs("version", "1.0")
        self.languages = read_languages(self.fields)
        self.fields.languages = self.languages

    def study(self) -> Study:
        """The study as far as it could be read; what could not is in the report."""
        forms, samples = self._forms()
        fields = self.fields
        said, laboratories = (self.languages, self.report), self._laboratories()
        derivations = tuple(self._derivations(forms))
        return Study(
            oid=fields.oid("study", "ST.BEAM"),
            name=fields.oid("name", "BEAM"),
            title=fields.words("title"),
            version=fields.text("version") or "",
            languages=self.languages,
            timezone=read_timezone(fields),
            parameters={name: read_parameter(name, entry, self.report) for name, entry in self._part("parameters")},
            codelists={oid: read_codelist(oid, entry, *said) for oid, entry in self._part("codelists")},
            events=dict(self._events()),
            forms=forms,
            derivations=derivations,
            checks=tuple(self._checks(Spreading(forms, samples, derivations))),
            sample_rules=samples,
            ctcae=fields.text("ctcae") or "5.0",
            grammar=GRAMMAR_VERSION,
            laboratories=tuple(laboratory for laboratory, _ in laboratories),
            ranges=tuple(row for _, rows in laboratories for row in rows),
            **self._subject(),
            missing_reasons=fields.text("missing_reasons"),
            gates=read_gates(fields),
        )

    def _subject(self) -> dict[str, Any]:
        """Where the subject's sex, birth, visits, number and day 0 stand."""
        fields = self.fields.inside("subject").know(SUBJECT)
        return {
            "sex_item": fields.text("sex") or "SCR.DM.SEX",
            "birth_item": fields.text("born") or "SCR.DM.BRTHDAT",
            "visit_item": fields.text("visit") or "SV.VISDAT",
            "number_item": fields.text("number"),
            "subject_number_item": fields.text("subject_number"),
            "zero_item": fields.text("day_zero"),
        }

    def _part(self, kind: str) -> Iterable[tuple[str, Entry]]:
        return self.sheets.parts[kind].items()

    def _laboratories(self) -> list[tuple[Laboratory, tuple[RangeRow, ...]]]:
        said = (self.languages, self.report)
        return [read_laboratory(code, entry, *said) for code, entry in self._part("laboratories")]

    def _events(self) -> Iterator[tuple[str, Event]]:
        for order, (oid, entry) in enumerate(self._part("events"), 1):
            yield oid, read_event(oid, entry, order, self.languages, self.report)

    def _forms(self) -> tuple[dict[str, Form], dict[str, DayRule]]:
        companions = tuple(self._companions())
        read = [read_form(oid, entry, companions, self.languages, self.report) for oid, entry in self._part("forms")]
        samples = {each.form.oid: each.samples for each in read if each.samples}
        return {each.form.oid: each.form for each in read}, samples

    def _companions(self) -> Iterable[Companion]:
        outer = self.fields.inside("laboratory_items").know(COMPANION_TYPES)
        for suffix in outer.node.entries:
            if suffix in COMPANION_TYPES:
                inner = outer.inside(suffix).know(COMPANION)
                kind, codelist = COMPANION_TYPES[suffix], inner.text("codelist")
                if kind is ItemType.CODE and codelist is None:
                    inner.needs("codelist", suffix)
                yield Companion(suffix, inner.words("label"), kind, codelist, COMPANION_RULES.get(suffix))

    def _derivations(self, forms: dict[str, Form]) -> Iterable[Derivation]:
        for oid, entry in self._part("derivations"):
            read = read_derivation(oid, entry, self.report)
            form = forms.get(read.form)
            item = form.items.get(read.item) if form else None
            yield replace(read, unit=item.canonical) if item else read

    def _checks(self, spreading: Spreading) -> Iterable[Check]:
        made = {check.id for form in spreading.forms.values() for check in range_checks(form, "")}
        for oid, entry in self._part("checks"):
            written = read_check(oid, entry, self.languages, self.report)
            for check in spreading.checks(written):
                self._place(check.id, oid)
                yield check
                if check.id in made or check.id != written.check.id and check.id in self.sheets.parts["checks"]:
                    said = f"{check.id} is the id of a check that is made from an item"
                    self.report.add_at(f"checks/{oid}", said, "give the check another id")
        for oid, entry in self._part("forms"):
            if oid in spreading.forms:
                for check in range_checks(spreading.forms[oid], entry.version):
                    self.report.place(f"checks/{check.id}", self.report.mark_of(f"forms/{oid}/{check.items[0]}"))
                    yield check

    def _place(self, id: str, written: str) -> None:
        """A check that was spread out stands where it was written."""
        for key in ("", "/fires_when", "/items", "/on", "/events", "/tests"):
            self.report.place(f"checks/{id}{key}", self.report.mark_of(f"checks/{written}{key}"))
