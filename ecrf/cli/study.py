"""Study packages from the command line: validate, test, publish, describe, and their schemas for editors."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from ecrf.cli.acting import acting_as, told
from ecrf.cli.describing import lines_of
from ecrf.errors import Problem
from ecrf.services import studies
from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.describing import summary
from forms.loading.cases import load_cases
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from forms.loading.schema import FILES, schema
from forms.rehearsal import CaseResult, Cases, failures, rehearse

study = AppGroup("study", help="Study packages: check them, run their tests, publish them.")

_package = click.argument("package", type=click.Path(exists=True, file_okay=False, path_type=Path))


@study.command("validate")
@_package
def validate(package: Path) -> None:
    """Load a package and print all its faults; exit code 1 if there is any."""
    definition = _loaded(package).study
    items = sum(len(form.items) for form in definition.forms.values())
    click.echo(
        f"{definition.name} {definition.version} is sound: {len(definition.forms)} forms, {items} items, "
        f"{len(definition.checks)} checks, {len(definition.derivations)} derivations."
    )


@study.command("test")
@_package
@click.option("--cases", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Further cases, by check.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def test(package: Path, cases: Path | None, as_json: bool) -> None:
    """Run every check's and derivation's tests; exit code 1 if one disagrees."""
    results = rehearse(_loaded(package), _cases(cases) if cases else None)
    failed = failures(results)
    if as_json:
        click.echo(json.dumps(_as_data(results, failed), ensure_ascii=False, default=str))
    else:
        for result in failed:
            click.echo(_told(result), err=True)
        click.echo(f"{len(results)} cases run, {len(failed)} disagree.")
    raise SystemExit(1 if failed else 0)


@study.command("publish")
@_package
@click.option("--as", "by", metavar="USER", required=True, help="The account that publishes.")
@click.option("--notes", help="What changed, for those who will read it.")
def publish(package: Path, by: str, notes: str | None) -> None:
    """Validate, test and publish a package as the study's next version."""
    with acting_as(by, _told_whole) as actor:
        version = studies.publish(actor, package, notes=notes)
        said = f"Version {version.number} ({version.label}) is published, SHA-256 {version.sha256}."
    click.echo(said)


@study.command("describe")
@click.argument("what", metavar="PACKAGE|STUDY")
@click.option("--number", type=int, help="Of a published study this version; without it the newest.")
@click.option("--language", default="en", show_default=True, help="The language of labels.")
@click.option("--items", "with_items", is_flag=True, help="List every item.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def describe(what: str, number: int | None, language: str, with_items: bool, as_json: bool) -> None:
    """Sum up a package (a folder) or a published version (the study's short name)."""
    compiled = _loaded(Path(what)) if Path(what).is_dir() else _published(what, number)
    told = summary(compiled, language)
    lines = lines_of(told, with_items=with_items)
    click.echo(json.dumps(asdict(told), ensure_ascii=False) if as_json else "\n".join(lines))


@study.command("schema")
@click.argument("file", type=click.Choice(FILES))
def print_schema(file: str) -> None:
    """Print the JSON Schema of one kind of file of a package, for editors."""
    click.echo(json.dumps(schema(file), ensure_ascii=False, indent=2))


def _published(name: str, number: int | None) -> CompiledStudy:
    with acting_as(None):
        found = studies.find_study(name)
        return studies.compiled(found.id, number or studies.newest(found))


def _loaded(package: Path) -> CompiledStudy:
    try:
        return compile_study(load_study(package))
    except PackageFaults as faults:
        raise click.ClickException(_faults(faults)) from faults


def _faults(faults: PackageFaults) -> str:
    more = ["More may show once these files can be read."] if faults.is_partial else []
    return "\n".join([*(str(fault) for fault in faults.faults), f"{len(faults.faults)} faults.", *more])


def _told_whole(problem: Problem) -> str:
    """A refusal with all that is wrong with the package."""
    broken = problem.__cause__
    if isinstance(broken, PackageFaults):
        return _faults(broken)
    return "\n".join([told(problem), *(_told(case) for case in problem.details.get("cases", ()))])


def _cases(path: Path) -> Cases:
    """Check id → list of {given, fires}, in YAML or JSON; texts stay as they are written."""
    try:
        return load_cases(path)
    except PackageFaults as faults:
        raise click.ClickException(_faults(faults)) from faults


def _as_data(results: tuple[CaseResult, ...], failed: tuple[CaseResult, ...]) -> dict[str, Any]:
    return {"run": len(results), "disagree": len(failed), "failures": [asdict(result) for result in failed]}


def _told(result: CaseResult) -> str:
    given = ", ".join(f"{name}: {value}" for name, value in result.given.items()) or "nothing"
    lines = [f"{result.id} case {result.number} ({result.origin}), given {given}: {result.problem}"]
    if result.explanation is not None:
        lines += [
            f"    {each.left_text} = {each.left} {each.operator} {each.right_text} = {each.right} {each.unit or ''}"
            for each in result.explanation.comparisons
        ]
    return "\n".join(lines)
