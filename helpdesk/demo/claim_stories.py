"""Stories of claims: evidence, offers, parcels back and out, refusals and disputes."""

from helpdesk.demo.playing import Play
from helpdesk.demo.stories import Story
from helpdesk.rules.claim_terms import Remedy
from helpdesk.rules.platforms import PlatformState
from helpdesk.rules.states import TicketState


def broken(told: Play, *, photo: bool, cents: int = 8900) -> None:
    told.at(0, 9.5)
    told.buys(cents, shipped=5, delivered=1)
    told.writes("damaged", anew=True, photo=photo)
    told.takes()


def photo_missing(told: Play) -> None:
    broken(told, photo=False)
    told.asks_for_proof()


def photo_came(told: Play) -> None:
    photo_missing(told)
    told.at(1, 13)
    told.writes("photo", photo=True)


def photo_late(told: Play) -> None:
    """Reminded, and still nothing."""
    photo_missing(told)
    told.at(5, 10)


def offer_open(told: Play) -> None:
    broken(told, photo=True)
    told.at(0, 14)
    told.offers((Remedy.PARTIAL_REFUND, 40), (Remedy.FULL_REFUND, 100))


def offer_countered(told: Play) -> None:
    broken(told, photo=True)
    told.at(0, 14)
    told.offers((Remedy.PARTIAL_REFUND, 20))
    told.at(1, 20)
    told.counters()


def offer_accepted(told: Play) -> None:
    offer_open(told)
    told.at(1, 12.6)
    told.accepts(1)
    told.at(2, 9)
    told.says(arrived=True)
    told.closes("packaging")
    told.at(8, 11)
    told.scores(5)


def to_approve(told: Play) -> None:
    broken(told, photo=True, cents=86000)
    told.at(0, 16)
    told.asks_a_lead()


def lead_agreed(told: Play) -> None:
    to_approve(told)
    told.at(1, 9.2)
    told.lead_agrees()
    told.at(3, 12)
    told.says(arrived=True)
    told.closes("packaging")
    told.at(9, 11)
    told.scores(4)


def sized(told: Play) -> None:
    told.at(0, 11)
    told.buys(32900, shipped=6, delivered=2)
    told.writes("size", anew=True)
    told.takes()
    told.at(0, 15)
    told.grants(Remedy.RETURN_REFUND)
    told.wants_it_back()


def on_its_way_back(told: Play) -> None:
    sized(told)
    told.at(2, 18)
    told.sends_it_back()


def to_inspect(told: Play) -> None:
    on_its_way_back(told)
    told.at(4, 10)
    told.comes_back()


def came_back(told: Play) -> None:
    to_inspect(told)
    told.at(4, 15)
    told.is_looked_at()
    told.at(8, 10)
    told.says(arrived=True)
    told.closes("wrong_size")
    told.at(14, 11)
    told.scores(4)


def goods_promised(told: Play) -> None:
    told.at(0, 10.3)
    told.buys(15800, shipped=5, delivered=1)
    told.writes("wrong", anew=True, photo=True)
    told.takes()
    told.at(0, 13)
    told.grants(Remedy.EXCHANGE)
    told.promises_goods(3)


def goods_late(told: Play) -> None:
    goods_promised(told)
    told.at(5, 10)


def goods_came(told: Play) -> None:
    goods_promised(told)
    told.at(2, 16)
    told.ships_goods()
    told.at(5, 12)
    told.delivers_goods()
    told.closes("picking")
    told.at(11, 11)
    told.scores(5)


def coupon_given(told: Play) -> None:
    broken(told, photo=True, cents=5900)
    told.at(0, 13)
    told.offers((Remedy.COUPON, 50))
    told.at(1, 9)
    told.accepts(1)
    told.gives_a_coupon()
    told.at(3, 10)
    told.closes("packaging")
    told.at(9, 11)


def turned_down(told: Play) -> None:
    told.at(0, 17)
    told.buys(21900, shipped=40, delivered=33)
    told.writes("size", anew=True)
    told.takes()
    told.at(1, 10)
    told.rejects()
    told.at(9, 10)
    told.moves(TicketState.SOLVED)


def taken_back(told: Play) -> None:
    offer_open(told)
    told.at(2, 9)
    told.takes_it_back()
    told.at(8, 10)


def disputed(told: Play) -> None:
    offer_countered(told)
    told.at(2, 10)
    told.goes_to_the_platform("TB-889-104")


def dispute_over(told: Play) -> None:
    disputed(told)
    told.at(4, 16)
    told.platform_decides(PlatformState.WON)
    told.moves(TicketState.SOLVED)
    told.at(12, 10)


def parcel_lost(told: Play) -> None:
    """Shipped long ago; the carrier is asked."""
    told.at(0, 12)
    told.buys(26800, shipped=12)
    told.writes("late", anew=True)
    told.takes()
    told.asks_the_warehouse()


def order_unknown(told: Play) -> None:
    """The number that she names is of no order that the desk knows."""
    told.at(0, 21)
    told.writes("damaged", anew=True)


OF_CLAIMS = (
    Story(name="photo_missing", play=photo_missing, weight=2, goes_on=True),
    Story(name="photo_came", play=photo_came, weight=2, goes_on=True),
    Story(name="photo_late", play=photo_late, weight=1, goes_on=True),
    Story(name="offer_open", play=offer_open, weight=2, goes_on=True),
    Story(name="offer_countered", play=offer_countered, weight=1, goes_on=True),
    Story(name="offer_accepted", play=offer_accepted, weight=70, days=1),
    Story(name="to_approve", play=to_approve, weight=1, goes_on=True),
    Story(name="lead_agreed", play=lead_agreed, weight=25, days=0),
    Story(name="sized", play=sized, weight=2, goes_on=True),
    Story(name="on_its_way_back", play=on_its_way_back, weight=2, goes_on=True),
    Story(name="to_inspect", play=to_inspect, weight=1, goes_on=True),
    Story(name="came_back", play=came_back, weight=80, days=0),
    Story(name="goods_promised", play=goods_promised, weight=1, goes_on=True),
    Story(name="goods_late", play=goods_late, weight=1, goes_on=True),
    Story(name="goods_came", play=goods_came, weight=40, days=2),
    Story(name="coupon_given", play=coupon_given, weight=20, days=1),
    Story(name="turned_down", play=turned_down, weight=30, days=2),
    Story(name="taken_back", play=taken_back, weight=15, days=3),
    Story(name="disputed", play=disputed, weight=1, goes_on=True),
    Story(name="dispute_over", play=dispute_over, weight=6, days=0),
    Story(name="parcel_lost", play=parcel_lost, weight=1, goes_on=True),
    Story(name="order_unknown", play=order_unknown, weight=1, goes_on=True),
)
