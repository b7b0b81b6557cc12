"""A gateway to talk to."""

from collections.abc import Iterator

import pytest

from tests.gateways.alipay_server import AlipayServer
from tests.gateways.rigs import HTTP_RIGS, RIGS, HttpRig, Rig
from tests.gateways.stripe_server import StripeServer
from tests.gateways.wechatpay_server import WechatPayServer


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Each gateway in turn."""
    made = RIGS[request.param]()
    yield made
    made.stop()


@pytest.fixture(params=sorted(HTTP_RIGS))
def server(request: pytest.FixtureRequest) -> Iterator[HttpRig]:
    """Each gateway that is reached by HTTP."""
    made = HTTP_RIGS[request.param]()
    yield made
    made.stop()


@pytest.fixture
def stripe() -> Iterator[StripeServer]:
    made = StripeServer()
    yield made
    made.stop()


@pytest.fixture
def alipay() -> Iterator[AlipayServer]:
    made = AlipayServer()
    yield made
    made.stop()


@pytest.fixture
def wechatpay() -> Iterator[WechatPayServer]:
    made = WechatPayServer()
    yield made
    made.stop()
