"""Which gateways a desk has: whole or not at all, never beside play money, and no secret told."""

import logging
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec

import config_gateways
from config import ROOT, ConfigError, Settings
from helpdesk import clock
from helpdesk.gateways.configured import Gateways, gateways
from helpdesk.rules.money import Money
from helpdesk.rules.paying import Gateway, Instruction
from tests.gateways.serving import private_pem, public_pem, rsa_key

pytestmark = pytest.mark.money

STRIPE = {"STRIPE_KEY": "sk_test_hunter2", "STRIPE_WEBHOOK_SECRET": "whsec_hunter2"}


@pytest.fixture
def alipay(tmp_path: Path) -> dict[str, str]:
    """As Alipay's tool leaves them: the base64 alone."""
    private, public = tmp_path / "应用私钥RSA2048.txt", tmp_path / "alipay.txt"
    key = rsa_key("shop")
    private.write_bytes(
        b64encode(
            key.private_bytes(form.Encoding.DER, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption())
        )
    )
    public.write_bytes(
        b64encode(key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo))
    )
    return {
        "ALIPAY_APP_ID": "2021000000000001",
        "ALIPAY_PRIVATE_KEY_FILE": str(private),
        "ALIPAY_PUBLIC_KEY_FILE": str(public),
    }


@pytest.fixture
def wechatpay(tmp_path: Path) -> dict[str, str]:
    private, public = tmp_path / "apiclient_key.pem", tmp_path / "pub_key.pem"
    private.write_text(private_pem("shop"))
    public.write_text(public_pem("wechat"))
    return {
        "WECHATPAY_MERCHANT": "1900000001",
        "WECHATPAY_API_V3_KEY": "hunter2-" * 4,
        "WECHATPAY_CERTIFICATE_SERIAL": "5157F09EFDC096DE15EBE81A47057A72",
        "WECHATPAY_PRIVATE_KEY_FILE": str(private),
        "WECHATPAY_PUBLIC_KEY_FILE": str(public),
        "WECHATPAY_PUBLIC_KEY_ID": "PUB_KEY_ID_01",
    }


def settings(data_dir: Path, changes: dict[str, str]) -> Settings:
    environ = {f"HELPDESK_{name}": value for name, value in changes.items()}
    return Settings.from_env({"HELPDESK_DATA_DIR": str(data_dir)} | environ)


