"""Each adapter with the gateway behind it, all to be driven alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from helpdesk import clock
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.bank_book import Trouble
from helpdesk.gateways.sandbox import Sandbox, webhook
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Gateway, Instruction
from tests.gateways.alipay_server import AlipayServer
from tests.gateways.serving import Mishap, Reply
from tests.gateways.stripe_server import StripeServer
from tests.gateways.wechatpay_server import WechatPayServer


class Rig(Protocol):
    """A gateway that keeps a book and can be told to misbehave."""

    payment: str
    currency: str

    def gateway(self) -> Gateway: ...

    def next(self, mishap: Mishap, *, on: str = "pay", times: int = 1) -> None: ...

    @property
    def paid_back(self) -> int: ...

    def webhook(self, key: str, *, at: datetime) -> tuple[dict[str, str], bytes]: ...

    def stop(self) -> None: ...


class HttpRig(Rig, Protocol):
    """One that is reached by HTTP, and can be made to answer anything."""

    script: list[Reply]

    def signed(self, status: int, content: str) -> Reply: ...


class SandboxRig:
    payment = "SBPAY-1"
    currency = "cny"

    def __init__(self) -> None:
        self.bank = Bank(":memory:", now=clock.now, quick=True)

    def gateway(self) -> Gateway:
        return Sandbox(self.bank)

    def next(self, mishap: Mishap, *, on: str = "pay", times: int = 1) -> None:
        if on == "ask":
            trouble = Trouble.LOSE_QUERY
        else:
            trouble = Trouble("late") if mishap is Mishap.PENDING else Trouble(mishap)
        self.bank.next(trouble, times=times)

    @property
    def paid_back(self) -> int:
        return self.bank.paid_back(self.payment)

    def webhook(self, key: str, *, at: datetime) -> tuple[dict[str, str], bytes]:
        (event,) = [each for each in self.bank.events() if each.booked.key == key]
        made = webhook(self.bank, event, at=at)
        return made.headers, made.body

    def stop(self) -> None:
        """Nothing runs."""


HTTP_RIGS: dict[str, Callable[[], HttpRig]] = {
    "stripe": StripeServer,
    "alipay": AlipayServer,
    "wechatpay": WechatPayServer,
}
RIGS: dict[str, Callable[[], Rig]] = {"sandbox": SandboxRig, **HTTP_RIGS}


def instruction(
    rig: Rig,
    key: str = "R-1042-1",
    minor: int = 2_500,
    *,
    payment: str = "",
    currency: str = "",
    ref: str = "",
) -> Instruction:
    currency = currency or rig.currency.upper()
    return Instruction(
        key=key,
        amount=Money(minor, currency),
        captured=Money(10_000, currency),
        payment=payment or rig.payment,
        words="Refund SH-1042 退款",
        gateway_ref=ref,
    )
