"""Coupons that were agreed instead of money: a code of ours that nobody can guess, or one of the platform."""

import re
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions import claims, conversation, goods_letters, remedy_goods, tasks
from helpdesk.actions.claims import Actor
from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Claim, Coupon, Entry, Ticket
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.replacements import CouponState, check_coupon_move, new_code
from helpdesk.rules.states import EntryKind

TYPED = re.compile(r"[!-~]{4,60}")  # printable ASCII without blanks
FARTHEST = timedelta(days=366 * 3)


def issue(
    session: Session,
    desk: Desk,
    ticket: Ticket,
    claim: Claim,
    remedy_id: int,
    *,
    valid_until: date,
    actor: Actor,
    at: datetime,
    typed: str = "",
) -> Coupon:
    """Send the buyer the code of an agreed coupon: with it the remedy is complete.

    `typed` is a code made at the platform; else one is made here. Raises InvalidError, ConflictError.
    """
    remedy = remedy_goods.of_claim(session, claim, remedy_id, Remedy.COUPON)
    today = at.astimezone(desk.zone).date()
    if valid_until <= today:
        raise InvalidError("a coupon is valid until a day that is still to come", field="valid_until")
    if valid_until > today + FARTHEST:
        raise InvalidError("this day is more than three years away", field="valid_until")
    code = _code(session, typed)
    row = {
        "claim_id": claim.id,
        "remedy_id": remedy.id,
        "code": code,
        "ours": not typed.strip(),
        "face_minor": remedy.amount_minor,
        "currency": remedy.currency,
        "valid_until": valid_until,
        "state": CouponState.ISSUED,
        "issued_by": actor.name,
        "issued_at": at,
        "why": "",
        "entry_id": claim.entry_id,  # until the letter is written, which names the code
    }
    if not insert_missing(session, Coupon, [row]):
        raise ConflictError("this code was given to somebody already, or this coupon was sent")
    coupon = session.scalars(select(Coupon).where(Coupon.code == code)).one()
    coupon.entry_id = goods_letters.coupon(session, desk, ticket, claim, coupon, actor=actor, at=at).id
    _record(session, ticket, coupon, "coupon_issued", actor=actor, at=at)
    end = datetime.combine(valid_until + timedelta(days=1), time(), tzinfo=desk.zone)
    tasks.plan(
        session,
        ticket,
        tasks.COUPON_END,
        coupon.id,
        due_at=end,
        actor=actor.name,
        at=at,
        claim_id=claim.id,
    )
    remedy_goods.move(session, ticket, claim, remedy.id, RemedyState.COMPLETE, actor=actor, at=at)
    return coupon


def settle(
    session: Session, coupon_id: int, to: CouponState, *, actor: Actor, at: datetime, why: str = ""
) -> Entry | None:
    """It was redeemed, or is void. The same twice changes nothing (None).

    A void one leaves its remedy undone: a new one can be sent, or the claim decided anew.
    """
    coupon, claim, ticket = hold(session, coupon_id)
    if coupon.state is to:
        return None
    check_coupon_move(coupon.state, to)
    if to is CouponState.VOID and not why.strip():
        raise InvalidError("say why", field="why")
    coupon.state, coupon.settled_at, coupon.why = to, at, why.strip()[:500]
    verb = "coupon_void" if to is CouponState.VOID else "coupon_redeemed"
    entry = _record(session, ticket, coupon, verb, actor=actor, at=at)
    tasks.settle(session, ticket, coupon.id, tasks.COUPON_END, actor=actor.name, at=at)
    if to is CouponState.VOID:
        remedy_goods.move(session, ticket, claim, coupon.remedy_id, RemedyState.UNDER_WAY, actor=actor, at=at)
    return entry


def note_end(session: Session, desk: Desk, ticket: Ticket, coupon_id: int, *, at: datetime) -> None:
    """Its last day is over."""
    coupon = session.get_one(Coupon, coupon_id, populate_existing=True)
    if coupon.state is CouponState.ISSUED:
        coupon.state, coupon.settled_at = CouponState.EXPIRED, at
        _record(session, ticket, coupon, "coupon_expired", actor=claims.DESK, at=at)


def hold(session: Session, coupon_id: int) -> tuple[Coupon, Claim, Ticket]:
    """Held with its ticket. Raises NotFoundError."""
    coupon = session.get(Coupon, coupon_id)
    if coupon is None:
        raise NotFoundError("there is no such coupon")
    claim, ticket = claims.hold(session, coupon.claim_id)
    session.refresh(coupon)
    return coupon, claim, ticket


def _code(session: Session, typed: str) -> str:
    typed = typed.strip()
    if typed and not TYPED.fullmatch(typed):
        raise InvalidError("a code has 4 to 60 letters, digits and signs, without blanks", field="code")
    if typed and session.scalar(select(Coupon.id).where(Coupon.code == typed)) is not None:
        raise ConflictError("this code was given to somebody already, or this coupon was sent")
    return typed or new_code()


def _record(
    session: Session, ticket: Ticket, coupon: Coupon, verb: str, *, actor: Actor, at: datetime
) -> Entry:
    """The whole code stands in the letter alone."""
    return conversation.record(
        session,
        ticket,
        EntryKind.EVENT,
        verb,
        actor=actor.name,
        at=at,
        facts={
            "claim": coupon.claim_id,
            "coupon": coupon.id,
            "code_end": coupon.code[-4:],
            "amount_minor": coupon.face_minor,
            "currency": coupon.currency,
            "valid_until": coupon.valid_until.isoformat(),
            "why": coupon.why,
        },
    )