def complaints(data_dir: Path, changes: dict[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        settings(data_dir, changes)
    return str(refused.value).splitlines()


def made(data_dir: Path, changes: dict[str, str]) -> Gateways:
    return gateways(settings(data_dir, changes), now=clock.now)


def test_without_any_gateway_everything_is_paid_by_hand(tmp_path: Path) -> None:
    desk = made(tmp_path, {})

    assert list(desk.adapters) == ["manual"]
    assert desk.for_payment("stripe").name == "manual"
    assert desk.named("stripe") is None


def test_each_payment_goes_to_the_gateway_it_came_through(
    tmp_path: Path, alipay: dict[str, str], wechatpay: dict[str, str]
) -> None:
    desk = made(tmp_path, STRIPE | alipay | wechatpay)

    told = {"Stripe": "stripe", "alipay": "alipay", "支付宝": "alipay", "wechat": "wechatpay",
            "微信支付": "wechatpay", "taobao": "manual", "": "manual", "manual": "manual"}  # fmt: skip
    assert {name: desk.for_payment(name).name for name in told} == told
    assert all(desk.named(name) for name in ("stripe", "alipay", "wechatpay", "manual"))


def test_the_sandbox_pays_whatever_nothing_else_is_set_up_for(tmp_path: Path) -> None:
    desk = made(tmp_path, {"SANDBOX": "1"})
    money = Money(100, "CNY")

    assert desk.for_payment("alipay").name == "sandbox"
    assert desk.for_payment("manual").name == "manual"
    desk.for_payment("alipay").submit(Instruction(key="R", amount=money, captured=money, payment="p"))
    assert (tmp_path / "sandbox-bank.db").is_file()


def test_play_money_is_refused_beside_a_real_key(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, STRIPE | {"SANDBOX": "1"})

    assert told == "HELPDESK_SANDBOX pays with play money: take it away, or HELPDESK_STRIPE_KEY"


def test_all_that_half_a_gateway_lacks_is_told_at_once(tmp_path: Path) -> None:
    told = complaints(tmp_path, {"STRIPE_WEBHOOK_SECRET": "whsec_1", "WECHATPAY_MERCHANT": "19"})

    assert told[0] == "HELPDESK_STRIPE_KEY is missing: stripe needs it beside HELPDESK_STRIPE_WEBHOOK_SECRET"
    assert [line.split()[0].removeprefix("HELPDESK_WECHATPAY_") for line in told[1:]] == [
        "API_V3_KEY", "CERTIFICATE_SERIAL", "PRIVATE_KEY_FILE", "PUBLIC_KEY_FILE", "PUBLIC_KEY_ID"
    ]  # fmt: skip


def test_an_address_alone_is_no_gateway(tmp_path: Path) -> None:
    assert settings(tmp_path, {"STRIPE_API": "https://stripe.example"}).gateways == {}


def test_a_package_that_is_not_installed_is_named_with_the_line_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config_gateways, "find_spec", lambda name: None)

    (told,) = complaints(tmp_path, STRIPE)

    assert told == (
        "HELPDESK_STRIPE_KEY is set, but the package for stripe is not installed: "
        ".venv/bin/pip install --require-hashes -r requirements-gateways.txt"
    )


@pytest.mark.slow
def test_a_desk_without_gateways_needs_none_of_their_packages() -> None:
    code = "import sys, helpdesk; print(sorted({'stripe', 'alipay', 'wechatpayv3'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout == "[]\n"


def test_a_key_file_that_holds_no_such_key_is_told(tmp_path: Path, alipay: dict[str, str]) -> None:
    private, public = Path(alipay["ALIPAY_PRIVATE_KEY_FILE"]), Path(alipay["ALIPAY_PUBLIC_KEY_FILE"])
    for content in (b"", b"hunter2 is no base64!", b"aHVudGVyMg==", public.read_bytes(), _other_key()):
        private.write_bytes(content)
        (told,) = complaints(tmp_path, alipay)
        assert "ALIPAY_PRIVATE_KEY_FILE" in told
        assert "RSA private key" in told
        assert "hunter2" not in told

    private.unlink()
    (told,) = complaints(tmp_path, alipay)
    assert told.endswith("is not a file")


def test_an_api_v3_key_of_another_length_is_told(tmp_path: Path, wechatpay: dict[str, str]) -> None:
    (told,) = complaints(tmp_path, wechatpay | {"WECHATPAY_API_V3_KEY": "hunter2"})

    assert told == "HELPDESK_WECHATPAY_API_V3_KEY has 7 characters: it has 32"


@pytest.mark.trust
def test_nothing_of_money_goes_over_a_line_that_others_read(tmp_path: Path) -> None:
    (told,) = complaints(tmp_path, STRIPE | {"STRIPE_API": "http://stripe.example"})

    assert "https://" in told
    assert settings(tmp_path, STRIPE | {"STRIPE_API": "http://127.0.0.1:9000"}).gateways


@pytest.mark.trust
def test_secrets_are_never_printed(
    tmp_path: Path, alipay: dict[str, str], wechatpay: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    read = settings(tmp_path, STRIPE | alipay | wechatpay)
    desk = gateways(read, now=clock.now)

    printed = repr(read) + repr(desk) + "".join(repr(each) for each in desk.adapters.values()) + caplog.text
    for secret in ("hunter2", "PRIVATE KEY", read.gateways["alipay"]["private_key"][60:90]):
        assert secret not in printed


def test_every_adapter_is_a_gateway(
    tmp_path: Path, alipay: dict[str, str], wechatpay: dict[str, str]
) -> None:
    desk = made(tmp_path, STRIPE | alipay | wechatpay)

    for name, gateway in desk.adapters.items():
        keeps: Gateway = gateway
        assert keeps.name == name


def _other_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
