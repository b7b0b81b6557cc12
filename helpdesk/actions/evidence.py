"""Which tickets a message points at: the facts that `rules.matching` decides on."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import tickets as titles
from helpdesk.desk import Desk
from helpdesk.models import Buyer, Mailbox, Order, ReceivedMessage, Ticket, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.matching import GOES_ON, SAME_MATTER, Evidence, Strength, numbers_in
from helpdesk.rules.order_numbers import candidates, shape
from mail import quoting, references, subjects
from mail.addresses import UNCLEAR_FROM
from mail.types import Incoming

MOST_MATTERS = 20  # of one buyer that are looked at
# Asked for every message, so built once.
_UNFINISHED_OF = (
    select(Ticket.id, Ticket.subject)
    .where(
        Ticket.buyer_id == bindparam("buyer"),
        Ticket.mailbox_id == bindparam("mailbox"),
        Ticket.state.in_(GOES_ON),
        Ticket.spam.is_(False),
        Ticket.updated_at >= bindparam("since"),
    )
    .order_by(Ticket.updated_at.desc(), Ticket.id.desc())
    .limit(MOST_MATTERS)
)
_TICKETS_OF_IDS = (
    select(ReceivedMessage.message_id, ReceivedMessage.ticket_id)
    .where(
        ReceivedMessage.mailbox_id == bindparam("mailbox"),
        ReceivedMessage.message_id.in_(bindparam("message_ids", expanding=True)),
        ReceivedMessage.ticket_id.is_not(None),
    )
    .order_by(ReceivedMessage.id.desc())
)


def gather(
    session: Session,
    desk: Desk,
    mailbox: Mailbox,
    incoming: Incoming,
    *,
    sender: Buyer | None,
    thread: str,
    at: datetime,
) -> tuple[Evidence, ...]:
    """Strongest first; among equals the newest reference first.

    Only this mailbox is looked into, but for the tokens that we signed ourselves: a reply to all reaches our
    other mailboxes, too, and means the same ticket there. What another desk minted, and what points at a
    ticket that is not there, is no evidence. `sender` owns the address in From; `thread` is
    `references.thread_root` of the message.
    """
    buyer_id = sender.id if sender is not None and _is_one_person(incoming) else None
    pointers = list(_pointers(session, desk, mailbox, incoming, thread=thread, sender=buyer_id, at=at))
    tickets = _tickets(session, {number for _, number in pointers})
    pointers = _set_apart_first(desk, incoming, pointers, tickets)
    found: dict[int, tuple[Strength, Ticket, int]] = {}
    for strength, number in pointers:
        ticket = tickets.get(number)
        if ticket is not None and _counts(session, mailbox, ticket, signed=strength is Strength.OURS):
            final = tickets[ticket.merged_into_id] if ticket.merged_into_id is not None else ticket
            found.setdefault(final.id, (strength, final, number))
    hers = _participates_in(session, buyer_id, found.keys())
    return tuple(
        Evidence(
            ticket_id=ticket.id,
            strength=strength,
            state=ticket.state,
            updated_at=ticket.updated_at,
            sender_is_participant=ticket.id in hers,
            named=number if number != ticket.id else None,
        )
        for strength, ticket, number in found.values()
    )


def _pointers(
    session: Session,
    desk: Desk,
    mailbox: Mailbox,
    incoming: Incoming,
    *,
    thread: str,
    sender: int | None,
    at: datetime,
) -> Iterator[tuple[Strength, int]]:
    """Ticket ids in the order of their weight; the weak ones only when nothing strong stands."""
    newest_first = tuple(reversed(incoming.references))
    strong = [(Strength.OURS, number) for number in _tokens(desk, incoming, newest_first)]
    strong += _of_known_mail(session, mailbox, newest_first, sender)
    yield from strong
    yield from ((Strength.NUMBER, number) for number in numbers_in(incoming.subject))
    if strong or sender is None:
        return
    matters = _unfinished(session, mailbox, sender, at)
    yield from ((Strength.SUBJECT, number) for number in _of_subject(incoming, matters))
    yield from ((Strength.ORDER, number) for number in _of_order(session, incoming, matters))
    if thread:
        yield from ((Strength.THREAD, number) for number in _of_thread(session, mailbox, thread, sender))
    yield from ((Strength.SENDER, number) for number in list(matters)[:1])


def _set_apart_first(
    desk: Desk, incoming: Incoming, pointers: list[tuple[Strength, int]], tickets: Mapping[int, Ticket]
) -> list[tuple[Strength, int]]:
    """What answers a mail that an agent has given a ticket of its own means that one, although what it was
    sent to, or quotes, still shows tokens of the ticket where the mail stood before."""
    known = next((number for strength, number in pointers if strength is Strength.THEIRS), None)
    answered = tickets.get(known) if known is not None else None
    if answered is None or answered.split_from_id is None or known is None:
        return pointers
    if references.ticket_of(incoming.references[-1], secret=desk.secret) is not None:
        return pointers  # it answers a letter of ours, and that one says which ticket is meant
    return [(Strength.THEIRS, known), *pointers]


def _tokens(desk: Desk, incoming: Incoming, newest_first: tuple[str, ...]) -> Iterator[int]:
    """Tickets whose tokens the message shows: where it was sent to, what it answers, what it quotes."""
    to = (*incoming.delivered_to, *(address.email for address in (*incoming.to, *incoming.cc)))
    for address in to:
        if (number := references.ticket_of_address(address, secret=desk.secret)) is not None:
            yield number
    for message_id in newest_first:
        if (number := references.ticket_of(message_id, secret=desk.secret)) is not None:
            yield number
    yield from references.tickets_of_marks(incoming.text, secret=desk.secret)


def _of_known_mail(
    session: Session, mailbox: Mailbox, message_ids: tuple[str, ...], sender: int | None
) -> list[tuple[Strength, int]]:
    """An id that several tickets have means the sender's own: a stranger may have used hers again."""
    if not message_ids:
        return []
    rows = session.execute(_TICKETS_OF_IDS, {"mailbox": mailbox.id, "message_ids": message_ids}).all()
    tickets_of: dict[str, dict[int, None]] = {}
    for row in rows:
        tickets_of.setdefault(row.message_id, {})[row.ticket_id] = None
    for each, numbers in tickets_of.items():
        tickets_of[each] = _hers(session, numbers, sender) or numbers
    return [
        (Strength.THEIRS if len(tickets_of[each]) == 1 else Strength.REUSED, number)
        for each in message_ids
        if each in tickets_of
        for number in tickets_of[each]
    ]


