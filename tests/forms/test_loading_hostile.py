"""Packages that nobody writes by mistake: each fault is named with its place, in bounded time and a bounded line."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from tests.forms.packages import FILES, write_files

CHECKS, RULE = "checks/CHEM.yaml", "CREA < 30 'umol/L'"


def instead_of(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


HOSTILE = {
    "ten thousand characters": (CHECKS, instead_of(RULE, " or ".join([RULE] * 450)), "expression has 9896 characters"),
    "a thousand parentheses": (CHECKS, instead_of(RULE, "(" * 500 + RULE + ")" * 500), "brackets are open"),
    "a hundred words that are none": (CHECKS, instead_of(RULE, " or ".join(f"CREATIN{i} == 1" for i in range(99))),
                                      "did you mean"),
    "a unit that never ends": (CHECKS, instead_of("30 'umol/L'", "30 '" + "m." * 900 + "m'"), "unit"),
    "a pattern that RE2 cannot run": ("forms/DM.yaml", instead_of("^[A-Z]{2}-S[0-9]{3}$", r"(a(?=b))+\1"), "RE2"),
    "a pattern of a million states": ("forms/DM.yaml", instead_of("^[A-Z]{2}-S[0-9]{3}$", "((a{1,999}){1,999}){9}"),
                                      "RE2"),
    "a form a megabyte long": ("study.yaml", instead_of("[SV, CHEM]", f"[SV, {'C' * 1_000_000}]"), "there is no form"),
    "ten thousand forms": ("study.yaml", instead_of("[SV, CHEM]", f"[{', '.join(f'C{i}' for i in range(10_000))}]"),
                           "there is no form C9999"),
    "one form ten thousand times": ("study.yaml", instead_of("[SV, CHEM]", f"[{', '.join(['SV'] * 10_000)}]"),
                                    "SV is listed twice"),
    "five thousand keys": ("study.yaml", lambda text: text + "".join(f"langage{i}: x\n" for i in range(5_000)),
                             "unknown key langage4999"),
    "nested a thousand deep": (CHECKS, instead_of(f"fires_when: {RULE}", "fires_when: " + "[" * 1000 + "]" * 1000),
                               "nested deeper"),
    "a document that repeats itself": ("codelists.yaml", lambda text: "A: &a {en: x}\n" + text, "aliases"),
    "a number of forty digits": ("forms/CHEM.yaml", instead_of("[10, null]", f"[{'9' * 40}, null]"), "two numbers"),
    "full-width digits": ("forms/CHEM.yaml", instead_of("[10, null]", "[１０, null]"), "two numbers"),
    "a control character": ("study.yaml", instead_of("A small study", "A \\u0007 study\x07"), "not YAML"),
}  # fmt: skip


@pytest.mark.req("R-DM-1")
@pytest.mark.parametrize(("file", "change", "message"), HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_package_is_refused_in_its_place(
    tmp_path: Path, file: str, change: Callable[[str], str], message: str
) -> None:
    text = change(FILES[file])
    assert text != FILES[file]
    write_files(tmp_path, {**FILES, file: text})
    started = time.process_time()
    with pytest.raises(PackageFaults) as raised:
        load_study(tmp_path)
    assert time.process_time() - started < 10
    told = [str(fault) for fault in raised.value.faults if fault.file == file]
    assert any(message in f"{each}" for each in told), told[:5]
    assert max(map(len, map(str, raised.value.faults))) < 2000
