"""What the definitions of a study say of each other: every OID that is named must exist and fit."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from forms.codelists import Code
from forms.definitions import Event, Form, Item, ItemType, Study
from forms.expressions.names import FACTS
from forms.loading.faults import Report
from forms.names import RELATIVE
from forms.ranges import RangeRow
from forms.spelling import did_you_mean
from forms.units import UnitFault, convert

ENGINE_RULES = ("DV.UNIT", "DV.XULN", "DV.NRIND", "DV.TOXGR")


def check_references(study: Study, report: Report) -> None:
    """Report every name that leads nowhere or to the wrong kind of thing."""
    references = _References(study, report)
    references.plan()
    for form in study.forms.values():
        references.rows(form)
        for item in form.items.values():
            references.item(form, item)
    references.derivations()
    references.checks()
    references.gates()
    references.laboratories()


class _References:
    """The references of one study."""

    def __init__(self, study: Study, report: Report) -> None:
        self.study, self.report = study, report

    def known(self, word: str | None, words: Iterable[str], path: str, what: str) -> bool:
        """Whether a word is among those known; a fault with a suggestion where it is not."""
        known = list(words)
        if word is None or word in known:
            return word is not None
        self.report.add_at(path, f"there is no {what} {word}", did_you_mean(word, known))
        return False

    def plan(self) -> None:
        """Events hold forms that exist, forms stand in some event, aliases lead to one event."""
        study = self.study
        for event in study.events.values():
            for form in event.forms:
                self.known(form, study.forms, f"events/{event.oid}/forms", "form")
            self._alias(event)
        held = {form for event in study.events.values() for form in event.forms}
        for oid in study.forms.keys() - held:
            self.report.add_at(f"forms/{oid}", f"no event holds the form {oid}", "list it under an event's forms")
        for name in study.parameters:
            if name in FACTS or any(name in form.items for form in study.forms.values()):
                self.report.add_at(f"parameters/{name}", f"{name} already means something else", "choose another name")
        if study.missing_reasons:
            self.known(study.missing_reasons, study.codelists, "study/missing_reasons", "code list")
        placed = {"sex": study.sex_item, "born": study.birth_item, "day_zero": study.zero_item}
        placed["subject_number"] = study.subject_number_item
        for key, place in ((key, place) for key, place in placed.items() if place is not None):
            self._path(place.partition(".")[2], f"study/subject/{key}")
            aliases = (event.alias for event in study.events.values())
            self.known(place.partition(".")[0], aliases, f"study/subject/{key}", "event")
        self._path(study.visit_item, "study/subject/visit")

    def _alias(self, event: Event) -> None:
        same = Counter(other.alias for other in self.study.events.values())[event.alias]
        if same > 1 or event.alias in (*RELATIVE, *FACTS, "this", *self.study.forms):
            self.report.add_at(
                f"events/{event.oid}",
                f"the alias {event.alias} already means something else",
                "give another with `alias:`",
            )

    def _path(self, place: str, path: str) -> Item | None:
        """The item that `FORM.ITEM` names."""
        oid, _, item = place.partition(".")
        if not self.known(oid, self.study.forms, path, "form"):
            return None
        form = self.study.forms[oid]
        return form.items[item] if self.known(item, form.items, path, f"item in {oid}") else None

    def rows(self, form: Form) -> None:
        """What lists the rows of a form are items of it, and it has rows."""
        for item in form.listed:
            self.known(item, form.items, f"forms/{form.oid}/listed", f"item in {form.oid}")
        if form.listed and not form.repeating:
            self.report.add_at(f"forms/{form.oid}/listed", f"{form.oid} has no rows to list", "leave listed out")

    def item(self, form: Form, item: Item) -> None:
        """Its code list and its derivation exist."""
        path = f"forms/{form.oid}/{item.lab or item.oid}"
        if item.lab is None:
            self.known(item.codelist, self.study.codelists, f"{path}/codelist", "code list")
        elif item.codelist and item.codelist not in self.study.codelists:
            place = f"study/laboratory_items/{item.companion}/codelist"
            self.known(item.codelist, self.study.codelists, place, "code list")
        if item.derivation and item.lab is None:
            rules = {rule.oid: rule for rule in self.study.derivations}
            if self.known(item.derivation, rules, f"{path}/derivation", "derivation"):
                rule = rules[item.derivation]
                if (rule.form, rule.item) != (form.oid, item.oid):
                    self.report.add_at(f"{path}/derivation", f"{rule.oid} computes {rule.form}.{rule.item}, not this")

    def derivations(self) -> None:
        """Each computes an item that says so."""
        for rule in self.study.derivations:
            path = f"derivations/{rule.oid}/item"
            item = self._path(f"{rule.form}.{rule.item}", path) if rule.form and rule.item else None
            if item is not None and item.derivation is None:
                self.report.add_at(
                    path, f"{rule.form}.{rule.item} is entered, not computed", f"add `derivation: {rule.oid}` to it"
                )
            if rule.oid in ENGINE_RULES:
                self.report.add_at(path, f"{rule.oid} belongs to the engine", "give the derivation another OID")

    def checks(self) -> None:
        """Their forms, items and events exist, and the events hold the form."""
        for check in self.study.checks:
            if not check.form or not self.known(check.form, self.study.forms, f"checks/{check.id}/on", "form"):
                continue
            items = self.study.forms[check.form].items
            for item in check.items:
                self.known(item, items, f"checks/{check.id}/items", f"item in {check.form}")
            for oid in check.events or ():
                path = f"checks/{check.id}/events"
                known = self.known(oid, self.study.events, path, "event")
                if known and check.form not in self.study.events[oid].forms:
                    self.report.add_at(path, f"{oid} does not hold the form {check.form}")

    def gates(self) -> None:
        """Each guards a coded answer of a form that the visit holds; checks name gates that exist."""
        for name, gate in self.study.gates.items():
            alias, _, path = gate.item.partition(".")
            place = f"study/gates/{name}"
            events = {event.alias: event for event in self.study.events.values()}
            held = self.known(alias, events, f"{place}/item", "event")
            item = self._path(path, f"{place}/item")
            if held and item and path.partition(".")[0] not in events[alias].forms:
                self.report.add_at(f"{place}/item", f"{alias} does not hold the form {path.partition('.')[0]}")
            codelist = self.study.codelists.get(item.codelist or "") if item else None
            if item:
                codes = [term.code for term in codelist.codes] if codelist else []
                self.known(gate.code, codes, f"{place}/code", f"code of {path}")
        for check in self.study.checks:
            if check.gate is not None:
                self.known(check.gate, self.study.gates, f"checks/{check.id}/gate", "gate")

    def laboratories(self) -> None:
        """Range rows are of laboratory items, sexes and laboratories that exist, in units that convert."""
        codes = {
            code.code for form, rule in self.study.sample_rules.items() for code in self._codes(form, rule.laboratory)
        }
        sex = self.study.sex_item.split(".")
        sexes = {code.code for code in self._codes(sex[-2], sex[-1])} if len(sex) == 3 else set()
        for laboratory in self.study.laboratories:
            path = f"laboratories/{laboratory.code}"
            self.known(laboratory.code, codes, path, "laboratory in the forms' code lists:")
        for row in self.study.ranges:
            self._range(row, f"laboratories/{row.id}", sexes)

    def _range(self, row: RangeRow, path: str, sexes: set[str]) -> None:
        item = self._path(row.analyte, path.rpartition("/")[0])
        if item is None:
            return
        if item.type is not ItemType.LAB:
            self.report.add_at(path.rpartition("/")[0], f"{row.analyte} is no laboratory item")
        if row.sex != "*" and sexes:
            self.known(row.sex, sexes, f"{path}/sex", "sex")
        if row.unit and not _converts(row.unit, item):
            offered = ", ".join(choice.ucum for choice in item.units)
            self.report.add_at(f"{path}/unit", f"{row.unit} does not convert to {item.canonical}", f"one of {offered}")

    def _codes(self, form: str, item: str | None) -> tuple[Code, ...]:
        """The terms of the code list behind an item, none where there is none."""
        items = self.study.forms[form].items if form in self.study.forms else {}
        found = items.get(item or "")
        codelist = self.study.codelists.get(found.codelist or "") if found else None
        return codelist.codes if codelist else ()


def _converts(code: str, item: Item) -> bool:
    if any(choice.ucum == code for choice in item.units) or item.canonical is None:
        return True
    try:
        return convert(Fraction(1), code, item.canonical, molar_mass=item.molar_mass) is not None
    except UnitFault:
        return False
