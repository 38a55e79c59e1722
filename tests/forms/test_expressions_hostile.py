"""The sandbox: what somebody who means harm may write, and what a machine may write by chance (R-SEC-38)."""

import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.expressions import ExpressionFaults, Kind
from tests.forms.language import ITEMS, compiled, record

pytestmark = pytest.mark.req("R-SEC-38")

CORPUS = [
    "().__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "ALT.__class__",
    "ALT.__class__.__init__",
    "__import__('os')",
    "__import__('os').system('true') == 0",
    "__builtins__",
    "globals() == 1",
    "eval('1') == 1",
    "exec('1') == 1",
    "open('/etc/passwd') == 1",
    "getattr(ALT, 'x') == 1",
    "f'{ALT}' == 'x'",
    "'%s' % ALT == 'x'",
    "lambda: 0",
    "(lambda x: x)(1) == 1",
    "(x := 3) == 3",
    "[x for x in [1]] == 1",
    "{x: 1 for x in [1]}",
    "[1][0] == 1",
    "ALT[0] == 1",
    "9**9**9 > 1",
    "9 ^ 9 > 1",
    "'a' * 1000000000 == 'a'",
    "1 << 100000 > 1",
    "1e999999999 > 1",
    "9999999999999999999999999999999999999 > 1",
    "0x10 > 1",
    "1_000 > 1",
    "A if A == 1 else B",
    "A == 1; B == 1",
    "A == 1 # and more",
    "import os",
    "yield A",
    "await A",
    "*A",
    "A.B.C.D == 1",
    "\\x41 == 1",
    "A == 'x\n'",
    "A == '''x'''",
    "`A` == 1",
    "$A == 1",
    "@A == 1",
    "А == 1",  # Cyrillic A
    "Ａ == 1",  # fullwidth A
    "ALT > 2 'U/L' аnd True",  # Cyrillic a in and
    "A\u200b == 1",
    "A\u00a0== 1",
    "A == ２",
    "A == ٢",
    "\x00",
    "A == 1\x00",
    "ALT > 2 * uln(ALT) --",
    "ALT > 2 'U/L' OR 1 == 1",
    "' OR 1=1 --",
    "True == 1",
    "None == 1",
    "any_row(SAE, any_row(SAE, any_row(SAE, True)))",
    "(" * 10000 + "A" + ")" * 10000,
    "(" * 900 + "A" + ")" * 900,
    "[" * 900 + "A" + "]" * 900,
    "abs(" * 60 + "A" + ")" * 60 + " > 1",
    "not " * 490 + "True",
    "-" * 1900 + "1 > 0",
    "1" + " + 1" * 490 + " > 0",
    "1" + " / 0.1" * 100 + " > 0",
    "A == 1 or " * 20000 + "A == 1",
    "x" * 2001,
    "x" * 1999,
    "'" + "x" * 1999,
    "A > 1 '" + "m" * 1000 + "'",
    "A > 1 '" + "(" * 500 + "'",
    "A > 1 'm999999999'",
    "A > 1 '" + ".".join(["m9"] * 100) + "'",
]


@pytest.mark.parametrize("text", CORPUS, ids=[text[:40].encode("unicode_escape").decode() for text in CORPUS])
def test_a_hostile_expression_is_refused_quickly(text: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text)
    assert time.process_time() - started < 2
    expect_places(refused.value)


HARMLESS = [
    " or ".join(["A == 1"] * 190),
    "1 + " * 45 + "A > 0",
    "A == " + "9" * 30,
    "A * " * 40 + "A > 0",
    "sum(" + ", ".join(["A"] * 600) + ") > 0",
    'any_row(SAE, SAETERM == "it\'s; DROP TABLE records")',
]


@pytest.mark.parametrize("text", HARMLESS, ids=[text[:30] for text in HARMLESS])
def test_what_is_long_but_within_the_bounds_runs(text: str) -> None:
    assert compiled(text).evaluate(record({"A": "0.123456789"})) in (True, False)


