"""Li is granted her money by the bank of play money, and does not have it yet."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import chases, reminders, tickets
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.models import Entry, Refund
from helpdesk.rules.states import Role
from helpdesk.workers import chaser
from tests.workers.paying import Paid

pytestmark = [pytest.mark.money, pytest.mark.clock]


class Missing(Paid):
    """Money that has left for Li; what becomes of it is followed."""

    def left_for_li(self) -> int:
        self.agreed()
        self.pay()
        self.chase()
        return self.refund_id("R1-1")

    def chase(self, *, days: float = 0) -> None:
        clock.shift(timedelta(days=days))
        chaser.chase()

    def answer(self, refund_id: int, **more: Any) -> None:
        given = {"trace": "", "said": "", "expected_on": None} | more
        with transaction() as session:
            by = self.agent(session)
            chases.answer(session, current_desk(), refund_id, by=by, at=clock.now(), **given)

    def come_back(self, refund_id: int, *, role: Role = Role.LEAD, said: str = "statement of 4 June") -> None:
        with transaction() as session:
            chases.come_back(session, refund_id, said=said, by=self.agent(session, role), at=clock.now())

    def letters(self, verb: str) -> list[str]:
        with reading() as session:
            rows = session.scalars(select(Entry).where(Entry.verb == verb).order_by(Entry.id))
            return [row.facts["text"] for row in rows]

    def planned(self) -> list[str]:
        """What is planned of money; that the parcel has to be stopped is another matter."""
        with transaction() as session:
            plans = reminders.planned(session, tickets.hold(session, self.ticket))
            about = [str(each.facts.get("about", each.kind)) for each in plans]
            return sorted(each for each in about if each != "stop_parcel")

    def refund_row(self, refund_id: int) -> Refund:
        with reading() as session:
            return session.get_one(Refund, refund_id)
