"""Side mail to people without a login: what it can be, where it stands, and whose answer is believed."""

from enum import StrEnum

from helpdesk.rules.states import IllegalMoveError
from mail.types import Kind, Verdict


class ContactRole(StrEnum):
    WAREHOUSE = "warehouse"
    SELLER = "seller"  # who listed or supplies the goods
    FINANCE = "finance"
    CARRIER = "carrier"


class InquiryKind(StrEnum):
    QUESTION = "question"  # an answer is all that is wanted
    TASK = "task"  # something is to be done; an agent says when it is


class InquiryState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # words came home; a task may still be undone
    DONE = "done"
    WITHDRAWN = "withdrawn"


class HeldState(StrEnum):
    HELD = "held"  # an agent has to look
    TAKEN = "taken"  # it stands as a note
    REFUSED = "refused"


class Hearing(StrEnum):
    """How an answer to a side mail is taken."""

    NOTE = "note"  # the colleague wrote it
    UNVERIFIED = "unverified"  # a note that says that nobody vouches for its sender
    HELD = "held"  # somebody else, or a forgery: seen by an agent before it counts
    MACHINE = "machine"  # out of office: shown, and the question stays open
    BUYER = "buyer"  # of this very matter: it is a buyer's mail like any other


WAITING = frozenset({InquiryState.OPEN})

INQUIRY_MOVES: dict[InquiryState, frozenset[InquiryState]] = {
    InquiryState.OPEN: frozenset({InquiryState.ANSWERED, InquiryState.DONE, InquiryState.WITHDRAWN}),
    InquiryState.ANSWERED: frozenset({InquiryState.ANSWERED, InquiryState.DONE}),  # a second answer comes too
    InquiryState.DONE: frozenset({InquiryState.DONE}),
    InquiryState.WITHDRAWN: frozenset(),
}


def check_inquiry_move(before: InquiryState, after: InquiryState) -> None:
    """Raises IllegalMoveError unless the table has this move."""
    if after not in INQUIRY_MOVES[before]:
        raise IllegalMoveError(f"a side mail that is {before} cannot become {after}")


def heard(
    *, sender_is_contact: bool, sender_is_buyer: bool, active: bool, verdict: Verdict, kind: Kind
) -> Hearing:
    """How to take a message that shows the token of a side mail.

    The token proves only that somebody had the side mail before them. What fails its check is a forgery;
    where no server has checked, the words are kept and say so.
    """
    if sender_is_buyer and not sender_is_contact:
        return Hearing.BUYER
    if not sender_is_contact or not active or verdict is Verdict.FAIL:
        return Hearing.HELD
    if kind is not Kind.HUMAN:
        return Hearing.MACHINE
    return Hearing.NOTE if verdict is Verdict.PASS else Hearing.UNVERIFIED


def why_held(*, sender_is_contact: bool, active: bool) -> str:
    """The word for why an answer is held."""
    if not sender_is_contact:
        return "not_the_one_we_asked"
    return "sender_not_genuine" if active else "contact_has_left"
