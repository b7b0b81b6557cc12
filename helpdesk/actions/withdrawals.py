"""The withdrawal function for consumers in the EU (Directive 2011/83/EU, Article 11a), open to anybody.

It works without an account and without telling whether the order exists. The receipt goes to the address that
was typed, and holds what was typed there, with date and time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import letters, links
from helpdesk.actions import (
    buyers,
    claim_progress,
    claim_reasons,
    claims,
    conversation,
    form_requests,
    merging,
    once,
    sending,
    tickets,
)
from helpdesk.actions.claims import Asked
from helpdesk.actions.order_proofs import NO_LINK
from helpdesk.db import wait_for_names
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.links import Passing
from helpdesk.models import Claim, Entry, Order, Ticket
from helpdesk.models.masking import Mask
from helpdesk.rules.claim_terms import Wish
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.states import EntryKind, IllegalMoveError, TicketState
from mail.compose import can_be_written_to
from mail.types import Address, key_of

A_DAY = timedelta(days=1)
NO_NUMBER = (
    "this does not look like the number of an order: it stands in the mail that confirmed yours. If you "
    "cannot find it, write to us by mail that you withdraw"
)
SUBJECT = {"zh-CN": "撤回订单 {order}", "en": "Withdrawal from order {order}"}
LONGEST_NAME, LONGEST_NUMBER, LONGEST_WORDS = 120, 64, 2000
LONGEST_ADDRESS = 320  # RFC 3696, erratum 1003: 64 before the @, 255 behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A withdrawal as it was typed and confirmed."""

    name: str
    email: str
    order_no: str
    words: str = ""  # which items, if not all
    locale: str

    def check(self) -> None:
        """Raises InvalidError naming the field."""
        if not self.name.strip():
            raise InvalidError("give your name", field="name")
        if not self.order_no.strip():
            raise InvalidError("give the number of the order or of the contract", field="order_no")
        if not may_be_a_number(self.order_no):
            raise InvalidError(NO_NUMBER, field="order_no")
        if not _can_be_reached(self.email.strip()):
            raise InvalidError(f"{self.email!r} is not an address that mail can be sent to", field="email")
        for field, text, most in (
            ("name", self.name, LONGEST_NAME),
            ("order_no", self.order_no, LONGEST_NUMBER),
            ("words", self.words, LONGEST_WORDS),
        ):
            if len(text.strip()) > most:
                raise InvalidError(f"at most {most} characters fit here", field=field)

    @property
    def content(self) -> str:
        """The statement itself, in the language in which it was made."""
        name, order_no = self.name.strip(), self.order_no.strip()
        if self.locale == "zh-CN":
            lines = [
                f"本人特此声明撤回订单（合同）{order_no}。",
                f"姓名：{name}",
                f"电子邮箱：{self.email.strip()}",
                *([f"说明：{self.words.strip()}"] if self.words.strip() else []),
            ]
        else:
            lines = [
                f"I hereby withdraw from my contract: order {order_no}.",
                f"Name: {name}",
                f"E-mail: {self.email.strip()}",
                *([f"About: {self.words.strip()}"] if self.words.strip() else []),
            ]
        return "\n".join(lines)


def declare(session: Session, desk: Desk, statement: Statement, *, at: datetime) -> Entry | None:
    """A withdrawal was confirmed: an entry, a claim, and the receipt to the address that was typed.

    None when these very words came within the day: the first counts. Raises InvalidError, ConflictError.
    """
    statement.check()
    address = Address(email=statement.email.strip(), name=" ".join(statement.name.split()))
    said = form_requests.key(
        desk, "withdrawal", address.key, normal(statement.order_no), statement.words.strip()
    )
    wait_for_names(session, [f"withdrawal by {address.key}"])
    if not once.count(session, said, most=1, within=A_DAY, at=at):
        return None
    order = form_requests.order_of(session, normal(statement.order_no), address.key)
    ticket = _ticket_of_withdrawal(session, statement, address, order, at=at)
    entry = conversation.record(
        session,
        ticket,
        EntryKind.RECEIVED,
        "withdrawal_declared",
        actor=conversation.buyer(ticket.buyer_id),
        at=at,
        facts={
            "from": address.email,
            "from_name": address.name,
            "verified": "none",  # anybody could have typed this address
            "new": statement.content,
            "text": statement.content,
            "order": statement.order_no.strip(),
        },
    )
    ticket.preview = sending.preview(Mask.over(session, [statement.content])(statement.content))
    claim = _claim_of_withdrawal(session, desk, ticket, order, at=at)
    # It holds without a link with an order: a person has to look, whatever the claim waits for.
    tickets.move(session, ticket, TicketState.OPEN, actor=conversation.CLOCK, at=at)
    _acknowledge(session, desk, ticket, claim, statement, entry, at=at)
    return entry


