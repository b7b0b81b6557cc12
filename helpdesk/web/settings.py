"""Settings of mailboxes: their ledgers for leads; adding, changing, testing and pausing for owners."""

from typing import Any

from flask import Blueprint, abort, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpdesk import clock, signing_in
from helpdesk.actions import mailbox_forms, mailboxes, read_once, removal, trying
from helpdesk.actions.mailbox_forms import MailboxForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError, together
from helpdesk.models import Mailbox
from helpdesk.queries import grants as agreements
from helpdesk.queries import mailboxes as ledgers
from helpdesk.queries.grants import GrantView
from helpdesk.queries.mailboxes import MailboxView
from helpdesk.rules.states import Role
from helpdesk.web import answers, refusals, typed_secrets
from helpdesk.web.mailbox_form import EMPTY, guessed, kept, read_form
from helpdesk.web.signin import me, needs
from mail.accounts import ServerAccount, Tls, provider_of
from mail.errors import MailError
from mail.providers import HOSTS
from mail.roundtrip import RoundTrip, Step

bp = Blueprint("settings", __name__, url_prefix="/settings")
SERVERS = ("imap_host", "imap_port", "imap_tls", "smtp_host", "smtp_port", "smtp_tls", "ca_file")


@bp.get("/mailboxes", endpoint="mailboxes")
@needs(Role.LEAD)
def mailboxes_page() -> ResponseReturnValue:
    """Every mailbox: how it is doing, and what became of all its mail."""
    with reading() as session:
        found = ledgers.all_of_them(session, at=clock.now())
        grants = agreements.all_of_them(session)
    return render_template("settings/mailboxes.html", mailboxes=found, grants=grants, now=clock.now())


@bp.get("/mailboxes/new")
@needs(Role.OWNER)
def new_mailbox() -> ResponseReturnValue:
    """First the address; with ?address= the form, its servers guessed."""
    address = request.args.get("address", "").strip()
    if not address:
        return render_template("settings/mailbox_address.html", hosts=HOSTS)
    if address.count("@") == 1 and not address.startswith("@") and not address.endswith("@"):
        return _form(guessed(address, request.args.get("hosted", "")))
    problem = _("%(text)s is not an address such as help@shop.example.", text=address)
    page = render_template("settings/mailbox_address.html", address=address, problem=problem, hosts=HOSTS)
    return page, 422


@bp.post("/mailboxes/new")
@needs(Role.OWNER)
def add_mailbox() -> ResponseReturnValue:
    """Add it, or with the other button only try it out."""
    typed: dict[str, Any] = {**EMPTY, **request.form.to_dict()}
    try:
        form = _read()
        if "test" in request.form:
            return _form(typed, tested=_tried_unsaved(form))
        with transaction() as session:
            mailbox_id = mailboxes.add(session, current_desk(), form, at=clock.now()).id
    except DeskError as error:
        return _form(typed, error=error), refusals.status_of(error)
    if form.grant is not None:
        return answers.see("mailbox_oauth.show", mailbox_id=mailbox_id)
    answers.say(_("The mailbox is added. The worker takes it up within seconds."))
    return answers.see("first_run.mailbox" if me().setting_up else "settings.mailboxes")


@bp.get("/mailboxes/<key:mailbox_id>")
@needs(Role.OWNER)
def show_mailbox(mailbox_id: int) -> ResponseReturnValue:
    mailbox, grant = _mailbox(mailbox_id)
    return _form(kept(mailbox, grant), mailbox=mailbox, grant=grant)


@bp.post("/mailboxes/<key:mailbox_id>")
@needs(Role.OWNER)
def save_mailbox(mailbox_id: int) -> ResponseReturnValue:
    """Keep the changes, or with the other button only try them out."""
    mailbox, grant = _mailbox(mailbox_id)
    unticked = {"plus_addresses": "", "reads_junk": ""}  # an empty box is not sent
    typed: dict[str, Any] = {**kept(mailbox, grant), **unticked, **request.form.to_dict()}
    try:
        form = _read(mailbox)
        if "test" in request.form:
            tested = _tried(mailbox, grant, form)
            return _form(typed, mailbox=mailbox, grant=grant, tested=tested)
        with transaction() as session:
            mailboxes.change(
                session, current_desk(), session.get_one(Mailbox, mailbox_id), form, at=clock.now()
            )
    except DeskError as error:
        return _form(typed, mailbox=mailbox, grant=grant, error=error), refusals.status_of(error)
    with reading() as session:
        grant = agreements.one(session, mailbox_id)
    if grant is not None and grant.agreed_at is None:
        return answers.see("mailbox_oauth.show", mailbox_id=mailbox_id)
    answers.say(_("Saved. The worker connects anew within a minute."))
    return answers.see("settings.mailboxes")