WORDS = [
    *ITEMS, "SCR", "PREV", "this", "event", "LIMIT", "DOSES", "SAE", "SAEAENO", "uln", "lln", "any_row", "sum_rows",
    "count_rows", "present", "missing", "days", "age", "abs", "min", "max", "sum", "round", "case", "coalesce",
    "none_of", "count_true", "date", "datetime", "time", "today", "covers", "number", "weighted_sum", "duplicate_dates",
    "minus_months", "ckd_epi_2021", "belimumab_vials", "and", "or", "not", "in", "True", "False", "==", "!=", "<", "<=",
    ">", ">=", "+", "-", "*", "/", "(", ")", "[", "]", ",", ".", "0", "1", "2.5", "'Y'", "'U/L'", "'10*9/L'", "'Cel'",
    "'2026-01-31'", '"x"', "1 'a'", "__class__", "  ", "\n",
]  # fmt: skip

KINDS = list(Kind)


def expect_places(refused: ExpressionFaults) -> None:
    """Every fault says something, and where."""
    assert refused.faults
    assert all(fault.message and fault.line >= 1 and fault.column >= 1 for fault in refused.faults)


def try_it(text: str, kind: Kind) -> None:
    """Compiles and runs it; the one exception allowed is the faults."""
    try:
        rule = compiled(text, kind)
    except ExpressionFaults as refused:
        expect_places(refused)
        return
    scope: Any = record({"ALT": "81", "uln(ALT)": "40", "A": "1", "B": "<2", "SEX": "F", "START": "2026-01"})
    rule.evaluate(scope)
    rule.explain(scope)
    assert (rule.reads, rule.limits, rule.row_forms, rule.boundaries, rule.lookups) is not None


words = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
texts = st.text(max_size=60) | st.text("AB()[]'\"=<>+-*/. 019notradi\n", max_size=60)


@settings(max_examples=500, deadline=500)
@given(words, st.sampled_from(KINDS))
@example("A == 1 == 1", Kind.BOOLEAN)
def test_no_sequence_of_words_raises_anything_but_faults(text: str, kind: Kind) -> None:
    try_it(text, kind)


@settings(max_examples=300, deadline=500)
@given(texts)
def test_no_text_raises_anything_but_faults(text: str) -> None:
    try_it(text, Kind.BOOLEAN)


atoms = st.sampled_from(
    ["A", "B", "ALT", "uln(ALT)", "SEX", "'F'", "YES", "START", "DRAWN", "DRUGS", "1", "0", "2 'U/L'", "1 '10*9/L'",
     "PLT", "LIMIT", "TEMP", "38 'Cel'", "date('2026-01')", "today()", "True", "event", "event_min", "open_queries()",
     "DOSES", "NOTE"]
)  # fmt: skip


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions that are right in their grammar, though rarely in their types."""
    calls = st.sampled_from(
        ["abs", "min", "max", "sum", "round", "present", "missing", "case", "coalesce", "days", "hours", "age", "date",
         "number", "none_of", "count_true", "uln", "minus_months", "with_day", "ckd_epi_2009", "weighted_sum",
         "belimumab_vials"]
    )  # fmt: skip
    signs = st.sampled_from(["+", "-", "*", "/", "==", "!=", "<", ">=", "and", "or", "in", "not in"])
    return st.one_of(
        st.tuples(inner, signs, inner).map(lambda part: f"({part[0]} {part[1]} {part[2]})"),
        st.tuples(calls, st.lists(inner, max_size=4)).map(lambda part: f"{part[0]}({', '.join(part[1])})"),
        inner.map(lambda part: f"not {part}"),
        inner.map(lambda part: f"-{part}"),
        st.lists(inner, max_size=3).map(lambda part: f"[{', '.join(part)}]"),
        inner.map(lambda part: f"any_row(SAE, SAEAENO == {part})"),
        inner.map(lambda part: f"sum_rows(MP, {part}, MPROUTE == 'IV')"),
    )


@settings(max_examples=500, deadline=500)
@given(st.recursive(atoms, larger, max_leaves=8), st.sampled_from(KINDS))
def test_no_expression_of_the_grammar_raises_anything_but_faults(text: str, kind: Kind) -> None:
    try_it(text, kind)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=500)
@given(words | texts | st.recursive(atoms, larger, max_leaves=8), st.sampled_from(KINDS))
def test_ten_thousand_expressions_raise_nothing_but_faults(text: str, kind: Kind) -> None:
    try_it(text, kind)
