"""A demo provider on free ports, and a buyer's mail program."""

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.demo.provider import Provider
from mail.accounts import ServerAccount, Tls


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    provider = Provider(tmp_path / "demo", 0, 0)
    provider.start()
    yield provider
    provider.stop()


def account(provider: Provider, username: str = "", password: str = "") -> ServerAccount:
    """The shop's IMAP account, or another's."""
    return ServerAccount(
        host="127.0.0.1",
        port=provider.imap_port,
        tls=Tls.NONE,
        username=username or provider.address,
        password=password or provider.password,
        timeout=5,
    )


def write(provider: Provider, raw: bytes, *, sender: str = "may@buyer.example", to: str = "") -> None:
    """Hand a mail over as a mail program does, without a login."""
    with smtplib.SMTP("127.0.0.1", provider.smtp_port, timeout=5) as smtp:
        smtp.sendmail(sender, [to or provider.address], raw)


def letter(subject: str, text: str = "hello", *, sender: str = "may@buyer.example") -> bytes:
    return (
        f"From: May <{sender}>\r\nTo: support@shop.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{abs(hash((subject, text)))}@buyer.example>\r\n\r\n{text}\r\n"
    ).encode()