@bp.post("/mailboxes/<key:mailbox_id>/active")
@needs(Role.OWNER)
def switch_mailbox(mailbox_id: int) -> ResponseReturnValue:
    """Pause or resume; a paused mailbox neither reads nor sends, and loses nothing."""
    _mailbox(mailbox_id)
    active = request.form.get("active") == "yes"
    with transaction() as session:
        mailbox = session.get_one(Mailbox, mailbox_id)
        if active:
            read_once.resume(session, mailbox)
        else:
            mailbox.active = False
    answers.say(_("The mailbox goes on.") if active else _("The mailbox is paused."))
    return answers.see("settings.mailboxes")


@bp.post("/mailboxes/<key:mailbox_id>/removal")
@needs(Role.OWNER)
def remove_mailbox(mailbox_id: int) -> ResponseReturnValue:
    """Nothing is read or sent through it any more; its tickets stay."""
    if request.form.get("sure") != "yes":
        abort(422)
    with transaction() as session:
        ledgers.one(session, mailbox_id, at=clock.now())
        removal.remove(session, session.get_one(Mailbox, mailbox_id), at=clock.now())
    answers.say(_("The mailbox is removed. Its tickets are all still here."))
    return answers.see("settings.mailboxes")


def _mailbox(mailbox_id: int) -> tuple[MailboxView, GrantView | None]:
    with reading() as session:
        return ledgers.one(session, mailbox_id, at=clock.now()), agreements.one(session, mailbox_id)


def _read(mailbox: MailboxView | None = None) -> MailboxForm:
    """The form that was sent. Raises InvalidError with everything that is wrong with it."""
    form, wrong = read_form(request.form, since=mailbox.since if mailbox else "")
    try:
        form = typed_secrets.filled_in(form, request.form.get(typed_secrets.FIELD, ""))
    except InvalidError as error:
        wrong.append(error)
    g.typed_secrets = typed_secrets.sealed(form)
    wrong += mailbox_forms.complaints(form, password_needed=mailbox is None)
    if wrong:
        raise together(wrong)
    return form


def _try_out(form: MailboxForm, password: str, access_token: str = "") -> RoundTrip:
    return trying.try_out(current_desk(), form, password=password, access_token=access_token, at=clock.now())


def _tried_unsaved(form: MailboxForm) -> RoundTrip:
    if form.grant is not None:
        raise InvalidError("a sign-in can be tested when it has been made: add the mailbox first")
    return _try_out(form, form.password)


def _tried(mailbox: MailboxView, grant: GrantView | None, form: MailboxForm) -> RoundTrip:
    """The stored secrets are used for nothing but the very login that they were given for."""
    same = all(getattr(form, name) == getattr(mailbox, name) for name in (*SERVERS, "username"))
    if form.grant is not None:
        if grant is None or not same:
            raise InvalidError("the server has changed: save, then sign in again")
        return _tried_with_token(mailbox.id, form)
    if not form.password and not same:
        raise InvalidError("the server has changed: type the password again", field="password")
    return _try_out(form, form.password or _stored(mailbox.id).password)


def _tried_with_token(mailbox_id: int, form: MailboxForm) -> RoundTrip:
    try:
        token = signing_in.armed(mailbox_id, _stored(mailbox_id)).access_token
    except MailError as error:
        return RoundTrip(done=(), failed=Step.READ_LOGIN, part="oauth", problem=str(error))
    return _try_out(form, "", token)


def _stored(mailbox_id: int) -> ServerAccount:
    with reading() as session:
        return mailboxes.imap_account(current_desk(), session.get_one(Mailbox, mailbox_id))


def _form(
    typed: dict[str, Any],
    *,
    mailbox: MailboxView | None = None,
    grant: GrantView | None = None,
    error: DeskError | None = None,
    tested: Any = None,
) -> str:
    return render_template(
        "settings/mailbox.html",
        typed=typed,
        mailbox=mailbox,
        grant=grant,
        tested=tested,
        wrong=refusals.by_field(error),
        typed_secrets=g.get("typed_secrets", ""),
        provider=str(provider_of(str(typed["imap_host"]))),
        kinds=[str(kind) for kind in Tls],
    )
