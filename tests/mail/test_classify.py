"""Which senders are machines."""

import pytest

from mail.classify import came_as_a_report, may_stand_for_a_report
from mail.types import Kind
from tests.mail.factory import make_incoming


@pytest.mark.parametrize(
    "subject", ["回复", "回复：关于退款", "回复率太低怎么办", "退信怎么处理？", "回复：自动回复：收到"]
)
def test_a_persons_mail_is_human(subject: str) -> None:
    assert make_incoming(subject=subject).kind is Kind.HUMAN


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "自动回复：我在休假"},
        {"subject": "Automatic reply: refund"},
        {"auto_submitted": "auto-replied; owner-email=x@y.example"},
        {"auto_submitted": "auto-generated"},
        {"return_path": "<>"},
        {"precedence": "auto_reply"},
        {"x_auto_response_suppress": "OOF"},
        {"x_autoreply": "yes"},
        {"x_loop": "a@x.example"},
        {"from": "no-reply@shop.example"},
        {"from": "noreply-orders@shop.example"},
        {"from": "ne-pas-repondre@shop.example"},
        {"x_otrs_loop": "yes"},
        {"preference": "auto_reply"},
        {"delivered_to": "Autoresponder"},
        {"x_ms_exchange_generated_message_source": "Antispam Quarantine Agent"},
        {"precedence": "auto-reply"},
    ],
)
def test_automatic_mail_is_told(fields: dict[str, str]) -> None:
    assert make_incoming(**fields).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "text",
    [
        "这是来自QQ邮箱的假期自动回复邮件。您好，我最近正在休假中。",
        "This is an automated message. We have your request.",
        "此邮件由系统自动发出，请勿回复。",
        "这是来自QQ邮箱的自动回复邮件。\n您好，我最近正在休假中",
        "我已经收到您的邮件，会尽快回复。（本邮件为自动回复，请勿直接回复）",
        "Thank you for your email. This is an automated response; I am away until Monday.",
    ],
)
def test_a_text_that_begins_by_saying_so_is_automatic(text: str) -> None:
    assert make_incoming(text).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Abwesend: Re: Bestellung", "Automatische Abwesenheitsmeldung", "Absence du bureau: Re: x",
        "Absent(e) du bureau", "Message d'absence", "Fuera de la oficina: pedido",
        "Respuesta automatica: pedido",
        "Ausente de la oficina", "Fuori sede: ordine", "Assenza dall\u2019ufficio", "Fora do escritório",
        "Ausência temporária: pedido", "Afwezig: bestelling", "Niet aanwezig: bestelling",
        "Нет на месте: заказ", "Odpowiedź automatyczna: zam", "Autoodpowiedź: zam", "Nieobecność w biurze",
        "Automatiskt svar: order", "Frånvaro: order", "Automaattinen vastaus: tilaus", "Poissa: tilaus",
        "Automatická odpověď: obj", "Otomatik yanıt: sipariş", "Ofis dışında: sipariş",
        "Automatikus válasz: rend", "不在のお知らせ", "[자동응답] 주문", "外出自动回复: 订单", "休假自动回复",
        "外出时的自动答复: 订单", "不在办公室: 订单", "离职自动回复", "休假通知: Re: 订单", "自动回信: 订单",
        "Out-of-office: order", "Away from office: order", "Automatic response: order", "On leave Re: order",
        "On annual leave", "I'm out of the office Re: order", "Currently out of the office",
        "Out of office from Monday", "Re: order (Auto-reply)", "Thank you - auto response",
        "AUTO: Max Mustermann ist außer Haus (Rückkehr am 4.3.)", "Out of Office AutoReply: 订单",
    ],
)  # fmt: skip
def test_an_absence_is_told_by_its_subject_in_any_language(subject: str) -> None:
    assert make_incoming(subject=subject).kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    [
        "Auto: my Golf parts", "Out of office chair order 12", "Vacation reply cards",
        "On vacation I noticed my bag broke", "I am away next week, deliver later", "正在休假中收到坏的包",
        "自动回复功能坏了", "Abwesenheitspfleger", "On leaving the shop I saw it",
    ],
)  # fmt: skip
def test_the_words_of_an_absence_need_an_end_behind_them(subject: str) -> None:
    assert make_incoming(subject=subject).kind is Kind.HUMAN


