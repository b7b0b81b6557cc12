"""What happens to goods in a story, back and out, and what platforms decide: with it, all that can happen."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claims, coupons, platforms, replacements, return_outcomes, returns
from helpdesk.actions.return_outcomes import Looked
from helpdesk.actions.returns import Counted
from helpdesk.current import current_desk
from helpdesk.demo.dealing import Dealing
from helpdesk.models import Agent, PlatformCase, Replacement, ReturnShipment
from helpdesk.rules.claim_terms import Condition
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.returns import Payer, ReturnState


class Play(Dealing):
    """A story as it is played."""

    def wants_it_back(self) -> None:
        """A return is asked for, where the letter of the approval has not done so."""
        with self.claim() as (session, ticket, claim, by):
            asked = select(ReturnShipment.id).where(
                ReturnShipment.claim_id == claim.id, ReturnShipment.state != ReturnState.CANCELED
            )
            if session.scalar(asked) is None:
                returns.start(
                    session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                    address_id=self.cast.address,
                    units=[(line.order_line_id, line.quantity) for line in claim.lines],
                    payer=Payer.BUYER, send_by=clock.now() + timedelta(days=7), by=by, at=clock.now(),
                )  # fmt: skip
        self.post()

    def sends_it_back(self) -> None:
        with self.claim() as (session, ticket, _, _):
            shipment = self._newest(session, ReturnShipment)
            returns.give_tracking(
                session, shipment.id, carrier=self.voice.carrier, number=self.voice.back,
                actor=claims.buyer(ticket), at=clock.now(),
            )  # fmt: skip

    def comes_back(self) -> None:
        with self.claim() as (session, _, _, by):
            shipment = self._newest(session, ReturnShipment)
            counted = {line.id: Counted(quantity=line.quantity) for line in shipment.lines}
            returns.receive(
                session, current_desk(), shipment.id, counted, by=by, at=clock.now(), seen=shipment.version
            )
        self.post()

    def is_looked_at(self, condition: Condition = Condition.OPENED_INTACT) -> None:
        with self.claim() as (session, _, _, by):
            shipment = self._newest(session, ReturnShipment)
            looked = {line.id: Looked(condition=condition, resellable=True) for line in shipment.lines}
            return_outcomes.inspect(
                session, current_desk(), shipment.id, looked, by=by, at=clock.now(), seen=shipment.version
            )
        self.tick()

    def promises_goods(self, days: int) -> None:
        with self.claim() as (session, ticket, claim, by):
            replacements.promise(
                session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                promised_on=self._today() + timedelta(days=days), actor=claims.staff(by), at=clock.now(),
            )  # fmt: skip
        self.post()

    def ships_goods(self) -> None:
        self._replace(
            replacements.ship, current_desk(), carrier=self.voice.carrier, number=self.voice.tracking
        )
        self.post()

    def delivers_goods(self) -> None:
        self._replace(replacements.deliver)
        self.tick()

    def _replace(self, act: Callable[..., Any], *first: Any, **more: Any) -> None:
        with self.claim() as (session, _, _, by):
            row = self._newest(session, Replacement)
            act(session, *first, row.id, actor=claims.staff(by), at=clock.now(), seen=row.version, **more)

    def gives_a_coupon(self) -> None:
        with self.claim() as (session, ticket, claim, by):
            coupons.issue(
                session, current_desk(), ticket, claim, self._remedy(session, claim).id,
                valid_until=self._today() + timedelta(days=90), actor=claims.staff(by), at=clock.now(),
                typed=self.voice.coupon,
            )  # fmt: skip
        self.post()

    @staticmethod
    def _newest(session: Any, table: Any) -> Any:
        return session.scalars(select(table).order_by(table.id.desc())).first()

    @staticmethod
    def _today() -> date:
        return clock.now().astimezone(current_desk().zone).date()

    # -- disputes ------------------------------------------------------------------------------------------

    def goes_to_the_platform(self, number: str) -> None:
        with self.claim() as (session, ticket, claim, by):
            platforms.open_case(
                session, ticket, claim, platform="taobao", number=number, actor=claims.staff(by),
                at=clock.now(), deadline=clock.now() + timedelta(days=6),
            )  # fmt: skip

    def platform_decides(self, to: PlatformState) -> None:
        with self.claim() as (session, _, _, _):
            case = self._newest(session, PlatformCase)
            by = session.get_one(Agent, self.cast.leads[0])
            platforms.decide(
                session, current_desk(), case.id, to, verdict=self.words("verdict"), by=by, at=clock.now()
            )
        self.tick()
