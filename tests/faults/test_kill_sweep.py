"""kill -9 at every step of intake and of sending: nothing lost, nothing twice, and what is uncertain says so.

For each named point a worker is killed at its first pass, a new one at its second, and so on, until one gets
through all the mail. Full size: 40 mails at each point.
"""

from collections import Counter

import pytest

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.queries import mailboxes
from helpdesk.rules.states import OutboxState
from tests.faults.points import INTAKE, SENDING, Point
from tests.faults.victim import MAILS, Victim, outbox, some_mail, whole
from tests.figures import Figure
from tests.shop import Shop

pytestmark = [pytest.mark.trust, pytest.mark.scale]


@pytest.mark.parametrize("point", INTAKE, ids=lambda point: point.name)
def test_intake_survives_being_killed(
    shop: Shop, victim: Victim, point: Point, database_url: str, figure: Figure
) -> None:
    shop.deliver(*some_mail())
    kills = victim.kill_until_done("poll", point)
    assert kills > 0, "nobody died: the point is not on the road"

    received = Counter(
        entry["message_id"]
        for ticket in shop.tickets()
        for entry in shop.ticket(ticket["number"])["entries"]
        if entry["kind"] == "received"
    )
    acknowledged = [row.recipient for row in outbox()]
    with reading() as session:
        ledger = mailboxes.one(session, shop.mailbox_id, at=clock.now()).ledger
    assert (ledger.seen, ledger.filed, ledger.unaccounted) == (MAILS, MAILS, 0)
    assert len(received) == MAILS, "lost"
    assert set(received.values()) == {1}, "doubled"
    assert sorted(acknowledged) == sorted(f"buyer{number}@buyer.example" for number in range(MAILS))
    assert whole(shop)
    engine = database_url.partition(":")[0]
    figure(f"{engine}, {point.name}: kills / mails / lost / doubled", f"{kills} / {MAILS} / 0 / 0")


@pytest.mark.parametrize("point", SENDING, ids=lambda point: point.name)
def test_sending_survives_being_killed(
    shop: Shop, victim: Victim, point: Point, database_url: str, figure: Figure
) -> None:
    shop.receive(*some_mail())
    kills = victim.kill_until_done("send", point)
    assert kills > 0, "nobody died: the point is not on the road"
    victim.run("reconcile")

    arrived = Counter(message.recipient for message in shop.smtp.messages)
    states = Counter(row.state for row in outbox())
    unknown = {row.recipient for row in outbox() if row.state is OutboxState.UNKNOWN}
    assert all(count == 1 for count in arrived.values()), "sent twice"
    assert states[OutboxState.SENT] + states[OutboxState.UNKNOWN] == MAILS, states
    assert len(unknown) == (kills if point.name.startswith("sending") else 0)
    assert set(arrived) | unknown == {f"buyer{number}@buyer.example" for number in range(MAILS)}, "lost"
    shown = [ticket["number"] for ticket in shop.tickets() if "unknown" in shop.verbs(ticket["number"])]
    assert len(shown) == len(unknown), "unknown, and the ticket does not say so"
    assert whole(shop)
    engine = database_url.partition(":")[0]
    figure(
        f"{engine}, {point.name}: kills / mails / lost / twice / unknown",
        f"{kills} / {MAILS} / 0 / 0 / {len(unknown)}",
    )
