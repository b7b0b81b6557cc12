"""A line of a statement and the refund that it is about: whether they agree, and what that settles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.rules.money import Money
from helpdesk.rules.refunds import LEFT, OVER
from helpdesk.rules.states import RefundState

KEY = re.compile(r"(?<![A-Za-z0-9-])[RT][0-9]{1,10}-H?[0-9]{1,4}(?![A-Za-z0-9-])")


class Fate(StrEnum):
    """What becomes of a line."""

    SETTLED = "settled"  # it shows that a refund of ours was paid
    KNOWN = "known"  # that refund is noted as paid already
    WAITS = "waits"  # the refund is being handed over at this moment: the same file again, later
    DIFFERS = "differs"  # it carries our key or reference, and another sum
    AGAIN = "again"  # another line has shown that payment already: it may have been paid twice
    OVER = "over"  # the ledger says that no money left
    SEVERAL = "several"  # it names more than one refund
    NOTHING = "nothing"  # it names none


LISTED = (Fate.DIFFERS, Fate.AGAIN, Fate.OVER, Fate.SEVERAL, Fate.NOTHING)  # a person has to look


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Money that left, as a statement tells it."""

    line: int  # of the file
    amount: Money
    key: str = ""  # as its own column has it
    reference: str = ""  # the bank's or platform's own number of this refund
    payment: str = ""  # of the payment that it gives back
    happened_at: datetime | None = None
    remark: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of ours that it carries, each once."""
        return tuple(dict.fromkeys(KEY.findall(f"{self.key} {self.remark}")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A refund that a line may be about."""

    id: int
    key: str
    reference: str
    amount: Money
    state: RefundState
    shown: bool = False  # a line of a statement has shown that a person paid it, by this reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a line comes to, which refund it is about if that is clear, and why it settles nothing."""

    fate: Fate
    refund_id: int | None = None
    says: str = ""


def judge(line: Line, candidates: Sequence[Candidate]) -> Judged:
    """`candidates` are all refunds with one of its keys or with its reference.

    A key counts before a reference: a platform may number two refunds of one payment alike.
    """
    by_key = [each for each in candidates if each.key in line.keys]
    live = [each for each in candidates if each.state not in OVER]
    found = by_key or live or list(candidates)
    if not found:
        return Judged(fate=Fate.NOTHING, says="nobody here has asked for this")
    if len(found) > 1:
        keys = ", ".join(sorted(each.key for each in found))
        return Judged(fate=Fate.SEVERAL, says=f"this may be any of {keys}")
    (refund,) = found
    if refund.amount != line.amount:
        says = f"{refund.key} is {refund.amount}, the line says {line.amount}"
        return Judged(fate=Fate.DIFFERS, refund_id=refund.id, says=says)
    if refund.state in OVER:
        says = (
            f"{refund.key} is {refund.state} here: no money should have left; if it did, put this away and"
            " note it on the ticket as paid by hand"
        )
        return Judged(fate=Fate.OVER, refund_id=refund.id, says=says)
    if refund.shown and line.reference and line.reference != refund.reference:
        says = f"{refund.key} was paid by {refund.reference} already: was it paid a second time?"
        return Judged(fate=Fate.AGAIN, refund_id=refund.id, says=says)
    if refund.state in LEFT:
        return Judged(fate=Fate.KNOWN, refund_id=refund.id)
    if refund.state is RefundState.SUBMITTED:
        return Judged(fate=Fate.WAITS, refund_id=refund.id, says=f"{refund.key} is being sent at this moment")
    return Judged(fate=Fate.SETTLED, refund_id=refund.id)
