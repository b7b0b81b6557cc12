"""The two pages for anybody: they tell nothing, mail little, and a withdrawal gets its receipt."""

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import reading, transaction
from helpdesk.models import BuyerAddress, Claim, Mailbox, Ticket
from helpdesk.web import public
from tests.actions.sold import LI, given, sell
from tests.web.buying import NUMBER, bought, claim, claimed, count, filled, letters, post, verbs
from tests.web.conftest import Desk, Visitor

pytestmark = pytest.mark.trust
STATEMENT = {
    "name": "Ana Novak",
    "email": "ana@buyer.example",
    "order_no": "SH-10482",
    "words": "the blue one",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "ANSWERED_AFTER", 0)


@pytest.mark.parametrize("order_no", [NUMBER, " 2398 4710 2938 4756 102 "])
def test_who_has_the_order_gets_a_link_by_mail(desk: Desk, stranger: Visitor, order_no: str) -> None:
    bought(desk)
    stranger.client.post("/claim?lang=zh-CN", data={"email": LI.upper(), "order_no": order_no})

    letter = letters()[-1]
    assert letter.to[0].email == LI
    assert "退款申请表" in letter.subject
    link = next(word for word in letter.text.split() if "/b/claim/" in word)
    assert NUMBER not in letter.text
    assert post(stranger, link[link.index("/b/") :], **filled()).status_code == 303
    with reading() as session:
        assert session.scalars(select(Ticket.state).order_by(Ticket.id.desc())).first() == "open"


@pytest.mark.parametrize(
    ("email", "order_no"),
    [("eve@else.example", NUMBER), (LI, "1111111111111111111"), (LI, "?"), ("no address", NUMBER)],
)
def test_the_answer_is_the_same_whether_it_is_known_or_not(
    desk: Desk, stranger: Visitor, email: str, order_no: str
) -> None:
    bought(desk)
    before = len(letters()), count(Ticket)
    unknown = stranger.client.post("/claim", data={"email": email, "order_no": order_no})
    assert (len(letters()), count(Ticket)) == before

    known = stranger.client.post("/claim", data={"email": LI, "order_no": NUMBER})
    assert (unknown.status_code, unknown.text) == (known.status_code, known.text)
    assert len(letters()) == before[0] + 1


def test_nobody_is_mailed_more_than_three_times_a_day(desk: Desk, stranger: Visitor) -> None:
    bought(desk)
    before = len(letters())
    for _ in range(6):
        stranger.client.post("/claim", data={"email": LI, "order_no": NUMBER})
    assert len(letters()) - before <= 3


def test_one_visitor_may_ask_so_often_only(desk: Desk, stranger: Visitor) -> None:
    found = {
        stranger.client.post("/claim", data={"email": LI, "order_no": "1"}).status_code for _ in range(13)
    }
    assert found == {200, 429}


def test_a_withdrawal_takes_two_steps_and_nothing_happens_before_the_second(
    desk: Desk, stranger: Visitor
) -> None:
    page = stranger.text("/withdraw?lang=en")
    assert "Withdraw from contract here" in page
    shown = stranger.client.post("/withdraw?lang=en", data=STATEMENT).text
    assert "Confirm withdrawal" in shown
    assert "I hereby withdraw from my contract: order SH-10482." in shown
    assert count(Ticket) == 0

    done = stranger.client.post("/withdraw/confirmation?lang=en", data=STATEMENT)

    assert done.status_code == 200
    assert "Your withdrawal is received" in done.text
    assert "2026-06-01 08:00" in done.text or "UTC" in done.text
    (receipt,) = letters()
    assert receipt.to[0].email == "ana@buyer.example"
    for part in ("order SH-10482", "Ana Novak", "the blue one", "2026-06-01", "(UTC"):
        assert part in receipt.text
    assert (claim()["reason"], claim()["wish"], claim()["state"]) == ("changed_mind", "return", "needs_link")
    with reading() as session:
        assert session.get_one(Ticket, 1).state == "open"
        assert session.get_one(Claim, 1).urgent == "legal"


def test_a_withdrawal_in_chinese_has_the_chinese_words(desk: Desk, stranger: Visitor) -> None:
    assert "在此撤回合同" in stranger.text("/withdraw?lang=zh-CN")
    assert "确认撤回" in stranger.client.post("/withdraw?lang=zh-CN", data=STATEMENT).text
    stranger.client.post("/withdraw/confirmation?lang=zh-CN", data=STATEMENT)
    assert "撤回声明回执" in letters()[-1].subject


def test_whether_the_order_exists_changes_nothing_that_is_said(desk: Desk, stranger: Visitor) -> None:
    bought(desk)
    before = len(letters())
    known = STATEMENT | {"email": LI, "order_no": NUMBER}
    unknown = STATEMENT | {"email": LI, "order_no": "2398471029384756103"}
    pages = [
        stranger.client.post("/withdraw/confirmation?lang=en", data=each).text for each in (known, unknown)
    ]

    assert pages[0].replace(NUMBER, "X") == pages[1].replace("2398471029384756103", "X")
    one, two = letters()[before:]
    assert "茶壶" not in one.text
    assert len(one.text) == len(two.text)


def test_the_same_statement_counts_once_a_day_and_other_words_are_another(
    desk: Desk, stranger: Visitor
) -> None:
    for words in ("the blue one", "the blue one", "all of it"):
        stranger.client.post("/withdraw/confirmation?lang=en", data=STATEMENT | {"words": words})

    assert (count(Ticket), count(Claim), len(letters())) == (1, 1, 2)
    assert verbs().count("withdrawal_declared") == 2


