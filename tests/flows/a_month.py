"""A desk whose clock stands still until a test moves it, a bank of play money, and what people do there."""

from datetime import date, timedelta

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    approvals,
    chases,
    claim_steps,
    claims,
    compensations,
    platforms,
    refunds,
    remedy_money,
    replies,
    switches,
    tickets,
)
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.gateways.bank_book import Trouble
from helpdesk.models import (
    Agent,
    OutboxMessage,
    PlatformCase,
    Refund,
)
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.orders import GivenPayment
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.proposals import Part
from helpdesk.workers import chaser, payer
from tests.actions.sold import given, line, sell
from tests.flows.a_month_of import FIRST_DAY, OPENS, Desk, address
from tests.letterbox import mail


class Month(Desk):
    """One shop in June 2026; claims are known by the first name of their buyer."""

    # -- what buyers do ------------------------------------------------------------------------------------

    def asks(self, name: str, yuan: int, *gateways: str, zh: bool) -> None:
        """A buyer calls an order off, which was paid by these gateways in equal parts."""
        number = f"23984710293847562{len(self.tickets) + 1:02}"
        minor = yuan * 100
        each = minor // len(gateways)
        sell(
            given(
                number,
                buyer_name=name,
                emails=(address(name),),
                lines=(line(quantity=1, unit_paid_minor=minor, line_paid_minor=minor),),
                shipping_paid_minor=0,
                payments=tuple(
                    GivenPayment(
                        gateway=gateway, reference=f"{number}-{place}", captured_minor=each, currency="CNY"
                    )
                    for place, gateway in enumerate(gateways, 1)
                ),
            )
        )
        chinese = f"订单 {number} 不想要了，请取消并退款。"
        english = f"I changed my mind about order {number}. Please cancel it and refund me."
        self.tickets[name] = self._file(
            mail(
                chinese if zh else english,
                sender=address(name),
                name=name,
                subject="取消订单" if zh else "Cancel my order",
                charset="utf-8",
                verified="pass",
            )
        )

    def writes(self, name: str, text: str) -> None:
        """An answer to the newest letter."""
        with reading() as session:
            newest = session.scalars(
                select(OutboxMessage)
                .where(OutboxMessage.ticket_id == self.tickets[name])
                .order_by(OutboxMessage.id.desc())
            ).first()
            assert newest is not None
            answers = newest.message_id
        self._file(
            mail(
                text,
                sender=address(name),
                name=name,
                subject="Re",
                charset="utf-8",
                in_reply_to=answers,
                verified="pass",
            )
        )

    def says(self, name: str, *, arrived: bool) -> None:
        """On the page behind the link of the question."""
        with transaction() as session:
            ticket = tickets.hold(session, self.tickets[name])
            refund, actor = self._refund(session, name), f"buyer:{ticket.buyer_id}"
            refunds.answer_arrival(session, refund.id, arrived=arrived, actor=actor, at=clock.now())

    # -- what colleagues do --------------------------------------------------------------------------------

    def grants(
        self, name: str, *troubles: Trouble, after: timedelta | None = None, unanswered: int = 0
    ) -> None:
        """Bo agrees to the whole sum; the bank is about to do these things, and to leave questions open."""
        for trouble in troubles:
            self.bank.next(trouble, after=after)
        with transaction() as session:
            claim, ticket = claims.hold(session, self._claim(session, name).id)
            self.unanswered[f"R{claim.id}-1"] = unanswered
            minor = compensations.money_left(session, claim)
            part = Part(option=1, remedy=Remedy.FULL_REFUND, amount=minor)
            by = session.get_one(Agent, self.bo)
            approvals.approve(session, current_desk(), ticket, claim, [part], by=by, at=clock.now())
        payer.pay("the clock")
        payer.pay("the clock")

    def pays_by_hand(self, name: str, reference: str) -> None:
        with transaction() as session:
            ticket = tickets.hold(session, self.tickets[name])
            remedy = self._remedy(session, name)
            refunds.record_refund(
                session,
                ticket,
                amount=f"{remedy.amount_minor // 100}.00",
                currency="CNY",
                method="bank",
                reference=reference,
                by=session.get_one(Agent, self.ann),
                at=clock.now(),
                remedy=remedy.id,
            )

    def noted_by_mistake(self, name: str) -> None:
        with transaction() as session:
            refund = self._refund(session, name)
            refunds.cancel(session, refund.id, by=session.get_one(Agent, self.ann), at=clock.now())

    def answers(self, name: str, text: str) -> None:
        with transaction() as session:
            ticket = tickets.hold(session, self.tickets[name])
            by = session.get_one(Agent, self.ann)
            replies.send_reply(
                session, current_desk(), ticket, text, by=by, seen_seq=ticket.last_seq, at=clock.now()
            )

    def finds_out(self, name: str, *, trace: str = "", said: str = "", day: int | None = None) -> None:
        with transaction() as session:
            chases.answer(
                session,
                current_desk(),
                self._refund(session, name).id,
                trace=trace,
                said=said,
                expected_on=date(2026, 6, day) if day else None,
                by=session.get_one(Agent, self.ann),
                at=clock.now(),
            )

    def has_it_back(self, name: str, said: str) -> None:
        """The bank has sent it back and told nobody: a lead finds it on the statement."""
        with reading() as session:
            key = self._refund(session, name).key
        self.bank.reverse(key)
        with transaction() as session:
            by = session.get_one(Agent, self.bo)
            chases.come_back(session, self._refund(session, name).id, said=said, by=by, at=clock.now())

    def tries_again(self, name: str) -> None:
        with transaction() as session:
            ticket = tickets.hold(session, self.tickets[name])
            by = session.get_one(Agent, self.bo)
            remedy = self._remedy(session, name)
            remedy_money.try_again(session, ticket, remedy.id, by=by, at=clock.now())

    def stops_money(self, *, off: bool) -> None:
        with transaction() as session:
            by = session.get_one(Agent, self.bo)
            why = "audit" if off else ""
            switches.turn(session, switches.MONEY, off=off, why=why, by=by, at=clock.now())

    def is_disputed(self, name: str, number: str) -> None:
        with transaction() as session:
            claim, ticket = claims.hold(session, self._claim(session, name).id)
            actor = claims.staff(session.get_one(Agent, self.ann))
            platforms.open_case(
                session, ticket, claim, platform="taobao", number=number, actor=actor, at=clock.now()
            )

    def settles_dispute(self, name: str, verdict: str) -> None:
        with transaction() as session:
            claim = self._claim(session, name)
            case = session.scalars(select(PlatformCase).where(PlatformCase.claim_id == claim.id)).one()
            by, settled = session.get_one(Agent, self.bo), PlatformState.SETTLED
            platforms.decide(
                session, current_desk(), case.id, settled, verdict=verdict, by=by, at=clock.now()
            )

    def closes(self, name: str, why: str) -> None:
        with transaction() as session:
            claim, ticket = claims.hold(session, self._claim(session, name).id)
            by = session.get_one(Agent, self.bo)
            claim_steps.close(session, ticket, claim, by=by, cause="none", lesson="", why=why, at=clock.now())

    # -- what the bank does --------------------------------------------------------------------------------

    def bank_sends_back(self, name: str) -> None:
        """The money of the newest refund comes back; the bank tells, and is asked."""
        with reading() as session:
            refund = self._refund(session, name)
            key, refund_id = refund.key, refund.id
        self.bank.reverse(key)
        with transaction() as session:
            session.get_one(Refund, refund_id).look_at = clock.now()

    def bank_pays(self, name: str) -> None:
        """Somebody has done there what the bank was waiting for."""
        with reading() as session:
            key = self._refund(session, name).key
        self.bank.settle(key)

    # -- time ----------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """The clock comes round: money, then letters, then what came of them."""
        for _ in range(2):
            payer.pay("the clock")
            chaser.chase()

    def at(self, day: int, hour: int) -> None:
        """It is so many hours after opening on this day of the month."""
        self.today = FIRST_DAY + timedelta(days=day - 1, hours=hour) + OPENS
        self.set_clock(self.today)

    # -- rows ----------------------------------------------------------------------------------------------
