"""The first run, in steps that can be left and resumed: owner, shop, mailbox, policy, colleagues, done.

Only the first step needs the link from the console; the others are an owner's, like any setting.
"""

from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, zones
from helpdesk.actions import agents, first_run, policies, shop
from helpdesk.current import current_desk, current_settings
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.queries import access
from helpdesk.queries import first_run as standings
from helpdesk.rules.access import SignIn
from helpdesk.rules.currencies import OFFERED
from helpdesk.rules.policy_shipped import PRESETS, preset_text
from helpdesk.rules.states import Role
from helpdesk.web import answers, images, language, refusals, security
from helpdesk.web.signin import acting, me, needs, public, sign_in, who
from helpdesk.web.translate import _
from mail.accounts import is_this_machine
from mail.providers import HOSTS

bp = Blueprint("first_run", __name__, url_prefix="/set-up")
UTC = ("UTC", "Etc/UTC")  # what a machine says that nobody has told where it stands
PRESET_OF = {"CNY": "cn-shop", "EUR": "eu-shop", "GBP": "uk-shop"}


@bp.get("")
@public
def show() -> ResponseReturnValue:
    """Where one is; for somebody without the link, where it is to be found."""
    asking = who()
    if asking is not None:
        return answers.see("first_run.done") if asking.may(Role.OWNER) else answers.see("queue.show")
    with reading() as session:
        if first_run.has_owner(session):
            return answers.see("login.form")
    return render_template("set_up/closed.html"), 403


@bp.get("/<token>")
@public
def begin(token: str) -> ResponseReturnValue:
    try:
        with reading() as session:
            first_run.check_link(session, current_desk(), token, at=clock.now())
    except DeskError:
        return render_template("set_up/closed.html", tried=True), 403
    return _owner(token)


@bp.post("/<token>")
@public
def make_owner(token: str) -> ResponseReturnValue:
    """The first of those who press becomes the owner, and is signed in."""
    form = request.form
    try:
        with transaction() as session:
            agent = first_run.make_owner(
                session,
                current_desk(),
                token,
                email=form.get("email", ""),
                name=form.get("name", ""),
                password=form.get("password", "")[:1000],
                locale=form.get("language") if form.get("language") in language.LOCALES else None,
                at=clock.now(),
            )
            sign_in(session, agent, SignIn.LINK)
    except InvalidError as error:
        return _owner(token, error), 422
    except DeskError:
        return render_template("set_up/closed.html", tried=True), 403
    return answers.see("first_run.the_shop")


@bp.get("/shop")
@needs(Role.OWNER)
def the_shop() -> ResponseReturnValue:
    return _shop()


@bp.post("/shop")
@needs(Role.OWNER)
def save_shop() -> ResponseReturnValue:
    """Name, language, currency, zone and logo; what the environment says stands above it."""
    form, file = request.form, request.files.get("logo")
    picture = file.read(shop.LARGEST_LOGO + 1) if file is not None and file.filename else b""
    try:
        if picture and (images.kind(picture) is None or images.is_too_large(picture)):
            raise InvalidError("a logo is a picture: PNG, JPEG, GIF or WebP", field="logo")
        with transaction() as session:
            shop.change(
                session,
                name=form.get("name", ""),
                locale=form.get("locale", ""),
                currency=form.get("currency", ""),
                timezone=form.get("timezone", ""),
            )
            if picture or "no_logo" in form:
                shop.keep_logo(session, current_desk(), picture)
    except DeskError as error:
        return _shop(error), refusals.status_of(error)
    zones.learn()
    return answers.see("first_run.mailbox" if me().setting_up else "first_run.the_shop")


@bp.get("/mailbox")
@needs(Role.OWNER)
def mailbox() -> ResponseReturnValue:
    """The form itself, with its test in a circle, is that of the settings."""
    return _step("mailbox", hosts=HOSTS)


@bp.get("/policy")
@needs(Role.OWNER)
def policy() -> ResponseReturnValue:
    with reading() as session:
        row = standings.shop(session)
    return _step("policy", presets=PRESETS, chosen=PRESET_OF.get(row.currency if row else "", ""))


@bp.post("/policy")
@needs(Role.OWNER)
def start_policy() -> ResponseReturnValue:
    """One of the policies that come with the desk, or none for now. One in force is not replaced here."""
    preset = request.form.get("preset", "")
    if preset not in (*PRESETS, "none"):
        abort(422)
    if preset != "none":
        policies.check(preset_text(preset))  # takes a second: not while the database waits
        with transaction() as session:
            if policies.in_force(session, at=clock.now()) is None:
                policies.start_with(session, preset, by=acting(session), at=clock.now())
    return answers.see("first_run.colleagues")


@bp.get("/colleagues")
@needs(Role.OWNER)
def colleagues() -> ResponseReturnValue:
    with reading() as session:
        invited = access.open_invitations(session)
    return _step("colleagues", invited=invited, roles=tuple(Role), now=clock.now())


@bp.get("/done")
@needs(Role.OWNER)
def done() -> ResponseReturnValue:
    """What is there, and what is still open."""
    settings = current_settings()
    is_local = is_this_machine(urlsplit(settings.base_url).hostname or "")
    return _step("done", has_gateway=bool(settings.gateways), is_local=is_local)


@bp.post("/done")
@needs(Role.OWNER)
def finish() -> ResponseReturnValue:
    with transaction() as session:
        shop.finish(session, at=clock.now())
    answers.say(_("The desk is set up. What is still open stays under People and in the settings."))
    return answers.see("queue.show")


@bp.get("/logo")
@public
def logo() -> ResponseReturnValue:
    """The picture in the header; kept by browsers under its own address."""
    digest = current_desk().logo
    if not digest:
        abort(404)
    picture = current_desk().blobs.get(digest)
    response = Response(picture, mimetype=images.kind(picture) or "application/octet-stream")
    response.headers["Content-Security-Policy"] = security.FILE
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _owner(token: str, error: DeskError | None = None) -> str:
    return render_template(
        "set_up/owner.html", token_in_link=token, wrong=refusals.by_field(error), longest=agents.LONGEST_NAME
    )


def _shop(error: DeskError | None = None) -> str:
    settings = current_settings()
    with reading() as session:
        row = standings.shop(session)
    in_china = language.chosen() == "zh-CN"
    here = current_desk().zone.key
    guessed = {
        "name": row.name if row else "",
        "locale": (row.locale if row else "") or language.chosen(),
        "currency": (row.currency if row else "") or ("CNY" if in_china else ""),
        "timezone": (row.timezone if row else "") or ("Asia/Shanghai" if in_china and here in UTC else here),
    }
    return _step(
        "shop",
        given={**guessed, **(request.form.to_dict() if error else {})},
        wrong=refusals.by_field(error),
        currencies=OFFERED,
        timezones=sorted(available_timezones()),
        by_environment={"name": settings.shop_name, "timezone": settings.timezone},
        longest=shop.LONGEST_NAME,
    )


def _step(name: str, **values: object) -> str:
    with reading() as session:
        standing = standings.standing(session, me().id)
    return render_template(f"set_up/{name}.html", standing=standing, step=name, **values)
