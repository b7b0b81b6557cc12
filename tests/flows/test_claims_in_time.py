"""Claims by mail and by the clock: silence, offers without an answer, legal words, second persons."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import approvals, asking, claims, offers, policies
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Claim, Decision, Reminder
from helpdesk.rules.claim_terms import OrderState, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import IllegalMoveError, ReminderKind, ReminderState, Role
from mail.types import Incoming
from tests.actions.claiming import delivered
from tests.actions.sold import given, line, payment, sell
from tests.flows.staff import colleague
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.clock]

NUMBER = "2398471029384756102"
EVE = "eve@else.example"
CHEAP = {
    "lines": (line(quantity=1, unit_paid_minor=3900, line_paid_minor=3900),),
    "payments": (payment(captured_minor=4900),),
}


@pytest.fixture
def ruled(shop: Shop) -> Shop:
    """The shop, with the policy of shops in China."""
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    return shop


def writes(shop: Shop, text: str, **parts: str) -> None:
    shop.receive(mail(text, **{"verified": "pass", "subject": "订单", **parts}))


def state() -> tuple[str, str]:
    """Of the claim, and why it is urgent."""
    with reading() as session:
        claim = session.get_one(Claim, 1)
        return str(claim.state), claim.urgent


def newest(shop: Shop, words: str) -> Incoming:
    """The newest letter that holds these words."""
    return [letter for letter in shop.send() if words in letter.text][-1]


def ask_for_evidence(shop: Shop) -> None:
    with transaction() as session:
        claim, ticket = claims.hold(session, 1)
        actor = claims.staff(session.get_one(Agent, shop.agent_id))
        asking.ask_evidence(session, current_desk(), ticket, claim, actor=actor, at=clock.now())


def offer_half(shop: Shop) -> None:
    with transaction() as session:
        claim, ticket = claims.hold(session, 1)
        offers.make_offer(
            session,
            current_desk(),
            ticket,
            claim,
            [Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=4000)],
            by=session.get_one(Agent, shop.agent_id),
            expires_at=clock.now() + timedelta(days=7),
            at=clock.now(),
        )


def test_silence_is_warned_of_and_closes_the_claim_and_an_answer_opens_it_again(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    writes(ruled, f"订单 {NUMBER} 的杯子碎了，要求退款。")
    assert state()[0] == "awaiting_decision"
    ask_for_evidence(ruled)
    assert state()[0] == "awaiting_buyer"
    asked = newest(ruled, "为处理您的申请")

    ruled.let_pass(days=4, minutes=1)
    ruled.chase()
    assert "暂时结束这次申请" in newest(ruled, "还需要您的答复").text
    assert state()[0] == "awaiting_buyer"
    ruled.let_pass(days=3)
    ruled.chase()
    assert state()[0] == "closed"
    assert newest(ruled, "这次申请暂时结束")

    ruled.receive(mail("照片在这里，抱歉晚了。", verified="pass", photo=True, in_reply_to=asked.message_id))

    assert state()[0] == "awaiting_decision"
    assert ruled.verbs().count("claim_reopen") == 1
    assert ruled.ticket()["state"] == "open"


@pytest.mark.parametrize(
    "text",
    [
        f"订单 {NUMBER} 还没有发货，我不想要了，请退款。",
        f"I changed my mind about order {NUMBER}, it is not shipped yet. Please refund it.",
        f"Please cancel order {NUMBER}, it has not been sent.",
    ],
)
def test_what_was_not_sent_is_called_off_by_the_plainest_words(ruled: Shop, text: str) -> None:
    sell(given(**CHEAP))

    writes(ruled, text)

    assert state()[0] == "approved"
    assert "claim_approve_by_itself" in ruled.verbs()


def test_faulty_or_damaged_waits_for_the_photo_that_either_needs(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    writes(ruled, f"Order {NUMBER}: the bag is faulty, the strap is torn. I want a refund.")
    with reading() as session:
        decision = session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert decision is not None
        assert (decision.clause, decision.outcome["missing_evidence"]) == ("CN-FAULT", ["photo"])


def test_nobody_is_closed_out_unwarned_however_long_the_clock_stood_still(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    writes(ruled, f"订单 {NUMBER} 的杯子碎了，要求退款。")
    ask_for_evidence(ruled)

    ruled.let_pass(days=40)
    ruled.chase()

    assert state()[0] == "awaiting_buyer"
    assert newest(ruled, "还需要您的答复")


def test_an_offer_that_nobody_answers_ends_by_itself_and_it_is_our_turn(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    ruled.receive(mail(f"订单 {NUMBER} 的杯子碎了，要求退款。", verified="pass", photo=True))
    offer_half(ruled)

    ruled.let_pass(days=5)
    ruled.chase()
    assert "失效" in newest(ruled, "我们给您的方案还在等您选择").text
    ruled.let_pass(days=2, hours=1)
    ruled.chase()

    assert state()[0] == "awaiting_decision"
    assert ruled.verbs().count("claim_let_offer_expire") == 1


def test_a_claim_that_nobody_decides_is_put_before_a_lead_until_somebody_does(ruled: Shop) -> None:
    sell()
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消。")
    assert state() == ("awaiting_decision", "")

    ruled.let_pass(hours=48, minutes=1)
    ruled.chase()
    assert state() == ("awaiting_decision", "overdue")
    ruled.let_pass(days=3)
    ruled.chase()
    assert ruled.verbs().count("claim_overdue") == 2


def test_legal_words_are_marked_and_nothing_is_granted_without_a_person(ruled: Shop) -> None:
    sell(given(**CHEAP))
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消并退款，不然我打12315投诉。")
    assert state() == ("awaiting_decision", "legal")


def test_legal_words_in_a_later_mail_mark_the_claim_as_well(ruled: Shop) -> None:
    sell()
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消。")
    to = ruled.send()[0].message_id
    writes(ruled, "再不退款我就申请平台介入了！", in_reply_to=to)
    assert state() == ("awaiting_decision", "legal")
    assert ruled.verbs().count("claim_marked_urgent") == 1


@pytest.mark.money
def test_the_buyer_hears_nothing_of_a_large_sum_before_a_second_person_has_said_yes(ruled: Shop) -> None:
    dear = line(quantity=1, unit_paid_minor=120000, line_paid_minor=120000)
    sell(given(lines=(dear,), payments=(payment(captured_minor=121000),)))
    second = colleague(role=Role.LEAD)
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消。")
    everything = Part(option=1, remedy=Remedy.FULL_REFUND, amount=121000, shipping=1000)
    with transaction() as session:
        claim, ticket = claims.hold(session, 1)
        ann = session.get_one(Agent, ruled.agent_id)
        digest = approvals.ask(
            session, current_desk(), ticket, claim, [everything], by=ann, at=clock.now(), expires_at=None
        ).digest
    assert (ruled.ticket()["state"], ruled.ticket()["waiting_on"]) == ("waiting", "colleague")
    assert not [letter for letter in ruled.send() if "我们已同意" in letter.text]

    for person in (ruled.agent_id, second):
        with suppress(IllegalMoveError), transaction() as session:  # who asked cannot say yes
            claim, ticket = claims.hold(session, 1)
            by = session.get_one(Agent, person)
            approvals.confirm(session, current_desk(), ticket, claim, by=by, digest=digest, at=clock.now())

    assert ruled.verbs().count("claim_confirm") == 1
    assert "¥1,210.00" in newest(ruled, "我们已同意").text


def test_the_buyer_takes_the_claim_back_on_the_page_of_its_state(ruled: Shop) -> None:
    sell(given(**CHEAP))
    writes(ruled, f"订单 {NUMBER} 不想要了，请取消。")
    assert state()[0] == "approved"
    link = re.search(r"(/b/status/\S+)", newest(ruled, "我们已同意").text)
    assert link is not None
    visitor = ruled.app.test_client()

    assert "要撤回这个申请吗？" in visitor.get(f"{link[1]}/withdrawal").text
    assert state()[0] == "approved", "looking does nothing"
    assert visitor.post(f"{link[1]}/withdrawal").status_code == 303

    assert state()[0] == "withdrawn"
    assert newest(ruled, "我们已按您的意思撤回这次申请")
    assert ruled.ticket()["state"] == "solved"


@pytest.mark.trust
def test_from_the_first_mail_to_the_closing_nothing_tells_the_asker_whether_an_order_exists(
    ruled: Shop,
) -> None:
    sell(given(state=OrderState.PAID))
    said, pages = [], []
    for number, (asker, order) in enumerate(((f"a{EVE}", NUMBER), (f"b{EVE}", "2398471029384756110")), 1):
        writes(ruled, f"订单 {order} 不想要了，请取消并退款。", sender=asker, name="Eve")
        with transaction() as session:
            _, ticket = claims.hold(session, number)
            asking.ask_order(session, current_desk(), ticket, actor=claims.DESK, at=clock.now())
        link = re.search(r"(/b/claim/\S+)", newest(ruled, "/b/claim/").text)
        assert link is not None
        pages.append(told(ruled.app.test_client().get(link[1]).text, asker, order))
    for _ in range(9):
        ruled.let_pass(days=1)
        ruled.chase()
    for asker, order in ((f"a{EVE}", NUMBER), (f"b{EVE}", "2398471029384756110")):
        letters = [letter for letter in ruled.send() if letter.to[0].email == asker]
        said.append([told(f"{letter.subject}\n{letter.text}", asker, order) for letter in letters])

    assert len(said[0]) == 4  # acknowledged, asked for the order, reminded, closed
    assert said[0] == said[1]
    assert pages[0] == pages[1]


def told(text: str, asker: str, order: str) -> str:
    """The same text, without what is minted for each."""
    text = re.sub(r"/b/(\w+)/[^\s\"?]+", r"/b/\1/TOKEN", text)
    text = re.sub(r'(name="once" value=")[^"]+', r"\1", text)
    return re.sub(r"RF-\d+(-[0-9a-f]{16})?", "RF-N", text).replace(asker, "asker").replace(order, "N")


def test_nobody_is_reminded_at_an_address_that_somebody_else_has_written_from(ruled: Shop) -> None:
    sell(given(**delivered(2)))
    writes(ruled, "杯子碎了，我要求退款。", verified="fail")
    assert state()[0] == "needs_link"
    with reading() as session:
        kinds = session.scalars(select(Reminder.kind).where(Reminder.state == ReminderState.PLANNED))
        assert ReminderKind.CLAIM_REMINDER not in set(kinds)

    for _ in range(3):
        ruled.let_pass(days=5)
        ruled.chase()

    assert ruled.send() == []
    assert state() == ("needs_link", "overdue")
