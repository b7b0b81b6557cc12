"""Links of offers and returns that have ended say so, since when, and what can still be done."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock, links
from helpdesk.actions import claims, offers, returns
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.links import Purpose
from helpdesk.rules.claims import Event
from tests.actions.claiming import FULL, Matter
from tests.actions.sending_back import SendingBack
from tests.web.conftest import Visitor


def page(app: Flask, purpose: Purpose) -> str:
    path = links.url(current_desk(), purpose, 1).removeprefix(current_desk().base_url)
    return Visitor(app.test_client()).text(f"{path}?lang=en")


@pytest.fixture
def offered(app: Flask) -> Matter:
    matter = Matter()
    matter.link()
    matter.open()
    matter.offer(FULL, days=2)
    return matter


def test_an_expired_offer_says_until_when_it_stood_and_what_can_be_done(app: Flask, offered: Matter) -> None:
    clock.shift(timedelta(days=3))  # nobody has ticked yet
    shown = page(app, Purpose.OFFER)
    assert "It stood until 3 Jun 2026" in shown
    assert "answer our mail" in shown
    assert "/b/status/" in shown
    assert "<button" not in shown


def test_an_offer_that_was_taken_back_is_not_said_to_be_late(app: Flask, offered: Matter) -> None:
    with offered.held() as (session, ticket, claim):
        offers.answer_otherwise(
            session,
            current_desk(),
            ticket,
            claim,
            offers.of_claim(session, claim, 1),
            Event.WITHDRAW_OFFER,
            actor=claims.staff(offered.agent(session)),
            way="agent",
            at=clock.now(),
        )
    shown = page(app, Purpose.OFFER)
    assert "the newest of our mails counts" in shown
    assert "It stood until" not in shown


def test_an_expired_return_says_so_and_what_can_be_done(app: Flask) -> None:
    matter = SendingBack()
    matter.start(days=2)
    matter.let_pass(days=9)
    assert matter.shipment().state == "expired"
    shown = page(app, Purpose.RETURN)
    assert "it was to be sent by 3 Jun 2026" in shown
    assert "Please do not send anything now" in shown
    assert "/b/status/" in shown
    assert "<form" not in shown


def test_a_return_that_was_called_off_asks_to_send_nothing(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    with transaction() as session:
        seen, by = matter.shipment_in(session).version, matter.agent(session)
        returns.cancel(session, 1, why="a mistake", by=by, at=clock.now(), seen=seen)
    assert "Please send nothing" in page(app, Purpose.RETURN)
