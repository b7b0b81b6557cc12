"""A buyer writes, gets an acknowledgement, is answered and answers: over real IMAP and SMTP."""

import pytest

from mail.references import ticket_of
from mail.types import Attachment
from tests.app import SECRET
from tests.letterbox import mail, png
from tests.shop import Shop

pytestmark = pytest.mark.flows


def test_a_chinese_mail_with_a_photo_becomes_a_ticket(shop: Shop) -> None:
    shop.receive(mail("衣服有破损，我想退款。", subject="回复：申请退款", photo=True))
    (ticket,) = shop.tickets()
    assert (ticket["subject"], ticket["state"], ticket["buyer"]) == ("申请退款", "new", "li@buyer.example")
    received = shop.ticket()["entries"][0]
    assert received["text"].strip() == "衣服有破损，我想退款。"
    assert [(file["name"], file["size"]) for file in received["attachments"]] == [("damage.png", len(png()))]


def test_the_buyer_gets_one_acknowledgement_in_her_language_marked_automatic(shop: Shop) -> None:
    shop.receive(mail(message_id="first@buyer.example"))
    (letter,) = shop.send()
    shop.poll()
    assert len(shop.send()) == 1
    assert "您的邮件已收到" in letter.text
    assert letter.header("Auto-Submitted") == "auto-replied"
    assert letter.references == ("first@buyer.example",)
    assert ticket_of(letter.message_id, secret=SECRET.encode()) == 1
    assert shop.smtp.messages[0].sender == ""
    assert shop.smtp.messages[0].recipient == "li@buyer.example"


def test_an_english_mail_is_acknowledged_in_english(shop: Shop) -> None:
    shop.receive(
        mail("The mug is broken, I want my money back.", subject="Refund", name="Bob", charset="utf-8")
    )
    assert "we have your message" in shop.send()[0].text


@pytest.mark.parametrize(
    "headers",
    [
        (("Auto-Submitted", "auto-replied"),),
        (("List-Id", "<news.example>"),),
        (("Precedence", "bulk"),),
    ],
    ids=["automatic", "list", "bulk"],
)
def test_a_machine_gets_no_acknowledgement_and_the_ticket_says_why(
    shop: Shop, headers: tuple[tuple[str, str], ...]
) -> None:
    shop.receive(mail(headers=headers))
    assert shop.send() == []
    assert shop.verbs() == ["received", "not_acknowledged"]


def test_an_address_that_cannot_be_written_to_still_gets_its_ticket(shop: Shop) -> None:
    shop.receive("From: Jörg <jörg@buyer.example>\r\nSubject: Refund\r\n\r\nMy money back, please".encode())
    assert shop.verbs(1) == ["received", "not_acknowledged"]


def test_the_fourth_mail_of_a_day_is_not_acknowledged(shop: Shop) -> None:
    shop.receive(*(mail(f"第 {number} 次", subject=f"问题 {number}") for number in range(4)))
    assert len(shop.send()) == 3
    assert shop.verbs(4) == ["received", "not_acknowledged"]


def test_a_reply_is_threaded_and_the_answer_to_it_joins(shop: Shop) -> None:
    shop.receive(mail(message_id="first@buyer.example"))
    shop.reply(
        "请把照片发给我们。",
        files=(Attachment(filename="退货说明.txt", content_type="text/plain", content=b"ok"),),
    )
    reply = shop.send()[-1]
    assert reply.references == ("first@buyer.example",)
    assert reply.header("Auto-Submitted") == ""
    assert [file.filename for file in reply.attachments] == ["退货说明.txt"]
    assert shop.ticket()["state"] == "waiting"

    shop.receive(mail("照片在附件里。", in_reply_to=reply.message_id, photo=True))
    assert len(shop.tickets()) == 1
    assert shop.ticket()["state"] == "open"
    assert shop.verbs()[-2:] == ["received", "moved"]


def test_a_stranger_who_knows_the_number_does_not_join(shop: Shop) -> None:
    shop.receive(mail())
    shop.receive(
        mail("Who bought what?", sender="eve@else.example", subject="Re: 申请退款 [RF-1]", charset="utf-8")
    )
    assert [ticket["buyer"] for ticket in shop.tickets()] == ["li@buyer.example", "eve@else.example"]
    assert shop.tickets()[1]["follows"] is None


def test_a_stranger_who_holds_one_of_our_message_ids_opens_a_linked_ticket(shop: Shop) -> None:
    shop.receive(mail())
    letter = shop.send()[0]
    shop.receive(mail("Hello", sender="eve@else.example", in_reply_to=letter.message_id, charset="utf-8"))
    assert shop.tickets()[1]["follows"] == 1
    assert "received" not in shop.verbs()[1:]


def test_a_person_at_an_address_of_machines_is_heard_and_not_answered_by_one(shop: Shop) -> None:
    shop.receive(mail("衣服有破损，我想退款。", sender="no-reply@buyer.example"))
    assert shop.verbs() == ["received", "not_acknowledged"]


def test_a_person_who_writes_by_hand_from_postmaster_is_answered_like_any_other(shop: Shop) -> None:
    shop.receive(mail("衣服有破损，我想退款。", sender="postmaster@buyer.example"))
    assert shop.verbs() == ["received", "acknowledged"]


def test_the_same_mail_delivered_twice_is_one_entry(shop: Shop) -> None:
    raw = mail(message_id="twice@buyer.example")
    shop.receive(raw, b"Received: from elsewhere\r\n" + raw)
    assert shop.verbs() == ["received", "acknowledged"]
    assert len(shop.tickets()) == 1


def test_a_message_id_longer_than_an_index_takes_stops_nothing(shop: Shop) -> None:
    odd = "".join(chr(0x4E00 + number * 7) for number in range(900)) + "@buyer.example"
    raw = mail(message_id="odd@buyer.example").replace(b"odd@buyer.example", odd.encode())
    shop.receive(raw)
    shop.receive(raw.replace(b"\r\nDate: ", b"\r\nX-Copy: 1\r\nDate: "))

    assert shop.verbs() == ["received", "acknowledged"]
    assert len(shop.tickets()) == 1, "its copy was not known"


def test_a_sender_who_is_not_genuine_gets_no_acknowledgement(shop: Shop) -> None:
    shop.receive(mail(verified="fail"))

    assert shop.send() == []
    assert shop.verbs() == ["received", "not_acknowledged"]
