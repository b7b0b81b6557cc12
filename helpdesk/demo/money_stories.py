"""Stories of money: it arrives, is assumed to have arrived, is late, lost, declined, or paid by hand."""

from datetime import timedelta

from helpdesk.demo.playing import Play
from helpdesk.demo.stories import Story
from helpdesk.gateways.bank_book import Trouble


def called_off(told: Play, cents: int, *gateways: str) -> None:
    """An order that was not shipped yet is called off, and the shop agrees."""
    told.at(0, 9.4)
    told.buys(cents, gateways=gateways)
    told.writes("cancel", anew=True)
    told.takes()
    told.at(0, 10.5)
    told.grants()
    told.stops_the_parcel()


def arrived(told: Play) -> None:
    called_off(told, 12800)
    told.at(4, 12.3)
    told.says(arrived=True)
    told.closes()
    told.at(9, 20)
    told.scores(5)
    told.at(10, 9)


def arrived_by_mail(told: Play) -> None:
    called_off(told, 6400)
    told.at(3, 8.3)
    told.writes("arrived")
    told.at(3, 11)
    told.says(arrived=True)
    told.closes()
    told.at(9, 9)


def assumed(told: Play) -> None:
    called_off(told, 18900)
    told.at(40, 10)
    told.closes()
    told.at(46, 9)


def by_two_payments(told: Play) -> None:
    called_off(told, 24000, told.voice.gateway, told.voice.gateway)
    told.at(4, 12)
    told.says(arrived=True)
    told.at(40, 10)


def pending(told: Play) -> None:
    told.bank_will(Trouble.LATE, after=timedelta(days=20))
    called_off(told, 14500)
    told.at(1, 10)


def unknown(told: Play) -> None:
    told.bank_will(Trouble.LOSE_ANSWER, *(Trouble.LOSE_QUERY,) * 30)
    called_off(told, 8400)
    told.at(1, 10)


def declined(told: Play) -> None:
    told.bank_will(Trouble.DECLINE)
    called_off(told, 23000)
    told.at(0, 12)


def to_act(told: Play) -> None:
    """The bank wants somebody to do something."""
    told.bank_will(Trouble.NEEDS_ACTION)
    called_off(told, 7700)
    told.at(0, 12)


def just_left(told: Play) -> None:
    """Paid, and nobody has said anything yet."""
    called_off(told, 9900)
    told.at(1, 11)


def to_pay_by_hand(told: Play) -> None:
    called_off(told, 31000, "offline")
    told.at(0, 15)


def paid_by_hand(told: Play) -> None:
    to_pay_by_hand(told)
    told.at(1, 10)
    told.pays_by_hand("ICBC-2026-0605-01")
    told.at(6, 10)
    told.says(arrived=True)
    told.closes()
    told.at(12, 9)


def denied(told: Play) -> None:
    """Paid, says the bank; not there, says the buyer."""
    called_off(told, 9900)
    told.at(4, 9)
    told.says(arrived=False)
    told.at(4, 10)


def overdue(told: Play) -> None:
    """Nobody has found out in time where the money is."""
    denied(told)
    told.at(12, 10)


def traced(told: Play) -> None:
    denied(told)
    told.at(5, 10)
    told.finds_out("ARN-20260611-7")
    told.at(9, 12)
    told.says(arrived=True)
    told.closes("bank")
    told.at(15, 9)


def wrote_of_money(told: Play) -> None:
    """Asks by mail where the money is: our turn."""
    called_off(told, 5600)
    told.at(6, 8.6)
    told.writes("nothing")


OF_MONEY = (
    Story(name="arrived", play=arrived, weight=100, days=0),
    Story(name="arrived_by_mail", play=arrived_by_mail, weight=40, days=2),
    Story(name="assumed", play=assumed, weight=60, days=1),
    Story(name="by_two_payments", play=by_two_payments, weight=10, days=3),
    Story(name="pending", play=pending, weight=2, goes_on=True),
    Story(name="unknown", play=unknown, weight=1, goes_on=True),
    Story(name="declined", play=declined, weight=1, goes_on=True),
    Story(name="to_act", play=to_act, weight=1, goes_on=True),
    Story(name="just_left", play=just_left, weight=3, goes_on=True),
    Story(name="to_pay_by_hand", play=to_pay_by_hand, weight=1, goes_on=True),
    Story(name="paid_by_hand", play=paid_by_hand, weight=15, days=1),
    Story(name="denied", play=denied, weight=1, goes_on=True),
    Story(name="overdue", play=overdue, weight=1, goes_on=True),
    Story(name="traced", play=traced, weight=8, days=0),
    Story(name="wrote_of_money", play=wrote_of_money, weight=1, goes_on=True),
)
