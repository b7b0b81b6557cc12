"""Webhooks: what a gateway signed is kept once and says where to look; everything else changes nothing."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.current import GATEWAYS
from helpdesk.db import reading
from helpdesk.gateways import sandbox
from helpdesk.gateways.alipay import AlipayGateway
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.configured import Gateways
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Webhook
from helpdesk.models import Entry, GatewayNotice
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Outcome
from helpdesk.web import webhooks
from tests.gateways import alipay_server
from tests.gateways.serving import private_pem, public_pem
from tests.web.conftest import Desk, Queries
from tests.workers.paying import PAYMENT, Paid

pytestmark = [pytest.mark.money, pytest.mark.trust]
HERE = "/webhooks/sandbox"


@pytest.fixture
def paid(app: Flask, desk: Desk, tmp_path: Path) -> Paid:
    return Paid(app, tmp_path)


@pytest.fixture
def bank(app: Flask) -> FlaskClient:
    """A machine that knows no cookie and no token."""
    return app.test_client()


def post(bank: FlaskClient, hook: Webhook, **changes: object) -> TestResponse:
    return bank.post(HERE, **{"data": hook.body, "headers": hook.headers, **changes})


def notices() -> list[tuple[str, bool]]:
    """(our key, whether we had asked for it)."""
    with reading() as session:
        rows = session.scalars(select(GatewayNotice).order_by(GatewayNotice.id))
        return [(row.key, row.refund_id is not None) for row in rows]


def test_a_notice_makes_us_look_now(paid: Paid, bank: FlaskClient) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()
    paid.bank.settle("R1-1")

    (*_, hook) = sandbox.webhooks(paid.bank, at=clock.now())
    answer = post(bank, hook)
    assert paid.refunds() == [("R1-1", "pending", 9900)], "a notice is not believed by itself"
    paid.pay()

    assert (answer.status_code, answer.get_json()) == (200, {"received": True})
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]


def test_notices_that_come_twice_and_in_any_order_end_the_same(paid: Paid, bank: FlaskClient) -> None:
    paid.bank.next(Trouble.LATE)
    paid.agreed()
    paid.pay()
    paid.bank.settle("R1-1")
    hooks = sandbox.webhooks(paid.bank, at=clock.now(), duplicate=True, shuffle=Random(7))

    assert {post(bank, hook).status_code for hook in hooks} == {200}
    paid.pay()

    assert len(notices()) == len(hooks) / 2
    assert paid.refunds() == [("R1-1", "succeeded", 9900)]


def test_a_replayed_notice_is_answered_and_changes_nothing(paid: Paid, bank: FlaskClient) -> None:
    paid.agreed()
    paid.pay()
    (hook,) = sandbox.webhooks(paid.bank, at=clock.now())
    post(bank, hook)
    with reading() as session:
        before = session.scalar(select(func.count(Entry.id)))

    assert post(bank, hook).status_code == 200

    with reading() as session:
        assert session.scalar(select(func.count(Entry.id))) == before
    assert len(notices()) == 1


@pytest.mark.parametrize("wrong", ["another body", "another signature", "none", "too old"])
def test_a_bad_signature_is_400_and_logged_and_asks_the_database_nothing(
    paid: Paid, bank: FlaskClient, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    paid.agreed()
    paid.pay()
    (hook,) = sandbox.webhooks(paid.bank, at=clock.now())
    changes: dict[str, object] = {}
    match wrong:
        case "another body":
            changes = {"data": hook.body.replace(b"9900", b"9901")}
        case "another signature":
            changes = {"headers": {sandbox.SIGNATURE: hook.headers[sandbox.SIGNATURE][:-1] + "x"}}
        case "none":
            changes = {"headers": {}}
        case _:
            clock.shift(timedelta(hours=1))

    with caplog.at_level(logging.WARNING), Queries() as queries:
        answer = post(bank, hook, **changes)

    assert (answer.status_code, queries.count) == (400, 0)
    assert "a webhook for sandbox" in caplog.text
    assert notices() == []


def test_a_gateway_that_is_not_set_up_is_not_found(desk: Desk, bank: FlaskClient) -> None:
    assert bank.post("/webhooks/stripe", data=b"{}").status_code == 404
    assert bank.post("/webhooks/manual", data=b"{}").status_code == 400
    assert bank.get(HERE).status_code == 405


def test_more_than_any_notice_has_is_not_read(paid: Paid, bank: FlaskClient) -> None:
    assert bank.post(HERE, data=b"x" * (webhooks.LARGEST + 1)).status_code == 413


def test_a_refund_that_nobody_asked_for_is_kept_for_a_lead(paid: Paid, bank: FlaskClient) -> None:
    paid.bank.pay_outside(PAYMENT, Money(2000, "CNY"))
    (hook,) = sandbox.webhooks(paid.bank, at=clock.now())

    assert post(bank, hook).status_code == 200

    assert notices() == [("", False)]
    assert paid.refunds() == []
    with reading() as session:
        assert session.scalars(select(GatewayNotice.outcome)).one() == Outcome.SUCCEEDED


def test_gateways_are_never_told_to_come_back_later(paid: Paid, bank: FlaskClient) -> None:
    paid.agreed()
    paid.pay()
    (hook,) = sandbox.webhooks(paid.bank, at=clock.now())
    assert {post(bank, hook).status_code for _ in range(100)} == {200}


def test_a_notice_that_is_sent_as_a_form_is_read_as_it_was_signed(app: Flask, bank: FlaskClient) -> None:
    """Alipay's are: whoever looks into the form first leaves the signature nothing to be looked at."""
    gateway = AlipayGateway(
        app_id=alipay_server.APP_ID,
        private_key=private_pem("shop"),
        public_key=public_pem("alipay"),
        now=clock.now,
    )
    app.extensions[GATEWAYS] = Gateways({"manual": Manual(), "alipay": gateway})
    clock.shift(datetime(2026, 11, 23, 3, tzinfo=UTC) - clock.now())
    headers, body = alipay_server.notice({"out_biz_no": "R1-1", "refund_fee": "25.00"})

    answer = bank.post("/webhooks/alipay", data=body, headers=headers)

    assert (answer.status_code, answer.text) == (200, "success")
    assert notices() == [("R1-1", False)]
