"""Stories without money: what buyers ask, what is answered, and what never becomes a ticket.

A story is a function of the one who acts in it. Its `Story` says how often it happens and whether its end is
now (something is still to be done) or some time ago.
"""

from collections.abc import Callable
from dataclasses import dataclass

from helpdesk.demo.playing import Play
from helpdesk.rules.states import TicketState

Plot = Callable[[Play], None]
AUTOMATIC = "Auto-Submitted: auto-replied\r\n"
BULK = "List-Id: News <news.press.example>\r\nPrecedence: bulk\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One plot, told in every voice."""

    name: str
    play: Plot
    weight: int  # how often it happens, beside the others
    goes_on: bool = False  # it ends today, with something still to be done
    days: int = 0  # on which weekday it begins: 0 is Monday


def asked(told: Play) -> None:
    """Nobody has looked yet."""
    told.at(0, 9.2)
    told.writes("question", anew=True)


def taken(told: Play) -> None:
    told.at(0, 9.7)
    told.writes("question", anew=True)
    told.takes()
    told.notes()


def answered(told: Play) -> None:
    """The buyer's turn."""
    told.at(0, 10.4)
    told.writes("question", anew=True)
    told.takes()
    told.at(0, 11)
    told.answers("answer")


def thanked(told: Play) -> None:
    answered(told)
    told.at(0, 15.3)
    told.writes("thanks")
    told.moves(TicketState.SOLVED)
    told.at(6, 9)


def asked_and_solved(told: Play) -> None:
    told.at(0, 13.6)
    told.writes("question", anew=True)
    told.at(0, 14.1)
    told.answers("answer", then=TicketState.SOLVED)
    told.at(4, 9)
    told.moves(TicketState.CLOSED)


def back_and_forth(told: Play) -> None:
    """A long one."""
    told.at(0, 9.1)
    told.writes("question", anew=True)
    told.takes()
    for day in range(4):
        told.at(day, 11)
        told.answers("again.answer")
        told.at(day, 16.4)
        told.writes("again")
    told.notes()
    told.at(4, 10)
    told.answers("answer")
    told.at(4, 15)
    told.writes("thanks")
    told.moves(TicketState.SOLVED)
    told.at(9, 9)


def wrote_again(told: Play) -> None:
    """Solved, and then the buyer has another question."""
    asked_and_solved(told)
    told.at(5, 10.1)
    told.writes("again")


def wrote_twice(told: Play) -> None:
    """Two mails without a thread, and one matter."""
    told.at(0, 9.3)
    told.writes("question", anew=True)
    first = told.ticket
    told.at(0, 10.2)
    told.writes("again", anew=True)
    told.at(0, 10.6)
    if told.ticket != first:
        told.merges(told.ticket, first)
    told.takes()
    told.answers("answer", then=TicketState.SOLVED)
    told.at(5, 9)


def only_thanks(told: Play) -> None:
    told.at(0, 19.3)
    told.writes("thanks", anew=True)
    told.at(1, 9.1)
    told.moves(TicketState.CLOSED)


def spam(told: Play) -> None:
    told.at(0, 3.4)
    told.writes("spam", anew=True, verified="fail")
    told.at(0, 9)
    told.calls_it_spam()


def out_of_office(told: Play) -> None:
    """A machine answers; somebody puts it away."""
    told.at(0, 6)
    told.stranger_writes("thanks", "j.weber@office.example", "Jonas Weber", head=AUTOMATIC)
    told.at(0, 9.2)
    told.moves(TicketState.CLOSED)


def came_twice(told: Play) -> None:
    """The same mail again, by another road: it is ignored."""
    asked_and_solved(told)
    told.comes_again()


def newsletter(told: Play) -> None:
    """Taken for spam by its headers."""
    told.at(0, 6)
    told.stranger_writes("spam", "news@press.example", "Packing Weekly", head=BULK)


def parked(told: Play) -> None:
    told.at(0, 7)
    told.stranger_writes("question", "old.program@odd.example", "?", park="the mail has no end")


def asked_the_warehouse(told: Play) -> None:
    """Waits for a colleague."""
    told.at(0, 10)
    told.buys(12900, shipped=6)
    told.writes("question", anew=True)
    told.takes()
    told.answers("wait")
    told.later(10)
    told.asks_the_warehouse()


def warehouse_knew(told: Play) -> None:
    asked_the_warehouse(told)
    told.at(1, 11)
    told.warehouse_answers()
    told.at(1, 11.5)
    told.answers("answer", then=TicketState.SOLVED)
    told.at(6, 9)


def called(told: Play) -> None:
    told.at(0, 11.2)
    told.writes("question", anew=True)
    told.takes()
    told.talks()
    told.notes()


def not_delivered(told: Play) -> None:
    """Our answer came back."""
    told.at(0, 10)
    told.writes("question", anew=True)
    told.takes()
    told.answers("answer", posted=False)
    told.post(failing="550 5.1.1 no such user")


def perhaps_sent(told: Play) -> None:
    told.at(0, 12)
    told.writes("question", anew=True)
    told.takes()
    told.answers("answer", posted=False)
    told.post(unknown=True)


OF_MAIL = (
    Story(name="asked", play=asked, weight=2, goes_on=True),
    Story(name="taken", play=taken, weight=1, goes_on=True),
    Story(name="answered", play=answered, weight=2, goes_on=True),
    Story(name="thanked", play=thanked, weight=300, days=1),
    Story(name="asked_and_solved", play=asked_and_solved, weight=600, days=3),
    Story(name="back_and_forth", play=back_and_forth, weight=60, days=0),
    Story(name="wrote_again", play=wrote_again, weight=1, goes_on=True),
    Story(name="wrote_twice", play=wrote_twice, weight=40, days=2),
    Story(name="only_thanks", play=only_thanks, weight=100, days=5),
    Story(name="spam", play=spam, weight=130, days=6),
    Story(name="newsletter", play=newsletter, weight=60, days=4),
    Story(name="out_of_office", play=out_of_office, weight=60, days=2),
    Story(name="came_twice", play=came_twice, weight=20, days=1),
    Story(name="parked", play=parked, weight=0, goes_on=True),
    Story(name="asked_the_warehouse", play=asked_the_warehouse, weight=1, goes_on=True),
    Story(name="warehouse_knew", play=warehouse_knew, weight=40, days=1),
    Story(name="called", play=called, weight=1, goes_on=True),
    Story(name="not_delivered", play=not_delivered, weight=1, goes_on=True),
    Story(name="perhaps_sent", play=perhaps_sent, weight=0, goes_on=True),
)
