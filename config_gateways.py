"""Settings of the gateways that money goes back through: each whole or not at all, keys read, package there.

Read by config.py, with its reader; docs/gateways.md says where a shop finds the values.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

INSTALL = ".venv/bin/pip install --require-hashes -r requirements-gateways.txt"
SANDBOX = "HELPDESK_SANDBOX"
API_V3_KEY = 32  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What one gateway cannot do without. A name that ends in _KEY_FILE is of a file with an RSA key."""

    package: str
    names: tuple[str, ...]
    api: tuple[str, str]  # name and default


GATEWAYS = {
    "stripe": Needed(
        package="stripe",
        names=("HELPDESK_STRIPE_KEY", "HELPDESK_STRIPE_WEBHOOK_SECRET"),
        api=("HELPDESK_STRIPE_API", "https://api.stripe.com"),
    ),
    "alipay": Needed(
        package="alipay",
        names=(
            "HELPDESK_ALIPAY_APP_ID",
            "HELPDESK_ALIPAY_PRIVATE_KEY_FILE",
            "HELPDESK_ALIPAY_PUBLIC_KEY_FILE",
        ),
        api=("HELPDESK_ALIPAY_API", "https://openapi.alipay.com/gateway.do"),
    ),
    "wechatpay": Needed(
        package="wechatpayv3",
        names=(
            "HELPDESK_WECHATPAY_MERCHANT",
            "HELPDESK_WECHATPAY_API_V3_KEY",
            "HELPDESK_WECHATPAY_CERTIFICATE_SERIAL",
            "HELPDESK_WECHATPAY_PRIVATE_KEY_FILE",
            "HELPDESK_WECHATPAY_PUBLIC_KEY_FILE",
            "HELPDESK_WECHATPAY_PUBLIC_KEY_ID",
        ),
        api=("HELPDESK_WECHATPAY_API", "https://api.mch.weixin.qq.com"),
    ),
}


class Reader(Protocol):
    """What is asked of config.py's reader."""

    complaints: list[str]

    def text(self, name: str, default: str) -> str: ...

    def file(self, name: str) -> Path | None: ...

    def url(self, name: str, default: str) -> str: ...

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str: ...


def read(reader: Reader) -> tuple[dict[str, Mapping[str, str]], bool]:
    """The values of each gateway that this desk has, in its adapter's words; and whether it has the sandbox.

    HELPDESK_ALIPAY_PRIVATE_KEY_FILE is `private_key` there: the key itself, as PEM.
    """
    sandbox = reader.choice(SANDBOX, "0", ("0", "1")) == "1"
    found: dict[str, Mapping[str, str]] = {}
    for gateway, needed in GATEWAYS.items():
        values = {name: _value(reader, name) for name in needed.names}
        api = _api(reader, *needed.api)
        given = [name for name, value in values.items() if value]
        if not given:
            continue
        reader.complaints += _objections(gateway, needed, given, sandbox=sandbox)
        found[gateway] = {_word(gateway, name): value for name, value in values.items()} | {"api": api}
    return found, sandbox


def _objections(gateway: str, needed: Needed, given: list[str], *, sandbox: bool) -> Iterator[str]:
    for name in needed.names:
        if name not in given:
            yield f"{name} is missing: {gateway} needs it beside {given[0]}"
    if find_spec(needed.package) is None:
        yield f"{given[0]} is set, but the package for {gateway} is not installed: {INSTALL}"
    if sandbox:
        yield f"{SANDBOX} pays with play money: take it away, or {given[0]}"


def _word(gateway: str, name: str) -> str:
    return name.removeprefix(f"HELPDESK_{gateway.upper()}_").removesuffix("_FILE").lower()


def _value(reader: Reader, name: str) -> str:
    if not name.endswith("_KEY_FILE"):
        given = reader.text(name, "")
        if name.endswith("_API_V3_KEY") and len(given) not in (0, API_V3_KEY):
            reader.complaints.append(f"{name} has {len(given)} characters: it has {API_V3_KEY}")
        return given
    path = reader.file(name)
    if path is None or not path.is_file():
        return str(path or "")  # the reader has complained
    try:
        return _pem(path.read_bytes(), private=name.endswith("_PRIVATE_KEY_FILE"))
    except (OSError, ValueError, TypeError) as error:
        kind = "private" if "_PRIVATE_" in name else "public"
        reader.complaints.append(
            f"{name} {str(path)!r} holds no RSA {kind} key without a password: {_why(error)}"
        )
        return str(path)


def _pem(text: bytes, *, private: bool) -> str:
    """An RSA key as PEM; Alipay's tool writes the base64 alone. Raises ValueError or TypeError for no key."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    if b"-----BEGIN" in text:
        key = form.load_pem_private_key(text, None) if private else form.load_pem_public_key(text)
    else:
        der = b64decode(b"".join(text.split()), validate=True)
        key = form.load_der_private_key(der, None) if private else form.load_der_public_key(der)
    if isinstance(key, RSAPrivateKey):
        plain = form.NoEncryption()
        return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, plain).decode()
    if isinstance(key, RSAPublicKey):
        return key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()
    raise ValueError("it is of another kind")


def _why(error: Exception) -> str:
    """Never the words of a library about what stands in the file."""
    if isinstance(error, OSError):
        return error.strerror or "it cannot be read"
    return "it is neither PEM nor base64" if isinstance(error, binascii.Error) else "it cannot be read"


def _api(reader: Reader, name: str, default: str) -> str:
    """An address; only to this machine itself without TLS, as in tests."""
    given = reader.url(name, default)
    parts = urlsplit(given)
    if parts.scheme == "http" and not _is_here(parts.hostname or ""):
        reader.complaints.append(f"{name} is {given!r}: what is said of money goes over https://")
    return given


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
