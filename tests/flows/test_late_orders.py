"""Orders that come after the mail: the ticket is linked by the same rules, and its claim goes on."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import late_orders, order_links, policies
from helpdesk.db import reading, transaction
from helpdesk.models import Claim, NamedNumber, Ticket
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.states import TicketState
from helpdesk.workers import forgetting, linking
from tests.actions.sold import given, sell
from tests.flows.test_linked_orders import EVE, NUMBER, letters_to, level
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]
EARLIER = "2398471029384756999"


def claims() -> list[ClaimState]:
    with reading() as session:
        return list(session.scalars(select(Claim.state).order_by(Claim.id)))


def kept() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(NamedNumber.number).order_by(NamedNumber.number)))


@pytest.fixture
def ruled(shop: Shop) -> Shop:
    """A shop that knows some orders already, and has a policy."""
    sell(given(EARLIER, emails=("other@buyer.example",)))
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    return shop


def test_a_claim_that_waited_for_its_order_goes_on_when_the_order_is_imported(ruled: Shop) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 的杯子碎了，请退款", verified="pass"))
    assert (level(ruled), claims()) == ([], [ClaimState.NEEDS_LINK])

    sell()
    assert level(ruled) == [], "nothing of it happens inside the import"
    assert linking.link() == 1

    assert level(ruled) == [("verified", "sender", False)]
    assert claims() == [ClaimState.AWAITING_DECISION]
    assert "order_linked" in ruled.verbs()
    assert (linking.link(), kept()) == (0, [])


def test_the_first_orders_of_a_desk_open_the_claim_that_the_mail_asked_for(shop: Shop) -> None:
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    shop.receive(mail(f"订单 {NUMBER} 的杯子碎了，请退款", verified="pass", photo=True))
    assert claims() == []

    sell()
    linking.link()

    assert claims() == [ClaimState.AWAITING_DECISION]
    assert "evidence_given" in shop.verbs()


def test_a_stranger_stays_weak_and_the_address_on_file_is_asked(ruled: Shop) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 请退款", sender=EVE, verified="pass"))
    told = len(letters_to(ruled, EVE))

    sell()
    linking.link()

    assert level(ruled) == [("weak", "number", True)]
    assert len([each for each in letters_to(ruled, "li@buyer.example") if "/b/order/" in each.text]) == 1
    assert len(letters_to(ruled, EVE)) == told, "the asker learns nothing of it"
    assert claims() == [ClaimState.NEEDS_LINK]


def test_a_number_of_a_form_that_the_shop_gets_only_now_is_found(ruled: Shop) -> None:
    ruled.receive(mail("SH-10482 arrived broken, please refund", verified="pass", charset="utf-8"))
    sell(given("SH-10482", source="shopify"))
    linking.link()
    assert level(ruled) == [("verified", "sender", False)]


def test_a_matter_that_is_over_is_linked_and_nobody_is_written_to(ruled: Shop) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 请退款", sender=EVE))
    with transaction() as session:
        session.get_one(Ticket, 1).state = TicketState.SOLVED
    sent = len(ruled.send())
    sell()
    linking.link()
    assert level(ruled) == [("weak", "number", True)]
    assert len(ruled.send()) == sent
    assert "order_link_not_sent" in ruled.verbs()


def test_spam_is_linked_with_nothing(ruled: Shop) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 请退款", verified="pass"))
    with transaction() as session:
        session.get_one(Ticket, 1).spam = True
    sell()
    assert linking.link() == 0
    assert (level(ruled), kept()) == ([], [])


def test_a_number_is_kept_for_a_month(ruled: Shop) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 请退款", verified="pass"))
    ruled.let_pass(days=31)
    sell()
    assert linking.link() == 0
    forgetting.forget()
    assert kept() == []


def test_two_workers_link_a_ticket_once(ruled: Shop, app: Flask) -> None:
    ruled.receive(mail(f"订单 {NUMBER} 请退款", verified="pass"))
    sell()

    def tick(_: int) -> int:
        with app.app_context():
            return linking.link()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(tick, range(2))) == 1
    assert ruled.verbs().count("order_linked") == 1


def test_one_tick_does_a_bounded_part_and_the_next_ones_the_rest(
    ruled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled.receive(*(mail(f"订单 {NUMBER} {number}", sender=f"e{number}@else.example") for number in range(5)))
    sell()
    monkeypatch.setattr(late_orders.due, "__kwdefaults__", {"limit": 2})
    assert [linking.link() for _ in range(4)] == [2, 2, 1, 0]


def test_what_cannot_be_linked_is_left_alone_after_a_few_tries(
    ruled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled.receive(
        mail(f"订单 {NUMBER} 请退款", verified="pass"), mail(f"订单 {EARLIER[:-1]}8 请退款", sender=EVE)
    )
    sell(given(), given(f"{EARLIER[:-1]}8"))
    link = order_links.link

    def fail(session: object, ticket: Ticket, *rest: object, **more: object) -> object:
        if ticket.id == 1:
            raise RuntimeError("as a test wants it")
        return link(session, ticket, *rest, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(order_links, "link", fail)
    assert [linking.link() for _ in range(6)] == [1, 0, 0, 0, 0, 0]
    assert kept() == [NUMBER]
    monkeypatch.undo()
    assert linking.link() == 0