def _acknowledge(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    statement: Statement,
    entry: Entry,
    *,
    at: datetime,
) -> None:
    """The receipt on a durable medium: content, date and time."""
    because = form_requests.withheld_because(session, sending.buyer_address(ticket).email, at=at)
    if because:
        conversation.record(
            session,
            ticket,
            EntryKind.EVENT,
            "not_acknowledged",
            actor=conversation.CLOCK,
            at=at,
            facts={"because": because},
        )
        return
    link = links.passing_url(desk, Passing.STATUS, claim.id, at=at)
    letter = letters.render(
        "withdrawal_receipt",
        ticket.locale,
        name=ticket.buyer.name,
        received_at=received_at(at, desk),
        content=statement.content,
        tag=ticket.tag,
        link=link,
        shop=desk.shop_name,
    )
    sending.send(
        session,
        desk,
        ticket,
        letter,
        verb="withdrawal_receipt",
        actor=conversation.CLOCK,
        at=at,
        due_at=at,
        reason=f"withdrawal:{entry.id}",
        automatic="auto-replied",
        facts={"text": letter.text.replace(link, NO_LINK)},
    )


def received_at(at: datetime, desk: Desk) -> str:
    """Date and time with the offset from UTC, so that nobody has to guess whose clock it was."""
    local = at.astimezone(desk.zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"


def _ticket_of_withdrawal(
    session: Session, statement: Statement, address: Address, order: Order | None, *, at: datetime
) -> Ticket:
    """Their open matter about this order, that of an earlier statement of this day, or a new one.

    Anybody could have typed the address. So it is only a matter that is answered at this very address, which
    is on file for the order, and whose buyer is known to speak for it; and what was typed counts as
    unverified there. The receipt goes to that address and nowhere else: whoever reads a second address of a
    buyer need not be who reads the first."""
    buyer = buyers.of_address(session, address, locale=statement.locale, at=at, else_key=address.key)
    if order is not None:
        matter = form_requests.ticket_about(session, buyer, order)
        if matter is not None and key_of(matter.address) == address.key:
            return merging.final(session, matter.id)
    recent = session.scalars(
        select(Entry)
        .join(Ticket, Ticket.id == Entry.ticket_id)
        .where(
            Ticket.buyer_id == buyer.id, Ticket.created_at > at - A_DAY, Entry.verb == "withdrawal_declared"
        )
        .order_by(Entry.id)
    )
    for entry in recent:
        if normal(str(entry.facts.get("order", ""))) == normal(statement.order_no):
            ticket = merging.final(session, entry.ticket_id)
            if key_of(ticket.address) == address.key:
                return ticket
    subject = SUBJECT[statement.locale].format(order=statement.order_no.strip())
    return form_requests.new_ticket(session, buyer, address, subject=subject, locale=statement.locale, at=at)


def _claim_of_withdrawal(
    session: Session, desk: Desk, ticket: Ticket, order: Order | None, *, at: datetime
) -> Claim:
    """The one that runs, else a new one. Where the order is not surely this matter's it waits until somebody
    has shown which it is about; nothing is ever granted of it without a person."""
    known = session.scalar(
        select(Claim).where(Claim.ticket_id == ticket.id, Claim.live).order_by(Claim.id.desc()).limit(1)
    )
    if known is not None:
        _mark_urgent(session, ticket, known, at=at)
        return known
    verified = claim_progress.verified_orders(session, ticket)
    order = order if order is not None and order.id in {each.id for each in verified} else None
    asked = Asked(
        reason="changed_mind",
        reason_source=claim_reasons.BUYER,
        wish=Wish.RETURN,
        urgent="legal",
        requested_at=at,
    )
    actor = claims.buyer(ticket)
    try:
        with session.begin_nested():  # of one whose items are looked at elsewhere nothing stays
            claim = claims.open_claim(
                session, ticket, order=order, lines=None, asked=asked, actor=actor, at=at
            )
    except (IllegalMoveError, ConflictError):
        claim = claims.open_claim(session, ticket, order=None, lines=None, asked=asked, actor=actor, at=at)
    claim_progress.go_on(session, desk, ticket, claim, at=at)
    return claim


def _mark_urgent(session: Session, ticket: Ticket, claim: Claim, *, at: datetime) -> None:
    """From here on a person looks first."""
    if claim.urgent != "legal":
        facts = {"urgent": "legal", "before": claim.urgent}
        claims.change_claim(
            session,
            ticket,
            claim,
            "claim_marked_urgent",
            actor=claims.DESK,
            at=at,
            facts=facts,
            urgent="legal",
        )


def may_be_a_number(written: str) -> bool:
    """By its form alone, whatever orders there are: with a digit, or one word of capitals."""
    number = normal(written)
    return any(char.isdigit() for char in number) or (
        len(number) > 3 and number.isascii() and number.isalpha() and written.strip().isupper()
    )


def _can_be_reached(address: str) -> bool:
    """An address of the net: a domain with a point, and no number behind the last one."""
    last = address.rpartition("@")[2].rpartition(".")
    return (
        can_be_written_to(address)
        and len(address) <= LONGEST_ADDRESS
        and bool(last[0])
        and last[2].isalnum()
        and not last[2].isdigit()
    )
