"""People inside the shop, or close to it, who are asked by mail and have no login."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import directory
from helpdesk.db import first_comes
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.letters import LOCALES
from helpdesk.models import Agent, Contact
from helpdesk.rules.inquiries import ContactRole
from mail.compose import can_be_written_to
from mail.types import key_of

LONGEST_ADDRESS = 320  # as the table has it


def add(session: Session, *, email: str, name: str, role: str, locale: str, at: datetime) -> Contact:
    """Somebody new to ask. Raises InvalidError naming the field, ConflictError for a known address."""
    email = key_of(email.strip())
    if not can_be_written_to(email) or len(email) > LONGEST_ADDRESS:
        raise InvalidError(f"{email!r} is not an address", field="email")
    if email in directory.all_addresses(session):
        raise InvalidError("this is an address of the desk itself", field="email")
    if session.scalar(select(Agent.id).where(Agent.email == email)) is not None:
        raise ConflictError(f"{email} has a login: give the ticket to this colleague instead")
    if session.scalar(select(Contact.id).where(Contact.email == email)) is not None:
        raise ConflictError(_known(email))
    contact = Contact(email=email, created_at=at, active=True, unreached="")
    _describe(contact, name, role, locale)
    with first_comes(session, _known(email)):  # a colleague may add the same person at this moment
        session.add(contact)
        session.flush()
    return contact


def _known(email: str) -> str:
    return f"{email} stands in the list already"


def change(contact: Contact, *, name: str, role: str, locale: str, active: bool) -> None:
    """Raises InvalidError. Whoever is not active is asked nothing, and an answer of theirs is held."""
    _describe(contact, name, role, locale)
    contact.active = active


def find(session: Session, contact_id: int) -> Contact:
    """Raises NotFoundError."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFoundError("there is no such person in the list")
    return contact


def _describe(contact: Contact, name: str, role: str, locale: str) -> None:
    if not name.strip():
        raise InvalidError("a name is needed", field="name")
    if role not in list(ContactRole):
        raise InvalidError("choose a role", field="role")
    if locale not in LOCALES:
        raise InvalidError("choose a language", field="locale")
    contact.name, contact.role, contact.locale = name.strip()[:120], ContactRole(role), locale
