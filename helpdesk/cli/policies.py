"""`helpdesk policy`: check a file before it is used, and see or change which version is in force."""

import json
import time
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.cli import policy_said
from helpdesk.cli.policy_said import OpenClaims
from helpdesk.cli.refusing import FAILED, check_schema, why_no_desk
from helpdesk.cli.showing import as_json
from helpdesk.db import reading, transaction
from helpdesk.queries import policies as kept
from helpdesk.rules.policy_comparing import compare
from helpdesk.rules.policy_deciding import decide
from helpdesk.rules.policy_facts import Facts
from helpdesk.rules.policy_shipped import PRESETS, preset_text, read_policy
from helpdesk.rules.policy_terms import Policy, Problem

ROUNDS = 500  # decisions whose mean time is told

a_preset = click.option("--preset", type=click.Choice(PRESETS), help="One that comes with the desk.")


@click.group("policy")
def policy() -> None:
    """The shop's policy: what a buyer may claim, as a file with versions and its own tests."""


@policy.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@a_preset
@click.option("--against", help="Compare with another file, or with the one in force: --against active.")
@as_json
@with_appcontext
def check(file: Path | None, preset: str | None, against: str | None, as_json: bool) -> None:
    """Read a policy, run its examples, try it against the legal floor, and say what it leaves to a person.

    Where there is a desk, the open claims are named that the file would answer otherwise.
    Exit 1 when the file has faults, an example fails, or it gives less than the law; 2 for wrong use.
    """
    text = _text(file, preset)
    found = read_policy(text)
    if found.policy is None:
        _say_faults(found.problems, as_json=as_json)
        raise SystemExit(FAILED)
    checked = policies.check(text)
    difference = compare(_other(against), found.policy) if against else None
    taken, claims = _microseconds(found.policy), _open_claims(found.policy)
    if as_json:
        said = policy_said.as_json(found.policy, checked, difference, taken, claims)
        click.echo(json.dumps(said, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(policy_said.as_text(found.policy, checked, difference, taken, claims)))
    if not checked.may_be_activated:
        raise SystemExit(FAILED)


@policy.command("list")
@as_json
@with_appcontext
def list_versions(as_json: bool) -> None:
    """Versions that were uploaded, the newest first, and the policies that come with the desk."""
    check_schema()
    with reading() as session:
        versions = kept.versions(session, at=clock.now())
    for each in versions:
        if as_json:
            click.echo(json.dumps({**asdict(each), "text": None}, ensure_ascii=False, default=str))
        else:
            click.echo(f"{each.id:>4}  {each.policy_id} {each.version:<14} {each.state:<9} {each.sha256[:8]}")
    if not as_json:
        click.echo(f"shipped: {', '.join(PRESETS)}")


@policy.command("show")
@click.argument("number", required=False, type=int)
@a_preset
@with_appcontext
def show(number: int | None, preset: str | None) -> None:
    """The clauses of the policy in force, of a version by its number, or of a shipped one."""
    shown = policies.read_kept(preset_text(preset) if preset else _stored(number))
    click.echo(
        f"{shown.id} {shown.version}  {shown.currency}, {shown.timezone}, floor: {shown.floor or 'none'}"
    )
    for clause in shown.clauses:
        wanted = (
            ", ".join(f"{each.name}={policy_said.plain(each.wanted)}" for each in clause.when) or "always"
        )
        evidence = f", evidence={policy_said.plain(clause.evidence)}" if clause.evidence else ""
        click.echo(f"\n{clause.id}  {clause.then.decision}: {', '.join(clause.then.remedies) or '-'}")
        click.echo(f"  if {wanted}{evidence}")
        for language, said in clause.text.items():
            click.echo(f"  {language}: {said}")


@policy.command("export")
@click.argument("number", required=False, type=int)
@a_preset
@with_appcontext
def export(number: int | None, preset: str | None) -> None:
    """Print the file of the policy in force, of a version by its number, or of a shipped one."""
    click.echo(preset_text(preset) if preset else _stored(number), nl=False)


@policy.command("activate")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@a_preset
@with_appcontext
def activate(file: Path | None, preset: str | None) -> None:
    """Put a policy in force. Refused while it has faults, failing examples, or gives less than the law."""
    check_schema()
    text = _text(file, preset)
    found = read_policy(text)
    if found.policy is None:
        _say_faults(found.problems, as_json=False)
        raise SystemExit(FAILED)
    policies.check(text)  # takes a second: not while the database waits
    with transaction() as session:
        version = policies.upload(session, text, by=None, at=clock.now())
        version = policies.activate(session, version, by=None, at=clock.now())
        begins = version.begins_at
    click.echo(f"{found.policy.id} {found.policy.version} is in force from {begins:%Y-%m-%d %H:%M} UTC on")


def _text(file: Path | None, preset: str | None) -> str:
    if (file is None) == (preset is None):
        raise click.UsageError("name a file, or one that comes with the desk by --preset")
    if preset:
        return preset_text(preset)
    assert file is not None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8: save it as UTF-8 ({error.reason})") from error


def _stored(number: int | None) -> str:
    check_schema()
    with reading() as session:
        at = clock.now()
        version = policies.version(session, number) if number else policies.in_force(session, at=at)
    if version is None:
        raise click.ClickException("no policy is in force yet: helpdesk policy activate --preset cn-shop")
    return version.text


def _other(against: str) -> Policy:
    if against == "active":
        return policies.read_kept(_stored(None))
    if against in PRESETS:
        return policies.read_text(preset_text(against))
    if not Path(against).is_file():
        raise click.UsageError(f"--against {against}: no such file")
    return policies.read_text(_text(Path(against), None))


def _open_claims(asked: Policy) -> OpenClaims:
    """Those of the desk that this file would answer otherwise; or why nobody has looked."""
    away = why_no_desk()
    if away:
        return OpenClaims(away=away)
    with reading() as session:
        return OpenClaims(touched=tuple(kept.touched(session, asked)))


def _microseconds(asked: Policy) -> float:
    """The mean time of a decision over the file's own examples."""
    cases = [Facts(**example.facts) for example in asked.examples] or [Facts()]
    start = time.perf_counter()
    for round_ in range(ROUNDS):
        decide(asked, cases[round_ % len(cases)])
    return (time.perf_counter() - start) / ROUNDS * 1e6


def _say_faults(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    if as_json:
        said = [{"line": each.line, "where": each.where, "said": each.said} for each in problems]
        click.echo(json.dumps({"problems": said}, ensure_ascii=False))
        return
    for problem in problems:
        click.echo(str(problem), err=True)
    click.echo(f"{len(problems)} faults: not a policy yet", err=True)


COMMANDS = (policy,)
