"""Goods come back: from the letter with the address to the inspection, and every way in which they do not."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import return_addresses, returns, tickets
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import ReturnAddress, ReturnLine
from helpdesk.rules.claim_terms import Condition, Remedy
from helpdesk.rules.proposals import Part
from helpdesk.rules.returns import Outcome, Reception, ReturnState
from helpdesk.rules.states import IllegalMoveError, TicketState, WaitingOn
from mail.types import Attachment
from tests.actions.sending_back import ADDRESS, SendingBack
from tests.letterbox import png

PHOTO = Attachment(filename="cup.png", content_type="image/png", content=png())


def test_the_letter_names_address_deadline_number_and_who_pays(app: Flask) -> None:
    matter = SendingBack()

    matter.start()

    (letter,) = matter.facts("return_started")
    assert all(line in letter["text"] for line in ADDRESS.splitlines())
    assert "RT-1-1" in letter["text"]
    assert "/b/return/" in letter["text"]
    assert "退货运费由您承担" in letter["text"]
    assert (letter["address_version"], matter.remedy_states()) == (1, ["under_way"])
    assert matter.ticket_row().waiting_on is WaitingOn.BUYER


def test_goods_as_agreed_let_the_money_go(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.send_back()
    assert matter.ticket_row().waiting_on is WaitingOn.CARRIER
    matter.receive()
    assert matter.ticket_row().state is TicketState.OPEN

    assert matter.inspect(photos=(PHOTO,)) is Outcome.AS_AGREED

    shipment = matter.shipment()
    assert (shipment.state, shipment.carrier, shipment.tracking) == ("inspected", "sf", "SF1234567890123")
    assert matter.remedies() == [("return_refund", 8900, "agreed")]
    assert matter.state == "approved"
    matter.refund("89.00")
    with reading() as session:
        assert len(session.get_one(ReturnLine, 1).photos) == 1


def test_before_the_goods_are_inspected_no_money_leaves(app: Flask) -> None:
    matter = SendingBack()
    with pytest.raises(ConflictError, match="address for the return first"):
        matter.refund("89.00")

    matter.start()
    matter.send_back()
    matter.receive()
    with pytest.raises(ConflictError):
        matter.refund("89.00")


@pytest.mark.parametrize(
    ("more", "because", "why"),
    [
        ({"condition": Condition.USED}, "used", ""),
        ({"deduction": 2000, "why": "a crack in the handle"}, "deduction", "a crack in the handle"),
    ],
)
def test_other_than_agreed_is_decided_anew(
    app: Flask, more: dict[str, object], because: str, why: str
) -> None:
    matter = SendingBack()
    matter.start()
    matter.receive()

    assert matter.inspect(**more) is Outcome.OTHERWISE

    assert matter.state == "awaiting_decision"
    assert matter.remedies() == [("return_refund", 8900, "canceled")]
    assert matter.reserved()[:2] == (0, 0)
    (anew,) = matter.facts("claim_decide_anew")
    assert (anew["because"], anew["why"]) == ([because], why)
    assert matter.condition() == str(more.get("condition", Condition.OPENED_INTACT))


def test_faulty_goods_are_what_was_agreed_when_the_shop_is_at_fault(app: Flask) -> None:
    matter = SendingBack(reason="defective")
    matter.start()
    matter.receive()

    assert matter.inspect(Condition.FAULTY, resellable=False) is Outcome.AS_AGREED


def test_a_parcel_with_less_is_short_and_more_has_to_be_explained(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    with pytest.raises(IllegalMoveError, match="more has arrived"):
        matter.receive(3)
    matter.receive(1)
    assert [line.reception for line in matter.shipment().lines] == [Reception.SHORT]

    matter.receive(2)  # the second parcel

    assert [line.reception for line in matter.shipment().lines] == [Reception.RECEIVED]
    assert len(matter.facts("return_received_told")) == 1


def test_an_inspection_without_a_look_at_everything_is_refused(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.receive()

    with pytest.raises(IllegalMoveError, match="how it is"):
        matter.inspect(resellable=None)
    with pytest.raises(IllegalMoveError, match="say why something is deducted"):
        matter.inspect(deduction=100)
    with pytest.raises(IllegalMoveError, match="more than was paid"):
        matter.inspect(deduction=8901, why="all of it")

    assert matter.shipment().state is ReturnState.RECEIVED


def test_what_was_not_sent_in_time_is_reminded_once_then_decided_anew(app: Flask) -> None:
    matter = SendingBack()
    matter.start(days=7)

    matter.let_pass(days=5, minutes=1)
    matter.let_pass(hours=1)
    assert len(matter.facts("return_reminded")) == 1
    assert matter.shipment().state is ReturnState.AWAITING
    matter.let_pass(days=2)

    assert matter.shipment().state is ReturnState.EXPIRED
    assert [line.reception for line in matter.shipment().lines] == [Reception.EXPIRED]
    assert matter.state == "awaiting_decision"
    assert matter.remedies()[0][2] == "canceled"
    (anew,) = matter.facts("claim_decide_anew")
    assert (anew["because"], anew["why"]) == (["not_sent_in_time"], "")


def test_a_late_parcel_is_still_counted(app: Flask) -> None:
    matter = SendingBack()
    matter.start(days=7)
    matter.let_pass(days=6)
    matter.let_pass(days=2)

    matter.receive()
    matter.inspect()

    assert matter.shipment().state is ReturnState.INSPECTED
    assert matter.state == "awaiting_decision"  # a person says what it is worth now


def test_more_time_starts_the_deadline_anew(app: Flask) -> None:
    matter = SendingBack()
    matter.start(days=7)
    later = clock.now() + timedelta(days=21)
    with transaction() as session:
        returns.prolong(session, 1, send_by=later, by=matter.agent(session), at=clock.now(), seen=1)

    matter.let_pass(days=8)

    assert matter.shipment().state is ReturnState.AWAITING


def test_a_long_way_is_asked_about_and_a_lost_parcel_decided_anew(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.send_back()
    matter.let_pass(days=10, minutes=1)
    assert [facts["what"] for facts in matter.facts("return_overdue")] == ["return_arrival"]

    with transaction() as session:
        seen = matter.shipment_in(session).version
        returns.lose(session, 1, why="SF says lost", by=matter.agent(session), at=clock.now(), seen=seen)

    assert matter.shipment().state is ReturnState.LOST_IN_TRANSIT
    assert matter.state == "awaiting_decision"


def test_a_return_that_is_called_off_leaves_the_promise(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    with transaction() as session:
        returns.cancel(session, 1, why="keep it", by=matter.agent(session), at=clock.now(), seen=1)

    assert (matter.state, matter.remedies()[0][2]) == ("approved", "agreed")
    assert matter.start() == 2
    assert matter.shipment(2).number == "RT-1-2"


def test_one_return_at_a_time(app: Flask) -> None:
    matter = SendingBack()
    matter.start()

    with pytest.raises(ConflictError, match="under way already"):
        matter.start()


def test_whoever_looked_at_an_older_state_is_refused(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.send_back()

    with pytest.raises(ConflictError, match="moved on"), transaction() as session:
        returns.cancel(session, 1, why="keep it", by=matter.agent(session), at=clock.now(), seen=1)


def test_the_same_number_twice_changes_nothing_and_a_wrong_one_is_asked_for_again(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    matter.send_back()
    matter.send_back("SF 1234-5678-90123")

    assert len(matter.facts("return_sent")) == 1
    with pytest.raises(InvalidError, match="in another way"):
        matter.send_back("SF1234567")


def test_a_changed_address_is_a_new_version_and_what_went_out_keeps_its_own(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    with transaction() as session:
        new = return_addresses.save(
            session, label="Shanghai", text="New\nHouse", by=matter.agent(session), at=clock.now()
        )
        again = return_addresses.save(
            session, label="Shanghai", text="New\nHouse", by=matter.agent(session), at=clock.now()
        )
        assert (new.version, again.id) == (2, new.id)

    with reading() as session:
        assert session.get_one(ReturnAddress, matter.shipment_in(session).address_id).text == ADDRESS


def test_beside_something_that_was_paid_already_a_person_has_to_find_what_is_fair(app: Flask) -> None:
    matter = SendingBack(
        Part(option=1, remedy=Remedy.RETURN_REFUND, amount=8000),
        Part(option=1, remedy=Remedy.PARTIAL_REFUND, amount=500),
    )
    matter.start()
    matter.refund("5.00")
    matter.receive()

    matter.inspect(Condition.USED)

    assert (matter.state, matter.remedy_states()) == ("approved", ["agreed", "under_way"])
    assert len(matter.facts("not_decided_anew")) == 1


def test_a_parcels_number_takes_no_mail_out_of_the_queue(app: Flask) -> None:
    matter = SendingBack()
    matter.start()
    with matter.held() as (session, ticket, _):
        tickets.move(session, ticket, TicketState.OPEN, actor="buyer:1", at=clock.now())

    matter.send_back()

    assert matter.shipment().state is ReturnState.IN_TRANSIT
    assert matter.ticket_row().state is TicketState.OPEN
