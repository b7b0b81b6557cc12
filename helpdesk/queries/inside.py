"""What a ticket shows of the inside of the shop: who was asked, what comes back, goes out, is disputed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from helpdesk.errors import NotFoundError
from helpdesk.models import (
    AgreedRemedy,
    Claim,
    Coupon,
    Entry,
    HeldAnswer,
    Inquiry,
    Order,
    PlatformCase,
    Replacement,
    ReturnShipment,
    Ticket,
)
from helpdesk.models.returns import ReturnLine
from helpdesk.queries import promises
from helpdesk.queries.inside_views import (
    CaseView,
    ClaimInside,
    CouponView,
    HeldView,
    InquiryView,
    InsideView,
    RemedyView,
    ReplacementView,
    ReturnLineView,
    ReturnView,
)
from helpdesk.rules import refund_terms
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.inquiries import HeldState
from helpdesk.rules.masking import masked
from helpdesk.rules.money import Money
from helpdesk.rules.offers import RemedyState
from helpdesk.rules.replacements import CouponState, ReplacementState
from helpdesk.rules.returns import LIVE, Outcome

GOODS_BACK = (Remedy.RETURN_REFUND, Remedy.EXCHANGE)
GOODS_OUT = (Remedy.EXCHANGE, Remedy.REDELIVERY, Remedy.WAIT_WITH_DATE)
NOT_DISPUTED = (ClaimState.DISPUTED, ClaimState.CLOSED)


def of_ticket(session: Session, number: int) -> InsideView:
    """Everything of one matter."""
    matter = select(Ticket.id).where(or_(Ticket.id == number, Ticket.merged_into_id == number))
    found = session.scalars(select(Claim).where(Claim.ticket_id.in_(matter)).order_by(Claim.id)).all()
    asked = session.scalars(
        select(Inquiry)
        .where(Inquiry.ticket_id.in_(matter))
        .options(joinedload(Inquiry.contact))
        .order_by(Inquiry.id)
    ).all()
    return InsideView(
        inquiries=_inquiries(session, asked),
        claims=_claims(session, found) if found else (),
    )


def one_return(session: Session, return_id: int) -> ReturnView:
    """Raises NotFoundError."""
    row = session.scalar(_returns().where(ReturnShipment.id == return_id))
    if row is None:
        raise NotFoundError("there is no such return")
    claim = session.get_one(Claim, row.claim_id)
    return _return(session, row, claim, _titles(session, [claim]))


def _inquiries(session: Session, rows: Sequence[Inquiry]) -> tuple[InquiryView, ...]:
    held: dict[int, list[HeldView]] = defaultdict(list)
    if rows:
        waiting = session.execute(
            select(HeldAnswer, Entry)
            .join(Entry, Entry.id == HeldAnswer.entry_id)
            .where(HeldAnswer.inquiry_id.in_([row.id for row in rows]), HeldAnswer.state == HeldState.HELD)
            .options(joinedload(Entry.payload))
            .order_by(HeldAnswer.id)
        )
        for answer, entry in waiting:
            held[answer.inquiry_id].append(
                HeldView(
                    id=answer.id,
                    sender=answer.sender,
                    why=answer.why,
                    words=masked(str(entry.facts.get("text", "")), cards=False),
                    files=tuple(str(file["name"]) for file in entry.facts.get("attachments", ())),
                )
            )
    return tuple(
        InquiryView(
            id=row.id,
            kind=row.kind,
            name=row.contact.name,
            role=row.contact.role,
            words=row.words,
            state=row.state,
            due_at=row.due_at,
            asked_at=row.asked_at,
            problem=row.problem,
            held=tuple(held[row.id]),
        )
        for row in rows
    )


def _claims(session: Session, claims: Sequence[Claim]) -> tuple[ClaimInside, ...]:
    ids = [claim.id for claim in claims]
    titles = _titles(session, claims)
    back = session.scalars(_returns().where(ReturnShipment.claim_id.in_(ids))).all()
    out = session.scalars(
        select(Replacement).where(Replacement.claim_id.in_(ids)).order_by(Replacement.id)
    ).all()
    coupons = session.scalars(select(Coupon).where(Coupon.claim_id.in_(ids)).order_by(Coupon.id)).all()
    cases = session.scalars(
        select(PlatformCase).where(PlatformCase.claim_id.in_(ids)).order_by(PlatformCase.id)
    ).all()
    agreed = session.scalars(
        select(AgreedRemedy).where(AgreedRemedy.claim_id.in_(ids)).order_by(AgreedRemedy.id)
    ).all()
    grounds = promises.grounds(session, claims)
    return tuple(
        ClaimInside(
            id=claim.id,
            state=claim.state,
            order=_order_no(session, claim),
            remedies=tuple(
                _remedy(
                    claim,
                    row,
                    back,
                    out,
                    coupons,
                    promises.waits(grounds, row) == refund_terms.NO_ADDRESS,
                )
                for row in agreed
                if row.claim_id == claim.id
            ),
            returns=tuple(_return(session, row, claim, titles) for row in back if row.claim_id == claim.id),
            replacements=tuple(_replacement(row) for row in out if row.claim_id == claim.id),
            coupons=tuple(_coupon(row) for row in coupons if row.claim_id == claim.id),
            cases=tuple(_case(row) for row in cases if row.claim_id == claim.id),
            may_dispute=claim.state not in NOT_DISPUTED,
        )
        for claim in claims
    )


def _remedy(
    claim: Claim,
    row: AgreedRemedy,
    back: Sequence[ReturnShipment],
    out: Sequence[Replacement],
    coupons: Sequence[Coupon],
    wants_goods: bool,
) -> RemedyView:
    goes_on = claim.state is ClaimState.APPROVED and row.state in (RemedyState.AGREED, RemedyState.UNDER_WAY)
    returned = "returned" in row.goods or any(
        each.remedy_id == row.id and (each.state in LIVE or each.outcome is Outcome.AS_AGREED)
        for each in back
    )
    promised = any(each.remedy_id == row.id and each.state != ReplacementState.CANCELED for each in out)
    sent = any(each.remedy_id == row.id and each.state != CouponState.VOID for each in coupons)
    return RemedyView(
        id=row.id,
        remedy=row.remedy,
        state=row.state,
        face=Money(row.amount_minor, row.currency),
        words=str(row.goods.get("words", "")),
        by=str(row.goods.get("by") or ""),
        wants_return=goes_on and not returned and (row.remedy in GOODS_BACK or wants_goods),
        wants_promise=goes_on and row.remedy in GOODS_OUT and not promised,
        wants_coupon=goes_on and row.remedy is Remedy.COUPON and not sent,
    )


def _return(
    session: Session, row: ReturnShipment, claim: Claim, titles: Mapping[int, tuple[str, str]]
) -> ReturnView:
    currency = next((titles[line.order_line_id][1] for line in row.lines), "")
    return ReturnView(
        id=row.id,
        number=row.number,
        claim=claim.id,
        ticket=claim.ticket_id,
        version=row.version,
        state=row.state,
        address=row.address.text,
        address_label=row.address.label,
        address_version=row.address.version,
        payer=row.payer,
        send_by=row.send_by,
        carrier=row.carrier,
        tracking=row.tracking,
        outcome=row.outcome,
        why=row.why,
        currency=currency,
        lines=tuple(
            ReturnLineView(
                id=line.id,
                title=titles[line.order_line_id][0],
                quantity=line.quantity,
                received=line.received_quantity,
                reception=line.reception,
                condition=line.condition,
                resellable=line.resellable,
                deduction=Money(line.deduction_minor, currency),
                why=line.why,
                photos=tuple(photo.attachment_id for photo in line.photos),
            )
            for line in row.lines
        ),
    )


def _returns() -> Select[ReturnShipment]:
    return (
        select(ReturnShipment)
        .options(
            joinedload(ReturnShipment.address),
            selectinload(ReturnShipment.lines).selectinload(ReturnLine.photos),
        )
        .order_by(ReturnShipment.id)
    )


def _titles(session: Session, claims: Sequence[Claim]) -> dict[int, tuple[str, str]]:
    """Title and currency of every line of the claims' orders."""
    wanted = {claim.order_id for claim in claims if claim.order_id is not None}
    orders = [session.get_one(Order, each, options=[selectinload(Order.lines)]) for each in sorted(wanted)]
    return {
        line.id: (line.title or line.sku or "?", order.currency) for order in orders for line in order.lines
    }


def _order_no(session: Session, claim: Claim) -> str:
    return session.get_one(Order, claim.order_id).external_no if claim.order_id is not None else ""


def _replacement(row: Replacement) -> ReplacementView:
    return ReplacementView(
        id=row.id,
        kind=row.kind,
        version=row.version,
        state=row.state,
        promised_on=row.promised_on,
        overdue=row.overdue_at is not None and row.state is ReplacementState.PROMISED,
        words=row.words,
        carrier=row.carrier,
        tracking=row.tracking,
        why=row.why,
    )


def _coupon(row: Coupon) -> CouponView:
    return CouponView(
        id=row.id,
        code=row.code,
        face=Money(row.face_minor, row.currency),
        valid_until=row.valid_until,
        state=row.state,
        why=row.why,
    )


def _case(row: PlatformCase) -> CaseView:
    return CaseView(
        id=row.id,
        platform=row.platform,
        number=row.number,
        state=row.state,
        opened_at=row.opened_at,
        deadline=row.deadline,
        verdict=row.verdict,
        notes=row.notes,
    )