def _hers(session: Session, numbers: dict[int, None], sender: int | None) -> dict[int, None]:
    """Those of several tickets that are of this buyer, or that one of hers was merged into."""
    if sender is None or len(numbers) == 1:
        return numbers
    merged = select(Ticket.merged_into_id).where(
        Ticket.buyer_id == sender, Ticket.merged_into_id.is_not(None)
    )
    hers = or_(Ticket.buyer_id == sender, Ticket.id.in_(merged))
    found = set(session.scalars(select(Ticket.id).where(Ticket.id.in_(numbers), hers)))
    return {number: None for number in numbers if number in found}


def _of_thread(session: Session, mailbox: Mailbox, thread: str, sender: int) -> Iterable[int]:
    return session.scalars(
        select(ReceivedMessage.ticket_id)
        .join(Ticket, Ticket.id == ReceivedMessage.ticket_id)
        .where(
            ReceivedMessage.mailbox_id == mailbox.id,
            ReceivedMessage.thread_root == thread,
            Ticket.buyer_id == sender,
        )
        .order_by(ReceivedMessage.id.desc())
        .limit(1)
    )


def _unfinished(session: Session, mailbox: Mailbox, sender: int, at: datetime) -> dict[int, str]:
    """The subjects of her tickets that go on, the newest first."""
    wanted = {"buyer": sender, "mailbox": mailbox.id, "since": at - SAME_MATTER}
    return {row.id: row.subject for row in session.execute(_UNFINISHED_OF, wanted)}


def _of_subject(incoming: Incoming, matters: dict[int, str]) -> list[int]:
    """The one of them whose subject this answers; none where several have it."""
    answered = _bare(titles.title(incoming.subject))
    if not answered or not subjects.is_reply(incoming.subject):
        return []
    found = [number for number, subject in matters.items() if _bare(subject) == answered]
    return found if len(found) == 1 else []


def _of_order(session: Session, incoming: Incoming, matters: dict[int, str]) -> list[int]:
    """The one of them that is surely about an order that this names; none where several are."""
    if not matters:
        return []
    rows = session.execute(
        select(TicketOrder.ticket_id, Order.external_no_norm)
        .join(Order, Order.id == TicketOrder.order_id)
        .where(TicketOrder.ticket_id.in_(matters), TicketOrder.level == LinkLevel.VERIFIED)
    ).all()
    if not rows:
        return []
    named = candidates(
        subject=incoming.subject,
        body=quoting.of(incoming).new,
        shapes=[shape(row.external_no_norm) for row in rows],
    )
    numbers = {each.number for each in named}
    found = {row.ticket_id for row in rows if row.external_no_norm in numbers}
    return list(found) if len(found) == 1 else []


def _bare(subject: str) -> str:
    return subjects.bare(subject).casefold()


def _tickets(session: Session, numbers: set[int]) -> dict[int, Ticket]:
    """The tickets with these numbers, and those that they were merged into."""
    found = _of_numbers(session, {number for number in numbers if number < 2**31})
    merged_into = {each.merged_into_id for each in found.values() if each.merged_into_id is not None}
    return found | _of_numbers(session, merged_into - found.keys())


def _of_numbers(session: Session, numbers: set[int]) -> dict[int, Ticket]:
    if not numbers:
        return {}
    return {ticket.id: ticket for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(numbers)))}


def _counts(session: Session, mailbox: Mailbox, ticket: Ticket, *, signed: bool) -> bool:
    """A ticket of this mailbox; what we signed, of any that was not removed: else nobody could answer."""
    return ticket.mailbox_id == mailbox.id or (signed and _has_mailbox(session, ticket))


def _has_mailbox(session: Session, ticket: Ticket) -> bool:
    return session.get_one(Mailbox, ticket.mailbox_id).removed_at is None


def _is_one_person(incoming: Incoming) -> bool:
    """A From that is not one clear person is nobody's."""
    return not any(defect.startswith(UNCLEAR_FROM) for defect in incoming.defects)


def _participates_in(session: Session, sender: int | None, numbers: Collection[int]) -> set[int]:
    """Those of the tickets whose buyer this is, or the buyer of one that an agent merged into it.

    A Cc makes nobody a participant.
    """
    if sender is None or not numbers:
        return set()
    its = or_(Ticket.id.in_(numbers), Ticket.merged_into_id.in_(numbers))
    rows = session.execute(select(Ticket.id, Ticket.merged_into_id).where(Ticket.buyer_id == sender, its))
    return {number for row in rows for number in row if number is not None}
