"""What happens in a story: a buyer writes, colleagues act, days pass. The desk's own actions do all of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.actions import (
    copies,
    intake,
    orders,
    outbox,
    reminders,
    surveys,
)
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo import photos
from helpdesk.demo.cast import RECEIVER, SHOP, Cast
from helpdesk.demo.scratch import FIRST, Scratch
from helpdesk.demo.sold import TOLD
from helpdesk.demo.voices import Voice
from helpdesk.models import (
    Mailbox,
    OutboxMessage,
    ReceivedMessage,
    Refund,
    Reminder,
    Survey,
)
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.orders import GivenLine, GivenOrder, GivenPayment, GivenShipment
from helpdesk.rules.states import ReceivedState, ReminderState
from helpdesk.workers import chaser, payer
from mail.compose import compose
from mail.parse import parse
from mail.types import Address, Attachment, Outgoing

OWNER = "the clock"  # of leases
FIRST_UID = FIRST + 99_000_000  # recognised like an id
BROKEN = (64, 108, 176)


@cache
def _picture() -> Attachment:
    content = photos.mug(BROKEN, broken=True)
    return Attachment(filename="photo.png", content_type="image/png", content=content)


@dataclass(slots=True, kw_only=True)
class Acting:
    """One story as it is played. Days count from 0, a Monday; hours are those of the shop."""

    scratch: Scratch
    cast: Cast
    voice: Voice
    monday: datetime
    agent: int  # who looks after it
    ticket: int = 0  # the newest
    mails: int = 0
    raw: bytes = b""  # the newest mail that came in
    day: float = 0

    def words(self, key: str) -> str:
        return self.voice.told[key].format(order=self.voice.order)

    # -- time ----------------------------------------------------------------------------------------------

    def at(self, day: int, hour: float) -> None:
        """It is then; what was due by then on the days between has been done."""
        for between in range(int(self.day) + 1, day + 1):
            self._put(between + 8.5 / 24)
            if self._something_is_due():
                self.tick()
        self._put(day + hour / 24)
        self.tick()

    def _put(self, day: float) -> None:
        self.day = max(day, self.day)
        clock.put(self.monday + timedelta(minutes=round(self.day * 1440)))

    def is_over(self) -> None:
        """Time passes until nothing is planned any more."""
        while (due := self._next_plan()) is not None:
            self.at(max(int(self.day) + 1, (due - self.monday).days), 20)

    def _next_plan(self) -> datetime | None:
        planned = select(func.min(Reminder.due_at)).where(
            Reminder.state == ReminderState.PLANNED, Reminder.resting_due_at.is_(None)
        )
        with reading() as session:
            return session.scalar(planned)

    @staticmethod
    def _something_is_due() -> bool:
        """Most days bring nothing."""
        with reading() as session:
            look = select(Refund.id).where(Refund.look_at <= clock.now(), Refund.id > FIRST)
            return bool(reminders.due(session, at=clock.now()) or session.scalars(look).first())

    def later(self, minutes: float) -> None:
        self._put(self.day + minutes / 1440)

    def tick(self) -> None:
        """The clock comes round: money, reminders, and the mail that they cause."""
        payer.pay(OWNER)
        payer.pay(OWNER)  # what was instructed is asked for
        chaser.chase()
        self.post()

    def post(self, *, failing: str = "", unknown: bool = False) -> None:
        """All mail that is due leaves; or comes to grief."""
        while True:
            with transaction() as session:
                row = outbox.lease_next(session, self.cast.mailbox, owner=OWNER, at=clock.now())
                if row is None:
                    return
                outbox.begin_sending(session, row.id, owner=OWNER, at=clock.now())
                if failing:
                    outbox.mark_failed(session, row.id, owner=OWNER, answer=failing, at=clock.now())
                elif unknown:
                    said = "the connection was lost after DATA"
                    outbox.mark_unknown(session, row.id, owner=OWNER, answer=said, at=clock.now())
                else:
                    outbox.mark_sent(session, row.id, owner=OWNER, answer="250 2.0.0 Ok", at=clock.now())
                    copies.settle(session, row.id)

    # -- buyers --------------------------------------------------------------------------------------------

    def buys(
        self,
        cents: int,
        *,
        shipped: int | None = None,
        delivered: int | None = None,
        gateways: tuple[str, ...] = (),
        quantity: int = 1,
        number: str = "",
    ) -> None:
        """An order of some days before the story; shipped and delivered so many days before it."""
        voice, number = self.voice, number or self.voice.order
        title, sku = voice.item
        ways = gateways or (voice.gateway,)
        days_ago = {name: clock.now() - timedelta(days=days) for name, days in
                    (("shipped", shipped), ("delivered", delivered)) if days is not None}  # fmt: skip
        ordered_at = clock.now() - timedelta(days=(shipped or 1) + 1.3)
        state = OrderState.SHIPPED if shipped is not None else OrderState.PAID
        given = GivenOrder(
            source=voice.source,
            external_no=number,
            currency=voice.currency,
            state=OrderState.DELIVERED if delivered is not None else state,
            told=TOLD,
            ordered_at=ordered_at,
            paid_at=ordered_at + timedelta(minutes=2),
            shipped_at=days_ago.get("shipped"),
            delivered_at=days_ago.get("delivered"),
            buyer_name=voice.name,
            ship_country=voice.country,
            emails=(voice.email,),
            lines=(
                GivenLine(
                    sku=sku, title=title, quantity=quantity,
                    unit_paid_minor=cents // quantity, line_paid_minor=cents,
                ),
            ),
            payments=tuple(
                GivenPayment(
                    gateway=gateway, reference=f"P{number}-{place}", captured_minor=cents // len(ways),
                    currency=voice.currency, paid_at=ordered_at + timedelta(minutes=1 + place),
                )
                for place, gateway in enumerate(ways, 1)
            ),
            shipments=(
                GivenShipment(
                    carrier=voice.carrier, tracking=voice.tracking,
                    shipped_at=days_ago.get("shipped"), delivered_at=days_ago.get("delivered"),
                ),
            )
            if shipped is not None
            else (),
        )  # fmt: skip
        with transaction() as session:
            orders.save(session, [given], by="import:orders.csv", at=clock.now())

    def writes(
        self, key: str, *, anew: bool = False, photo: bool = False, text: str = "", verified: str = "pass"
    ) -> None:
        """The buyer writes: an answer to our newest letter, or a mail of its own."""
        answers = "" if anew else self._newest_letter()
        subject = self.voice.told.get(f"{key}.subject", "Re")
        self._file(
            text or self.words(key),
            Address(email=self.voice.email, name=self.voice.name),
            subject=f"Re: {subject}" if answers else subject,
            answers=answers,
            photo=photo,
            verified=verified,
        )

    def stranger_writes(self, key: str, email: str, name: str, *, head: str = "", park: str = "") -> None:
        """Somebody who bought nothing."""
        subject = self.voice.told.get(f"{key}.subject", "News")
        sender = Address(email=email, name=name)
        self._file(self.words(key), sender, subject=subject, answers="", head=head, park=park)

    def _newest_letter(self) -> str:
        query = select(OutboxMessage.message_id).where(
            OutboxMessage.ticket_id == self.ticket, OutboxMessage.inquiry_id.is_(None)
        )
        with reading() as session:
            return session.scalars(query.order_by(OutboxMessage.id.desc())).first() or ""

    def _file(
        self, text: str, sender: Address, *, subject: str, answers: str,
        photo: bool = False, verified: str = "pass", head: str = "", park: str = "",
    ) -> None:  # fmt: skip
        self.mails += 1
        head += f"Authentication-Results: {RECEIVER}; dmarc={verified} header.from={sender.email}\r\n"
        raw = head.encode() + compose(
            Outgoing(
                message_id=f"{self.mails}.seeded@{sender.email.partition('@')[2]}",
                sender=sender,
                to=Address(email=SHOP),
                subject=subject,
                text=text,
                in_reply_to=answers,
                references=(answers,) if answers else (),
                attachments=(_picture(),) if photo else (),
                sent_at=clock.now(),
            )
        )
        self._arrives(raw, park)

    def comes_again(self) -> None:
        """The newest mail of the buyer, once more."""
        self.mails += 1
        self._arrives(self.raw)

    def _arrives(self, raw: bytes, park: str = "") -> None:
        self.raw = raw
        with transaction() as session:
            desk, mailbox = current_desk(), session.get_one(Mailbox, self.cast.mailbox)
            received = ReceivedMessage(
                mailbox_id=mailbox.id, folder="INBOX", uidvalidity=1, uid=FIRST_UID + self.mails,
                sha256=desk.blobs.put(raw), size=len(raw), internal_at=clock.now(), stored_at=clock.now(),
                state=ReceivedState.STORED, problem="",
            )  # fmt: skip
            session.add(received)
            session.flush()
            if park:
                intake.park(received, park)
                return
            intake.file(session, desk, mailbox, received, parse(raw), at=clock.now())
            self.ticket = received.ticket_id or self.ticket
        self.later(1)
        self.post()

    def scores(self, score: int) -> None:
        """The buyer answers the newest survey, if there is one."""
        with transaction() as session:
            found = select(Survey.id).where(Survey.ticket_id == self.ticket, Survey.score.is_(None))
            newest = session.scalars(found.order_by(Survey.id.desc())).first()
            if newest is not None:
                comment = self.words("comment")
                surveys.answer(session, newest, score=score, comment=comment, at=clock.now())
