"""A colleague passes a buyer's mail on: it becomes the buyer's ticket, and only a colleague can do that."""

import pytest

from helpdesk.db import reading
from helpdesk.queries import proof
from helpdesk.rules.states import Role, ToldOf
from mail.references import mint
from tests.app import SECRET
from tests.flows.staff import ANN, BO, EVE, LI, also_at, colleague, leave, tell, told
from tests.letterbox import mail
from tests.mail.forwarded import FOXMAIL, GMAIL_EN, GMAIL_ZH, SAMPLES
from tests.shop import Shop
from tests.workers.reading import ledger, received

pytestmark = [pytest.mark.flows, pytest.mark.trust]


def passed_on(text: str = GMAIL_ZH, **more: object) -> bytes:
    parts: dict[str, object] = {
        "sender": ANN,
        "name": "Ann",
        "subject": "Fwd: 杯子碎了",
        "verified": "pass",
        "charset": "utf-8",
        "message_id": "of-ann@shop.example",
    }
    return mail(text, **{**parts, **more})  # type: ignore[arg-type]  # names are those of mail()


def first(shop: Shop, number: int = 1) -> dict[str, object]:
    facts: dict[str, object] = shop.ticket(number)["entries"][0]["facts"]
    return facts


def test_a_ticket_opens_for_who_wrote_it(shop: Shop) -> None:
    shop.receive(passed_on(photo=True))

    (ticket,) = shop.tickets()
    assert (ticket["buyer"], ticket["buyer_name"], ticket["subject"]) == (LI, "李梅", "杯子碎了")
    facts = first(shop)
    assert facts["from"] == LI
    assert facts["new"] == "您好，杯子到的时候碎了。\n我想退款。"
    assert (facts["forwarded_by"], facts["verified"], facts["dated"]) == (
        ANN,
        "none",
        "2026年3月5日周四 21:14",
    )
    assert facts["raw_sha256"] == received(shop.mailbox_id)[0].sha256
    assert facts["message_id"] == ""  # Ann's own Message-ID is no business of the buyer's
    assert [file["name"] for file in shop.ticket()["entries"][0]["attachments"]] == ["damage.png"]
    assert ledger(shop.mailbox_id) == {"filed": 1}
    with reading() as session:
        assert [each.problem for each in proof.check_tickets(session)] == [""]


def test_what_she_wrote_above_is_a_note_of_hers(shop: Shop) -> None:
    shop.receive(passed_on())
    note = next(entry for entry in shop.ticket()["entries"] if entry["kind"] == "note")
    assert (note["text"], note["actor"]) == ("请处理。", f"agent:{shop.agent_id}")


def test_the_buyer_hears_nothing_until_somebody_answers(shop: Shop) -> None:
    shop.receive(passed_on())
    assert shop.send() == []
    assert "not_acknowledged" in shop.verbs()
    shop.reply("We are sorry.")
    (letter,) = shop.send()
    assert letter.to[0].email == LI
    assert "of-ann" not in "".join(letter.references)


@pytest.mark.parametrize("client", SAMPLES)
def test_whatever_program_she_uses(shop: Shop, client: str) -> None:
    subject, text, sender = SAMPLES[client]
    shop.receive(passed_on(text, subject=subject))
    (ticket,) = shop.tickets()
    assert ticket["buyer"] == sender.email
    assert ticket["subject"] in ("Broken mug", "杯子碎了")


def test_an_enclosed_message_keeps_its_own_id(shop: Shop) -> None:
    inner = mail("The mug is broken.", message_id="first@buyer.example", photo=True)
    raw = passed_on("").split(b"Content-Type")[0] + (
        b"Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/plain\r\n\r\n"
        b"Please take this one.\r\n--outer\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--outer--\r\n"
    )
    shop.receive(raw)
    facts = first(shop)
    assert (facts["from"], facts["message_id"]) == (LI, "first@buyer.example")
    assert [file["name"] for file in shop.ticket()["entries"][0]["attachments"]] == ["damage.png"]
    shop.reply("Sorry.")
    assert shop.send()[-1].references[-1] == "first@buyer.example"


def test_a_mail_that_comes_twice_is_one_ticket(shop: Shop) -> None:
    raw = passed_on()
    shop.receive(raw)
    shop.receive(b"Received: by another way\r\n" + raw)
    assert len(shop.tickets()) == 1


def test_colleagues_are_told_and_who_passed_it_on_is_not(shop: Shop) -> None:
    tell(shop.agent_id)
    colleague(told_of=ToldOf.MINE_AND_UNASSIGNED)
    shop.receive(passed_on())
    assert told(shop, ANN) == []
    (letter,) = told(shop, BO)
    assert LI in letter.text
    assert "我想退款" in letter.text


def test_what_answers_a_letter_of_ours_opens_a_ticket_that_points_at_the_old_one(shop: Shop) -> None:
    shop.receive(mail())
    token = mint(1, domain="shop.example", secret=SECRET.encode())
    shop.receive(passed_on(references=f"<{token}>", message_id="x@shop.example"))
    assert len(shop.tickets()) == 2
    assert shop.ticket(2)["follows"] == 1


@pytest.mark.parametrize(
    "text",
    [
        FOXMAIL.replace(" <li@buyer.example>", ""),
        GMAIL_EN.replace("bob@buyer.example", "support@shop.example"),
        GMAIL_EN.replace("bob@buyer.example", "refunds@shop.example"),
        GMAIL_EN.replace("bob@buyer.example", ANN),
        "See the mail of yesterday.",
    ],
    ids=["a name without an address", "our own letter", "from our alias", "her own mail", "nothing at all"],
)
def test_when_nobody_can_be_found_it_is_her_own_mail_and_the_ticket_says_so(shop: Shop, text: str) -> None:
    also_at(shop, "Refunds@shop.example")
    shop.receive(passed_on(text))
    (ticket,) = shop.tickets()
    assert ticket["buyer"] == ANN
    assert first(shop)["opened_because"] == "forwarded_of_nobody"


@pytest.mark.parametrize(
    "change",
    [
        {"verified": ""},
        {"verified": "fail"},
        {"sender": EVE},
        {"sender": EVE, "name": f"Ann {ANN}"},
        {"sender": EVE, "headers": (("Reply-To", ANN),)},
        {"headers": (("Auto-Submitted", "auto-generated"),)},
        {"headers": (("List-Id", "<x>"),)},
    ],
    ids=["not verified", "forged", "a stranger", "her name", "her Reply-To", "a machine", "a list"],
)
def test_nobody_else_can_put_words_into_a_buyers_mouth(shop: Shop, change: dict[str, object]) -> None:
    shop.receive(passed_on(**change))
    (ticket,) = shop.tickets()
    assert ticket["buyer"] == change.get("sender", ANN)
    assert "forwarded_by" not in first(shop)
    assert [entry for entry in shop.ticket()["entries"] if entry["kind"] == "note"] == []


def test_who_has_left_cannot_either(shop: Shop) -> None:
    colleague("owner@shop.example", role=Role.OWNER)
    leave(shop.agent_id)
    shop.receive(passed_on())
    assert shop.tickets()[0]["buyer"] == ANN


def test_an_answer_in_her_own_conversation_is_no_forward(shop: Shop) -> None:
    shop.receive(mail("An order of my own", sender=ANN, message_id="own@shop.example", verified="pass"))
    shop.receive(
        passed_on(
            "As I said.\n\nOn Mon, Jun 1, 2026, Shop wrote:\n> hello",
            subject="Re: Order",
            in_reply_to="own@shop.example",
        )
    )
    assert len(shop.tickets()) == 1