def test_an_automatic_coffee_machine_is_no_automatic_answer() -> None:
    text = "This is an automatic coffee machine that I ordered. It is broken."
    assert make_incoming(text).kind is Kind.HUMAN


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "noreply@webmail.example"},
        {"x_ms_exchange_inbox_rules_loop": "shop@x.example"},
        {"x_ms_exchange_generated_message_source": "Mailbox Rules Agent"},
    ],
)
def test_what_forwarding_adds_makes_no_machine_of_a_buyer(fields: dict[str, str]) -> None:
    assert make_incoming(**fields).kind is Kind.HUMAN


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("已读: 订单", "您的邮件已于 2024-03-05 被阅读。"),
        ("已读回执: 订单", "这是邮件收条。您发送的邮件已被阅读"),
    ],
)
def test_a_receipt_in_plain_words_is_a_receipt(subject: str, text: str) -> None:
    assert make_incoming(text, subject=subject).kind is Kind.RECEIPT


def test_a_buyer_who_has_read_the_notice_is_no_receipt() -> None:
    assert make_incoming("我看了，还没收到退款。", subject="已读: 订单").kind is Kind.HUMAN


def test_a_person_who_quotes_a_machine_is_human() -> None:
    text = "谢谢，还没收到退款。\n\n> 此邮件由系统自动发出，请勿回复。"
    assert make_incoming(text).kind is Kind.HUMAN


def test_auto_submitted_no_is_a_person() -> None:
    assert make_incoming(auto_submitted="no").kind is Kind.HUMAN


@pytest.mark.parametrize(
    "fields",
    [
        {"precedence": "bulk"},
        {"list_id": "<l.x.example>"},
        {"list_unsubscribe": "<https://x.example>"},
        {"x_campaign_id": "7"},
    ],
)
def test_bulk_mail_is_told(fields: dict[str, str]) -> None:
    assert make_incoming(**fields).kind is Kind.BULK


@pytest.mark.parametrize(
    "fields",
    [
        {"from": "Mail Delivery System <MAILER-DAEMON@x.example>"},
        {"from": "Postmaster@163.example", "subject": "系统退信"},
        {"x_failed_recipients": "a@x.example"},
        {"x_aliyun_bounce": "1"},
        {"subject": "Undelivered Mail Returned to Sender", "return_path": "<>"},
    ],
)
def test_bounces_are_told(fields: dict[str, str]) -> None:
    assert make_incoming(**fields).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        ("delivery-status", Kind.BOUNCE),
        ("disposition-notification", Kind.RECEIPT),
        ("feedback-report", Kind.COMPLAINT),
    ],
)
def test_reports_are_told_by_their_structure(report: str, kind: Kind) -> None:
    body = f"--b\r\n\r\nwords\r\n--b\r\nContent-Type: message/{report}\r\n\r\nA: b\r\n--b--"
    incoming = make_incoming(body, content_type=f"multipart/report; report-type={report}; boundary=b")
    assert incoming.kind is kind


def test_a_person_who_asks_about_a_bounce_is_human() -> None:
    text = "550 5.1.1 user unknown 是什么意思？"
    assert make_incoming(text, subject="退信：怎么办？", x_mailer="QQMail 2.x").kind is Kind.HUMAN


def test_a_report_inside_a_forwarded_message_does_not_make_a_bounce() -> None:
    inner = (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    )
    body = f"--b\r\n\r\nwhat?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--"
    assert make_incoming(body, content_type="multipart/mixed; boundary=b").kind is Kind.HUMAN


