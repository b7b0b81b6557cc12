"""What those who act in the state machine share: the world, and what was seen of it last."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from helpdesk.actions import claims
from helpdesk.db import reading
from helpdesk.rules.claims import ClaimState
from tests.proofs import holding
from tests.proofs.world import PEOPLE, World

Draw = Callable[[Any], Any]  # one value of a strategy
WHO = st.sampled_from(("lead", "owner", *PEOPLE))  # who may do more comes more often
WHY = st.sampled_from(("a regular buyer", "a regular buyer", ""))


class Acting(RuleBasedStateMachine):
    """Acts as a page, a mail or a worker does. A refusal is a good answer; a failure is not."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[bytes] = []
        self.vouched: set[int] = set()  # tickets whose buyer an agent knows to speak for the order
        self.states: dict[int, ClaimState] = {}
        self.tickets: Sequence[int] = ()
        self.seen: object = None

    def everything(self) -> object:
        with reading() as session:
            return holding.everything(session)

    def staff(self, session: Any, who: str) -> claims.Actor:
        return claims.staff(self.world.agent(session, who))
