"""One click in the mail program, and no survey comes any more; other letters still do."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from helpdesk import links
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.links import Purpose
from helpdesk.models import Buyer
from mail.types import Incoming
from tests.flows.test_after_the_refund import record_refund, say
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = [pytest.mark.flows, pytest.mark.trust]


@pytest.fixture
def asked(shop: Shop) -> Incoming:
    """The survey that a buyer got after a refund."""
    shop.receive(mail())
    survey(shop)
    return next(letter for letter in shop.send() if "List-Unsubscribe" in dict(letter.headers))


def survey(shop: Shop) -> None:
    """The money is there, and the question how it was is written."""
    say(shop, record_refund(shop), arrived=True)
    shop.let_pass(hours=3)
    shop.chase()


def path_of(letter: Incoming) -> str:
    return urlsplit(dict(letter.headers)["List-Unsubscribe"].strip("<>")).path


def one_click(shop: Shop, path: str) -> int:
    """What Gmail's servers send: no cookie, no form token."""
    client = shop.app.test_client(use_cookies=False)
    return client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code


def declined() -> bool:
    with reading() as session:
        return session.get_one(Buyer, 1).no_surveys_since is not None


def test_only_surveys_can_be_unsubscribed_from(shop: Shop, asked: Incoming) -> None:
    with_link = [letter for letter in shop.send() if "List-Unsubscribe" in dict(letter.headers)]
    assert [letter.message_id for letter in with_link] == [asked.message_id]
    assert path_of(asked) in asked.text, "people read the letter, not its headers"


def test_one_click_without_login_or_form_token_is_enough(shop: Shop, asked: Incoming) -> None:
    assert one_click(shop, path_of(asked)) == 200
    assert declined()
    assert shop.verbs()[-1] == "surveys_stopped"

    assert one_click(shop, path_of(asked)) == 200
    assert shop.verbs().count("surveys_stopped") == 1


def test_a_scanner_that_opens_the_link_stops_nothing(shop: Shop, asked: Incoming) -> None:
    client = shop.app.test_client()
    page = client.get(path_of(asked))
    client.head(path_of(asked))
    assert page.status_code == 200
    assert b"<button" in page.data
    assert not declined()


def test_what_is_planned_or_waiting_on_other_tickets_is_taken_back(shop: Shop, asked: Incoming) -> None:
    shop.receive(mail("another", subject="另一件事"))
    say(shop, record_refund(shop, reference="another"), arrived=True)
    shop.receive(mail("third", subject="第三件事"))
    path = path_of(asked)
    before = len(shop.send())
    one_click(shop, path)
    shop.let_pass(days=10)
    shop.chase()

    surveys = [letter for letter in shop.send()[before:] if "List-Unsubscribe" in dict(letter.headers)]
    assert surveys == []
    assert "plan_withdrawn" in shop.verbs(1)


def test_a_survey_that_is_written_and_not_yet_handed_over_is_taken_back(shop: Shop) -> None:
    shop.receive(mail())
    survey(shop)
    one_click(shop, urlsplit(links.url(current_desk(), Purpose.STOP, 1)).path)

    assert not [letter for letter in shop.send() if "List-Unsubscribe" in dict(letter.headers)]


def test_the_links_for_answering_and_for_stopping_are_not_the_same(shop: Shop, asked: Incoming) -> None:
    token = re.search(r"/b/survey/(\S+)", asked.text)
    assert token is not None
    assert one_click(shop, f"/b/stop/{token[1]}") == 404
    assert not declined()


def test_many_clicks_from_one_provider_all_count(shop: Shop, asked: Incoming) -> None:
    assert {one_click(shop, path_of(asked)) for _ in range(70)} == {200}


def test_over_https_the_header_says_that_one_click_is_enough(shop: Shop) -> None:
    shop.app.extensions["helpdesk.desk"] = replace(current_desk(), base_url="https://desk.example")
    shop.receive(mail())
    survey(shop)
    headers = [dict(letter.headers) for letter in shop.send()]

    assert [each["List-Unsubscribe-Post"] for each in headers if "List-Unsubscribe" in each] == [
        "List-Unsubscribe=One-Click"
    ]
