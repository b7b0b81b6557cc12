"""An order that is refunded in full and has not left: its parcel is stopped by somebody, who says so."""

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import orders, parcels
from helpdesk.db import reading, transaction
from helpdesk.models import Order, Ticket
from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.parcels import is_line_to_stop, is_to_stop
from helpdesk.rules.states import Role
from tests.actions.claiming import FULL, Matter, partial
from tests.actions.sending_back import SendingBack
from tests.actions.sold import given

pytestmark = pytest.mark.money


@pytest.fixture
def matter(app: Flask) -> Matter:
    """A claim on an order that is paid and has not left."""
    made = Matter()
    made.link()
    made.open()
    return made


def must_stop() -> bool:
    with reading() as session:
        return parcels.must_stop(session.query(Order).one())


def stop(matter: Matter) -> None:
    with transaction() as session:
        parcels.note_stopped(session, matter.ticket, matter.order, by=matter.agent(session), at=clock.now())


def let_pass(matter: Matter, **time: float) -> None:
    SendingBack.let_pass(matter, **time)  # type: ignore[arg-type]  # needs the clock alone


def told(state: OrderState) -> None:
    at = clock.now()
    shipped = at if state is OrderState.SHIPPED else None
    with transaction() as session:
        orders.save(session, [given(state=state, shipped_at=shipped)], by="test", at=at)


def test_a_full_refund_before_it_left_is_a_task_and_then_our_turn(matter: Matter) -> None:
    matter.approve(FULL)
    assert must_stop()
    assert "parcel_not_stopped" not in matter.verbs()
    let_pass(matter, hours=3)
    assert matter.verbs().count("parcel_not_stopped") == 1
    let_pass(matter, hours=30)
    assert matter.verbs().count("parcel_not_stopped") == 1


def test_a_parcel_that_nobody_has_stopped_keeps_the_ticket_open_when_its_money_has_arrived(
    matter: Matter,
) -> None:
    matter.approve(FULL)
    matter.say(matter.refund("99.00"), arrived=True)
    with reading() as session:
        assert session.get_one(Ticket, matter.ticket).state == "open"
    stop(matter)
    with reading() as session:
        assert session.get_one(Ticket, matter.ticket).state == "open"  # for whoever stopped it to close


def test_who_stops_it_says_so_once_and_nobody_is_reminded(matter: Matter) -> None:
    matter.approve(FULL)
    stop(matter)
    stop(matter)
    let_pass(matter, hours=3)
    assert matter.verbs().count("parcel_stopped") == 1
    assert "parcel_not_stopped" not in matter.verbs()


def test_a_part_of_the_money_stops_no_parcel(matter: Matter) -> None:
    matter.approve(partial(2000), role=Role.LEAD, why="kind")
    assert not must_stop()
    let_pass(matter, hours=3)
    assert "parcel_not_stopped" not in matter.verbs()


def test_a_parcel_that_has_left_all_the_same_is_said(matter: Matter) -> None:
    matter.approve(FULL)
    told(OrderState.SHIPPED)
    let_pass(matter, hours=3)
    assert "parcel_left" in matter.verbs()


def test_an_order_that_its_source_canceled_needs_nobody(matter: Matter) -> None:
    matter.approve(FULL)
    told(OrderState.CANCELED)
    let_pass(matter, hours=3)
    assert not {"parcel_left", "parcel_not_stopped"} & set(matter.verbs())


def test_only_goods_that_have_not_left_are_stopped() -> None:
    whole = {"lines": [(8900, 8900), (0, 0)], "payments": [(9900, 8900)]}
    assert is_to_stop(OrderState.PAID, **whole)
    assert not is_to_stop(OrderState.SHIPPED, **whole)
    assert not is_to_stop(OrderState.PAID, lines=[(8900, 8900), (100, 0)], payments=[(9900, 8900)])
    assert is_to_stop(OrderState.PAID, lines=[(8900, 0)], payments=[(9900, 9900)])
    assert not is_to_stop(OrderState.PAID, lines=[], payments=[])
    assert is_line_to_stop(OrderState.PAID, paid=100, given=100)
    assert not is_line_to_stop(OrderState.PAID, paid=0, given=0)
