"""Identity cards, telephones and bank cards from a buyer's page are masked like those in a mail."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock, links
from helpdesk.actions import contacts
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.links import Passing, Purpose
from helpdesk.models import OutboxMessage, Ticket
from helpdesk.rules.states import Role
from mail.parse import parse
from tests.actions.claiming import Matter, delivered, partial
from tests.web.buying import address, claimed, post, upload
from tests.web.conftest import Desk, Visitor, letter
from tests.web.test_inside import visitor
from tests.web.test_masked_numbers import IDENTITY, SECRETS, WORDS

pytestmark = pytest.mark.trust


def shown(browser: Visitor, *paths: str) -> list[str]:
    return [secret for path in paths for secret in SECRETS if secret in browser.text(path)]


def test_words_beside_an_upload_and_the_names_of_its_files(
    desk: Desk, browser: Visitor, stranger: Visitor
) -> None:
    page = address(Passing.EVIDENCE, claimed(desk))
    post(stranger, page, files=[upload(f"{IDENTITY}.jpg")], words=f"{'x' * 150} {WORDS}", once="a")
    assert shown(browser, "/tickets/1", "/?queue=all", "/queue/rows") == []
    assert IDENTITY[:8] not in desk.row(Ticket, 1).preview
    browser.post("/evidence/1/acceptance")
    assert shown(browser, "/tickets/1") == []


def test_a_number_typed_for_an_order(desk: Desk, browser: Visitor, stranger: Visitor) -> None:
    stranger.get("/withdraw")
    typed = {"name": "Eve", "email": "eve@else.example", "order_no": IDENTITY, "words": WORDS}
    stranger.post("/withdraw/confirmation", **typed)
    assert shown(browser, "/tickets/1", "/?queue=all") == []


def test_words_of_an_answer_to_an_offer(app: Flask) -> None:
    matter = Matter(**delivered(days_ago=3))
    matter.link()
    matter.open("damaged")
    offer = matter.offer(partial(1000), role=Role.OWNER, why="agreed")
    buyer = Visitor(app.test_client())
    post(buyer, address(Passing.EVIDENCE), words=WORDS, once="a")
    assert shown(visitor(app), "/tickets/1") == []
    path = links.url(current_desk(), Purpose.OFFER, offer).removeprefix(current_desk().base_url)
    assert post(buyer, path, answer="counter", words=WORDS).status_code == 303
    assert shown(visitor(app), "/tickets/1", "/?queue=all") == []


def test_what_a_colleague_may_pass_on(desk: Desk, browser: Visitor) -> None:
    desk.receive(letter(WORDS))
    with transaction() as session:
        contacts.add(
            session, email="depot@else.example", name="D", role="seller", locale="en", at=clock.now()
        )
    assert shown(browser, "/tickets/1/inquiry") == []
    browser.post("/tickets/1/inquiry", contact="1", words="Is it yours?", tell="words")
    with reading() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.inquiry_id.is_not(None))).one()
        text = parse(current_desk().blobs.get(sent.sha256)).text
    assert "我的身份证 110" in text
    assert [secret for secret in SECRETS if secret in text] == []
