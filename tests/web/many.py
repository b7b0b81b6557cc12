"""Pages of many tickets at once: what a browser posts, and what it reads then."""

import re

from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.actions import saved_replies, turns
from helpdesk.actions.saved_replies import ReplyForm
from helpdesk.db import reading, transaction
from helpdesk.models import Agent, Ticket
from helpdesk.rules.states import TicketState
from tests.web.conftest import Desk, Visitor
from tests.web.reading import read


def do(visitor: Visitor, numbers: list[int], deed: str, **form: object) -> TestResponse:
    visitor.get("/?queue=all")
    return visitor.post("/batches", ticket=numbers, deed=deed, next="/?queue=all", **form)


def states(desk: Desk, numbers: list[int]) -> list[TicketState]:
    return [desk.row(Ticket, number).state for number in numbers]


def said(visitor: Visitor, answer: TestResponse) -> str:
    """The bar above the list to which the deed has led."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = visitor.text(answer.location)
    bar = re.search(
        r'<div class="undo many-done".*?</form>|<div class="undo many-done".*?</details>', page, re.S
    )
    return read(bar[0]) if bar else read(page)


def undo(visitor: Visitor, answer: TestResponse) -> TestResponse:
    number = re.search(r"many=([0-9]+)", answer.location)
    assert number is not None
    return visitor.post(f"/batches/{number[1]}/undo", next="/?queue=all")


def saved(desk: Desk, text: str) -> int:
    form = ReplyForm(name="Sorry", text_en=text, text_zh="", shared=False)
    with transaction() as session:
        return saved_replies.add(session, form, by=session.get_one(Agent, desk.agent), at=clock.now()).id


def told_alike(number: int) -> bool:
    """Whether a ticket keeps what its entries say."""
    with reading() as session:
        ticket = session.get_one(Ticket, number)
        told = turns.told(session, ticket)
        return (ticket.unanswered_since, ticket.first_answer_at) == (
            told.unanswered_since,
            told.first_answer_at,
        )
