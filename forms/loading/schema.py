"""JSON Schemas of a package's files, for editors that complete keys and mark faults while somebody types."""

from collections.abc import Mapping
from typing import Any

from forms.loading import vocabulary as v
from forms.loading.vocabulary import Keys, Shape, list_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_BY_LANGUAGE: Shape = {
    "description": "a text in each language of the study",
    "type": "object",
    "propertyNames": {"pattern": "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    "additionalProperties": {"type": ["string", "number", "boolean"]},
    "minProperties": 1,
}


def _definition(keys: Keys, **more: Any) -> Shape:
    """The schema of a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": {name: {"description": key.says, **key.shape} for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.needed],
        "additionalProperties": False,
        **more,
    }


def _by_name(shape: Shape, names: str = ".") -> Shape:
    """The schema of a mapping from names to definitions."""
    return {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": shape}


_STUDY = _definition(
    v.STUDY,
    required=["version"],
    **{"if": {"not": {"required": ["include"]}}},  # a version that builds on another says only what it replaces
    then={"required": [name for name, key in v.STUDY.items() if key.needed]},
)
_PARAMETER: Shape = {"anyOf": [{"type": ["string", "number", "array", "boolean"]}, _definition(v.PARAMETER)]}
_COMPANIONS = {suffix: {"$ref": "#/$defs/companion"} for suffix in v.COMPANION_TYPES}

_SHARED: Mapping[str, Shape] = {
    "words": _BY_LANGUAGE,
    "without": _definition(v.WITHOUT),
    "subject": _definition(v.SUBJECT),
    "companions": {"type": "object", "properties": _COMPANIONS, "additionalProperties": False},
    "companion": _definition(v.COMPANION),
    "gates": _by_name(_definition(v.GATE)),
    "parameters": _by_name(_PARAMETER, "^[A-Za-z_][A-Za-z0-9_]*$"),
    "event": _definition(v.EVENT),
    "samples": _definition(v.SAMPLES),
    "group": _definition(v.GROUP),
    "item": _definition(v.ITEM, anyOf=[{"required": ["label"]}, {"required": ["protocol_text"]}]),
    "unit": _definition(v.UNIT),
    "case": _definition(v.CASE),
    "example": _definition(v.EXAMPLE),
    "ranges": _by_name(list_of({"$ref": "#/$defs/range"})),
    "range": _definition(v.RANGE),
}
_FILES: Mapping[str, tuple[str, Shape]] = {
    "study": ("study.yaml", _STUDY),
    "codelists": ("codelists.yaml", _by_name({**_by_name({"$ref": "#/$defs/words"}), "minProperties": 1})),
    "form": ("forms/*.yaml", _definition(v.FORM)),
    "checks": ("checks/*.yaml", list_of(_definition(v.CHECK))),
    "derivations": ("derivations.yaml", list_of(_definition(v.DERIVATION))),
    "laboratories": ("laboratories.yaml", _by_name(_definition(v.LABORATORY))),
}
FILES = tuple(_FILES)
"""The kinds of file that a package consists of."""


def schema(file: str) -> dict[str, Any]:
    """The schema of one kind of file, whole in itself."""
    name, shape = _FILES[file]
    return {"$schema": DIALECT, "title": f"{name} of a study package", **shape, "$defs": _needed(shape)}


def _needed(shape: Any) -> dict[str, Shape]:
    """The shared definitions that a schema refers to, and those that these do."""
    found: dict[str, Shape] = {}
    waiting = [shape]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name and name not in found:
                found[name] = _SHARED[name]
                waiting.append(_SHARED[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return dict(sorted(found.items()))
