"""An approval that wants goods back: with one address for returns, the letter says where to at once."""

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import return_addresses
from helpdesk.db import reading, transaction
from helpdesk.models import ReturnShipment
from helpdesk.rules.states import Role
from tests.actions.claiming import Matter, delivered
from tests.actions.sending_back import ADDRESS, BACK


def matter_with(*addresses: str) -> Matter:
    matter = Matter(**delivered(3))
    matter.link()
    matter.open("changed_mind")
    with transaction() as session:
        for label in addresses:
            agent = matter.agent(session)
            return_addresses.save(session, label=label, text=ADDRESS, by=agent, at=clock.now())
    return matter


def returns() -> list[tuple[str, str, str]]:
    with reading() as session:
        rows = session.scalars(select(ReturnShipment).order_by(ReturnShipment.id))
        return [(row.number, str(row.state), str(row.payer)) for row in rows]


def test_the_letter_that_grants_a_return_says_where_to(app: object) -> None:
    matter = matter_with("Shanghai")

    matter.approve(BACK, role=Role.OWNER)

    assert returns() == [("RT-1-1", "awaiting", "buyer")]
    assert ADDRESS.splitlines()[1] in matter.letter()
    assert "RT-1-1" in matter.letter()
    assert matter.verbs().count("return_started") == 0, "one letter, not two"
    assert matter.remedies() == [("return_refund", 8900, "under_way")]


def test_so_does_the_letter_after_an_accepted_offer(app: object) -> None:
    matter = matter_with("Shanghai")

    matter.accept(matter.offer(BACK, role=Role.OWNER))

    assert len(returns()) == 1
    assert "RT-1-1" in matter.letter()


def test_of_several_addresses_a_colleague_chooses(app: object) -> None:
    for matter in (matter_with("Shanghai", "Munich"),):
        matter.approve(BACK, role=Role.OWNER)
        assert returns() == []
        assert "RT-" not in matter.letter()


def test_without_an_address_nothing_is_begun(app: object) -> None:
    matter = matter_with()
    matter.approve(BACK, role=Role.OWNER)
    assert returns() == []
    assert matter.remedies() == [("return_refund", 8900, "agreed")]
