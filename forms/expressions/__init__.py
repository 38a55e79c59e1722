"""The language of checks, derivations and conditions: parsed, typed, compiled to closures; no Python is reachable."""

from forms.expressions.compiled import Boundary, Compiled, compile_expression, normalise
from forms.expressions.conjuncts import Conjunct
from forms.expressions.faults import ExpressionFault, ExpressionFaults, TooManySteps
from forms.expressions.names import FACTS, OWN_PLACES, Names, NameType, Reference, Scope
from forms.expressions.parsing import GRAMMAR_VERSION
from forms.kinds import Kind, Value

__all__ = [
    "FACTS",
    "GRAMMAR_VERSION",
    "OWN_PLACES",
    "Boundary",
    "Compiled",
    "Conjunct",
    "ExpressionFault",
    "ExpressionFaults",
    "Kind",
    "NameType",
    "Names",
    "Reference",
    "Scope",
    "TooManySteps",
    "Value",
    "compile_expression",
    "normalise",
]
