"""A condition of a search as one of the database: which tickets, by index, in the order of their numbers.

Every condition is a set of tickets that its own index gives; the database intersects them. No LIKE ever
looks through texts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, aliased

from helpdesk.models import (
    Agent,
    Attachment,
    Claim,
    Entry,
    NamedNumber,
    Order,
    Refund,
    Tag,
    Ticket,
    TicketOrder,
    TicketTag,
)
from helpdesk.models.searching import INDEX, SEQ_BITS, WORDS
from helpdesk.rules import segmenting, tags
from helpdesk.rules.currencies import EXPONENTS
from helpdesk.rules.order_numbers import normal
from helpdesk.rules.search_documents import ADDRESSED, FILES, PEOPLE, asked
from helpdesk.rules.search_terms import ME, NOBODY, Field, Search, Term
from helpdesk.rules.segmenting import Phrase

SHORTEST_END = 4  # of an order number: what is kept of its end, and indexed
BIGGEST = 2**31  # a ticket's number, on PostgreSQL
_NUMBER = re.compile(r"#?(\d{1,10})")
_LIKE_AN_ORDER = re.compile(r"[#\w-]*\d[\w-]{2,}", re.ASCII)


def of(session: Session, search: Search, *, reader_id: int, zone: tzinfo) -> ColumnElement[bool]:
    """What a ticket has to be. Spam is left out unless it is asked for."""
    dialect = session.get_bind().dialect.name
    conditions = [_condition(term, dialect, reader_id, zone) for term in search.terms]
    asked_for_spam = any(each.field is Field.STATE and "spam" in each.values for each in search.terms)
    return and_(*conditions, *([] if asked_for_spam else [Ticket.spam.is_(False)]))


def phrases(search: Search) -> tuple[Phrase, ...]:
    """What of the search can be shown in the words that were found."""
    shown = (None, Field.FROM, Field.FILE)
    wanted = (each for each in search.terms if each.field in shown and not each.negated)
    found = (segmenting.phrase(value, exact=each.exact) for each in wanted for value in each.values)
    return tuple(each for each in found if each is not None)


def _condition(term: Term, dialect: str, reader_id: int, zone: tzinfo) -> ColumnElement[bool]:
    found = _positive(term, dialect, reader_id, zone)
    return not_(found) if term.negated else found


def _positive(term: Term, dialect: str, reader_id: int, zone: tzinfo) -> ColumnElement[bool]:
    match term.field:
        case None:
            return _anywhere(term, dialect)
        case Field.FROM | Field.TO | Field.FILE:
            return _among(term, dialect)
        case Field.STATE:
            return or_(*_in_states(term.values))
        case Field.REASON:
            return Ticket.id.in_(select(Claim.ticket_id).where(Claim.reason.in_(term.values)))
        case Field.ORDER:
            return Ticket.id.in_(union_all(*(each for value in term.values for each in orders(value))))
        case Field.TICKET:
            return Ticket.id.in_([number for value in term.values if (number := ticket(value)) is not None])
        case Field.ASSIGNEE:
            return or_(*(_assigned(value, reader_id) for value in term.values))
        case Field.HAS:
            return or_(*(Ticket.id.in_(_HAS[value]()) for value in term.values))
        case Field.BEFORE:
            return Ticket.created_at < _start(term, zone)
        case Field.AFTER:
            return Ticket.updated_at >= _start(term, zone)
        case Field.AMOUNT:
            return Ticket.id.in_(_with_amount(term))
        case Field.TAG:
            return _is_one_of([_tagged(term)], dialect)


def _anywhere(term: Term, dialect: str) -> ColumnElement[bool]:
    """In the words of people; a number may also be that of a ticket or of an order."""
    (value,) = term.values
    number, wanted = ticket(value), segmenting.phrase(value, exact=term.exact)
    if number is not None and value.startswith("#"):
        return Ticket.id == number
    ways: list[Select[Any]] = [] if wanted is None else [hits(wanted, dialect)]
    if number is not None:
        ways.append(select(Ticket.id).where(Ticket.id == number))
    if _LIKE_AN_ORDER.fullmatch(value):
        ways += orders(value)
    if not ways:
        return literal(True)  # nothing but signs: no word to look for
    return _is_one_of(ways, dialect)


def _among(term: Term, dialect: str) -> ColumnElement[bool]:
    sign = {Field.FROM: PEOPLE, Field.TO: ADDRESSED, Field.FILE: FILES}[term.field or Field.FROM]
    wanted = [segmenting.phrase(value, exact=term.exact) for value in term.values]
    ways = [hits(asked(each, sign), dialect) for each in wanted if each is not None]
    return _is_one_of(ways, dialect) if ways else literal(False)


def _in_states(values: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """One condition for each kind of state: an empty one beside it would keep an index from being used."""
    if states := [value for value in values if value not in ("spam", "snoozed")]:
        yield Ticket.state.in_(states)
    if "spam" in values:
        yield Ticket.spam.is_(True)
    if "snoozed" in values:
        yield Ticket.id.in_(_asleep())


def _asleep() -> Select[Any]:
    """In the words of its index: see models/tickets.py."""
    other = aliased(Ticket)
    return select(other.id).where(other.snoozed_until.is_not(None), other.spam == false())


def _tagged(term: Term) -> Select[Any]:
    named = select(Tag.id).where(Tag.folded.in_([tags.folded(tags.named_by(each)) for each in term.values]))
    return select(TicketTag.ticket_id).where(TicketTag.tag_id.in_(named))


def _is_one_of(ways: list[Select[Any]], dialect: str) -> ColumnElement[bool]:
    """The ticket is among those that one of these finds.

    On SQLite the plus keeps the planner from looking up every hit by itself, only to sort them all: it walks
    the tickets from the newest, and asks of each whether it was hit. A common word took 12 ms, and takes 2;
    one that nobody wrote takes 6 at 100,000 tickets.
    """
    found: Any = ways[0] if len(ways) == 1 else union_all(*ways)
    number: Any = literal_column("+ticket.id") if dialect == "sqlite" else Ticket.id
    is_hit: ColumnElement[bool] = number.in_(found)
    return is_hit


def hits(wanted: Phrase, dialect: str) -> Select[Any]:
    """Tickets with an entry in which the phrase stands."""
    if dialect == "sqlite":
        quoted = f'"{" ".join(wanted.words)}"{"*" if wanted.begins else ""}'
        match = literal_column(INDEX).op("MATCH")(bindparam(None, quoted))
        return select(WORDS.c.rowid.op(">>")(literal_column(str(SEQ_BITS)))).where(match)
    *front, last = (f"'{word}'" for word in wanted.words)
    query = " <-> ".join((*front, f"{last}:*" if wanted.begins else last))
    match = WORDS.c.words.op("@@")(cast(bindparam(None, query), TSQUERY))
    return select(WORDS.c.place.op(">>")(literal_column(str(SEQ_BITS)))).where(match)


def ticket(value: str) -> int | None:
    found = _NUMBER.fullmatch(segmenting.folded(value).strip())
    return int(found[1]) if found and int(found[1]) < BIGGEST else None


def orders(value: str) -> list[Select[Any]]:
    """Tickets about an order with this number, or with one that ends so, linked or only named."""
    number = normal(value)
    found = select(Order.id).where(is_order(number))
    return [
        select(TicketOrder.ticket_id).where(TicketOrder.order_id.in_(found)),
        select(Claim.ticket_id).where(Claim.order_id.in_(found)),
        select(NamedNumber.ticket_id).where(NamedNumber.number == number),
    ]


def is_order(number: str) -> ColumnElement[bool]:
    """It has this number (in its compared form), or one that ends so."""
    if len(number) < SHORTEST_END:
        return Order.external_no_norm == number
    ends = Order.external_no_norm.endswith(number, autoescape=True)
    return and_(Order.number_end == number[-SHORTEST_END:], ends)


def _assigned(value: str, reader_id: int) -> ColumnElement[bool]:
    if value == NOBODY:
        return Ticket.assignee_id.is_(None)
    if value == ME:
        return Ticket.assignee_id == reader_id
    named = or_(
        func.lower(Agent.name).contains(value.lower(), autoescape=True),
        func.lower(Agent.email).startswith(value.lower(), autoescape=True),
    )
    return Ticket.assignee_id.in_(select(Agent.id).where(named))


def _start(term: Term, zone: tzinfo) -> datetime:
    assert term.day is not None
    return datetime.combine(term.day, time(), zone).astimezone(UTC)


def _with_files(*conditions: ColumnElement[bool]) -> Select[Any]:
    files = select(Entry.ticket_id).join(Attachment, Attachment.entry_id == Entry.id)
    return files.where(Attachment.inline.is_(False), *conditions)


_HAS: dict[str, Callable[[], Select[Any]]] = {
    "attachment": _with_files,
    "photo": lambda: _with_files(Attachment.content_type.startswith("image/")),
    "order": lambda: select(TicketOrder.ticket_id),
    "claim": lambda: select(Claim.ticket_id),
    "refund": lambda: select(Refund.ticket_id),
}


def _with_amount(term: Term) -> Any:
    """Tickets with a refund of such an amount, or a wish that names one."""
    return union_all(
        select(Refund.ticket_id).where(_amounts(term, Refund.amount_minor, Refund.currency)),
        select(Claim.ticket_id).where(_amounts(term, Claim.wish_minor, Claim.wish_currency)),
    )


def _amounts(term: Term, minor: Any, currency: Any) -> ColumnElement[bool]:
    """In the smallest unit of whatever currency it is."""
    assert term.amount is not None
    if term.currency:
        limit: Any = _minor(term.amount, EXPONENTS[term.currency])
        return and_(currency == term.currency, _compared(term.operator, minor, limit))
    odd: dict[int, list[str]] = {}
    for code, digits in EXPONENTS.items():
        if digits != 2:
            odd.setdefault(digits, []).append(code)
    branches: Sequence[tuple[Any, Any]] = [
        (currency.in_(codes), literal(_minor(term.amount, digits))) for digits, codes in odd.items()
    ]
    return _compared(term.operator, minor, case(*branches, else_=literal(_minor(term.amount, 2))))


def _minor(amount: Decimal, digits: int) -> int:
    return int(amount.scaleb(digits))


def _compared(operator: str, one: Any, other: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = one.op({"=": "="}.get(operator, operator), is_comparison=True)(other)
    return found
