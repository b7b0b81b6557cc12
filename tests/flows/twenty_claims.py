"""Twenty claims of one month and what becomes of each: day by day, who does what before the clock comes."""

from collections.abc import Callable
from datetime import timedelta

from helpdesk.gateways.bank_book import Trouble
from tests.flows.a_month import Month

Act = Callable[[Month], None]

# (name, yuan, gateways, writes Chinese): the fate stands beside it.
BUYERS: tuple[tuple[str, int, tuple[str, ...], bool], ...] = (
    ("李梅", 128, ("alipay",), True),  # paid, and says that it is there
    ("Anna", 89, ("stripe",), False),  # says nothing: assumed
    ("王强", 66, ("alipay",), True),  # the bank's answer is lost
    ("Ben", 72, ("stripe",), False),  # the request is lost
    ("张丽", 230, ("alipay",), True),  # declined, told that it is late, tried again
    ("Carla", 145, ("stripe",), False),  # the bank takes three days
    ("赵敏", 310, ("offline",), True),  # paid by hand
    ("David", 58, ("offline",), False),  # paid by hand, noted by mistake at first
    ("刘洋", 99, ("alipay",), True),  # has not arrived: the bank says where it is
    ("Emma", 180, ("stripe",), False),  # has not arrived: nobody finds out, then it comes back
    ("陈静", 75, ("alipay",), True),  # writes in between: no silence, and assumed later
    ("Frank", 64, ("alipay",), False),  # assumed, and denies it afterwards
    ("杨帆", 205, ("alipay",), True),  # goes to the platform while the money is under way
    ("Grace", 92, ("alipay",), False),  # writes that it is there
    ("黄磊", 160, ("alipay", "alipay"), True),  # paid by two payments, gets two refunds
    ("Hannah", 240, ("stripe", "stripe"), False),  # one of two comes back and is tried again
    ("吴昊", 118, ("alipay",), True),  # all money is stopped when it is agreed
    ("Ivan", 84, ("stripe",), False),  # unknown for long: a lead closes the claim, the money goes on
    ("周婷", 36, ("alipay",), True),  # granted by a clause, and left just before a public holiday
    ("Jack", 77, ("stripe",), False),  # the bank wants somebody to act
)


def begin(name: str) -> Act:
    _, yuan, gateways, zh = next(each for each in BUYERS if each[0] == name)
    return lambda month: month.asks(name, yuan, *gateways, zh=zh)


def grant(name: str, *troubles: Trouble, after: timedelta | None = None, unanswered: int = 0) -> Act:
    return lambda month: month.grants(name, *troubles, after=after, unanswered=unanswered)


def say(name: str, *, arrived: bool) -> Act:
    return lambda month: month.says(name, arrived=arrived)


DAYS: dict[int, tuple[Act, ...]] = {
    1: (begin("李梅"), begin("Anna"), begin("王强"), begin("Ben"), grant("李梅"), grant("Anna")),
    2: (
        grant("王强", Trouble.LOSE_ANSWER),
        grant("Ben", Trouble.LOSE_REQUEST),
        begin("张丽"),
        begin("Carla"),
    ),
    3: (
        say("李梅", arrived=True),
        grant("张丽", Trouble.DECLINE),
        grant("Carla", Trouble.LATE, after=timedelta(days=3)),
        begin("赵敏"),
        begin("David"),
        begin("刘洋"),
    ),
    4: (grant("赵敏"), grant("David"), grant("刘洋"), say("王强", arrived=True)),
    5: (
        lambda month: month.tries_again("张丽"),
        lambda month: month.pays_by_hand("赵敏", "ICBC-2026-0605-01"),
        lambda month: month.pays_by_hand("David", "ICBC-2026-0605-20"),
        lambda month: month.noted_by_mistake("David"),
        lambda month: month.pays_by_hand("David", "ICBC-2026-0605-02"),
        begin("Emma"),
        begin("陈静"),
        begin("Frank"),
    ),
    8: (
        grant("Emma"),
        grant("陈静"),
        grant("Frank"),
        begin("杨帆"),
        begin("Grace"),
        begin("黄磊"),
        begin("Hannah"),
    ),
    9: (
        say("刘洋", arrived=False),
        grant("杨帆"),
        grant("Grace"),
        grant("黄磊"),
        grant("Hannah"),
        say("张丽", arrived=True),
    ),
    10: (
        lambda month: month.stops_money(off=True),
        begin("吴昊"),
        grant("吴昊"),
        lambda month: month.writes("陈静", "我这几天不方便查，下周看看。"),
        lambda month: month.is_disputed("杨帆", "TB-889-1"),
    ),
    11: (
        lambda month: month.finds_out(
            "刘洋", trace="ARN-20260611-7", said="款项卡在收款行，次日入账", day=12
        ),
        lambda month: month.answers("陈静", "好的，有消息请告诉我们。"),
        lambda month: month.writes("Grace", "Thank you, the money is on my account."),
    ),
    12: (
        lambda month: month.stops_money(off=False),
        say("Grace", arrived=True),
        say("赵敏", arrived=True),
        lambda month: month.bank_sends_back("Hannah"),
        begin("Ivan"),
    ),
    13: (grant("Ivan", Trouble.LOSE_ANSWER, unanswered=13),),
    14: (say("刘洋", arrived=True), say("黄磊", arrived=True)),
    15: (
        begin("Jack"),
        grant("Jack", Trouble.NEEDS_ACTION),
        lambda month: month.tries_again("Hannah"),
        say("黄磊", arrived=True),
    ),
    16: (lambda month: month.closes("Ivan", "the bank answers nothing; the shop writes this one off"),),
    17: (say("吴昊", arrived=True), say("Emma", arrived=False)),
    18: (begin("周婷"),),
    19: (say("Frank", arrived=False),),
    22: (
        lambda month: month.finds_out("Frank", said="It was credited to the balance, not to the card"),
        lambda month: month.settles_dispute("杨帆", "平台认定款项已退，双方同意结案"),
    ),
    23: (lambda month: month.bank_pays("Jack"),),
    24: (
        lambda month: month.has_it_back("Emma", "her bank has closed the account"),
        lambda month: month.tries_again("Emma"),
        say("周婷", arrived=True),
        say("Frank", arrived=True),
    ),
}
