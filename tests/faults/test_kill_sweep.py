"""kill -9 at every step of intake and of sending: nothing lost, nothing twice, and what is uncertain says so.

For each named point a worker is killed at its first pass, a new one at its second, and so on, until one gets
through all the mail. Full size: 40 mails at each point.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import db, reading
from helpdesk.models import OutboxMessage, Ticket
from helpdesk.queries import mailboxes
from helpdesk.rules.chain import first_break
from helpdesk.rules.states import OutboxState
from tests import sizes
from tests.app import make_app
from tests.faults.points import INTAKE, SENDING, Point
from tests.figures import Figure
from tests.letterbox import mail
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpSink
from tests.shop import MONDAY, Shop

pytestmark = [pytest.mark.trust, pytest.mark.scale]

MAILS = sizes.size(small=6, full=40)
LEASE_MINUTES = 6  # longer than any lease: the next worker may take over


@dataclass
class Victim:
    """A worker process that is killed on request; each try begins after all leases of the one before."""

    process: "subprocess.Popen[str]"
    kills: int = 0
    minutes: float = 0
    log: list[str] = field(default_factory=list)

    def run(self, task: str, point: str = "", nth_pass: int = 0) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.minutes += LEASE_MINUTES
        order = f'{{"task": "{task}", "point": "{point}", "pass": {nth_pass}, "minutes": {self.minutes}}}\n'
        self.process.stdin.write(order)
        self.process.stdin.flush()
        outcome = self.process.stdout.readline().strip()
        assert outcome in ("done", "killed"), f"{task} at {point!r}: {outcome}"
        return outcome

    def kill_until_done(self, task: str, point: Point) -> int:
        """Kill at the 1st, 2nd, 3rd ... pass of the point until a worker gets through; how many died."""
        kills = 0
        while self.run(task, point.name, kills + 1) == "killed":
            kills += 1
            assert kills <= 4 * MAILS, f"no end of dying at {point.name!r}"
        return kills


@pytest.fixture
def shop(database_url: str, tmp_path: Path, dovecot: Dovecot, smtp_sink: SmtpSink) -> Iterator[Shop]:
    clock.shift(MONDAY - clock.now())
    app = make_app(database_url, tmp_path / "data")
    with app.app_context():
        yield Shop(app, dovecot, smtp_sink)
        db.engine.dispose()
    clock.reset()


@pytest.fixture
def victim(shop: Shop, database_url: str, tmp_path: Path) -> Iterator[Victim]:
    command = [sys.executable, "-m", "tests.faults.worker", database_url, str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, str(shop.mailbox_id)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    shift = (clock.now() - MONDAY).total_seconds() / 60
    yield Victim(process, minutes=clock.offset().total_seconds() / 60 + shift)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


def some_mail() -> list[bytes]:
    return [
        mail(f"第 {number} 封", sender=f"buyer{number}@buyer.example", message_id=f"{number}@buyer.example")
        for number in range(MAILS)
    ]


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


def outbox() -> list[OutboxMessage]:
    with reading() as session:
        return list(session.scalars(select(OutboxMessage)))


def whole(shop: Shop) -> bool:
    with reading() as session:
        tickets = session.scalars(select(Ticket)).all()
        return all(
            first_break(ticket.id, [entry.link for entry in ticket.entries]) is None for ticket in tickets
        )
