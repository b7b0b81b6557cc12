"""A forgotten password: the page tells nobody who works here, the link works once and for half an hour."""

from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest

from helpdesk import clock
from tests.servers.smtp import SmtpSink
from tests.web.conftest import Desk, Queries, Visitor
from tests.web.getting_in import connect, link_in, posted

pytestmark = pytest.mark.trust
NEW = "another long one"


@pytest.fixture(autouse=True)
def sends(desk: Desk, smtp_sink: SmtpSink) -> None:
    connect(desk, smtp_sink)


def ask(visitor: Visitor, email: str) -> tuple[int, str]:
    visitor.get("/forgotten")
    answer = visitor.post("/forgotten", email=email)
    return answer.status_code, answer.text.replace(email, "ADDRESS")


def test_a_link_by_mail_sets_a_new_password_and_ends_all_sessions(
    browser: Visitor, stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    assert ask(stranger, "Agent@shop.example")[0] == 200
    path = link_in(posted(smtp_sink)[0])
    stranger.get(path)
    assert stranger.post(path, password="short").status_code == 422
    assert stranger.post(path, password=NEW).status_code == 303
    assert browser.get("/").status_code == 303, "whoever was signed in is not any more"
    assert stranger.sign_in("agent@shop.example").status_code == 422
    assert stranger.sign_in("agent@shop.example", NEW).status_code == 303
    assert stranger.get(path).status_code == 404


def test_the_page_says_the_same_of_an_unknown_address_and_nothing_is_sent(
    stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    assert ask(stranger, "nobody@shop.example") == ask(stranger, "agent@shop.example")
    assert [str(letter.to[0].email) for letter in posted(smtp_sink)] == ["agent@shop.example"]


def test_it_takes_the_same_work_whether_the_address_is_known_or_not(stranger: Visitor) -> None:
    def work(email: str) -> tuple[int, float]:
        stranger.get("/forgotten")
        with Queries() as queries:
            began = perf_counter()
            stranger.post("/forgotten", email=email)
        return queries.count, perf_counter() - began

    work("first@shop.example")
    known = [work(email) for email in ("agent@shop.example", "lead@shop.example", "owner@shop.example")]
    unknown = [work(f"{number}@shop.example") for number in range(3)]
    assert {count for count, _ in known} == {count for count, _ in unknown}
    assert abs(median(time for _, time in known) - median(time for _, time in unknown)) < 0.05


def test_a_link_ends_after_half_an_hour_and_by_the_next_one(stranger: Visitor, smtp_sink: SmtpSink) -> None:
    ask(stranger, "agent@shop.example")
    first = link_in(posted(smtp_sink)[0])
    ask(stranger, "agent@shop.example")
    second = link_in(posted(smtp_sink)[1])
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    clock.shift(timedelta(minutes=30))
    assert stranger.get(second).status_code == 404


def test_a_letter_that_could_not_leave_in_time_does_not_leave_at_all(
    stranger: Visitor, smtp_sink: SmtpSink
) -> None:
    ask(stranger, "agent@shop.example")
    clock.shift(timedelta(minutes=31))
    assert posted(smtp_sink) == []


def test_somebody_who_left_gets_no_letter(desk: Desk, stranger: Visitor, smtp_sink: SmtpSink) -> None:
    desk.visitor("owner").post(f"/settings/people/{desk.agent}", role="agent")
    ask(stranger, "agent@shop.example")
    assert posted(smtp_sink) == []


def test_asking_is_slowed_down_by_account_and_by_address(stranger: Visitor) -> None:
    assert [ask(stranger, "agent@shop.example")[0] for _ in range(6)] == [200] * 5 + [429]
    assert [ask(stranger, f"{number}@x.example")[0] for number in range(16)] == [200] * 15 + [429]
    clock.shift(timedelta(hours=1))
    assert ask(stranger, "agent@shop.example")[0] == 200


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c"])
def test_what_is_no_address_is_refused(stranger: Visitor, email: str) -> None:
    stranger.get("/forgotten")
    assert stranger.post("/forgotten", email=email).status_code == 422
