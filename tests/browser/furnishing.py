"""What shops make for themselves and stories do not need: saved queues and replies, a next policy."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import batches, events, macros, policies, saved_replies
from helpdesk.demo.cast import policy_text
from helpdesk.models import Agent, MailboxGrant, Order, OrderAddress, OrderProof, SavedQueue, Ticket
from helpdesk.rules.batches import Deed
from helpdesk.rules.macros import Do, Step

REPLIES = (
    (
        "Photo, please",
        "Dear {{buyer.name}},\n\ncould you send us a photo of it?",
        "您好！请发一张照片给我们。",
    ),
    ("Thank you", "Thank you for telling us: we have passed it on.", ""),
)
QUEUES = (
    ("Broken 破损", "reason:damaged state:open", True),
    ("Closed by me", "state:closed assignee:me", False),
)
LASTS = timedelta(days=7)


def furnish(session: Session, owner: str, at: datetime) -> None:
    """Into a desk that is seeded; by the colleague with this address."""
    for agent in session.scalars(select(Agent)):
        agent.locale = None  # the language is the browser's
    by = session.scalars(select(Agent).where(Agent.email == owner)).one()
    for name, query, shared in QUEUES:
        session.add(SavedQueue(owner_id=by.id, name=name, query=query, shared=shared, created_at=at))
    for name, english, chinese in REPLIES:
        form = saved_replies.ReplyForm(name=name, text_en=english, text_zh=chinese, shared=True)
        saved_replies.add(session, form, by=by, at=at)
    steps = (Step(Do.NOTE, "We look into it."), Step(Do.REPLY, "1"), Step(Do.STATE, "waiting:buyer"))
    macros.add(session, "Ask for a photo", steps, by=by, at=at)
    _next_policy(session, by, at)
    session.add(MailboxGrant(mailbox_id=1, provider="google", client_id="9014.apps.example"))
    batches.propose(session, Deed.TAG, {"tags": ["late parcel"]}, Ticket.id <= 20, by=by, at=at)
    _one_time_links(session, at)


def _next_policy(session: Session, by: Agent, at: datetime) -> None:
    text = policy_text().replace('version = "seeded"', 'version = "next"')
    policies.upload(session, text, by=by, at=at)
    event = events.EventForm(
        name_zh="台风“海燕”", name_en="Typhoon Haiyan", regions=("CN-GD",), starts_at=at - timedelta(days=1),
        ends_at=at + timedelta(days=3), source="https://weather.example/haiyan",
    )  # fmt: skip
    events.declare(session, event, by=by, at=at)


def _one_time_links(session: Session, at: datetime) -> None:
    """Somebody else asks about an order, once in each country; and one who does not know her number."""
    ticket = session.scalars(select(Ticket).order_by(Ticket.id)).first()
    assert ticket is not None
    for currency in ("CNY", "EUR"):
        order, address = session.execute(
            select(Order, OrderAddress.email)
            .join(OrderAddress, OrderAddress.order_id == Order.id)
            .where(Order.currency == currency)
            .order_by(Order.id.desc())
        ).first() or (None, "")
        assert order is not None
        for order_id in (order.id, None):
            session.add(
                OrderProof(
                    ticket_id=ticket.id, order_id=order_id, sent_to=address, sent_at=at, expires_at=at + LASTS
                )
            )
