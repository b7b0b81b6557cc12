"""The device flow (RFC 8628): agreeing in another machine's browser, for a desk without a page yet."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from mail.errors import AccountError, TransientError
from mail.oauth import Client, Tokens, lasting, refusal, translated

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TIMEOUT = 20  # seconds
_SLOWER = 5  # seconds more between questions, each time the server asks for it (section 3.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What a person types where."""

    code: str = field(repr=False)
    user_code: str
    address: str
    interval: float  # seconds between two questions
    lifetime: float  # seconds


def begin(client: Client) -> DeviceCode:
    """Ask for a code. Raises AccountError where this provider or registration has no such flow."""
    if not client.endpoints.device:
        raise AccountError(
            f"{client.endpoints.name} gives a command line no tokens for mail: sign in on the settings page.",
            part="oauth",
        )
    answer = _post(client, client.endpoints.device, scope=client.endpoints.scope)
    if "error" in answer:
        raise refusal(client, str(answer["error"]), str(answer.get("error_description", "")))
    address = answer.get("verification_uri") or answer.get("verification_url")
    if not (answer.get("device_code") and answer.get("user_code") and address):
        raise TransientError(f"{client.endpoints.name} answered without a code.")
    return DeviceCode(
        code=str(answer["device_code"]),
        user_code=str(answer["user_code"]),
        address=str(address),
        interval=_seconds(answer.get("interval"), 5),
        lifetime=_seconds(answer.get("expires_in"), 900),
    )


def wait_for_tokens(
    client: Client,
    device: DeviceCode,
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Tokens:
    """Ask until the person has agreed. Raises AccountError when they declined, or took too long.

    A question that fails on the way is asked again: the person may be typing at this moment.
    """
    until, interval = clock() + device.lifetime, device.interval
    while clock() < until:
        sleep(interval)
        try:
            answer = _post(client, client.endpoints.token, grant_type=_GRANT, device_code=device.code)
        except TransientError:
            interval += _SLOWER
            continue
        match str(answer.get("error", "")):
            case "":
                return lasting(client, answer)
            case "authorization_pending":
                continue
            case "slow_down":
                interval += _SLOWER
            case "expired_token":
                break
            case error:
                raise refusal(client, error, str(answer.get("error_description", "")))
    raise AccountError("The code has expired before anybody agreed: begin anew.", part="oauth")


def _post(client: Client, url: str, **form: str) -> dict[str, Any]:
    """The JSON object that is answered, an error's too (RFC 8628 section 3.5 gives it with status 400)."""
    form["client_id"] = client.client_id
    if client.client_secret:
        form["client_secret"] = client.client_secret
    with translated(client):
        response = requests.post(
            url, data=form, headers={"Accept": "application/json"}, timeout=_TIMEOUT, allow_redirects=False
        )
        if response.status_code >= 500 or response.status_code == 429:
            response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise ValueError("not a JSON object")
    return answer


def _seconds(given: object, otherwise: float) -> float:
    return float(given) if isinstance(given, int | float) and 0 < given < 86_400 else otherwise
