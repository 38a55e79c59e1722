"""Which modules are mutated, and which tests are too slow or too far away to be asked."""

MODULES = (
    "kleene", "intervals", "expressions/numbers", "expressions/truths", "expressions/rows", "ranges", "limits", "labs",
    "ctcae", "units", "values", "quantities", "numerals", "dates", "expressions/sources", "expressions/closures",
    "expressions/calculating", "expressions/comparing", "expressions/calls", "expressions/typing",
    "expressions/compiled", "expressions/checking", "expressions/sorts", "expressions/terms", "expressions/tree",
    "expressions/names", "expressions/parsing", "expressions/explaining", "functions/calendar", "functions/codes",
    "functions/dosing", "functions/kidney", "datum", "reading", "entry_rules", "checks", "judge", "gates", "standing",
    "ucum", "ctcae_v5",
)  # fmt: skip
"""From the floor up: what others stand on comes first."""

LEFT_OUT = (
    "test_beam*", "test_compiled*", "test_fuzz*", "test_loading_*", "test_published*", "*_hostile.py", "*_speed.py",
)  # fmt: skip
"""Tests that are slow for what they tell of these modules: those of the protocol, of loading and of speed, and those
that say no more than that nothing breaks."""
