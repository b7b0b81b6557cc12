"""Agents are told by mail that a buyer wrote: whom, of what, how often, and what if it does not arrive."""

import threading

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import suppressions, tickets
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Entry, Suppression
from helpdesk.queries import failed, proof, queue
from helpdesk.queries import tickets as lookups
from helpdesk.rules.states import ToldOf
from mail.references import told_at, told_by
from tests.app import SECRET
from tests.flows.staff import ANN, BO, LI, agent_row, also_at, answer, colleague, tell, to_buyer, told
from tests.letterbox import mail
from tests.shop import Shop
from tests.workers.reading import change_mailbox, ledger

pytestmark = pytest.mark.flows

OWN = SECRET.encode()


def assign(shop: Shop, agent_id: int | None) -> None:
    with transaction() as session:
        by = session.get_one(Agent, shop.agent_id)
        tickets.assign(session, tickets.hold(session, 1), agent_id, by=by, at=clock.now())


def bounce(notification_id: str, recipient: str = ANN) -> bytes:
    """A report that the notification is undeliverable."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@shop.example\r\nSubject: Undelivered Mail\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: <{notification_id}>\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode()


def test_an_agent_who_wants_it_is_told_what_the_buyer_wrote(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive(mail("杯子碎了，我想退款。", photo=True))
    (letter,) = told(shop)

    assert letter.subject == "[RF-1] 申请退款"
    assert "杯子碎了，我想退款。" in letter.text
    assert "damage.png" in letter.text
    assert "李梅 <li@buyer.example> wrote" in letter.text
    assert "/tickets/1" in letter.text
    assert letter.header("Auto-Submitted") == "auto-generated"
    assert letter.header("X-Auto-Response-Suppress") == "All"
    assert letter.references == ()
    seen = told_by(letter.message_id, secret=OWN)
    assert seen is not None
    assert (seen.ticket, seen.agent) == (1, shop.agent_id)
    assert "RF-1-" not in letter.text  # no token of a buyer's


def test_it_is_written_in_the_agents_language(shop: Shop) -> None:
    tell(shop.agent_id, locale="zh-CN")
    shop.receive(mail("The mug is broken."))
    assert "写道：" in told(shop)[0].text


def test_the_conversation_page_leaves_it_out_and_the_export_shows_it(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    told(shop)

    with reading() as session:
        shown = [entry.verb for entry in lookups.show(session, 1).entries]
        checked = [ticket.problem for ticket in proof.check_tickets(session)]
    assert "notified" not in shown
    assert shop.verbs().count("notified") == 1
    assert shop.verbs().count("handed_over") == 1  # of the acknowledgement
    assert checked == [""]


def test_nobody_is_told_who_did_not_ask(shop: Shop) -> None:
    shop.receive()
    assert told(shop) == []


@pytest.mark.parametrize(
    ("told_of", "hers", "nobodys", "anothers"),
    [
        (ToldOf.NOTHING, 0, 0, 0),
        (ToldOf.MINE, 1, 0, 0),
        (ToldOf.MINE_AND_UNASSIGNED, 1, 1, 0),
    ],
)
def test_she_chooses_of_which_tickets(
    shop: Shop, told_of: ToldOf, hers: int, nobodys: int, anothers: int
) -> None:
    other = colleague()
    shop.receive(mail(message_id="first@buyer.example"))
    tell(shop.agent_id, told_of)
    counts = []
    for number, assignee in enumerate((shop.agent_id, None, other)):
        assign(shop, assignee)
        before = len(told(shop))
        shop.let_pass(minutes=6)
        more = mail(f"Part {number}", in_reply_to="first@buyer.example", verified="pass")
        shop.receive(more)
        counts.append(len(told(shop)) - before)
    assert counts == [hers, nobodys, anothers]


def test_mails_within_five_minutes_are_told_together(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive(mail("one", message_id="first@buyer.example"))
    assert len(told(shop)) == 1
    for words in ("two", "three"):
        shop.let_pass(minutes=1)
        shop.receive(mail(words, in_reply_to="first@buyer.example", verified="pass"))
        assert len(told(shop)) == 1
    shop.let_pass(minutes=4)

    letters = told(shop)
    assert len(letters) == 2
    assert "two" in letters[1].text
    assert "three" in letters[1].text
    assert "one\n" not in letters[1].text
    shop.let_pass(minutes=60)
    assert len(told(shop)) == 2


def test_two_clocks_tell_once(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    assert (shop.chase(), shop.chase()) == (1, 0)
    assert len(told(shop)) == 1


def test_two_workers_at_the_same_moment_tell_once(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    written: list[int] = []
    both = threading.Barrier(2)

    def chase() -> None:
        with shop.app.app_context():
            both.wait(10)
            written.append(shop.chase())

    clocks = [threading.Thread(target=chase) for _ in range(2)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join(20)
    assert sorted(written) == [0, 1]
    assert shop.verbs().count("notified") == 1


@pytest.mark.parametrize(
    "headers",
    [(("Auto-Submitted", "auto-replied"),), (("List-Id", "<news.example>"),)],
    ids=["machine", "list"],
)
def test_machines_are_not_worth_telling(shop: Shop, headers: tuple[tuple[str, str], ...]) -> None:
    tell(shop.agent_id)
    shop.receive(mail(headers=headers))
    assert told(shop) == []


def test_old_mail_is_not_told(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.deliver(at=clock.now())
    shop.let_pass(days=2)
    shop.poll()
    assert len(shop.tickets()) == 1
    assert told(shop) == []


def test_her_own_mail_is_not_told_to_her(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive(mail("A test order of my own", sender=ANN))
    assert [letter.subject for letter in told(shop) if "[RF-1]" in letter.subject[:7]] == []


def test_who_has_left_meanwhile_is_not_told(shop: Shop) -> None:
    other = colleague(told_of=ToldOf.MINE_AND_UNASSIGNED)
    shop.receive()
    with transaction() as session:
        session.get_one(Agent, other).active = False
    assert told(shop, BO) == []


def test_a_suppressed_address_is_not_told(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    with transaction() as session:
        entry = session.get_one(Entry, 1)
        suppressions.name(session, ANN, because="complaint", entry=entry, at=clock.now())
    assert told(shop) == []


@pytest.mark.parametrize("address", ["support@shop.example", "refunds@shop.example"])
def test_an_agent_at_an_address_of_the_desk_starts_no_loop(shop: Shop, address: str) -> None:
    """She was there before the desk read mail at her address: nobody is given such a one any more."""
    also_at(shop, "Refunds@shop.example")
    bo = colleague(told_of=ToldOf.MINE_AND_UNASSIGNED)
    with transaction() as session:
        session.get_one(Agent, bo).email = address
    shop.receive()
    assert told(shop, address) == []


def test_a_notification_that_comes_in_as_mail_is_our_own(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    told(shop)
    shop.receive(shop.smtp.messages[-1].raw)
    assert ledger(shop.mailbox_id) == {"filed": 1, "ignored": 1}


def test_where_the_mailbox_keeps_a_plus_it_has_an_address_of_its_own(shop: Shop) -> None:
    tell(shop.agent_id)
    change_mailbox(shop, plus_addresses=True)
    shop.receive()
    (letter,) = told(shop)
    seen = told_at(letter.reply_to[0].email, secret=OWN)
    assert seen == told_by(letter.message_id, secret=OWN)
    shop.receive(answer(letter, in_reply_to="", to=letter.reply_to[0].email))
    assert len(to_buyer(shop)) == 1


def test_where_no_server_vouches_for_senders_she_is_asked_to_answer_on_the_page(shop: Shop) -> None:
    tell(shop.agent_id)
    change_mailbox(shop, authserv_id="")
    shop.receive()
    (letter,) = told(shop)
    assert "Please answer on this page" in letter.text
    assert "Reply above" not in letter.text


def test_its_bounce_stands_on_her_page_and_touches_no_buyer(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    (letter,) = told(shop)
    shop.reply()
    shop.receive(bounce(letter.message_id))

    agent = agent_row(shop.agent_id)
    assert "no such user" in agent.unreached
    assert agent.told_of is ToldOf.NOTHING  # until she asks for it again
    with reading() as session:
        assert session.scalars(select(Suppression)).all() == []
        assert suppressions.standing(session, ANN, at=clock.now()).score == 0
    assert "bounced" not in shop.verbs()
    assert shop.verbs()[-1] == "notification_returned"
    assert shop.ticket()["state"] == "waiting"  # it is the buyer's turn still
    assert ledger(shop.mailbox_id) == {"filed": 1, "joined": 1}
    shop.let_pass(minutes=10)
    shop.receive(mail("again"))
    assert len(told(shop)) == 1
    tell(shop.agent_id)
    assert agent_row(shop.agent_id).unreached == ""


def test_a_bounce_that_only_names_her_is_not_believed(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    told(shop)
    shop.receive(bounce("guessed@shop.example"))
    assert agent_row(shop.agent_id).unreached == ""
    assert agent_row(shop.agent_id).told_of is ToldOf.MINE_AND_UNASSIGNED


def test_what_our_own_server_refuses_stands_there_too(shop: Shop) -> None:
    tell(shop.agent_id)
    shop.receive()
    shop.smtp.behave(rcpt_of={ANN: "550 5.1.1 no such user here"})
    assert told(shop) == []

    assert "no such user here" in agent_row(shop.agent_id).unreached
    assert shop.verbs().count("failed") == 1
    with reading() as session:
        assert failed.stuck(session) == ()
        reader = queue.Reader(agent_id=shop.agent_id, at=clock.now())
        assert not queue.page(session, queue.Queue.ALL, reader).rows[0].trouble


def test_notifications_do_not_use_up_what_a_buyer_of_the_same_address_may_have(shop: Shop) -> None:
    tell(shop.agent_id)
    for number in range(4):
        shop.receive(mail(f"No. {number}", sender=LI, subject=f"Matter {number}"))
        shop.let_pass(minutes=6)
        told(shop)
    shop.receive(mail("My own order", sender=ANN, subject="Order"))
    assert "acknowledged" in shop.verbs(5)
