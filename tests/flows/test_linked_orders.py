"""Mails find their orders: by number and verified sender, else by whoever reads the address on file."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from helpdesk import clock, links
from helpdesk.actions import order_links, order_proofs, proving
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.links import Purpose
from helpdesk.models import Agent, Order, OrderProof, Ticket
from helpdesk.rules.claim_terms import LinkLevel
from mail.types import Incoming
from tests.actions.sold import given, sell
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]
NUMBER = "2398471029384756102"
OTHER = "2398471029384756110"  # nobody's
EVE = "eve@else.example"


def level(shop: Shop, number: int = 1) -> list[tuple[str, str, bool]]:
    with reading() as session:
        ticket = session.get_one(Ticket, number)
        return [
            (str(row.level), row.how, row.other_address) for row in order_links.of_matter(session, ticket)
        ]


def letters_to(shop: Shop, address: str) -> list[Incoming]:
    return [each for each in shop.send() if each.to[0].email == address]


def link_in(letter: Incoming) -> str:
    found = re.search(r"/b/orders?/(\S+)", letter.text)
    assert found is not None
    return found[1]


def test_a_verified_sender_on_the_order_is_linked_at_once(shop: Shop) -> None:
    sell()
    shop.receive(mail(f"订单号 {NUMBER}，杯子碎了", verified="pass"))
    assert level(shop) == [("verified", "sender", False)]
    assert shop.verbs()[:2] == ["received", "order_linked"]
    assert "acknowledged" in shop.verbs()
    with reading() as session:
        (found,) = order_links.verified(session, session.get_one(Ticket, 1))
        assert found.order.external_no == NUMBER


def test_a_sender_whom_nobody_vouches_for_is_asked_at_the_address_on_file(shop: Shop) -> None:
    sell()
    shop.receive(mail(f"订单号 {NUMBER}，杯子碎了"))
    assert level(shop) == [("weak", "number", False)]
    (letter,) = [each for each in letters_to(shop, "li@buyer.example") if NUMBER in each.subject]
    with transaction() as session:
        proof_id = links.read(current_desk(), Purpose.ORDER, link_in(letter))
        proving.confirm(session, proof_id, at=clock.now())
    assert level(shop) == [("verified", "link", False)]


def test_a_stranger_is_weak_and_only_the_owner_is_told(shop: Shop) -> None:
    sell()
    shop.receive(mail(f"订单号 {NUMBER}，请退款", sender=EVE, verified="pass"))
    assert level(shop) == [("weak", "number", True)]
    (asked,) = letters_to(shop, "li@buyer.example")
    assert (asked.references, asked.header("In-Reply-To")) == ((), ""), "nothing of the asker's is in it"
    assert "请退款" not in asked.text
    (told,) = letters_to(shop, EVE)
    assert "/b/order/" not in told.text
    assert NUMBER not in told.text
    assert "/b/order/" not in str(shop.ticket()), "no colleague can click it for the buyer"


def as_said(letter: Incoming) -> str:
    """A letter byte for byte, but for what is minted for each."""
    text = re.sub(r"RF-\d+(-[0-9a-f]{16})?", "RF-N", letter.text)
    text = re.sub(r"/b/(claim|proof)/\S+", r"/b/\1/TOKEN", text)
    headers = [
        (name, re.sub(r"RF-\d+", "RF-N", value))
        for name, value in letter.headers
        if name not in ("Message-ID", "References", "In-Reply-To", "Date", "Content-Type")
    ]
    return f"{headers}\n{text}"


@pytest.mark.parametrize("opening", [True, False])
def test_the_asker_learns_nothing(shop: Shop, opening: bool) -> None:
    """The same words at the same time, whether the order exists, exists without an address, or does not."""
    sell(given(NUMBER), given("2398471029384756103", emails=()))
    said = {}
    for asker, number in enumerate((NUMBER, "2398471029384756103", OTHER)):
        eve = f"eve{asker}@else.example"
        text = f"订单 {number} 请退款"
        if opening:
            shop.receive(mail(text, sender=eve, verified="pass"))
        else:
            shop.receive(mail("请退款", sender=eve, verified="pass"))
            first = letters_to(shop, eve)[0]
            shop.receive(mail(text, sender=eve, verified="pass", in_reply_to=first.message_id))
        told = letters_to(shop, eve)
        said[number] = [as_said(each).replace(eve, "eve").replace(number, "N") for each in told]
    assert len({row["state"] for row in shop.tickets()}) == 1
    assert said[NUMBER]
    assert said[NUMBER] == said[OTHER] == said["2398471029384756103"]


def test_the_owner_is_asked_once_however_often_the_number_comes(shop: Shop) -> None:
    sell()
    shop.receive(mail(f"订单 {NUMBER}", sender=EVE, verified="pass"))
    token = letters_to(shop, EVE)[0].message_id
    for _ in range(3):
        shop.receive(mail(f"订单 {NUMBER} !!", sender=EVE, verified="pass", in_reply_to=token))
    assert len(letters_to(shop, "li@buyer.example")) == 1
    assert len(letters_to(shop, EVE)) == 2, "the acknowledgement, and the words once more at most"


def test_one_recent_order_is_suggested_and_several_are_chosen_from(shop: Shop) -> None:
    sell()
    shop.receive(mail("杯子碎了", verified="pass"))
    assert level(shop) == [("suggested", "only_order", False)]
    sell(given("2398471029384756103"), given("2398471029384756104", emails=("else@buyer.example",)))
    shop.receive(mail("盘子也碎了", verified="pass"))
    assert level(shop, 2) == []
    letter = next(each for each in letters_to(shop, "li@buyer.example") if "/b/orders/" in each.text)
    proof_id = links.read(current_desk(), Purpose.ORDERS, link_in(letter))
    with transaction() as session:
        mine, foreign = (
            session.query(Order).filter_by(external_no_norm=f"23984710293847561{end}").one().id
            for end in ("03", "04")
        )
    with pytest.raises(Exception, match="no such order"), transaction() as session:
        proving.confirm(session, proof_id, at=clock.now(), order_id=foreign)
    with transaction() as session:
        proving.confirm(session, proof_id, at=clock.now(), order_id=mine)
    assert level(shop, 2) == [("verified", "picker", False)]


def test_an_old_order_and_a_forged_sender_suggest_nothing(shop: Shop) -> None:
    sell(given(ordered_at=clock.now() - timedelta(days=91)))
    shop.receive(mail("杯子碎了", verified="pass"))
    sell(given("2398471029384756103"))
    shop.receive(mail("杯子碎了", verified="fail"))
    assert (level(shop, 1), level(shop, 2)) == ([], [])


def asked(shop: Shop) -> int:
    sell()
    shop.receive(mail(f"订单 {NUMBER}", sender=EVE, verified="pass"))
    with reading() as session:
        return session.query(OrderProof).one().id


def test_a_one_time_link_used_twice_at_once_works_once(shop: Shop) -> None:
    proof_id = asked(shop)

    def use(number: int) -> bool:
        with shop.app.app_context():
            try:
                with transaction() as session:
                    proving.confirm(session, proof_id, at=clock.now())
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(use, range(12)))[-2:] == [False, True]
    assert shop.verbs().count("order_linked") == 2, "weak at first, then verified"
    assert level(shop) == [("verified", "link", True)]


def test_a_link_ends_after_a_week(shop: Shop) -> None:
    proof_id = asked(shop)
    shop.let_pass(days=7, seconds=1)
    with pytest.raises(ConflictError, match="too old"), transaction() as session:
        proving.confirm(session, proof_id, at=clock.now())


def test_whoever_says_that_it_was_not_them_takes_the_link_off(shop: Shop) -> None:
    proof_id = asked(shop)
    with transaction() as session:
        proving.deny(session, proof_id, at=clock.now())
    assert (level(shop), shop.verbs()[-1]) == ([], "order_denied")


def test_new_links_go_to_the_address_on_file_a_few_times(shop: Shop) -> None:
    proof_id = asked(shop)
    for _ in range(9):
        shop.let_pass(days=1)
        with transaction() as session:
            order_proofs.send_new(session, current_desk(), proof_id, at=clock.now())
    assert len(letters_to(shop, "li@buyer.example")) == 4


def test_a_mistake_in_linking_never_parks_a_mail(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    sell()

    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(order_links, "link", broken)
    shop.receive(mail(f"订单 {NUMBER}", verified="pass"), mail("第二封", sender=EVE))
    assert len(shop.tickets()) == 2
    assert "order_linked" not in shop.verbs()
    assert "acknowledged" in shop.verbs()


def test_an_agent_links_with_a_reason_and_takes_it_off(shop: Shop) -> None:
    sell()
    shop.receive(mail("没有号码", sender=EVE))
    with transaction() as session:
        by = session.get_one(Agent, shop.agent_id)
        row = order_links.link_by_hand(
            session, 1, f" {NUMBER} ", reason="姓名和手机尾号一致", by=by, at=clock.now()
        )
        assert (row.level, row.other_address) == (LinkLevel.VERIFIED, True)
    with transaction() as session:
        by = session.get_one(Agent, shop.agent_id)
        order_links.unlink(session, 1, row.id, by=by, at=clock.now())
    assert shop.verbs()[-2:] == ["order_linked", "order_unlinked"]


def test_numbers_of_people_are_neither_looked_up_nor_linked(shop: Shop) -> None:
    sell(given("11010119900307758X"), given("13812345678"))
    shop.receive(mail("订单 11010119900307758X 电话 13812345678", verified="pass"))
    assert level(shop) == []
    assert len(letters_to(shop, "li@buyer.example")) == 2, "the acknowledgement, and which of the two it is"
