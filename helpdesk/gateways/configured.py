"""Which gateways this desk has. The libraries of the others are never imported."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config import Settings
from helpdesk.gateways.bank import Bank
from helpdesk.gateways.manual import Manual
from helpdesk.gateways.sandbox import Sandbox
from helpdesk.rules.paying import Gateway

BANK = "sandbox-bank.db"  # in the data folder
WEBHOOKS = "/webhooks"  # below the desk's address: /webhooks/stripe
# What shops' files call a gateway, beside the adapter's own name.
ALSO_CALLED = {
    "wechat": "wechatpay",
    "wechat_pay": "wechatpay",
    "wechat pay": "wechatpay",
    "weixin": "wechatpay",
    "微信": "wechatpay",
    "微信支付": "wechatpay",
    "支付宝": "alipay",
}


@dataclass(frozen=True, slots=True)
class Gateways:
    """All adapters of one desk by name; `manual` is always there."""

    adapters: Mapping[str, Gateway]

    def for_payment(self, gateway: str) -> Gateway:
        """For a payment by its `payment.gateway`: the one set up for it, else the sandbox, else by hand."""
        name = gateway.strip().casefold()
        for candidate in (ALSO_CALLED.get(name, name), "sandbox"):
            if candidate in self.adapters:
                return self.adapters[candidate]
        return self.adapters["manual"]

    def named(self, name: str) -> Gateway | None:
        """By its own name, as it stands on a refund and in the address of its webhook."""
        return self.adapters.get(name)


def gateways(settings: Settings, *, now: Callable[[], datetime]) -> Gateways:
    """As the settings have them; `now` is the desk's clock. Opens no connection and no file."""
    adapters: dict[str, Gateway] = {"manual": Manual()}
    for name, values in settings.gateways.items():
        adapters[name] = _adapter(name, values, now, f"{settings.base_url}{WEBHOOKS}/{name}")
    if settings.sandbox:
        adapters["sandbox"] = Sandbox(Bank(bank_file(settings), now=now))
    return Gateways(adapters)


def bank_file(settings: Settings) -> Path:
    """Where the sandbox's bank keeps its book."""
    return settings.data_dir / BANK


def _adapter(name: str, values: Mapping[str, str], now: Callable[[], datetime], webhook: str) -> Gateway:
    match name:
        case "stripe":
            from helpdesk.gateways.stripe import StripeGateway

            return StripeGateway(
                key=values["key"], webhook_secret=values["webhook_secret"], api=values["api"]
            )
        case "alipay":
            from helpdesk.gateways.alipay import AlipayGateway

            return AlipayGateway(
                app_id=values["app_id"],
                private_key=values["private_key"],
                public_key=values["public_key"],
                api=values["api"],
                now=now,
            )
        case _:
            from helpdesk.gateways.wechatpay import WechatPayGateway

            return WechatPayGateway(
                merchant=values["merchant"],
                api_v3_key=values["api_v3_key"],
                certificate_serial=values["certificate_serial"],
                private_key=values["private_key"],
                public_key=values["public_key"],
                public_key_id=values["public_key_id"],
                api=values["api"],
                notify_url=webhook if webhook.startswith("https://") else "",  # it takes no other
            )
