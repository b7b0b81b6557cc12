"""The shop's policy: read by everybody, written and put in force by leads.

The page in words, the versions with what each changes, the file with its faults, and a form for "what if".
"""

import difflib
from functools import lru_cache

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.actions.policies import PolicyFaultsError
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, NotFoundError
from helpdesk.letters.claim_words import ORDER_STATES, say
from helpdesk.queries import policies as kept
from helpdesk.queries.policies import Touched, VersionView
from helpdesk.rules.money import Money
from helpdesk.rules.policy_comparing import Difference, compare, what_would_change
from helpdesk.rules.policy_deciding import decide
from helpdesk.rules.policy_grid import STATES
from helpdesk.rules.policy_shipped import PRESETS, preset_text
from helpdesk.rules.policy_terms import Policy
from helpdesk.rules.states import Role
from helpdesk.web import answers, policy_form, policy_views, refusals
from helpdesk.web.language import chosen
from helpdesk.web.signin import acting, needs
from helpdesk.web.wording import money

bp = Blueprint("policy", __name__, url_prefix="/settings/policy")
LARGEST_FILE = 400_000  # octets
MOST_MOVED = 30


@bp.get("")
def show() -> ResponseReturnValue:
    """The policy in force, in words; before there is one, those that come with the desk."""
    version = _in_force()
    if version is None:
        return render_template("settings/policy_none.html", presets=PRESETS)
    return _version_page(version, _policy(version))


@bp.get("/versions")
def versions() -> ResponseReturnValue:
    with reading() as session:
        found = kept.versions(session, at=clock.now())
    return render_template("settings/policy_versions.html", versions=found, presets=PRESETS)


@bp.get("/versions/<key:version_id>")
def show_version(version_id: int) -> ResponseReturnValue:
    """One version in words, what the checks found, and what changes against the one in force."""
    version = _one(version_id)
    return _version_page(version, _policy(version))


@bp.get("/versions/<key:version_id>/file")
def download(version_id: int) -> ResponseReturnValue:
    version = _one(version_id)
    name = f"{version.policy_id}-{version.version}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(version.text, mimetype="application/toml", headers=headers)


@bp.get("/versions/<key:version_id>/changes")
def changes(version_id: int) -> ResponseReturnValue:
    """Which cases, open claims and words change from the version in force to this one."""
    after, before = _one(version_id), _in_force()
    if before is None:
        raise NotFoundError("there is no policy in force to compare with")
    new = _policy(after)
    difference = _difference(before.text, after.text)
    with reading() as session:
        touched = kept.touched(session, new)
    lines = difflib.unified_diff(before.text.splitlines(), after.text.splitlines(), lineterm="", n=2)
    return render_template(
        "settings/policy_changes.html",
        before=before,
        after=after,
        difference=difference,
        limits=policy_views.limits_moved(difference, _policy(before), new),
        moves=policy_views.moves(difference, new)[:MOST_MOVED],
        touched=[_touched(each) for each in touched],
        lines=list(lines)[2:],
    )


@bp.post("/versions/<key:version_id>/activation")
@needs(Role.LEAD)
def activate(version_id: int) -> ResponseReturnValue:
    version = _one(version_id)
    policies.check(version.text)  # takes a second: not while the database waits
    try:
        with transaction() as session:
            row = policies.version(session, version_id)
            policies.activate(session, row, by=acting(session), at=clock.now())
    except DeskError as error:
        return _version_page(version, _policy(version), error), refusals.status_of(error)
    answers.say(_("%(name)s is activated.", name=f"{version.policy_id} {version.version}"))
    return answers.see("policy.versions")


@bp.post("/start")
@needs(Role.LEAD)
def start() -> ResponseReturnValue:
    """Put one of the shipped policies in force."""
    name = request.form.get("preset", "")
    if name in PRESETS:
        policies.check(preset_text(name))
    with transaction() as session:
        policies.start_with(session, name, by=acting(session), at=clock.now())
    answers.say(_("%(name)s is activated.", name=name))
    return answers.see("policy.show")


@bp.get("/new")
@needs(Role.LEAD)
def new() -> ResponseReturnValue:
    """The file to change, beginning with a version, a shipped policy, or the one in force."""
    preset = request.args.get("preset", "")
    if preset in PRESETS:
        return _editor(preset_text(preset))
    number = request.args.get("version", type=int)
    version = _one(number) if number else _in_force()
    return _editor(version.text if version else preset_text(PRESETS[0]))


