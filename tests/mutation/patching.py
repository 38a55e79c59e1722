"""A mutant put into the running process: the code of its functions exchanged, its constants set wherever they went.

Functions keep their identity, so tables, closures and other modules that hold them run the mutant too. What the tests
computed from the old code when they were imported stays as it was; what they compute anew comes from the mutant.
"""

import ast
import functools
import gc
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.mutants import Mutant


def put(mutant: Mutant, path: Path) -> None:
    """Exchange what the mutant changes; the process is not the same afterwards and should end soon."""
    plain = compile(ast.parse(path.read_text(encoding="utf-8")), str(path), "exec", dont_inherit=True)
    changed = {_place(old): new for old, new in _pairs(plain, mutant.code) if old != new}
    for function in functions_of(str(path)):
        new = changed.get(_place(function.__code__))
        if new is not None and new.co_freevars == function.__code__.co_freevars:
            function.__code__ = new
    live = sys.modules[f"forms.{mutant.module.replace('/', '.')}"]
    if mutant.sets or mutant.has_defaults:
        _set_anew(mutant, live)
    forget()


@functools.cache
def functions_of(file: str) -> list[FunctionType]:
    """The functions that a file has made so far; found before the children are forked, each would search anew."""
    found = [each for each in _objects() if type(each) is FunctionType]
    return [each for each in found if each.__code__.co_filename == file]


def _place(code: CodeType) -> tuple[Any, ...]:
    return code.co_qualname, code.co_firstlineno, tuple(code.co_positions())


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of every function before and after; of those that begin alike in the order of the text."""
    before, after = (_functions(each) for each in (old, new))
    for name, codes in before.items():
        yield from zip(codes, after.get(name, ()), strict=False)


def _functions(module: CodeType) -> dict[tuple[str, int], list[CodeType]]:
    codes = sorted(_below(module), key=_name)
    return {name: list(found) for name, found in groupby(codes, _name)}


def _name(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _below(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _below(each)


def _set_anew(mutant: Mutant, live: ModuleType) -> None:
    """Run the mutant's module aside and take over the constants it sets and the defaults of its functions."""
    fresh: dict[str, Any] = {"__name__": live.__name__, "__file__": live.__file__}
    exec(mutant.code, fresh)  # noqa: S102 - our own source, changed by us
    for name in mutant.sets:
        _take_over(getattr(live, name), fresh[name])
    for name, function in vars(live).items():
        if isinstance(function, FunctionType) and isinstance(fresh.get(name), FunctionType):
            function.__defaults__, function.__kwdefaults__ = fresh[name].__defaults__, fresh[name].__kwdefaults__


def _take_over(old: object, new: Any) -> None:
    """A table is changed in place; anything else is set in every module that has it under a name."""
    if isinstance(old, dict):
        old.clear()
        old.update(new)
        return
    for module in [each for name, each in sys.modules.items() if name.split(".")[0] in ("forms", "tests")]:
        for name in [name for name, value in vars(module).items() if value is old]:
            setattr(module, name, new)


def forget() -> None:
    """Empty the caches of what was computed before."""
    for cached in caches():
        cached.cache_clear()


@functools.cache
def caches() -> list[Any]:
    """The caches of the product and of its tests, found once as well."""
    found = [each for each in _objects() if type(each) is functools._lru_cache_wrapper]
    return [each for each in found if each.__module__.startswith(("forms.", "tests.forms."))]


def _objects() -> list[Any]:
    """All that there is, what is frozen too: the tests freeze what they have collected."""
    gc.unfreeze()
    return gc.get_objects()
