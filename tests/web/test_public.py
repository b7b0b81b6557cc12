"""Pages behind a buyer's links: scanners record nothing, buyers answer once, and no link can be made up."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import clock, links
from helpdesk.actions import agents, buyers, mailboxes, refunds, surveys, tickets
from helpdesk.actions.mailboxes import MailboxForm
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.links import Purpose
from helpdesk.models import Entry, Mailbox, Refund, Survey, Ticket
from helpdesk.rules.states import RefundState, Role
from mail.types import Address
from tests.web.browsing import PASSWORD, Browser, browser

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


@pytest.fixture
def web(sqlite_url: str, tmp_path: Path) -> Browser:
    web = browser(sqlite_url, tmp_path)
    with web.app.app_context(), transaction() as session:
        _a_refund_and_a_survey(session)
    return web


def link(web: Browser, purpose: Purpose, subject_id: int = 1) -> str:
    with web.app.app_context():
        desk = current_desk()
        return links.url(desk, purpose, subject_id).removeprefix(desk.base_url)


@pytest.mark.trust
@pytest.mark.parametrize("purpose", list(Purpose))
def test_scanners_record_nothing(web: Browser, purpose: Purpose) -> None:
    before = _everything(web)
    for agent in SCANNERS:
        for method in (web.client.get, web.client.head):
            assert method(link(web, purpose), headers={"User-Agent": agent}).status_code == 200

    assert _everything(web) == before


def test_a_buyer_says_that_the_money_arrived(web: Browser) -> None:
    path = link(web, Purpose.ARRIVAL)
    answer = web.client.post(path, data={"arrived": "yes"}, follow_redirects=True)

    assert "谢谢" in answer.text or "Thank you" in answer.text
    with web.app.app_context(), reading() as session:
        assert session.get_one(Refund, 1).state is RefundState.ARRIVED
        newest = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
        assert newest is not None
        assert newest.actor.startswith(("buyer:", "clock"))
    assert web.client.post(path, data={"arrived": "yes"}).status_code == 303
    assert web.client.post(path, data={"arrived": "no"}).status_code == 409


def test_no_may_become_yes_later(web: Browser) -> None:
    path = link(web, Purpose.ARRIVAL)
    web.client.post(path, data={"arrived": "no"})
    web.client.post(path, data={"arrived": "yes"})

    with web.app.app_context(), reading() as session:
        assert session.get_one(Refund, 1).state is RefundState.ARRIVED


def test_a_survey_is_answered_once(web: Browser) -> None:
    path = link(web, Purpose.SURVEY)
    assert web.client.post(path, data={"score": "4", "comment": "快"}).status_code == 303
    assert web.client.post(path, data={"score": "1"}).status_code == 409
    with web.app.app_context(), reading() as session:
        kept = session.get_one(Survey, 1)
        assert (kept.score, kept.comment) == (4, "快")
    assert web.get(path).status_code == 200


@pytest.mark.parametrize("score", ["", "0", "6", "５", "x"])
def test_a_score_outside_the_five_is_refused_and_the_words_stay(web: Browser, score: str) -> None:
    answer = web.client.post(link(web, Purpose.SURVEY), data={"score": score, "comment": "kept words"})

    assert answer.status_code == 422
    assert "kept words" in answer.text


def test_a_survey_ends(web: Browser) -> None:
    clock.shift(timedelta(days=31))
    try:
        assert web.get(link(web, Purpose.SURVEY)).status_code == 410
        assert web.client.post(link(web, Purpose.SURVEY), data={"score": "5"}).status_code == 409
    finally:
        clock.reset()


@pytest.mark.trust
def test_a_forged_or_borrowed_token_opens_nothing(web: Browser) -> None:
    survey = link(web, Purpose.SURVEY)
    for path in (
        survey[:-1] + ("A" if survey[-1] != "A" else "B"),
        survey.replace("/survey/", "/arrival/"),
        "/b/survey/1",
        "/b/arrival/" + "x" * 2000,
        link(web, Purpose.SURVEY, 99),
    ):
        assert web.get(path).status_code == 404
        assert web.client.post(path, data={"score": "5", "arrived": "yes"}).status_code == 404


def test_the_page_speaks_the_language_of_the_ticket(web: Browser) -> None:
    page = web.get(link(web, Purpose.ARRIVAL), headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans-CN"' in page.text
    assert '<html lang="en"' in web.get(link(web, Purpose.ARRIVAL) + "?lang=en").text


@pytest.mark.trust
def test_the_page_tells_nothing_about_the_person_and_keeps_the_link_to_itself(web: Browser) -> None:
    page = web.get(link(web, Purpose.ARRIVAL))
    for secret in ("mei@buyer.example", "梅", "REF-1", "杯子"):
        assert secret not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in page.headers


@pytest.mark.trust
def test_answers_are_rate_limited(web: Browser) -> None:
    path = link(web, Purpose.SURVEY)
    answers = {web.client.post(path, data={"score": "9"}).status_code for _ in range(61)}
    assert answers == {422, 429}


def _everything(web: Browser) -> object:
    with web.app.app_context(), reading() as session:
        refund, survey = session.get_one(Refund, 1), session.get_one(Survey, 1)
        heads = session.scalars(select(Ticket.head_hash)).all()
        return refund.state, refund.answered_at, survey.score, survey.answered_at, heads


def _a_refund_and_a_survey(session: Session) -> None:
    at = clock.now()
    mailbox: Mailbox = mailboxes.add(session, current_desk(), _FORM, at=at)
    agent = agents.create(
        session, email="ann@shop.example", name="Ann", password=PASSWORD, role=Role.AGENT, at=at
    )
    sender = Address(email="mei@buyer.example", name="梅")
    buyer = buyers.of_address(session, sender, locale="zh-CN", at=at, else_key="")
    ticket = tickets.open_ticket(
        session, mailbox, buyer, subject="杯子碎了", locale="zh-CN", at=at, follows_id=None
    )
    refunds.record_refund(
        session,
        ticket,
        amount="89.00",
        currency="CNY",
        method="alipay",
        reference="REF-1",
        by=agent,
        at=at,
    )
    surveys.ask(session, ticket, at=at)


_FORM = MailboxForm(
    name="support",
    address="support@shop.example",
    imap_host="127.0.0.1",
    imap_port=143,
    imap_tls="none",
    smtp_host="127.0.0.1",
    smtp_port=25,
    smtp_tls="none",
    username="support@shop.example",
    password="secret",
)
