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
    "test_beam*", "test_casebook_*", "test_compiled*", "test_criteria.py", "test_fuzz*", "test_loading_*",
    "test_published*", "test_required_missing.py", "test_schedule.py", "test_unique_rows.py", "*_hostile.py",
    "*_speed.py",
)  # fmt: skip
"""Tests that are slow for what they tell of these modules: those of the protocol, each of which loads it anew, of
random casebooks, of loading and of speed, and those that say no more than that nothing breaks."""

PASSED_OVER = "not planted and not ucumvert"
"""Tests by their name: those that plant faults of their own into the product would mend the mutant when they take them
out; the other implementation of units is made anew for every pair of them."""

TABLES = {"ucum": "test_ucum.py", "ctcae_v5": "test_ctcae.py"}
"""Modules that run only when they are imported, and the tests that hold them against their source: these are asked, and
every table of the module is made anew."""
