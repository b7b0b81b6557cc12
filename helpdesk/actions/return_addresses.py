"""Where goods are sent back to. A changed address is a new version; letters that went out keep theirs."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from helpdesk.db import first_comes
from helpdesk.errors import InvalidError, NotFoundError
from helpdesk.models import Agent, ReturnAddress

LONGEST_LABEL, LONGEST_TEXT = 60, 1_000


def save(session: Session, *, label: str, text: str, by: Agent, at: datetime) -> ReturnAddress:
    """The address of this name from now on; the same words again change nothing. Raises InvalidError;
    ConflictError when a colleague has saved one of this name at this moment."""
    label = " ".join(label.split())
    text = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    if not label:
        raise InvalidError("give the address a name", field="label")
    if len(label) > LONGEST_LABEL:
        raise InvalidError(f"at most {LONGEST_LABEL} characters fit here", field="label")
    if len(text.splitlines()) < 2:
        raise InvalidError("write the whole address as it goes on a parcel, line by line", field="text")
    if len(text) > LONGEST_TEXT:
        raise InvalidError(f"at most {LONGEST_TEXT} characters fit here", field="text")
    before = session.scalar(
        select(ReturnAddress).where(ReturnAddress.label == label, ReturnAddress.is_current)
    )
    if before is not None and before.text == text:
        return before
    last = session.scalar(select(func.max(ReturnAddress.version)).where(ReturnAddress.label == label)) or 0
    address = ReturnAddress(
        label=label, version=last + 1, text=text, is_current=True, created_by_id=by.id, created_at=at
    )
    overtaken = f"{label} was saved by somebody else at this moment: look at it, then save again"
    with first_comes(session, overtaken):
        session.execute(update(ReturnAddress).where(ReturnAddress.label == label).values(is_current=False))
        session.add(address)
        session.flush()
    return address


def retire(session: Session, address_id: int) -> ReturnAddress:
    """It is offered for no new return."""
    address = session.get(ReturnAddress, address_id)
    if address is None:
        raise NotFoundError("there is no such address")
    address.is_current = False
    return address


def current(session: Session, address_id: int) -> ReturnAddress:
    """Raises NotFoundError for one that is out of date: the page has to be looked at again."""
    address = session.get(ReturnAddress, address_id)
    if address is None or not address.is_current:
        raise NotFoundError("there is no such address")
    return address
