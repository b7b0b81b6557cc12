"""Goods on their way back and out for tests: what an agent and a buyer do, on the claim of `Matter`."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import (
    claims,
    coupons,
    followups,
    platforms,
    reminders,
    replacements,
    return_addresses,
    return_outcomes,
    returns,
)
from helpdesk.actions.return_outcomes import Looked
from helpdesk.actions.returns import Counted
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import (
    Agent,
    AgreedRemedy,
    Claim,
    Coupon,
    Entry,
    PlatformCase,
    Replacement,
    ReturnShipment,
    Ticket,
)
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.proposals import Part
from helpdesk.rules.replacements import CouponState
from helpdesk.rules.returns import Outcome, Payer
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter, delivered

ADDRESS = "退货组 收\n上海市嘉定区安亭镇 1 号仓库\n电话 021-5555 0100"
BACK = Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8900)
TRACKING = "SF1234567890123"


class SendingBack(Matter):
    """A delivered order whose claim is approved for a refund against return, unless told otherwise."""

    def __init__(self, *parts: Part, reason: str = "changed_mind", days_ago: int = 3, **order: Any) -> None:
        super().__init__(**{**delivered(days_ago), **order})
        self.link()
        self.open(reason)
        self.approve(*(parts or (BACK,)), role=Role.OWNER, why="agreed")
        with transaction() as session:
            self.address = return_addresses.save(
                session, label="Shanghai", text=ADDRESS, by=self.agent(session), at=clock.now()
            ).id

    def start(self, *, days: float = 7, quantity: int = 2, remedy: int = 1, **more: Any) -> int:
        with self.held() as (session, ticket, claim):
            return returns.start(
                session,
                current_desk(),
                ticket,
                claim,
                remedy,
                address_id=self.address,
                units=[(claim.lines[0].order_line_id, quantity)],
                payer=Payer.BUYER,
                send_by=clock.now() + timedelta(days=days),
                by=self.agent(session),
                at=clock.now(),
                **more,
            ).id

    def send_back(self, number: str = TRACKING, carrier: str = "顺丰") -> None:
        """The buyer says how it was sent."""
        with self.held() as (session, ticket, _):
            returns.give_tracking(
                session,
                1,
                carrier=carrier,
                number=number,
                actor=claims.buyer(ticket),
                at=clock.now(),
            )

    def receive(self, quantity: int = 2, **more: Any) -> None:
        with transaction() as session:
            line = self.shipment_in(session).lines[0].id
            returns.receive(
                session,
                current_desk(),
                1,
                {line: Counted(quantity=quantity, **more)},
                by=self.agent(session),
                at=clock.now(),
                seen=self.shipment_in(session).version,
            )

    def inspect(self, condition: Condition = Condition.OPENED_INTACT, **more: Any) -> Outcome:
        with transaction() as session:
            line = self.shipment_in(session).lines[0].id
            return return_outcomes.inspect(
                session,
                current_desk(),
                1,
                {line: Looked(**{"condition": condition, "resellable": True, **more})},
                by=self.agent(session),
                at=clock.now(),
                seen=self.shipment_in(session).version,
            )

    def shipment_in(self, session: Session, number: int = 1) -> ReturnShipment:
        return session.get_one(ReturnShipment, number, populate_existing=True)

    def shipment(self, number: int = 1) -> ReturnShipment:
        with reading() as session:
            found = self.shipment_in(session, number)
            _ = [line.reception for line in found.lines]
            return found

    def ticket_row(self) -> Ticket:
        with reading() as session:
            return session.get_one(Ticket, self.ticket)

    def facts(self, verb: str) -> list[dict[str, Any]]:
        with reading() as session:
            rows = session.scalars(
                select(Entry).where(Entry.ticket_id == self.ticket, Entry.verb == verb).order_by(Entry.seq)
            )
            return [row.facts for row in rows]

    def let_pass(self, **time: float) -> None:
        """Time passes, and the clock does all that is due by then."""
        clock.shift(timedelta(**time))
        for _ in range(3):
            with reading() as session:
                due = reminders.due(session, at=clock.now())
            for reminder, ticket in due:
                with transaction() as session:
                    followups.carry_out(session, current_desk(), reminder, ticket, at=clock.now())

    def claim(self) -> Claim:
        with reading() as session:
            return session.scalars(select(Claim).order_by(Claim.id.desc())).first() or Claim()

    def condition(self) -> str:
        return str(self.claim().condition)

    def promise(self, *, days: int = 3, remedy: int = 1) -> int:
        with self.held() as (session, ticket, claim):
            return replacements.promise(
                session,
                current_desk(),
                ticket,
                claim,
                remedy,
                promised_on=today() + timedelta(days=days),
                actor=claims.staff(self.agent(session)),
                at=clock.now(),
            ).id

    def replacement(self) -> Replacement:
        with reading() as session:
            return (
                session.scalars(select(Replacement).order_by(Replacement.id.desc())).first() or Replacement()
            )

    def with_replacement(self, act: Any, **more: Any) -> None:
        """One of the actions on the newest replacement, by an agent who has looked."""
        row = self.replacement()
        with transaction() as session:
            actor = claims.staff(self.agent(session))
            desk = (current_desk(),) if act in (replacements.ship, replacements.change_day) else ()
            act(session, *desk, row.id, actor=actor, at=clock.now(), seen=row.version, **more)

    def coupon(self) -> Coupon:
        with reading() as session:
            return session.scalars(select(Coupon).order_by(Coupon.id.desc())).first() or Coupon()

    def issue(self, *, remedy: int = 1, typed: str = "", days: int = 90) -> int:
        with self.held() as (session, ticket, claim):
            return coupons.issue(
                session,
                current_desk(),
                ticket,
                claim,
                remedy,
                valid_until=today() + timedelta(days=days),
                actor=claims.staff(self.agent(session)),
                at=clock.now(),
                typed=typed,
            ).id

    def settle(self, to: CouponState, why: str = "") -> None:
        with transaction() as session:
            actor = claims.staff(self.agent(session))
            coupons.settle(session, self.coupon_id(session), to, actor=actor, at=clock.now(), why=why)

    def coupon_id(self, session: Any) -> int:
        return int(session.scalars(select(Coupon.id).order_by(Coupon.id.desc())).first())

    def dispute(self, number: str = "P-1", *, hours: float | None = 72) -> int:
        with self.held() as (session, ticket, claim):
            return platforms.open_case(
                session,
                ticket,
                claim,
                platform="taobao",
                number=number,
                actor=claims.staff(self.agent(session)),
                at=clock.now(),
                deadline=clock.now() + timedelta(hours=hours) if hours else None,
                notes="the buyer is a known trickster",
            ).id

    def decide(self, to: PlatformState, role: Role = Role.LEAD, verdict: str = "For the shop.") -> None:
        with transaction() as session:
            case = session.scalars(select(PlatformCase.id)).one()
            by = session.get_one(Agent, self.people[role])
            platforms.decide(session, current_desk(), case, to, verdict=verdict, by=by, at=clock.now())

    def remedy_states(self) -> list[str]:
        with reading() as session:
            return [
                str(each) for each in session.scalars(select(AgreedRemedy.state).order_by(AgreedRemedy.id))
            ]


def today() -> date:
    return clock.now().astimezone(current_desk().zone).date()
