"""A worker that is killed, and what is looked at afterwards."""

import subprocess
from dataclasses import dataclass, field

from sqlalchemy import select

from helpdesk.db import reading
from helpdesk.models import OutboxMessage, Ticket
from helpdesk.rules.chain import first_break
from tests import sizes
from tests.faults.points import Point
from tests.letterbox import mail
from tests.shop import Shop

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


def some_mail() -> list[bytes]:
    return [
        mail(f"第 {number} 封", sender=f"buyer{number}@buyer.example", message_id=f"{number}@buyer.example")
        for number in range(MAILS)
    ]


def outbox() -> list[OutboxMessage]:
    with reading() as session:
        return list(session.scalars(select(OutboxMessage)))


def whole(shop: Shop) -> bool:
    with reading() as session:
        tickets = session.scalars(select(Ticket)).all()
        return all(
            first_break(ticket.id, [entry.link for entry in ticket.entries]) is None for ticket in tickets
        )
