"""`helpdesk seed`: what it writes holds together, opens, comes out the same, and reaches nobody."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.actions import agreeing
from helpdesk.current import current_desk
from helpdesk.db import Base, reading, transaction
from helpdesk.demo.telling import Telling
from helpdesk.models import (
    AgreedRemedy,
    Buyer,
    Claim,
    Entry,
    Mailbox,
    Offer,
    Order,
    OutboxMessage,
    Payment,
    Refund,
    Reminder,
    Ticket,
)
from helpdesk.queries import mailboxes, proof
from helpdesk.queries.queue import Queue
from helpdesk.rules import proposals
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.states import OutboxState, RefundState, ReminderState, TicketState
from helpdesk.workers import chaser, payer
from tests.demo import seeded
from tests.figures import Figure
from tests.web.conftest import Client, Visitor

pytestmark = pytest.mark.flows

EVERY_STORY = 126  # tickets: enough for each of them
DRAWN = {("agent", "password_hash"), ("agent", "session_key"), ("mailbox", "password_sealed")}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Telling:
    return seeded.play(tmp_path_factory.mktemp("stories"))


@pytest.fixture
def desk(database_url: str, played: Telling, tmp_path: Path) -> Iterator[Flask]:
    """A desk on which every story has happened once at least, a day later."""
    clock.shift(datetime(2026, 11, 20, 8, tzinfo=UTC) - clock.now())
    with seeded.desk(database_url, tmp_path / "data") as app:
        seeded.fill(played, EVERY_STORY)
        yield app
    clock.reset()


def test_what_is_seeded_holds_together(desk: Flask) -> None:
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == EVERY_STORY
        assert [each.problem for each in proof.check_tickets(session) if each.problem] == []
        blobs = proof.check_blobs(proof.blob_names(session), current_desk().blobs)
        assert [each.problem for each in blobs if each.problem] == []
        (mailbox,) = mailboxes.all_of_them(session, at=clock.now())
    assert mailbox.ledger.unaccounted == 0
    assert mailbox.ledger.seen > EVERY_STORY
    assert mailbox.ledger.parked == 2


def test_money_adds_up(desk: Flask) -> None:
    left, under_way = Counter[int](), Counter[int]()
    with reading() as session:
        for refund in session.scalars(select(Refund).where(Refund.payment_id.is_not(None))):
            assert refund.payment_id is not None
            if refund.state in (RefundState.SUCCEEDED, RefundState.ARRIVED):
                left[refund.payment_id] += refund.amount_minor
            elif refund.state not in (RefundState.FAILED, RefundState.CANCELED, RefundState.REVERSED):
                under_way[refund.payment_id] += refund.amount_minor
        for payment in session.scalars(select(Payment)):
            assert payment.refunded_minor == left[payment.id]
            assert payment.reserved_minor >= under_way[payment.id]
        for refund, remedy in session.execute(select(Refund, AgreedRemedy).join(AgreedRemedy)):
            assert refund.key.startswith(f"R{remedy.claim_id}-")
    assert left
    assert under_way


def test_it_has_something_of_everything(desk: Flask) -> None:
    with reading() as session:
        assert set(session.scalars(select(Ticket.state))) == set(TicketState)
        assert set(session.scalars(select(Ticket.locale))) == {"zh-CN", "en"}
        assert len(set(session.scalars(select(Ticket.assignee_id)))) > 4
        assert len(set(session.scalars(select(Buyer.name)))) > EVERY_STORY // 2
        assert len(set(session.scalars(select(Order.currency)))) == 2
        claims, refunds = (
            set(session.scalars(select(Claim.state))),
            set(session.scalars(select(Refund.state))),
        )
    assert claims >= set(ClaimState) - {ClaimState.NEW, ClaimState.RESOLVED}
    assert refunds >= set(RefundState) - {
        RefundState.RESERVED, RefundState.SUBMITTED, RefundState.CANCELED, RefundState.REVERSED
    }  # fmt: skip


def test_every_page_of_it_opens(desk: Flask) -> None:
    desk.test_client_class = Client
    browser = Visitor(desk.test_client())
    browser.sign_in("mira@seeded.example", seeded.PASSWORD)
    with reading() as session:
        numbers = session.scalars(select(Ticket.id)).all()
        orders = session.scalars(select(Order.id)).all()[:10]
    pages = [f"/?queue={queue}" for queue in Queue] + [f"/tickets/{number}" for number in numbers]
    pages += [f"/orders/{order}" for order in orders] + ["/money", "/report", "/failed", "/settings/people"]

    assert {page: answer.status_code for page in pages
            if (answer := browser.get(page)).status_code != 200} == {}  # fmt: skip


def test_what_is_over_has_nothing_planned(desk: Flask) -> None:
    open_ones = (TicketState.NEW, TicketState.OPEN, TicketState.WAITING)
    with reading() as session:
        planned = session.scalars(
            select(Ticket.state).join(Reminder).where(Reminder.state == ReminderState.PLANNED)
        ).all()
    assert planned
    assert set(planned) <= set(open_ones)


def test_nothing_of_it_leaves_the_house(desk: Flask) -> None:
    waiting = select(func.count()).where(
        OutboxMessage.state.in_((OutboxState.QUEUED, OutboxState.LEASED, OutboxState.SENDING))
    )
    with reading() as session:
        assert session.scalar(waiting) == 0
        assert session.scalar(select(func.count()).where(OutboxMessage.copy_due_at.is_not(None))) == 0
        assert session.scalars(select(Mailbox.active)).all() == [False]
        addresses = session.scalars(select(OutboxMessage.recipient)).all()
    assert all(address.endswith(".example") for address in addresses)


def test_the_desk_goes_on_from_there(desk: Flask, caplog: pytest.LogCaptureFixture) -> None:
    clock.shift(timedelta(days=30))
    payer.pay("a worker")
    while chaser.chase():
        pass
    with transaction() as session:
        session.add(Buyer(name="New", locale="en", created_at=clock.now()))
    with reading() as session:
        assert [each.problem for each in proof.check_tickets(session) if each.problem] == []
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_offers_are_promised_as_their_pages_say(desk: Flask) -> None:
    """An acceptance names the digest of what was promised: a copy has one of its own."""
    with reading() as session:
        offers = session.scalars(select(Offer)).all()
        currencies = {offer.id: offer.parts[0].currency for offer in offers}
        wrong = [
            offer.id
            for offer in offers
            if offer.digest
            != proposals.digest(offer.claim_id, agreeing.parts_of(offer), currencies[offer.id])
        ]
    assert offers
    assert wrong == []


def test_the_same_numbers_give_the_same_rows(sqlite_databases: object, tmp_path: Path) -> None:
    found = []
    for place, seed in enumerate((1, 1, 2)):
        played = seeded.play(tmp_path / f"stories-{place}", seeded.FEW)
        with sqlite_databases.database() as url, seeded.desk(url, tmp_path / f"data-{place}"):  # type: ignore[attr-defined]  # a fixture
            seeded.fill(played, 30, seed=seed)
            found.append(_digest())
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_it_is_laid_over_the_days_before(desk: Flask) -> None:
    until = datetime(2026, 11, 20, tzinfo=current_desk().zone)
    with reading() as session:
        moments = session.scalars(select(Entry.at)).all()
        waits = session.scalars(select(Ticket.updated_at).where(Ticket.state == TicketState.OPEN)).all()
    assert max(moments) <= until
    assert min(moments) > until - timedelta(days=140)  # a coupon runs for ninety days
    assert all(until - moment < timedelta(days=13) for moment in waits)
    by_day = Counter(moment.astimezone(current_desk().zone).weekday() for moment in moments)
    assert by_day[6] < by_day[1]


def test_how_fast_it_is(sqlite_url: str, played: Telling, tmp_path: Path, figure: Figure) -> None:
    with seeded.desk(sqlite_url, tmp_path / "data"):
        began = time.monotonic()
        made = seeded.fill(played, 1000)
        seconds = time.monotonic() - began
    figure("tickets seeded", 1000 / seconds, "tickets/s")
    figure("rows seeded", sum(made.rows.values()) / seconds, "rows/s")
    assert 1000 / seconds > 5


def _digest() -> str:
    """Of every row of every table."""
    whole = hashlib.sha256()
    with reading() as session:
        for table in Base.metadata.sorted_tables:
            columns = [each for each in table.columns if (table.name, each.name) not in DRAWN]
            for row in session.execute(select(*columns).order_by(*table.primary_key)):
                whole.update(repr((table.name, tuple(row))).encode())
    return whole.hexdigest()
