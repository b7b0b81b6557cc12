"""A claim that an agent opens begins with what the buyer's mail says and encloses."""

import re

import pytest
from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.models import Claim, Evidence
from tests.actions.claiming import Matter, delivered
from tests.letterbox import mail
from tests.web.conftest import Desk, Visitor, letter

pytestmark = pytest.mark.flows


def opened(browser: Visitor, number: int) -> Claim:
    browser.get(f"/tickets/{number}")
    assert browser.post(f"/tickets/{number}/claims").status_code == 303
    with reading() as session:
        return session.scalars(select(Claim).order_by(Claim.id.desc())).first() or Claim()


def test_the_reason_is_a_guess_from_the_words_and_the_photo_is_evidence(desk: Desk, browser: Visitor) -> None:
    said = "The cup arrived broken, see the photo."
    number = desk.receive(mail(said, subject="Broken cup", charset="utf-8", photo=True))
    with reading() as session:
        assert session.scalars(select(Claim)).all() == [], "nothing is asked for, so none opens by itself"

    claim = opened(browser, number)

    assert (claim.reason, claim.reason_source) == ("damaged", "rule")
    with reading() as session:
        (proof,) = session.scalars(select(Evidence)).all()
        assert (proof.claim_id, proof.kind) == (claim.id, "photo")
    assert "as the words say" in browser.text(f"/tickets/{number}")


def test_without_a_mail_that_names_one_the_reason_is_not_known(desk: Desk, browser: Visitor) -> None:
    claim = opened(browser, desk.receive(letter("Hello, are you there?", subject="Hello")))

    assert (claim.reason, claim.reason_source) == ("", "")


def test_a_later_word_does_not_hide_the_reason_of_an_earlier_mail(browser: Visitor) -> None:
    matter = Matter(**delivered(2))
    matter.hear("杯子碎了")
    matter.hear("有消息吗？")

    assert opened(browser, matter.ticket).reason == "damaged"


def test_a_claim_about_an_order_that_is_known_has_the_reason_too(browser: Visitor) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    matter.hear("杯子碎了，请看照片")

    claim = opened(browser, matter.ticket)

    assert (claim.order_id, claim.reason) == (matter.order, "damaged")
    assert re.search(r"CN-FAULT", browser.text(f"/tickets/{matter.ticket}"))
