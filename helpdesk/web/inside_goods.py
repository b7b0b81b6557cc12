"""Goods out, coupons and disputes, for agents: small forms of the ticket's side, each one action."""

from collections.abc import Callable

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import claims, coupons, platforms, replacement_rows, replacements
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import DeskError
from helpdesk.models import AgreedRemedy, Claim, Ticket
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.replacements import CouponState
from helpdesk.rules.states import IllegalMoveError
from helpdesk.web import answers, forms, inside_forms, refusals
from helpdesk.web import tickets as pages
from helpdesk.web.signin import acting

bp = Blueprint("goods", __name__)
CHANGES = ("shipment", "day", "delivery", "failure", "cancellation")
VERDICTS = {each.value: each for each in PlatformState if each is not PlatformState.OPEN}


@bp.post("/remedies/<key:remedy_id>/promise")
def promise(remedy_id: int) -> ResponseReturnValue:
    """By which day it leaves."""
    with transaction() as session:
        number = _of_remedy(session, remedy_id)[1].number

    def act(session: Session) -> None:
        claim, ticket = _of_remedy(session, remedy_id)
        replacements.promise(
            session,
            current_desk(),
            ticket,
            claim,
            remedy_id,
            promised_on=inside_forms.day("promised_on"),
            actor=claims.staff(acting(session)),
            at=clock.now(),
            words=request.form.get("words", ""),
        )

    return _done(number, act)


@bp.post("/replacements/<key:replacement_id>/<what>")
def change(replacement_id: int, what: str) -> ResponseReturnValue:
    """Sent, promised for another day, arrived, lost, or given up."""
    if what not in CHANGES:
        abort(404)
    with transaction() as session:
        number = replacement_rows.hold(session, replacement_id)[2].number

    def act(session: Session) -> None:
        actor, at = claims.staff(acting(session)), clock.now()
        seen, why = inside_forms.number("seen"), request.form.get("why", "")
        if what == "shipment":
            replacements.ship(
                session,
                current_desk(),
                replacement_id,
                carrier=request.form.get("carrier", ""),
                number=request.form.get("tracking", ""),
                actor=actor,
                at=at,
                seen=seen,
            )
        elif what == "day":
            day = inside_forms.day("promised_on")
            replacements.change_day(
                session, current_desk(), replacement_id, promised_on=day, actor=actor, at=at, seen=seen
            )
        elif what == "delivery":
            replacements.deliver(session, replacement_id, actor=actor, at=at, seen=seen)
        elif what == "failure":
            replacements.fail(session, replacement_id, why=why, actor=actor, at=at, seen=seen)
        else:
            replacements.cancel(session, replacement_id, why=why, actor=actor, at=at, seen=seen)

    return _done(number, act)


@bp.post("/remedies/<key:remedy_id>/coupon")
def issue(remedy_id: int) -> ResponseReturnValue:
    """Send the code, one of ours or one of the platform."""
    with transaction() as session:
        number = _of_remedy(session, remedy_id)[1].number

    def act(session: Session) -> None:
        claim, ticket = _of_remedy(session, remedy_id)
        coupons.issue(
            session,
            current_desk(),
            ticket,
            claim,
            remedy_id,
            valid_until=inside_forms.day("valid_until"),
            actor=claims.staff(acting(session)),
            at=clock.now(),
            typed=request.form.get("code", ""),
        )

    return _done(number, act)


@bp.post("/coupons/<key:coupon_id>/end")
def end_coupon(coupon_id: int) -> ResponseReturnValue:
    """It was used, or is void."""
    to = {"redeemed": CouponState.REDEEMED, "void": CouponState.VOID}.get(request.form.get("state", ""))
    if to is None:
        abort(inside_forms.REFUSED)
    with transaction() as session:
        number = coupons.hold(session, coupon_id)[2].number

    def act(session: Session) -> None:
        actor = claims.staff(acting(session))
        why = request.form.get("why", "")
        coupons.settle(session, coupon_id, to, actor=actor, at=clock.now(), why=why)

    return _done(number, act)


@bp.post("/claims/<key:claim_id>/platform-cases")
def dispute(claim_id: int) -> ResponseReturnValue:
    """The platform or a bank decides from now on."""
    with transaction() as session:
        number = claims.hold(session, claim_id)[1].number

    def act(session: Session) -> None:
        claim, ticket = claims.hold(session, claim_id)
        platforms.open_case(
            session,
            ticket,
            claim,
            platform=request.form.get("platform", ""),
            number=request.form.get("number", ""),
            actor=claims.staff(acting(session)),
            at=clock.now(),
            deadline=inside_forms.moment("deadline"),
            notes=request.form.get("notes", ""),
        )

    return _done(number, act)


@bp.post("/platform-cases/<key:case_id>/<what>")
def change_case(case_id: int, what: str) -> ResponseReturnValue:
    """Its deadline or notes have changed, or it is decided."""
    if what not in ("change", "verdict"):
        abort(404)
    with transaction() as session:
        number = platforms.hold(session, case_id)[2].number

    def act(session: Session) -> None:
        by, at = acting(session), clock.now()
        if what == "change":
            platforms.change(
                session,
                case_id,
                deadline=inside_forms.moment("deadline"),
                notes=request.form.get("notes", ""),
                actor=claims.staff(by),
                at=at,
            )
            return
        to = VERDICTS.get(request.form.get("state", ""))
        if to is None:
            abort(inside_forms.REFUSED)
        verdict = request.form.get("verdict", "")
        platforms.decide(session, current_desk(), case_id, to, verdict=verdict, by=by, at=at)

    return _done(number, act)


def _of_remedy(session: Session, remedy_id: int) -> tuple[Claim, Ticket]:
    return claims.hold(session, session.get_one(AgreedRemedy, remedy_id).claim_id)


def _done(number: int, act: Callable[[Session], None]) -> ResponseReturnValue:
    """Back to the ticket; refused, the ticket's page says why above the form's place."""
    try:
        with transaction() as session:
            if forms.is_first(session):
                act(session)
    except (DeskError, IllegalMoveError) as error:
        said = refusals.sentence(error)
        return pages.page(number, problem=said, field="inside"), refusals.status_of(error)
    answers.wake()
    return answers.see("tickets.show", number=number, _anchor="inside")