def test_a_flood_of_statements_is_kept_and_mails_three_a_day(desk: Desk, stranger: Visitor) -> None:
    for number in range(5):
        data = STATEMENT | {"words": str(number)}
        assert stranger.client.post("/withdraw/confirmation?lang=en", data=data).status_code == 200

    assert (len(letters()), verbs().count("withdrawal_declared")) == (3, 5)
    assert verbs().count("not_acknowledged") == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Give your name"),
        ("order_no", " ", "Give the number of the order or of the contract"),
        ("email", "ana", "is not an address that mail can be sent to"),
        ("words", "x" * 2001, "At most 2000 characters fit here"),
    ],
)
def test_a_mistake_in_the_statement_keeps_what_was_typed(
    desk: Desk, stranger: Visitor, field: str, value: str, said: str
) -> None:
    for path in ("/withdraw?lang=en", "/withdraw/confirmation?lang=en"):
        answer = stranger.client.post(path, data=STATEMENT | {field: value})
        assert answer.status_code == 422
        assert said in answer.text
        if field != "order_no":
            assert "SH-10482" in answer.text
    assert count(Ticket) == 0


def test_the_reader_of_the_receipt_names_the_order_and_the_claim_goes_on(
    desk: Desk, stranger: Visitor
) -> None:
    bought(desk)
    stranger.client.post("/withdraw/confirmation?lang=en", data=STATEMENT | {"email": LI, "order_no": NUMBER})
    receipt = letters()[-1].text
    status = next(word for word in receipt.split() if "/b/status/" in word)
    page = stranger.text(status[status.index("/b/") :])
    assert NUMBER not in page
    form = page.partition('href="/b/claim/')[2].partition('"')[0]

    post(stranger, f"/b/claim/{form}", **filled(reason="changed_mind", wish="return"))

    assert count(Claim) == 1
    assert (claim()["state"], claim()["order"]) == ("awaiting_decision", 1)


def test_a_statement_about_an_order_that_is_looked_at_joins_that_matter(
    desk: Desk, stranger: Visitor
) -> None:
    claimed(desk, "damaged")
    tickets_before = count(Ticket)
    stranger.client.post("/withdraw/confirmation?lang=en", data=STATEMENT | {"email": LI, "order_no": NUMBER})

    assert (count(Ticket), count(Claim)) == (tickets_before, 1)
    assert verbs().count("withdrawal_declared") == 1
    assert letters()[-1].to[0].email == LI
    with reading() as session:
        assert session.get_one(Claim, 1).urgent == "legal", "nothing is granted without a person"
        assert session.get_one(Claim, 1).reason == "damaged"
        assert session.get_one(Ticket, 1).state == "open"


def test_who_names_only_the_number_or_only_the_address_joins_nothing(desk: Desk, stranger: Visitor) -> None:
    claimed(desk, "damaged")
    before = count(Ticket)
    for email, order_no in (("eve@else.example", NUMBER), (LI, "2398471029384756103")):
        data = STATEMENT | {"email": email, "order_no": order_no}
        stranger.client.post("/withdraw/confirmation?lang=en", data=data)
    assert count(Ticket) == before + 2
    with reading() as session:
        assert session.get_one(Claim, 1).urgent == ""


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("order_no", "my order", "does not look like the number of an order"),
        ("order_no", "???", "write to us by mail that you withdraw"),
        ("email", "li@home", "is not an address that mail can be sent to"),
        ("email", "li@1.2", "is not an address that mail can be sent to"),
    ],
)
def test_nonsense_is_refused_at_the_first_step_and_what_to_do_is_said(
    desk: Desk, stranger: Visitor, field: str, typed: str, said: str
) -> None:
    answer = stranger.client.post("/withdraw?lang=en", data=STATEMENT | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    "order_no", ["SH-10482", "#1002", "２３９８４７１０２９３８４７５６１０２", "XKJDHQ"]
)
def test_whatever_may_be_a_number_goes_on(desk: Desk, stranger: Visitor, order_no: str) -> None:
    assert (
        stranger.client.post("/withdraw?lang=en", data=STATEMENT | {"order_no": order_no}).status_code == 200
    )


def test_the_receipt_goes_to_the_address_that_acted_and_not_to_the_first_one(
    desk: Desk, stranger: Visitor
) -> None:
    bought(desk)
    second = "li.second@buyer.example"
    with transaction() as session:
        session.add(BuyerAddress(buyer_id=1, email=second, key=second, created_at=clock.now()))
    before = len(letters())

    for email in (second, LI, second):
        data = STATEMENT | {"email": email, "order_no": NUMBER}
        stranger.client.post("/withdraw/confirmation?lang=en", data=data)

    told = letters()[before:]
    assert [each.to[0].email for each in told] == [second, LI]
    assert count(Ticket) == 3, "whoever reads one address sees nothing of what was said at the other"
    status = next(word for word in told[0].text.split() if "/b/status/" in word)
    assert NUMBER not in stranger.text(status[status.index("/b/") :]), "the second one is not the order's"


def test_the_form_of_a_second_address_that_is_on_file_goes_there(desk: Desk, stranger: Visitor) -> None:
    bought(desk)
    second = "li.second@buyer.example"
    sell(given("2398471029384756103", emails=(second,)))
    with transaction() as session:
        session.add(BuyerAddress(buyer_id=1, email=second, key=second, created_at=clock.now()))

    stranger.client.post("/claim", data={"email": second, "order_no": "2398471029384756103"})

    assert letters()[-1].to[0].email == second


def test_a_desk_without_a_mailbox_says_that_it_cannot_answer(desk: Desk, stranger: Visitor) -> None:
    with transaction() as session:
        session.get_one(Mailbox, desk.mailbox_id).removed_at = clock.now()
    assert stranger.client.post("/withdraw/confirmation?lang=en", data=STATEMENT).status_code == 409
