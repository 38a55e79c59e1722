"""Every key that a study package may hold, with what it says and how its value is written: the loader knows no others,
and the schema for editors is made of these tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.definitions import ItemType

Shape = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """One key: what it says, the JSON schema of its value, and whether a definition cannot do without it."""

    says: str
    shape: Shape
    needed: bool = False


Keys = Mapping[str, Key]


def one_of(*words: str) -> Shape:
    """The shape of a choice among words."""
    return {"enum": list(words)}


def list_of(shape: Shape) -> Shape:
    """The shape of a list."""
    return {"type": "array", "items": shape}


TEXT: Shape = {"type": ["string", "number", "boolean"]}
WORDS: Shape = {"$ref": "#/$defs/words"}
OID: Shape = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_.:+-]{0,79}$"}
EXPRESSION: Shape = {"type": ["string", "number"], "maxLength": 2000}
CONDITION: Shape = {"type": ["boolean", "string"], "maxLength": 2000}
FLAG: Shape = {"type": "boolean"}
NUMBER: Shape = {"type": ["number", "string"], "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$"}
APART: Shape = {"enum": [True, False, "subject"]}
WHOLE: Shape = {"type": "integer"}
COUNT: Shape = {"type": "integer", "minimum": 1}
NAMES: Shape = list_of(TEXT)
BOUNDS: Shape = {"type": "array", "items": {"type": ["number", "string", "null"]}, "minItems": 2, "maxItems": 2}
PAIR: Shape = {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2}
RATIO: Shape = {"type": ["number", "string"], "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?( */ *[0-9]+(\.[0-9]+)?)?$"}
DAY: Shape = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

KINDS = ("parameters", "events", "codelists", "forms", "checks", "derivations", "laboratories")
EVENT_KINDS = ("scheduled", "scheduled_conditional", "unscheduled", "common")
LAYOUTS = ("fields", "grid")
SEVERITIES = ("soft", "hard")
EVERY = ("laboratory item", "criterion")
UNIQUE = ("true", "false", "subject")
COMPANION_TYPES = {"CS": ItemType.CODE, "AENO": ItemType.INTEGER, "ST": ItemType.DECIMAL, "XULN": ItemType.DECIMAL,
                   "NRIND": ItemType.CODE, "TOXGR": ItemType.INTEGER}  # fmt: skip

STUDY: Keys = {
    "study": Key("the OID of the study", OID, True),
    "name": Key("its short name, as commands take it", OID, True),
    "title": Key("its title", WORDS, True),
    "version": Key("the version of these definitions, as people call it; quote it", TEXT, True),
    "include": Key("the folder of the version this one builds on; what stands here replaces it by OID", TEXT),
    "without": Key("what of the included version this one drops, by kind", {"$ref": "#/$defs/without"}),
    "languages": Key("BCP 47 tags; every text is said in each, the first is the default", NAMES, True),
    "timezone": Key("the IANA time zone of the study", TEXT, True),
    "ctcae": Key("the version of the CTCAE dictionary that grades follow", TEXT),
    "subject": Key("where sex, birth, visit date and screening number stand", {"$ref": "#/$defs/subject"}),
    "gates": Key("what findings hold shut: an answer that is refused meanwhile", {"$ref": "#/$defs/gates"}),
    "laboratory_items": Key("what every laboratory item brings along", {"$ref": "#/$defs/companions"}),
    "missing_reasons": Key("the code list of reasons that may stand in place of a value", TEXT),
    "parameters": Key("numbers and words that expressions name", {"$ref": "#/$defs/parameters"}),
    "events": Key("the plan of visits, in its order", list_of({"$ref": "#/$defs/event"}), True),
}
SUBJECT: Keys = {
    "sex": Key("the item that chooses ranges, with its event: `SCR.DM.SEX`", TEXT),
    "born": Key("the date of birth, with its event", TEXT),
    "visit": Key("the item that dates every event: `SV.VISDAT`", TEXT),
    "number": Key("the item that repeats the screening number, with its event", TEXT),
    "subject_number": Key("the item that holds the subject number, which enrolment gives, with its event", TEXT),
    "day_zero": Key("the date from which the plan counts, with its event; else the visit at day 0", TEXT),
}
WITHOUT: Keys = {kind: Key(f"OIDs of {kind}", NAMES) for kind in KINDS}
GATE: Keys = {
    "item": Key("the coded item that opens it, with its event: `SCR.IE.ENRLYN`", OID, True),
    "code": Key("the answer that opens it", TEXT, True),
}
COMPANION: Keys = {
    "label": Key("what it is called, behind the name of its item", WORDS, True),
    "codelist": Key("its code list, where it is a code", TEXT),
}
PARAMETER: Keys = {
    "value": Key("a number, a text (in quotes where it looks like a number), or a list", {}, True),
    "unit": Key("the UCUM unit of a number", TEXT),
    "allowed": Key("the values it may take", NAMES),
}
EVENT: Keys = {
    "oid": Key("the OID of the event", OID, True),
    "alias": Key("how expressions name it; what follows the first dot of the OID unless given", TEXT),
    "name": Key("its name", WORDS, True),
    "type": Key("scheduled, at a screen's discretion, unplanned, or the running log", one_of(*EVENT_KINDS)),
    "target": Key("the planned day, counted from day 0", WHOLE),
    "window": Key("the first and last day around the target that count as on time", PAIR),
    "repeating": Key("whether it can take place several times", FLAG),
    "forms": Key("the forms that belong to it, in the order of the visit", NAMES, True),
}
FORM: Keys = {
    "form": Key("the OID of the form, as the file is named", OID, True),
    "name": Key("its name", WORDS, True),
    "repeating": Key("whether it has rows that hold all its items, but for those computed over the rows", FLAG),
    "listed": Key("the items by which people tell its rows apart: the columns of their list", NAMES),
    "shown_if": Key("when the form is to be filled in", EXPRESSION),
    "help": Key("a note above the form", WORDS),
    "laboratory": Key("where the sample date and the laboratory stand", {"$ref": "#/$defs/samples"}),
    "groups": Key("the sections of the form", list_of({"$ref": "#/$defs/group"}), True),
}
SAMPLES: Keys = {
    "code": Key("the item that holds the laboratory", TEXT),
    "sampled": Key("the item that holds the date of the sample", OID, True),
}
GROUP: Keys = {
    "group": Key("the OID of the section", OID, True),
    "name": Key("its name", WORDS, True),
    "layout": Key("fields one under the other, or a dense grid of laboratory items", one_of(*LAYOUTS)),
    "columns": Key("how many fields stand side by side", COUNT),
    "repeating": Key("whether its items are those of each row; one group of a form can be", FLAG),
    "items": Key("the items, in their order", list_of({"$ref": "#/$defs/item"}), True),
}
ITEM: Keys = {
    "oid": Key("the OID of the item; what expressions name", OID, True),
    "label": Key("the question; where there is none, the protocol's own words", WORDS),
    "short": Key("a short name for grids and lists", TEXT),
    "type": Key("how what is typed is read; text unless said", one_of(*ItemType)),
    "required": Key("whether, or under which condition, it must be answered", CONDITION),
    "shown_if": Key("the condition under which it is asked", EXPRESSION),
    "codelist": Key("the code list of a code or of codes", TEXT),
    "length": Key("how many characters or digits it takes", COUNT),
    "decimals": Key("how many decimals are shown", {"type": "integer", "minimum": 0}),
    "digits": Key("how many significant digits it takes", COUNT),
    "units": Key("the units it may be entered in, the canonical one first", list_of({"$ref": "#/$defs/unit"})),
    "unit": Key("the UCUM unit of a number that has only this one", TEXT),
    "hard": Key("the possible range; a value outside is refused", BOUNDS),
    "soft": Key("the expected range; a value outside is kept and queried", BOUNDS),
    "pattern": Key("an RE2 pattern that the whole text must match", TEXT),
    "partial": Key("whether a date, time or date-time may be known in part", FLAG),
    "unique": Key("whether no two subjects may have the same; `subject`: no two rows of one subject", APART),
    "identifying": Key("whether it points at a person", FLAG),
    "restricted": Key("whether it would unblind", FLAG),
    "sdv_critical": Key("whether it must be verified against the source", FLAG),
    "derivation": Key("the OID of the derivation that computes it", TEXT),
    "molar_mass": Key("g/mol of the analyte, for units that the item does not declare", NUMBER),
    "weight": Key("its weight in a score", WHOLE),
    "protocol_text": Key("the protocol's own words", WORDS),
    "help": Key("a note beside the field", WORDS),
    "cdash": Key("its CDASH name", TEXT),
    "loinc": Key("its LOINC code, or one for each unit", {"type": ["string", "object"]}),
}
UNIT: Keys = {
    "ucum": Key("the UCUM code", TEXT, True),
    "shown": Key("how it is printed", TEXT),
    "factor": Key("canonical = (entered + offset) × factor + post_offset; UCUM's unless given", RATIO),
    "offset": Key("what is added before the factor", NUMBER),
    "post_offset": Key("what is added after it", NUMBER),
}
CHECK: Keys = {
    "id": Key("the id of the check", OID, True),
    "on": Key("the form on which its finding stands", OID),
    "for_every": Key("one check for each such item; `$ITEM`, `$LABID` and `$TWIN` stand for names", one_of(*EVERY)),
    "items": Key("the items it is about, the anchor first", NAMES, True),
    "fires_when": Key("the condition that makes a finding", EXPRESSION, True),
    "severity": Key("keep the value and open a query, or refuse it", one_of(*SEVERITIES), True),
    "gate": Key("what is refused while the finding stands: one of the study's gates", TEXT),
    "message": Key("what people read", WORDS, True),
    "why": Key("where it comes from", TEXT, True),
    "events": Key("the events it runs at; all that hold its form unless given", NAMES),
    "version": Key("the version in which it last changed; that of the package unless given", TEXT),
    "tests": Key("cases in which it fires and in which it does not", list_of({"$ref": "#/$defs/case"})),
}
GIVEN: Shape = {"type": "object", "description": "values by name; what is not given is missing"}
CASE: Keys = {
    "given": Key("values by name; what is not given is missing", GIVEN),
    "fires": Key("whether the check fires", FLAG, True),
    "note": Key("what the case is about", TEXT),
}
DERIVATION: Keys = {
    "oid": Key("the OID of the derivation", OID, True),
    "item": Key("the computed item: `FORM.ITEM`", OID, True),
    "formula": Key("the expression that gives it", EXPRESSION, True),
    "decimals": Key("how many decimals are shown", {"type": "integer", "minimum": 0}),
    "source": Key("where the formula comes from", TEXT),
    "tests": Key("worked examples", list_of({"$ref": "#/$defs/example"}), True),
}
EXAMPLE: Keys = {
    "given": CASE["given"],
    "expect": Key("what comes out; null is missing", {}, True),
    "note": CASE["note"],
}
LABORATORY: Keys = {
    "name": Key("the name of the laboratory", WORDS, True),
    "ranges": Key("its rows by analyte: `CHEM.ALT: [{low: 7, …}]`", {"$ref": "#/$defs/ranges"}),
}
RANGE: Keys = {
    "sex": Key("a code of the item of sex; all unless given", TEXT),
    "ages": Key("completed years from and to, both included", PAIR),
    "low": Key("the lower limit, included", NUMBER),
    "high": Key("the upper limit, included", NUMBER),
    "unit": Key("the UCUM unit of the limits", TEXT, True),
    "from": Key("the first day of validity", DAY, True),
    "to": Key("the last day of validity", DAY),
    "alert_low": Key("the lower alert limit", NUMBER),
    "alert_high": Key("the upper alert limit", NUMBER),
}
