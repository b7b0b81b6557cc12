"""Abuse reports: who complained, and of what."""

import json

from mail.bounces import read as bounces_of
from mail.complaints import Complaint, read
from mail.types import Incoming, Kind
from tests.mail.factory import make_incoming

REPORT = """--b\r
\r
This is an abuse report.\r
--b\r
Content-Type: message/feedback-report\r
\r
Feedback-Type: abuse\r
User-Agent: SomeProvider/1.0\r
Version: 1\r
Original-Rcpt-To: <li@buyer.example>\r
--b\r
Content-Type: message/rfc822\r
\r
Message-ID: <hd.7.abc@shop.example>\r
Subject: how was it?\r
\r
words\r
--b--\r
"""


def notice(**fields: object) -> Incoming:
    mail = {"mail": {"headers": [{"name": "Message-ID", "value": "<hd.7.abc@shop.example>"}]}}
    body = json.dumps({**fields, **mail}) + "\n\n--\nIf you wish to stop receiving notifications"
    return make_incoming(body, x_amz_sns_message_id="1", **{"from": "no-reply@sns.amazonaws.example"})


def test_an_abuse_report_names_the_message_and_the_recipient() -> None:
    incoming = make_incoming(REPORT, content_type="multipart/report; report-type=feedback-report; boundary=b")
    assert incoming.kind is Kind.COMPLAINT
    assert read(incoming) == Complaint(recipient="li@buyer.example", message_id="hd.7.abc@shop.example")
    assert bounces_of(incoming) == ()


def test_a_persons_mail_is_no_complaint() -> None:
    assert read(make_incoming("This is spam!")) is None


def test_hotmails_complaint_is_told_by_the_field_above_the_message() -> None:
    body = (
        "--b\r\nContent-Type: message/rfc822\r\n\r\nX-HmXmrOriginalRecipient: li@buyer.example\r\n"
        "Message-ID: <hd.7.abc@shop.example>\r\n\r\nwords\r\n--b--\r\n"
    )
    incoming = make_incoming(
        body,
        subject="complaint about message from 192.0.2.1",
        content_type="multipart/mixed; boundary=b",
        **{"from": "staff@hotmail.example"},
    )
    assert incoming.kind is Kind.COMPLAINT
    assert read(incoming) == Complaint(recipient="li@buyer.example", message_id="hd.7.abc@shop.example")


def test_amazons_notice_of_a_complaint_is_one() -> None:
    incoming = notice(
        notificationType="Complaint",
        complaint={"complainedRecipients": [{"emailAddress": "li@buyer.example"}]},
    )
    assert incoming.kind is Kind.COMPLAINT
    assert read(incoming) == Complaint(recipient="li@buyer.example", message_id="hd.7.abc@shop.example")


def test_amazons_notice_of_a_bounce_is_one() -> None:
    incoming = notice(
        notificationType="Bounce",
        bounce={
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "gone@x.example",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ],
        },
    )
    (bounce,) = bounces_of(incoming)
    assert (bounce.recipient, bounce.status, bounce.permanent) == ("gone@x.example", "5.1.1", True)
    assert bounce.message_id == "hd.7.abc@shop.example"


def test_amazons_notice_of_a_delivery_is_no_failure() -> None:
    incoming = notice(notificationType="Delivery", delivery={"recipients": ["li@buyer.example"]})
    assert [(each.recipient, each.action) for each in bounces_of(incoming)] == [
        ("li@buyer.example", "delivered")
    ]


def test_a_notice_that_is_broken_is_still_read() -> None:
    for body in ('{"a":' * 50_000, '{"bounce":{"bouncedRecipients":[null,{"emailAddress":[1]}]}', "{}"):
        incoming = make_incoming(body, x_amz_sns_message_id="1")
        assert isinstance(bounces_of(incoming), tuple)
