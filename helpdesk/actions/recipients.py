"""Whom a reply goes to besides the buyer: what an agent types into Cc and Bcc, read and checked."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.actions import directory
from helpdesk.errors import InvalidError, together
from helpdesk.models import Ticket
from mail import addresses
from mail.compose import can_be_written_to
from mail.types import Address, key_of

MOST = 10  # of both together: this is no mailing list
LONGEST = 2_000  # characters of one field


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Others who get the same message: named in it, and not named in it."""

    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(each.key for each in (*self.cc, *self.bcc))

    @property
    def emails(self) -> tuple[str, ...]:
        return tuple(each.email for each in (*self.cc, *self.bcc))


def read(session: Session, ticket: Ticket, *, cc: str, bcc: str) -> Copies:
    """What was typed, each address once, the buyer's left out: it gets the message anyway.

    Raises InvalidError with every complaint: what is no address, an address of our own (it would come back to
    us as mail of a buyer), and too many.
    """
    ours = directory.all_addresses(session)
    complaints: list[InvalidError] = []
    seen = {key_of(ticket.address)}
    found: dict[str, list[Address]] = {"cc": [], "bcc": []}
    for field, typed in (("cc", cc), ("bcc", bcc)):
        for item in _items(typed):
            address = addresses.address(item)
            if address is None or not can_be_written_to(address.email):
                complaints.append(
                    InvalidError(f"{item!r} is not an address that mail can be sent to", field=field)
                )
            elif address.key in ours:
                complaints.append(InvalidError("this is an address of our own", field=field))
            elif address.key not in seen:
                seen.add(address.key)
                found[field].append(address)
    if len(seen) - 1 > MOST:
        complaints.append(InvalidError(f"at most {MOST} others can get a copy", field="cc"))
    if complaints:
        raise together(complaints)
    return Copies(cc=tuple(found["cc"]), bcc=tuple(found["bcc"]))


def _items(typed: str) -> list[str]:
    """Apart at commas, semicolons and lines; "，" and "；" of an input method too."""
    for sign in "，；;\n、":
        typed = typed.replace(sign, ",")
    return [each.strip() for each in typed[:LONGEST].split(",") if each.strip()]