def test_a_calendar_answer_is_automatic() -> None:
    body = (
        "--b\r\n\r\nyes\r\n--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n--b--"
    )
    assert make_incoming(body, content_type="multipart/mixed; boundary=b").kind is Kind.AUTOMATIC


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("未送达的包裹", "包裹一直没有送到，我付了 550 元。"),
        ("Delivery failed", "My parcel could not be delivered to my address, I paid 550 yuan."),
        ("Delivery failure: where is it?", "I was told it was not delivered to me. wang@buyer.example"),
        ("无法投递", "快递说无法投递，请退款。电话 5510 1234"),
    ],
)
def test_a_person_who_writes_of_a_parcel_is_human(subject: str, text: str) -> None:
    assert make_incoming(text, subject=subject).kind is Kind.HUMAN


def test_a_report_without_any_form_is_told_by_its_sentences() -> None:
    text = "Your message could not be delivered to\nli@x.example\n"
    incoming = make_incoming(text, subject="Delivery failed", **{"from": "gateway@x.example"})
    assert incoming.kind is Kind.BOUNCE
    assert not came_as_a_report(incoming)
    assert not may_stand_for_a_report(incoming)


@pytest.mark.parametrize(
    ("subject", "fields"),
    [
        ("Re: Non-delivery of order 4711", {}),
        ("回复：退信", {}),
        ("[External] RE: Delivery failed", {}),
        ("About the non-delivery of order 4711", {}),
        ("Delivery failed", {"in_reply_to": "<hd.1.x@shop.example>"}),
    ],
)
def test_a_person_who_answers_is_human(subject: str, fields: dict[str, str]) -> None:
    text = "It was not delivered to my address.\n\nOn Mon, Shop <support@shop.example> wrote:\n> A photo?"
    assert make_incoming(text, subject=subject, **fields).kind is Kind.HUMAN


BY_HAND = {"from": "Zhang Wei <postmaster@buyer.example>", "message_id": "<a@buyer.example>"}


@pytest.mark.parametrize(
    ("text", "fields", "kind"),
    [
        ("The cup arrived broken, I want a refund.", {"subject": "Order 10482"}, Kind.HUMAN),
        ("杯子碎了，请退款。", {"subject": "申请退款"}, Kind.HUMAN),
        ("I would like to know more.", {"subject": "Re: Delivery failed"}, Kind.HUMAN),
        ("The cup arrived broken.", {"subject": "Order 10482", "return_path": "<>"}, Kind.BOUNCE),
        ("The cup arrived broken.", {"subject": "Undelivered Mail Returned to Sender"}, Kind.BOUNCE),
        ("550 5.1.1 <li@x.example> user unknown", {"subject": "Notice"}, Kind.BOUNCE),
        ("", {"subject": "Notice"}, Kind.BOUNCE),
    ],
)
def test_a_person_reads_and_writes_at_postmaster(text: str, fields: dict[str, str], kind: Kind) -> None:
    assert make_incoming(text, **BY_HAND | fields).kind is kind


def test_nobody_writes_by_hand_at_mailer_daemon() -> None:
    fields = BY_HAND | {"from": "MAILER-DAEMON@buyer.example"}
    assert make_incoming("The cup arrived broken.", subject="Order", **fields).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"from": "MAILER-DAEMON@mx.example", "subject": "failure notice"}, True),
        ({"from": "gateway@mx.example", "subject": "failure notice", "return_path": "<>"}, True),
        ({"from": "postmaster@mx.example", "subject": "Re: failure notice"}, False),
        ({"from": "gateway@mx.example", "subject": "failure notice"}, False),
    ],
)
def test_a_report_comes_from_a_daemon_or_by_its_form(fields: dict[str, str], may: bool) -> None:
    assert may_stand_for_a_report(make_incoming("li@x.example: not delivered", **fields)) is may
