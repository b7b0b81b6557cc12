"""Colleagues come by a link in a letter: once, for a week, until it is withdrawn."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, StaffLetter, StaffLink
from helpdesk.rules.states import Role
from tests.servers.smtp import Behaviour, SmtpSink
from tests.web.conftest import PASSWORD, Desk, Visitor
from tests.web.conftest import letter as mail_of_a_buyer
from tests.web.getting_in import connect, link_in, no_mailbox, posted

pytestmark = pytest.mark.trust
HERS = {"name": "Ann Smith", "password": "a password of her own", "language": "en"}


@pytest.fixture
def owner(desk: Desk, smtp_sink: SmtpSink) -> Visitor:
    connect(desk, smtp_sink)
    return desk.visitor("owner")


def invite(owner: Visitor, email: str = "ann@shop.example", **form: str) -> int:
    return owner.post(
        "/settings/people/invitations", email=email, **{"role": "lead", "locale": "en", **form}
    ).status_code


def test_whoever_is_invited_chooses_name_language_and_password(
    owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    assert invite(owner, "Ann@shop.example ") == 303
    (letter,) = posted(smtp_sink)
    assert letter.subject == "Owner Li invites you to Demo Shop's help desk"
    path = link_in(letter)

    page = stranger.text(path)
    assert "ann@shop.example" in page
    assert stranger.post(path, **HERS).status_code == 303
    assert stranger.get("/failed").status_code == 200, "she is signed in, as lead"
    with reading() as session:
        ann = session.scalars(select(Agent).where(Agent.email == "ann@shop.example")).one()
    assert (ann.name, ann.role, ann.locale) == ("Ann Smith", Role.LEAD, "en")
    people = owner.text("/settings/people")
    assert "Ann Smith followed the invitation." in people
    assert "Send again" not in people


def test_the_letter_is_in_the_language_that_was_chosen(owner: Visitor, smtp_sink: SmtpSink) -> None:
    invite(owner, locale="zh-CN")
    assert posted(smtp_sink)[0].subject == "Owner Li 邀请您加入 Demo Shop 的客服工作台"


def test_a_link_works_once(owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink) -> None:
    invite(owner)
    path = link_in(posted(smtp_sink)[0])
    stranger.get(path)
    assert stranger.post(path, **HERS).status_code == 303
    other = Visitor(stranger.client.application.test_client())
    other.get("/login")
    assert other.get(path).status_code == 404
    assert other.post(path, **HERS).status_code == 404


def test_a_form_that_is_refused_does_not_use_the_link_up(
    owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    invite(owner)
    path = link_in(posted(smtp_sink)[0])
    stranger.get(path)
    refused = stranger.post(path, **{**HERS, "password": "short", "name": " "})
    assert refused.status_code == 422
    assert "A password has at least 10 characters" in refused.text
    assert stranger.post(path, **HERS).status_code == 303


@pytest.mark.parametrize("path", ["/join/", "/join/x", "/join/IjEi.abc", f"/join/{'x' * 3000}"])
def test_what_is_no_link_of_ours_opens_nothing(desk: Desk, stranger: Visitor, path: str) -> None:
    assert stranger.get(path).status_code == 404


def test_a_link_ends_after_a_week_and_when_it_is_sent_again(
    owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    invite(owner)
    first = link_in(posted(smtp_sink)[0])
    assert owner.post("/settings/people/invitations/1/again").status_code == 303
    assert stranger.get(first).status_code == 404, "at once, not when the second letter leaves"
    second = link_in(posted(smtp_sink)[1])
    assert stranger.get(second).status_code == 200
    clock.shift(timedelta(days=7))
    assert stranger.get(second).status_code == 404
    owner.sign_in("owner@shop.example")
    assert "the link has expired" in owner.text("/settings/people")


def test_a_withdrawn_invitation_opens_nothing_and_sends_nothing(
    owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    invite(owner)
    path = link_in(posted(smtp_sink)[0])
    invite(owner, "bob@shop.example")
    for number in (1, 2):
        assert owner.post(f"/settings/people/invitations/{number}/withdrawal").status_code == 303
    assert stranger.get(path).status_code == 404
    assert len(posted(smtp_sink)) == 1
    assert owner.post("/settings/people/invitations/1/again").status_code == 404
    assert invite(owner) == 303, "and may be invited anew"


def test_who_works_here_or_is_invited_is_not_invited_again(owner: Visitor) -> None:
    assert invite(owner) == 303
    assert invite(owner) == 409
    assert invite(owner, "lead@shop.example") == 409
    assert invite(owner, "support@shop.example") == 422
    assert invite(owner, "nobody") == 422
    assert invite(owner, "x@y.example", role="king") == 422


def test_without_a_mailbox_the_owner_hands_the_link_over(
    desk: Desk, owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    with no_mailbox(desk):
        invite(owner)
        assert posted(smtp_sink) == []
        assert "there is no mailbox yet" in owner.text("/settings/people")
        shown = owner.post("/settings/people/invitations/1/link").text
        found = re.search(r"http://127\.0\.0\.1:8000(/join/[^\"]+)", shown)
        assert found is not None
        assert stranger.get(found[1]).status_code == 200
    clock.shift(timedelta(minutes=5))
    assert posted(smtp_sink) == [], "a letter would end the link that was handed over"


def test_a_letter_that_is_not_taken_says_so_and_leaves_later(owner: Visitor, smtp_sink: SmtpSink) -> None:
    smtp_sink.behaviour = Behaviour(rcpt="450 4.2.0 later")
    invite(owner)
    assert posted(smtp_sink) == []
    assert "4.2.0 later" in owner.text("/settings/people")
    smtp_sink.behaviour = Behaviour()
    clock.shift(timedelta(minutes=2))
    assert len(posted(smtp_sink)) == 1
    assert posted(smtp_sink)[1:] == []


def test_no_secret_of_a_link_stands_in_the_database(owner: Visitor, smtp_sink: SmtpSink) -> None:
    invite(owner)
    token = link_in(posted(smtp_sink)[0]).rpartition("/")[2]
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffLetter)) == 0
        (kept,) = session.scalars(select(StaffLink.token_sha256))
    assert token not in kept


def test_only_owners_invite(desk: Desk) -> None:
    lead = desk.visitor("lead")
    assert invite(lead) == 403


def test_what_was_done_to_people_stands_below_them(desk: Desk, owner: Visitor) -> None:
    owner.post(f"/settings/people/{desk.agent}", role="lead", active="yes")
    owner.post(f"/settings/people/{desk.agent}", role="lead")
    owner.post(f"/settings/people/{desk.lead}/password", password=PASSWORD + "!")
    page = owner.text("/settings/people")
    assert "Owner Li changed the role of Agent Li: agent → lead." in page
    assert "Owner Li shut Agent Li out." in page
    assert "Owner Li gave Lead Li a new password." in page


def test_the_open_tickets_of_somebody_who_left_are_handed_over(desk: Desk, owner: Visitor) -> None:
    first, second = desk.receive(), desk.receive()
    for number in (first, second):
        owner.post(f"/tickets/{number}/assignee", assignee=str(desk.agent))
    owner.post(f"/settings/people/{desk.agent}", role="agent")
    page = owner.text("/settings/people")
    assert "Hand the open tickets over" in page
    assert owner.post(f"/settings/people/{desk.agent}/tickets", to=str(desk.lead)).status_code == 303
    assert desk.verbs(first)[-1] == "assigned"
    assert "2 open tickets" in owner.text("/settings/people")
    assert "Hand the open tickets over" in owner.text("/settings/people"), "those of the lead"
    assert owner.post(f"/settings/people/{desk.lead}/tickets", to=str(desk.agent)).status_code == 422
    assert owner.post(f"/settings/people/{desk.lead}/tickets", to="").status_code == 303
    assert "Hand the open tickets over" not in owner.text("/settings/people")


def test_a_link_that_came_to_the_desk_as_mail_opens_nothing_any_more(
    desk: Desk, owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    """Whoever reads tickets would read it: a bounce in words, an answer with our letter below it."""
    assert invite(owner, role="owner") == 303
    (letter,) = posted(smtp_sink)
    path = link_in(letter)
    desk.receive(mail_of_a_buyer(f"Nobody of this name here.\n> https://desk.shop.example{path}\n"))
    assert stranger.get(path).status_code == 404


def test_nobody_comes_in_by_an_invitation_of_somebody_who_was_shut_out(
    desk: Desk, owner: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    assert invite(owner, role="owner") == 303
    (letter,) = posted(smtp_sink)
    path = link_in(letter)
    assert "ann@shop.example" in stranger.text(path)
    with transaction() as session:
        session.get_one(Agent, desk.owner).active = False
    assert stranger.post(path, **HERS).status_code == 404
