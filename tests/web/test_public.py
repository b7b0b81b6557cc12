"""Pages behind a buyer's links: scanners record nothing, buyers answer once, and no link can be made up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock, links
from helpdesk.actions import refunds, surveys, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.links import Purpose
from helpdesk.models import Agent, Entry, Refund, Survey, Ticket
from helpdesk.rules.states import RefundState
from tests.actions.claiming import FULL, Matter
from tests.actions.sending_back import SendingBack
from tests.actions.sold import LI, given, sell
from tests.web.conftest import Desk, Visitor, letter

# What fetches the links of a mail before a person does, or instead of one.
SCANNERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 MSSafeLinks",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0) SafeLinksDetonation",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Barracuda Sentinel (EE)",
    "BarracudaCentral/1.0",
    "Proofpoint URL Defense",
    "Mozilla/5.0 (compatible; Mimecast TTP URL Protect)",
    "Symantec Click-time Protection",
    "TrendMicro/1.0",
    "Sophos Email Appliance",
    "FortiMail URL Scanner",
    "Cisco Secure Email",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 MicroMessenger/8.0 (WeChat link check)",
    "Mozilla/5.0 (compatible; QQMail-SecurityScan)",
    "curl/8.4.0",
)


EVE = "eve@else.example"


@pytest.fixture
def buyer(desk: Desk) -> Visitor:
    """The browser of somebody who got a refund, and two links by mail."""
    number = desk.receive(
        letter("杯子收到时已经碎了，请退款。", subject="杯子碎了", sender="梅 <mei@buyer.example>")
    )
    with transaction() as session:
        ticket = tickets.hold(session, number)
        refunds.record_refund(
            session,
            ticket,
            amount="89.00",
            currency="CNY",
            method="alipay",
            reference="REF-1",
            by=session.get_one(Agent, desk.agent),
            at=clock.now(),
        )
        surveys.ask(session, ticket, at=clock.now())
    return Visitor(desk.app.test_client())


def link(purpose: Purpose, subject_id: int = 1) -> str:
    desk = current_desk()
    return links.url(desk, purpose, subject_id).removeprefix(desk.base_url)


@pytest.mark.trust
@pytest.mark.parametrize("purpose", list(Purpose))
def test_scanners_record_nothing(desk: Desk, buyer: Visitor, purpose: Purpose) -> None:
    if purpose in (Purpose.ORDER, Purpose.ORDERS):
        sell(given(), given("2398471029384756103"))
        words = "订单 2398471029384756102" if purpose is Purpose.ORDER else "杯子碎了"
        sender = EVE if purpose is Purpose.ORDER else LI
        desk.receive(letter(words, sender=sender))  # leads to the first one-time link
    if purpose is Purpose.OFFER:
        matter = Matter()
        matter.link()
        matter.open()
        matter.offer(FULL)
    if purpose is Purpose.RETURN:
        SendingBack().start()
    before = _everything()
    for agent in SCANNERS:
        for method in (buyer.client.get, buyer.client.head):
            assert method(link(purpose), headers={"User-Agent": agent}).status_code == 200

    assert _everything() == before


def test_a_buyer_says_that_the_money_arrived(buyer: Visitor) -> None:
    path = link(Purpose.ARRIVAL)
    answer = buyer.client.post(path, data={"arrived": "yes"}, follow_redirects=True)

    assert "谢谢" in answer.text or "Thank you" in answer.text
    with reading() as session:
        assert session.get_one(Refund, 1).state is RefundState.ARRIVED
        newest = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
        assert newest is not None
        assert newest.actor.startswith(("buyer:", "clock"))
    assert buyer.client.post(path, data={"arrived": "yes"}).status_code == 303
    assert buyer.client.post(path, data={"arrived": "no"}).status_code == 409


def test_a_refund_noted_by_mistake_asks_the_buyer_nothing(desk: Desk, buyer: Visitor) -> None:
    path = link(Purpose.ARRIVAL)
    with transaction() as session:
        refunds.cancel(session, 1, by=session.get_one(Agent, desk.agent), at=clock.now())

    page = buyer.client.get(path + "?lang=en").text
    assert "This refund was noted by mistake." in page
    assert "<form" not in page
    assert buyer.client.post(path, data={"arrived": "yes"}).status_code == 303
    with reading() as session:
        assert session.get_one(Refund, 1).state is RefundState.REVERSED


def test_no_may_become_yes_later(buyer: Visitor) -> None:
    path = link(Purpose.ARRIVAL)
    buyer.client.post(path, data={"arrived": "no"})
    buyer.client.post(path, data={"arrived": "yes"})

    with reading() as session:
        assert session.get_one(Refund, 1).state is RefundState.ARRIVED


def test_a_survey_is_answered_once(buyer: Visitor) -> None:
    path = link(Purpose.SURVEY)
    assert buyer.client.post(path, data={"score": "4", "comment": "快"}).status_code == 303
    assert buyer.client.post(path, data={"score": "1"}).status_code == 409
    with reading() as session:
        kept = session.get_one(Survey, 1)
        assert (kept.score, kept.comment) == (4, "快")
    assert buyer.client.get(path).status_code == 200


@pytest.mark.parametrize("score", ["", "0", "6", "５", "x"])
def test_a_score_outside_the_five_is_refused_and_the_words_stay(buyer: Visitor, score: str) -> None:
    answer = buyer.client.post(link(Purpose.SURVEY), data={"score": score, "comment": "kept words"})

    assert answer.status_code == 422
    assert "kept words" in answer.text


def test_a_survey_without_a_mark_says_so_on_the_page(buyer: Visitor) -> None:
    page = link(Purpose.SURVEY)
    assert "novalidate" in buyer.text(page), "the browser's own hint is not seen by everybody"

    answer = buyer.client.post(f"{page}?lang=en", data={"comment": "well"})

    assert answer.status_code == 422
    assert "hoose one of the five" in answer.text
    assert "well" in answer.text


def test_a_survey_ends(buyer: Visitor) -> None:
    clock.shift(timedelta(days=31))
    assert buyer.client.get(link(Purpose.SURVEY)).status_code == 410
    assert buyer.client.post(link(Purpose.SURVEY), data={"score": "5"}).status_code == 409


@pytest.mark.trust
def test_a_forged_or_borrowed_token_opens_nothing(buyer: Visitor) -> None:
    survey = link(Purpose.SURVEY)
    for path in (
        survey[:-1] + ("A" if survey[-1] != "A" else "B"),
        survey.replace("/survey/", "/arrival/"),
        "/b/survey/1",
        "/b/arrival/" + "x" * 2000,
        link(Purpose.SURVEY, 99),
    ):
        assert buyer.client.get(path).status_code == 404
        assert buyer.client.post(path, data={"score": "5", "arrived": "yes"}).status_code == 404


def test_the_page_speaks_the_language_of_the_ticket(buyer: Visitor) -> None:
    page = buyer.client.get(link(Purpose.ARRIVAL), headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans-CN"' in page.text
    assert '<html lang="en"' in buyer.client.get(link(Purpose.ARRIVAL) + "?lang=en").text


@pytest.mark.trust
def test_the_page_tells_nothing_about_the_person_and_keeps_the_link_to_itself(buyer: Visitor) -> None:
    page = buyer.client.get(link(Purpose.ARRIVAL))
    for secret in ("mei@buyer.example", "梅", "REF-1", "杯子"):
        assert secret not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.trust
def test_answers_are_rate_limited(buyer: Visitor) -> None:
    path = link(Purpose.SURVEY)
    answers = {buyer.client.post(path, data={"score": "9"}).status_code for _ in range(61)}
    assert answers == {422, 429}


def _everything() -> object:
    with reading() as session:
        refund, survey = session.get_one(Refund, 1), session.get_one(Survey, 1)
        heads = session.scalars(select(Ticket.head_hash)).all()
        return refund.state, refund.answered_at, survey.score, survey.answered_at, heads
