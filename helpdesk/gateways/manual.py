"""By hand: an agent pays on the platform's own page, with our key in its remark, and enters the proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.rules.paying import Answer, Instruction, Notice, Outcome, SignatureError


@dataclass(frozen=True, slots=True)
class Manual:
    """Always there. Nothing is known here of what was paid: an agent or a line of a statement tells it."""

    name: str = "manual"
    settling: timedelta = timedelta(0)
    received: tuple[str, str] = ("text/plain", "")

    def submit(self, instruction: Instruction) -> Answer:
        return _by_a_person(instruction)

    def query(self, instruction: Instruction) -> Answer:
        return _by_a_person(instruction)

    def call_off(self, instruction: Instruction) -> Answer:
        return _by_a_person(instruction)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Notice | None:
        raise SignatureError("nobody sends notices of what is paid by hand")


def _by_a_person(instruction: Instruction) -> Answer:
    return Answer(outcome=Outcome.NEEDS_ACTION, said=f"to be paid by hand, with the remark {instruction.key}")
