"""Drafts, planned replies and undo on both databases."""

from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import drafts, followups, later, merging, outbox, reminders, replies
from helpdesk.actions.drafts import Words
from helpdesk.actions.later import Later
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError
from helpdesk.models import Draft, Entry, OutboxMessage, Reminder
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import OutboxState, ReminderState, Role
from mail.types import Attachment
from tests.actions.claiming import Matter

LABEL = Attachment(filename="label.pdf", content_type="application/pdf", content=b"label")


@pytest.fixture
def li(app: Flask) -> Matter:
    return Matter(policy=None)


def save(li: Matter, text: str, pane: str, knew: int = 0) -> int:
    with transaction() as session:
        ticket = merging.final(session, li.ticket)
        words = Words(text=text, kind="reply", pane=pane, knew=knew)
        draft = drafts.save(session, ticket, words, by=li.people[Role.AGENT], at=clock.now())
        assert draft is not None
        return draft.version


def kept() -> list[tuple[str, str]]:
    with reading() as session:
        return [(row.text, row.replaced) for row in session.scalars(select(Draft))]


def plan(li: Matter) -> int:
    with transaction() as session:
        ticket = merging.final(session, li.ticket)
        return later.plan_reply(
            session,
            current_desk(),
            ticket,
            "Has it come?",
            by=li.agent(session),
            seen_seq=ticket.last_seq,
            at=clock.now(),
            when=Later(due_at=clock.now() + timedelta(hours=1)),
            files=(LABEL,),
        ).id


def take_back(li: Matter, entry_id: int) -> None:
    with transaction() as session:
        ticket = merging.final(session, li.ticket)
        replies.take_back(session, ticket, entry_id, by=li.agent(session), at=clock.now())


def test_of_two_panes_nothing_is_lost(li: Matter) -> None:
    first = save(li, "One", "a")
    save(li, "Two", "b")
    save(li, "One, longer", "a", first)
    assert kept() == [("One, longer", "Two")]


def test_windows_that_save_at_the_same_moment_make_one_draft(li: Matter, app: Flask) -> None:
    def in_thread(pane: str) -> None:
        with app.app_context():
            save(li, f"Words of {pane}", pane)

    threads = [Thread(target=in_thread, args=(pane,)) for pane in "abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    ((text, replaced),) = kept()
    assert text.startswith("Words of")
    assert replaced.startswith("Words of")
    assert text != replaced


def test_a_planned_reply_leaves_once_with_its_file(li: Matter) -> None:
    reminder_id = plan(li)
    clock.shift(timedelta(hours=2))
    for done in (True, False):
        with transaction() as session:
            assert (
                followups.carry_out(session, current_desk(), reminder_id, li.ticket, at=clock.now()) is done
            )
    with reading() as session:
        entry = session.scalars(select(Entry).where(Entry.verb == "replied")).one()
        assert [file.filename for file in entry.attachments] == ["label.pdf"]
        reasons = session.scalars(select(OutboxMessage.reason).where(OutboxMessage.entry_id == entry.id))
        assert list(reasons) == [f"reminder:{reminder_id}"]


def test_what_the_buyer_answers_first_is_a_draft_again(li: Matter) -> None:
    reminder_id = plan(li)
    save(li, "Begun since", "a")
    with transaction() as session:
        ticket = merging.final(session, li.ticket)
        reminders.withdraw(session, ticket, Reason.BUYER_WROTE, actor="buyer:1", at=clock.now())
    with reading() as session:
        assert session.get_one(Reminder, reminder_id).state is ReminderState.WITHDRAWN
        (draft,) = session.scalars(select(Draft)).all()
        assert [file.filename for file in draft.files] == ["label.pdf"]
    assert kept() == [("Has it come?", "Begun since")]


def test_undo_and_the_senders_lease_have_one_winner(li: Matter) -> None:
    with transaction() as session:
        ticket = merging.final(session, li.ticket)
        by, at = li.agent(session), clock.now()
        sent = replies.send_reply(
            session, current_desk(), ticket, "Too early", by=by, seen_seq=ticket.last_seq, at=at
        )
        entry_id, mailbox_id = sent.id, ticket.mailbox_id
    clock.shift(timedelta(minutes=5))
    with transaction() as session:
        while (row := outbox.lease_next(session, mailbox_id, owner="sender", at=clock.now())) is not None:
            leased = row.entry_id
        assert leased == entry_id
    with pytest.raises(ConflictError, match="too late"):
        take_back(li, entry_id)
    assert kept() == []
    with reading() as session:
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.entry_id == entry_id)).one()
        assert row.state is OutboxState.LEASED
