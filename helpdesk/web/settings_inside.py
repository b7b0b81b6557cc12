"""Settings of the inside of the shop, for leads: whom to ask by mail, and where goods are sent back to."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from helpdesk import clock
from helpdesk.actions import contacts, return_addresses
from helpdesk.db import reading, transaction
from helpdesk.errors import DeskError, InvalidError
from helpdesk.queries import inside_forms as queries
from helpdesk.rules.inquiries import ContactRole
from helpdesk.rules.states import Role
from helpdesk.web import answers, refusals
from helpdesk.web.language import LOCALES
from helpdesk.web.signin import acting, needs

bp = Blueprint("inside", __name__, url_prefix="/settings/inside")


@bp.get("")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/contacts")
@needs(Role.LEAD)
def add_contact() -> ResponseReturnValue:
    form = request.form
    try:
        with transaction() as session:
            name = contacts.add(
                session,
                email=form.get("email", ""),
                name=form.get("name", ""),
                role=form.get("role", ""),
                locale=form.get("locale", ""),
                at=clock.now(),
            ).name
    except DeskError as error:
        return _page(error, about="contact"), refusals.status_of(error)
    answers.say(_("%(name)s can be asked now.", name=name))
    return answers.see("inside.show")


@bp.post("/contacts/<key:contact_id>")
@needs(Role.LEAD)
def change_contact(contact_id: int) -> ResponseReturnValue:
    form = request.form
    try:
        with transaction() as session:
            contact = contacts.find(session, contact_id)
            contacts.change(
                contact,
                name=form.get("name", ""),
                role=form.get("role", ""),
                locale=form.get("locale", ""),
                active=form.get("active") == "yes",
            )
            name = contact.name
    except DeskError as error:
        return _page(error, about=f"contact-{contact_id}"), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=name))
    return answers.see("inside.show")


@bp.post("/addresses")
@needs(Role.LEAD)
def save_address() -> ResponseReturnValue:
    """A new address, or a new version of one of the same name."""
    form = request.form
    try:
        with transaction() as session:
            label = return_addresses.save(
                session,
                label=form.get("label", ""),
                text=form.get("text", ""),
                by=acting(session),
                at=clock.now(),
            ).label
    except DeskError as error:
        return _page(error, about="address"), refusals.status_of(error)
    answers.say(_("Saved: %(name)s.", name=label))
    return answers.see("inside.show")


@bp.post("/addresses/<key:address_id>/retirement")
@needs(Role.LEAD)
def retire_address(address_id: int) -> ResponseReturnValue:
    with transaction() as session:
        label = return_addresses.retire(session, address_id).label
    answers.say(_("%(name)s is offered for no new return.", name=label))
    return answers.see("inside.show")


def _page(error: DeskError | None = None, *, about: str = "") -> str:
    with reading() as session:
        people, addresses = queries.contacts(session), queries.addresses(session)
    return render_template(
        "settings/inside.html",
        people=people,
        addresses=addresses,
        roles=tuple(ContactRole),
        locales=LOCALES,
        about=about,
        typed=request.form if error else {},
        problem=refusals.sentence(error) if error else "",
        wrong=error.field if isinstance(error, InvalidError) else "",
    )
