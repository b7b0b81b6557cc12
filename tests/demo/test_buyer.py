"""The buyer's mailbox page: write to the shop, read its answer, let time pass."""

import io
import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from helpdesk import clock
from helpdesk.demo import buyer
from helpdesk.demo.provider import Provider
from mail.parse import parse
from tests.app import make_app_anew
from tests.demo.conftest import letter, write

MAY = "may@buyer.example"


@pytest.fixture
def page(sqlite_url: str, tmp_path: Path, provider: Provider) -> Iterator[FlaskClient]:
    app = make_app_anew(sqlite_url, tmp_path)
    buyer.register(app, provider)
    yield app.test_client()
    clock.reset()


def token(page: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get("/demo/buyer").text)
    assert found
    return found[1]


def test_what_a_buyer_writes_arrives_in_the_shop(page: FlaskClient, provider: Provider) -> None:
    answer = page.post(
        f"/demo/buyer/{MAY}",
        data={
            "csrf_token": token(page),
            "name": "梅",
            "subject": "杯子碎了",
            "text": "见照片",
            "files": (io.BytesIO(b"\x89PNG..."), "照片.png"),
        },
    )

    assert answer.status_code == 303
    (path,) = provider.files(provider.address, "INBOX")
    arrived = parse(path.read_bytes())
    assert (arrived.subject, arrived.text.strip(), str(arrived.sender)) == (
        "杯子碎了",
        "见照片",
        f"梅 <{MAY}>",
    )
    assert [file.filename for file in arrived.attachments] == ["照片.png"]
    assert "杯子碎了" in page.get(f"/demo/buyer/{MAY}").text


def test_an_answer_is_threaded_and_quotes_as_mail_programs_do(page: FlaskClient, provider: Provider) -> None:
    reply = letter("Re: wrong size", "Send it back, please.", sender=provider.address)
    write(provider, b"References: <first@buyer.example>\r\n" + reply, sender=provider.address, to=MAY)

    page.post(
        f"/demo/buyer/{MAY}",
        data={"csrf_token": token(page), "answers": "INBOX-000000001", "text": "I will."},
    )
    original = parse(provider.files(MAY, "INBOX")[0].read_bytes())
    arrived = parse(provider.files(provider.address, "INBOX")[0].read_bytes())
    assert arrived.references == ("first@buyer.example", original.message_id)
    assert arrived.subject == "Re: wrong size"
    assert "wrote:\n> Send it back, please." in arrived.text


def test_links_can_be_clicked_and_markup_cannot_run(page: FlaskClient, provider: Provider) -> None:
    text = "<script>alert(1)</script> https://desk.example/b/survey/abc, thanks"
    write(provider, letter("hi", text, sender=provider.address), sender=provider.address, to=MAY)

    shown = page.get(f"/demo/buyer/{MAY}").text
    assert '<a href="https://desk.example/b/survey/abc" ' in shown
    assert "<script>alert" not in shown


def test_an_attachment_that_is_no_picture_is_a_download(page: FlaskClient, provider: Provider) -> None:
    page.post(
        f"/demo/buyer/{MAY}",
        data={"csrf_token": token(page), "text": "x", "files": (io.BytesIO(b"<script>"), "a.html")},
    )

    answer = page.get(f"/demo/buyer/{MAY}/Sent-000000001/0")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.trust
@pytest.mark.parametrize(
    "path",
    [
        "/demo/buyer/support@shop.example",
        "/demo/buyer/nobody",
        f"/demo/buyer/{MAY}/INBOX-000000009/0",
        f"/demo/buyer/{MAY}/..-000000001/0",
    ],
)
def test_what_is_not_a_buyers_is_not_there(page: FlaskClient, path: str) -> None:
    assert page.get(path).status_code == 404


@pytest.mark.trust
def test_the_page_is_for_this_machine_and_for_our_forms_only(page: FlaskClient) -> None:
    assert page.get("/demo/buyer", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert page.post("/demo/time", data={"step": "day"}).status_code == 400


def test_an_empty_letter_is_refused_and_stays_on_the_page(page: FlaskClient, provider: Provider) -> None:
    answer = page.post(f"/demo/buyer/{MAY}", data={"csrf_token": token(page), "subject": "half", "text": " "})

    assert answer.status_code == 422
    assert 'value="half"' in answer.text
    assert provider.files(provider.address, "INBOX") == []


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (
            smtplib.SMTPRecipientsRefused({"a@shop.example": (550, b"5.1.1 no mailbox")}),
            "550 5.1.1 no mailbox",
        ),
        (smtplib.SMTPDataError(552, b"Error: Too much mail data"), "552 Error: Too much mail data"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_provider_refuses_is_said_in_its_own_words(
    page: FlaskClient, monkeypatch: pytest.MonkeyPatch, refusal: Exception, words: str
) -> None:
    monkeypatch.setattr(smtplib.SMTP, "sendmail", raising(refusal))
    answer = page.post(f"/demo/buyer/{MAY}", data={"csrf_token": token(page), "text": "hello"})

    assert answer.status_code == 422
    assert words in answer.text
    assert "b&#39;" not in answer.text


def raising(error: Exception) -> Callable[..., None]:
    def refuse(*args: object, **more: object) -> None:
        raise error

    return refuse


def test_a_letter_that_is_too_large_is_refused_on_the_buyers_own_page(page: FlaskClient) -> None:
    page.application.config["MAX_CONTENT_LENGTH"] = 1000
    answer = page.post(f"/demo/buyer/{MAY}", data={"csrf_token": token(page), "text": "x" * 2000})

    assert answer.status_code == 413
    assert "This is too large" in answer.text
    assert f"<h1>{MAY}</h1>" in answer.text


@pytest.mark.clock
def test_time_passes_for_the_whole_desk_and_stays_passed(page: FlaskClient, provider: Provider) -> None:
    rung: list[bool] = []
    page.application.extensions["helpdesk.wake"] = lambda: rung.append(True)
    for step in ("hour", "day"):
        page.post("/demo/time", data={"csrf_token": token(page), "step": step})

    assert clock.offset() == timedelta(days=1, hours=1)
    assert (provider.folder / "clock").read_text() == "90000.0"
    assert rung == [True, True]
