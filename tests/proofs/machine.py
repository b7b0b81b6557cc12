"""Anything that may happen to claims, in any order: buyer, stranger, staff and clock, by the real actions.

Few rules with many choices: Hypothesis leaves out some rules in each example, and a story that ends with
money needs all of the steps between.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import merging, tickets
from helpdesk.db import reading
from helpdesk.models import Claim, Ticket
from helpdesk.rules.claims import ClaimState
from helpdesk.rules.states import TicketState
from tests.proofs import holding
from tests.proofs.acting import Draw
from tests.proofs.coming_in import FIRST, MAILS, ComingIn
from tests.proofs.ending import Ending
from tests.proofs.granting import Granting
from tests.proofs.proposing import Proposing
from tests.proofs.sending import Sending
from tests.proofs.world import EVE, NUMBER, orders

S, C, G, P, E, R = ClaimState, ComingIn, Granting, Proposing, Ending, Sending
Step = Callable[[Any, int, Draw], None]
WHICH = st.integers(0, 9)
BACK: tuple[Step, ...] = (E.reopen, E.reopen, E.close)

# What leads on from each state. What comes more often stands there more often.
STEPS: dict[ClaimState, tuple[Step, ...]] = {
    S.NEW: (G.ask_the_policy,),
    S.NEEDS_LINK: (G.ask_the_policy, C.choose_reason),
    S.AWAITING_BUYER: (C.upload, C.upload, G.ask_for_evidence),
    S.AWAITING_DECISION: (P.offer, P.offer, G.approve, G.ask_approval, G.reject, G.ask_for_evidence),
    S.OFFERED: (P.accept, P.accept, P.answer_otherwise, P.offer),
    S.AWAITING_APPROVAL: (G.confirm, G.confirm, G.refuse_approval, G.decide_anew),
    S.APPROVED: (
        E.refund,
        E.refund,
        R.goods_go_on,
        R.goods_go_on,
        R.goods_go_on,
        P.accept,  # once more: it has to be refused
        E.say_whether_it_arrived,
        E.cancel_refund,
        G.decide_anew,
    ),
    S.DISPUTED: (R.end_dispute,),
    S.RESOLVED: (E.say_whether_it_arrived, *BACK),
    S.REJECTED: BACK,
    S.WITHDRAWN: BACK,
    S.CLOSED: BACK,
}
ANYTHING: tuple[Step, ...] = (
    C.choose_reason,
    C.upload,
    C.take_back,
    G.ask_for_evidence,
    G.ask_the_policy,
    G.try_anything,
    P.accept,
    G.confirm,
    E.refund,
    E.cancel_refund,
    E.say_whether_it_arrived,
    R.count,
    R.inspect,
    R.give_return_up,
    R.dispute,
    R.end_dispute,
)


def has_claims(machine: "Claims") -> bool:
    return bool(machine.states)


class Claims(ComingIn, Granting, Proposing, Ending, Sending):
    """The rules; after each step all of it is asked, if anything has changed."""

    @initialize(order=st.sampled_from(range(len(orders()))), data=st.data())
    def begin(self, order: int, data: st.DataObject) -> None:
        """Li has written, and has a claim; Eve has written too, perhaps."""
        self.world.begin(order=dict(orders()[order]))
        self.receive(f"您好，订单 {NUMBER} 我有个问题。", message_id=FIRST)
        self.open(1, data.draw)
        if data.draw(st.booleans()):  # what comes after an agreement is far for a story of some steps
            self.link(1, data.draw)
            self.agree_on_a_return(1)
            for step in data.draw(st.sampled_from(((), (R.start_return,), (R.start_return, R.count)))):
                step(self, 1, data.draw)
        if data.draw(st.booleans()):
            self.receive("你好，在吗", sender=EVE, verified="pass")

    @rule(which=st.sampled_from(MAILS))
    def mail_arrives(self, which: tuple[str, dict[str, Any]]) -> None:
        text, how = which
        self.receive(text, **how)

    @rule(which=WHICH, times=st.integers(1, 3))
    def mail_is_replayed(self, which: int, times: int) -> None:
        """I13: the same mail under new UIDs changes nothing."""
        before = self.everything()
        for _ in range(times):
            self.world.receive(self.mails[which % len(self.mails)])
        assert self.everything() == before, "a replayed mail has changed something"

    @precondition(has_claims)
    @rule(which=WHICH, how=WHICH, data=st.data())
    def it_goes_on(self, which: int, how: int, data: st.DataObject) -> None:
        number = self._claim(which)
        steps = STEPS[self.states[number]]
        steps[how % len(steps)](self, number, data.draw)

    and_on = and_on_again = on_it_goes = it_goes_on  # a rule with more names comes more often

    @precondition(has_claims)
    @rule(which=WHICH, step=st.sampled_from(ANYTHING), data=st.data())
    def somebody_does_what_does_not_lead_on(self, which: int, step: Step, data: st.DataObject) -> None:
        step(self, self._claim(which), data.draw)

    @rule(
        what=st.sampled_from(("close", "merge", "separate", "link", "open")),
        one=WHICH,
        other=WHICH,
        data=st.data(),
    )
    def tickets_change(self, what: str, one: int, other: int, data: st.DataObject) -> None:
        number, into = (self.tickets[each % len(self.tickets)] for each in (one, other))

        def work(session: Any) -> None:
            by, at = self.world.agent(session, "lead"), clock.now()
            if what == "close":
                ticket = tickets.hold(session, number)
                tickets.move(session, ticket, TicketState.CLOSED, actor="agent:1", at=at)
            elif what == "merge":
                merging.merge(session, number, into, by=by, at=at, of_two_buyers=True)
            else:
                merging.separate(session, number, by=by, at=at)

        if what in ("link", "open"):
            {"link": self.link, "open": self.open}[what](number, data.draw)
        elif not self.world.tried(work) and what == "merge" and number in self.vouched:
            self.vouched.add(into)  # who merges two tickets says that they are one matter

    @rule(hours=st.sampled_from((1, 25, 1, 25, 80, 200, 24 * 40)))
    def time_passes(self, hours: int) -> None:
        """The clock jumps and ticks twice: the second time nothing is left to do."""
        clock.shift(timedelta(hours=hours))
        self.world.chase()
        before = self.everything()
        self.world.chase()
        assert self.everything() == before, "the second tick has done something"

    @invariant()
    def all_of_it_holds(self) -> None:
        now = self.everything() if self.mails else self.seen
        if now != self.seen:
            self.seen = now
            with reading() as session:
                found = holding.broken(session, self.vouched)
                self.tickets = session.scalars(select(Ticket.id).order_by(Ticket.id)).all()
                self.states = {row.id: row.state for row in session.scalars(select(Claim).order_by(Claim.id))}
            assert not found, "\n".join(found)
        assert not self.world.trouble.noted, "\n".join(self.world.trouble.noted)

    def _claim(self, which: int) -> int:
        """The first one that is beyond the link, more often than not; else any of them."""
        looked_at = [number for number, state in self.states.items() if state not in (S.NEW, S.NEEDS_LINK)]
        wanted = looked_at if which < 4 and looked_at else list(self.states)
        return wanted[0 if which < 3 else which % len(wanted)]

    def teardown(self) -> None:
        if self.mails:
            with reading() as session:
                self.world.happened.update(holding.moves_made(session))
                assert not (found := list(holding.chains_hold(session, self.vouched))), "\n".join(found)
