"""What time does to a claim: reminded, ended, put before a lead again and again, never closed unwarned."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import (
    asking,
    claim_letters,
    claim_steps,
    claim_timers,
    claims,
    conversation,
    reminders,
    spam,
)
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.errors import ConflictError
from helpdesk.models import Claim, Entry, Offer, OutboxMessage, Reminder
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.claims import Event
from helpdesk.rules.proposals import Part
from helpdesk.rules.states import EntryKind, IllegalMoveError, ReminderKind, ReminderState, Role
from helpdesk.rules.suppression import PERMANENT
from helpdesk.workers import chaser
from tests.actions.claiming import FULL, Matter, delivered, partial
from tests.actions.sold import line, payment

pytestmark = pytest.mark.clock


def pass_time(**time: float) -> list[str]:
    """The clock jumps and ticks twice; the verbs of what it wrote."""
    with reading() as session:
        before = session.scalars(select(Entry.id).order_by(Entry.id.desc())).first()
    clock.shift(timedelta(**time))
    chaser.chase(), chaser.chase()
    with reading() as session:
        rows = session.scalars(select(Entry).where(Entry.id > before).order_by(Entry.id))
        noise = ("planned", "plan_withdrawn", "moved")
        return [row.verb for row in rows if row.verb not in noise]


def come_back(matter: Matter) -> None:
    """Our newest letter to Li came back: her address is gone."""
    with matter.held() as (session, ticket, _):
        row = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert row is not None
        facts = {"entry": row.entry_id, "recipient": row.recipient, "permanent": True, "weight": PERMANENT}
        conversation.record(
            session, ticket, EntryKind.EVENT, "bounced", actor="server", at=clock.now(), facts=facts
        )


def planned() -> list[tuple[str, str]]:
    """(kind, what happens then) of all that runs."""
    with reading() as session:
        rows = session.scalars(
            select(Reminder).where(Reminder.state == ReminderState.PLANNED).order_by(Reminder.id)
        )
        return [(str(row.kind), str(row.facts.get("then", ""))) for row in rows]


@pytest.fixture
def asked(app: object) -> Matter:
    """A claim that waits for a photo."""
    matter = Matter(**delivered(2))
    matter.link()
    matter.open("defective")
    with matter.held() as (session, ticket, claim):
        actor = claims.staff(matter.agent(session))
        asking.ask_evidence(session, current_desk(), ticket, claim, actor=actor, at=clock.now())
    return matter


def test_who_is_silent_is_reminded_and_then_closed(asked: Matter) -> None:
    assert pass_time(days=4.5) == ["claim_reminder"]
    assert asked.state == "awaiting_buyer"
    assert pass_time(days=3) == ["closing_told", "claim_stay_silent"]
    assert (asked.state, planned()) == ("closed", [])


def record(matter: Matter, of: EntryKind, verb: str, /, **facts: str) -> None:
    """What the buyer did an hour later, or a machine of hers."""
    clock.shift(timedelta(hours=1))
    with matter.held() as (session, ticket, _):
        buyer = conversation.buyer(ticket.buyer_id)
        conversation.record(session, ticket, of, verb, actor=buyer, at=clock.now(), facts=facts)


def test_who_spoke_last_is_neither_reminded_nor_closed_out_but_put_before_a_lead(asked: Matter) -> None:
    record(asked, EntryKind.EVENT, "claim_form")
    assert pass_time(days=4.5) == []
    assert pass_time(days=3) == ["claim_overdue"]
    assert (asked.state, planned()) == ("awaiting_buyer", [("claim_due", "close")])


def test_a_machine_that_answers_is_no_buyer_who_spoke(asked: Matter) -> None:
    record(asked, EntryKind.RECEIVED, "received", kind="auto_reply", text="I am away.")
    assert pass_time(days=4.5) == ["claim_reminder"]
    assert pass_time(days=3) == ["closing_told", "claim_stay_silent"]


def test_nothing_is_sent_by_itself_to_an_address_that_is_gone(asked: Matter) -> None:
    come_back(asked)

    assert pass_time(days=4.5) == []

    with reading() as session:
        rows = session.scalars(select(Reminder).where(Reminder.kind == ReminderKind.CLAIM_REMINDER))
        assert [(str(row.state), row.withdrawn_because) for row in rows] == [("withdrawn", "suppressed")]
    assert pass_time(days=3) == ["claim_overdue"], "nobody is closed out who could not be told"
    assert (asked.state, planned()) == ("awaiting_buyer", [("claim_due", "escalate")])


def test_a_letter_that_was_kept_back_says_so_and_a_person_still_writes_there(asked: Matter) -> None:
    pass_time(days=4.5)
    come_back(asked)

    with asked.held() as (session, ticket, claim):
        desk, at = current_desk(), clock.now()
        claim_letters.closed(session, desk, ticket, claim, actor=claims.DESK, withdrawn=False, at=at)
        by_hand = claims.staff(asked.agent(session))
        claim_letters.closed(session, desk, ticket, claim, actor=by_hand, withdrawn=False, at=at)

    with reading() as session:
        rows = session.scalars(
            select(Entry).where(Entry.verb.in_(("letter_kept_back", "closing_told")))
        ).all()
        kept, written = ([row.facts for row in rows if row.kind == kind] for kind in ("event", "sent"))
    assert [(each["letter"], each["because"]) for each in kept] == [("closing_told", "suppressed")]
    assert [each["automatic"] for each in written] == [False]


def test_the_last_day_for_reopening_counts_to_its_end(asked: Matter) -> None:
    pass_time(days=4.5), pass_time(days=3)
    assert asked.state == "closed"
    clock.shift(timedelta(days=30, hours=6))

    with asked.held() as (session, ticket, claim):
        actor = claims.buyer(ticket)
        claim_steps.move(session, ticket, claim, Event.REOPEN, actor=actor, at=clock.now())

    assert asked.state == "awaiting_decision"


def test_what_was_spam_for_a_while_is_not_forgotten(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.offer(FULL)
    for mark in (spam.mark, spam.unmark):
        with matter.held() as (session, ticket, _):
            mark(session, ticket, actor="agent:1", at=clock.now())
        clock.shift(timedelta(days=5))

    assert "claim_let_offer_expire" in pass_time(days=5)


def test_no_hand_withdraws_the_deadline_of_a_claim(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    with matter.held() as (session, ticket, claim):
        timer = claim_timers.running(session, claim, ReminderKind.CLAIM_DUE)
        assert timer is not None
        with pytest.raises(ConflictError, match="this deadline ends"):
            reminders.take_back(session, ticket, timer.id, actor="agent:1", at=clock.now())

    assert planned() == [("claim_due", "escalate")]


def test_nobody_is_closed_out_unwarned_when_the_desk_was_out_for_days(asked: Matter) -> None:
    """Reminder and end are due in one tick: the buyer gets the time that the reminder gives."""
    assert pass_time(days=30) == ["claim_reminder"]
    assert (asked.state, planned()) == ("awaiting_buyer", [("claim_due", "close")])
    assert pass_time(days=1) == []
    assert pass_time(days=3) == ["closing_told", "claim_stay_silent"]


def test_asked_once_more_the_buyer_has_the_whole_time_again(asked: Matter) -> None:
    pass_time(days=6)
    with asked.held() as (session, ticket, claim):
        actor = claims.staff(asked.agent(session))
        claim_steps.move(
            session, ticket, claim, claims.Event.ASK, actor=actor, at=clock.now(), asked=("video",)
        )

    assert pass_time(days=2) == []
    assert pass_time(days=3) == ["claim_reminder"]
    assert asked.state == "awaiting_buyer"


def test_nobody_decides_and_a_lead_is_asked_again_and_again(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()

    assert pass_time(days=2.1) == ["claim_overdue"]
    assert (matter.state, planned()) == ("awaiting_decision", [("claim_due", "escalate")])
    assert pass_time(days=4) == ["claim_overdue"]
    assert pass_time(days=30) == ["claim_overdue"]
    with reading() as session:
        assert session.scalars(select(Claim.urgent)).one() == "overdue"


def test_an_offer_is_recalled_and_ends(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL, days=6)

    assert pass_time(days=4.5) == ["claim_reminder"]
    assert pass_time(days=2) == ["claim_let_offer_expire"]
    with reading() as session:
        assert session.get_one(Offer, offer).state == "expired"
    assert (matter.state, planned()) == ("awaiting_decision", [("claim_due", "escalate")])


def test_an_offer_that_ended_while_the_desk_was_out_is_not_recalled(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.offer(FULL, days=6)

    assert "claim_reminder" not in pass_time(days=10)
    assert matter.state == "awaiting_decision"


def test_the_time_of_an_offer_is_that_of_the_newest_one(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    matter.offer(FULL, days=2)
    second = matter.offer(partial(9900), days=7, role=Role.LEAD, why="a regular buyer")

    pass_time(days=3)
    with reading() as session:
        plans = select(Reminder).where(
            Reminder.kind == ReminderKind.OFFER_EXPIRY, Reminder.state == ReminderState.PLANNED
        )
        (plan,) = session.scalars(plans)
        assert plan.due_at == session.get_one(Offer, second).expires_at
        assert plan.problem == ""
    matter.accept(second)
    assert matter.state == "approved"


def test_what_waits_for_a_second_person_falls_when_it_is_decided_anew(app: object) -> None:
    matter = Matter(
        lines=(line(unit_paid_minor=60000, line_paid_minor=120000),),
        payments=(payment(captured_minor=121000),),
    )
    matter.link()
    matter.open()
    dear = Part(option=1, remedy=Remedy.FULL_REFUND, amount=121000, shipping=1000)
    digest = matter.ask_approval(dear)
    with matter.held() as (session, ticket, claim):
        by = matter.agent(session)
        claim_steps.decide_anew(session, ticket, claim, by=by, why="a photo came", at=clock.now())
    assert matter.state == "awaiting_decision"

    again = matter.ask_approval(dear)
    assert again == digest
    matter.confirm(again, by=matter.lead_two)
    assert matter.state == "approved"


def test_an_offer_falls_with_its_claim(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open()
    offer = matter.offer(FULL)
    with matter.held() as (session, ticket, claim):
        actor = claims.buyer(ticket)
        claim_steps.withdraw(session, current_desk(), ticket, claim, actor=actor, at=clock.now(), way="page")

    with reading() as session:
        assert session.get_one(Offer, offer).state == "withdrawn"


def test_a_claim_is_not_opened_again_beside_one_about_the_same_items(app: object) -> None:
    matter = Matter(**delivered(2))
    matter.link()
    first = matter.open("defective")
    with matter.held() as (session, ticket, claim):
        actor = claims.buyer(ticket)
        claim_steps.withdraw(session, current_desk(), ticket, claim, actor=actor, at=clock.now(), way="page")
    second = matter.open("defective")

    with matter.held() as (session, _, _):
        claim, ticket = claims.hold(session, first)
        with pytest.raises(IllegalMoveError, match=f"claim {second} is about the same items"):
            claim_steps.move(
                session, ticket, claim, claims.Event.REOPEN, actor=claims.buyer(ticket), at=clock.now()
            )