@bp.post("/new")
@needs(Role.LEAD)
def upload() -> ResponseReturnValue:
    """Keep the file as a version, or with the other button only look at it. Faults stand beside the text."""
    text, problem = _sent_text()
    if problem:
        return _editor(text, said=problem), 422
    try:
        policies.check(text)  # reads it, and takes a second: not while the database waits
        if "check" in request.form:
            return _editor(text, passed=True)
        with transaction() as session:
            version_id = policies.upload(session, text, by=acting(session), at=clock.now()).id
    except PolicyFaultsError as error:
        return _editor(text, error=error), 422
    except DeskError as error:
        return _editor(text, said=refusals.sentence(error)), refusals.status_of(error)
    return answers.see("policy.show_version", version_id=version_id)


@bp.get("/try")
def try_out() -> ResponseReturnValue:
    """What if: a case as a form, the decision with its trace, and what would change it."""
    number = request.args.get("version", type=int)
    version = _one(number) if number else _in_force()
    if version is None:
        return answers.see("policy.show")
    asked = _policy(version)
    facts, problems = policy_form.facts(request.args, asked, claimed_on=clock.now().date())
    decision = None
    if not problems:
        found = decide(asked, facts)
        decision = policy_views.decided(found, asked, what_would_change(asked, facts))
    return render_template(
        "settings/policy_try.html",
        version=version,
        policy=asked,
        fields=policy_form.fields(asked, facts),
        typed=request.args,
        problems=problems,
        decision=decision,
    ), 422 if problems else 200


@lru_cache(maxsize=16)
def _difference(before: str, after: str) -> Difference:
    """Takes a second, and is the same for every reader."""
    return compare(policies.read_kept(before), policies.read_kept(after))


def _version_page(version: VersionView, policy: Policy, error: DeskError | None = None) -> str:
    checked = policies.check_kept(version.text)
    return render_template(
        "settings/policy.html",
        version=version,
        policy=policy,
        clauses=policy_views.clauses(policy),
        limits=policy_views.limits(policy),
        checked=checked,
        breaches=[(each, policy_views.case(each.case, policy)) for each in checked.breaches],
        falls_through=policy_views.falls_through(checked),
        states=[say(ORDER_STATES, state, chosen()) for state in STATES],
        problem=refusals.sentence(error) if error else "",
    )


def _editor(
    text: str, *, error: PolicyFaultsError | None = None, said: str = "", passed: bool = False
) -> str:
    found = policy_views.problems(error.problems, text) if error else []
    checked = policies.check(text) if passed else None
    return render_template("settings/policy_edit.html", text=text, problems=found, said=said, checked=checked)


def _sent_text() -> tuple[str, str]:
    """The text of the form, or of the file that was chosen; and why it cannot be taken, or ""."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("text", "").replace("\r\n", "\n"), ""
    raw = file.stream.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        return "", _("This file is too large for a policy.")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n"), ""
    except UnicodeDecodeError:
        return "", _("This file is not UTF-8: save it as UTF-8.")


def _in_force() -> VersionView | None:
    with reading() as session:
        version = policies.in_force(session, at=clock.now())
        return kept.one(session, version.id, at=clock.now()) if version else None


def _one(version_id: int) -> VersionView:
    with reading() as session:
        return kept.one(session, version_id, at=clock.now())


def _policy(version: VersionView) -> Policy:
    return policies.read_kept(version.text)


def _touched(each: Touched) -> dict[str, object]:
    return {
        "ticket": each.ticket,
        "before": policy_views.answer((each.before_clause, each.before))
        + _partial(each, each.partial_before),
        "after": policy_views.answer((each.after_clause, each.after)) + _partial(each, each.partial_after),
    }


def _partial(each: Touched, most: int) -> str:
    """The most of a partial refund, where that is what changes."""
    if each.partial_before == each.partial_after or not each.currency:
        return ""
    if not most:
        return " · " + str(_("no partial refund"))
    amount = money(Money(most, each.currency))
    return " · " + str(_("partial refund at most %(amount)s", amount=amount))
