"""Tokens in place of a password (OAuth 2.0, RFC 6749): agreed to once, refreshed for ever after.

    authorization_address -> the owner agrees in a browser -> exchange -> Tokens
    refresh               -> Tokens, perhaps with a new refresh token, which must be kept

The device flow, for a machine without a browser, stands in `mail.device`; the login itself in `mail.sasl`.
Authlib is imported where it is used: a desk whose mailboxes have passwords need not carry its 12 MB.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from mail.errors import AccountError, MailError, TransientError

MARGIN = timedelta(minutes=5)  # a token is no longer used so long before its end: clocks differ, logins take
_TIMEOUT = 20  # seconds, for connecting and for the answer
_LIFETIME = 3600  # seconds, where the server does not say (RFC 6749 section 5.1 only recommends it)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

_AGREE_AGAIN = {"invalid_grant", "interaction_required", "consent_required", "login_required"}
_CLIENT_IS_WRONG = {"invalid_client", "unauthorized_client"}
_REQUEST_IS_WRONG = {
    "invalid_request",
    "invalid_scope",
    "unsupported_grant_type",
    "unsupported_response_type",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where a provider gives out tokens that open a mailbox."""

    name: str  # for people
    authorize: str
    token: str
    scope: str
    device: str = ""  # "" where the device flow gives no token for mail (Google)
    extra: tuple[tuple[str, str], ...] = ()  # what the authorisation address needs besides


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """This desk, as it was registered with the provider."""

    endpoints: Endpoints
    client_id: str
    client_secret: str = field(default="", repr=False)  # "": a public client, which Microsoft allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the token endpoint gave."""

    access: str = field(repr=False)
    lifetime: timedelta
    refresh: str = field(default="", repr=False)  # the one to keep: a new one, or that which was used


def google(authority: str = "") -> Endpoints:
    """Gmail and Google Workspace; a refresh token comes only with `offline` and an explicit consent."""
    base = authority.rstrip("/")
    return Endpoints(
        name="Google",
        authorize=f"{base or 'https://accounts.google.com/o/oauth2/v2'}/{'authorize' if base else 'auth'}",
        token=f"{base or 'https://oauth2.googleapis.com'}/token",
        scope="https://mail.google.com/",
        extra=(("access_type", "offline"), ("prompt", "consent")),
    )


def microsoft(authority: str = "") -> Endpoints:
    """Microsoft 365 and outlook.com. The authority names the tenant; "common" takes accounts of any."""
    base = (authority or "https://login.microsoftonline.com/common").rstrip("/")
    return Endpoints(
        name="Microsoft",
        authorize=f"{base}/oauth2/v2.0/authorize",
        token=f"{base}/oauth2/v2.0/token",
        device=f"{base}/oauth2/v2.0/devicecode",
        scope="offline_access https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send",
        extra=(("prompt", "select_account"),),
    )


PROVIDERS = {"google": google, "microsoft": microsoft}


def is_safe_address(url: str) -> bool:
    """Whether secrets may be sent there: https, or this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )


def authorization_address(
    client: Client, *, redirect_uri: str, state: str, verifier: str, login_hint: str = ""
) -> str:
    """Where the owner's browser is sent to agree; it comes back to `redirect_uri` with code and state."""
    extra = dict(client.endpoints.extra)
    if login_hint:
        extra["login_hint"] = login_hint
    with _session(client) as session:
        address, _ = session.create_authorization_url(
            client.endpoints.authorize,
            state=state,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
            **extra,
        )
    return str(address)


def exchange(client: Client, *, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """The tokens for a code that came back. Raises AccountError or TransientError.

    Without a refresh token the agreement would end within the hour: that is an AccountError too.
    """
    with _session(client) as session, translated(client):
        answer = session.fetch_token(
            client.endpoints.token,
            grant_type="authorization_code",
            code=code,
            redirect_uri=redirect_uri,
            code_verifier=verifier,
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        return lasting(client, answer)


def refresh(client: Client, refresh_token: str) -> Tokens:
    """A new access token. Raises AccountError when a person must agree again, else TransientError."""
    with _session(client) as session, translated(client):
        answer = session.refresh_token(
            client.endpoints.token, refresh_token, timeout=_TIMEOUT, allow_redirects=False
        )
        return read_tokens(client, answer)


def is_good(expires_at: datetime | None, *, at: datetime) -> bool:
    """Whether an access token may still be used to log in."""
    return expires_at is not None and at < expires_at - MARGIN


def read_tokens(client: Client, answer: dict[str, Any]) -> Tokens:
    """A token endpoint's answer (RFC 6749 section 5.1)."""
    access, renewed = answer.get("access_token"), answer.get("refresh_token")
    if not isinstance(access, str) or not access.isascii() or not access.isprintable() or not access:
        raise TransientError(f"{client.endpoints.name} answered without an access token.")
    seconds = str(answer.get("expires_in", _LIFETIME))
    return Tokens(
        access=access,
        refresh=renewed if isinstance(renewed, str) else "",
        lifetime=timedelta(
            seconds=int(seconds[:9]) if seconds.isascii() and seconds.isdigit() else _LIFETIME
        ),
    )


def lasting(client: Client, answer: dict[str, Any]) -> Tokens:
    """The first tokens of an agreement, which must hold one that can be refreshed."""
    tokens = read_tokens(client, answer)
    if not tokens.refresh:
        raise AccountError(
            f"{client.endpoints.name} gave no refresh token, so the sign-in would end within the hour: "
            "sign in again, and grant offline access.",
            part="oauth",
        )
    return tokens


@contextlib.contextmanager
def translated(client: Client) -> Iterator[None]:
    """Around every request to the provider; only a MailError comes out."""
    from authlib.integrations.base_client import OAuthError

    name = client.endpoints.name
    try:
        yield
    except OAuthError as error:
        raise refusal(client, str(error.error), str(error.description or "")) from error
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        raise TransientError(
            f"{name} answered {status} to the request for a token.", retry_after=_asked(error.response)
        ) from error
    except requests.exceptions.SSLError as error:
        raise AccountError(
            f"The certificate of {urlsplit(client.endpoints.token).hostname} cannot be verified: {error}.",
            part="oauth",
        ) from error
    except requests.RequestException as error:
        raise TransientError(
            f"{name} could not be asked for a token: {type(error).__name__} at "
            f"{urlsplit(client.endpoints.token).hostname}."
        ) from error
    except ValueError as error:  # Authlib's word for an answer that is no JSON object
        raise TransientError(f"{name} gave an answer that cannot be read: {error}") from error


def refusal(client: Client, code: str, said: str = "") -> MailError:
    """What an error code of RFC 6749 section 5.2, or 4.1.2.1, means for the owner of the mailbox."""
    name, words = client.endpoints.name, " ".join(f"{code}: {said}".split())[:300].rstrip(":. ")
    if code in _AGREE_AGAIN:
        return AccountError(
            f"{name} no longer honours the sign-in of this mailbox ({words}): sign in again.", part="oauth"
        )
    if code in _CLIENT_IS_WRONG:
        return AccountError(
            f"{name} does not accept the client ID or its secret ({words}): compare them with the "
            "registration; a secret may have expired.",
            part="oauth",
        )
    if code == "access_denied":
        return AccountError(
            f"The sign-in was declined at {name} ({words}): sign in again and agree.", part="oauth"
        )
    if code in _REQUEST_IS_WRONG:
        return AccountError(
            f"{name} refuses this kind of sign-in ({words}): look at the redirect address and the "
            "permissions of the registration.",
            part="oauth",
        )
    return TransientError(f"{name} gives no token just now: {words}.")


def _session(client: Client) -> Any:
    """An HTTP session of Authlib's, with this client's way of naming itself."""
    from authlib.integrations.requests_client import OAuth2Session

    return OAuth2Session(
        client.client_id,
        client.client_secret or None,
        token_endpoint_auth_method="client_secret_post" if client.client_secret else "none",
        code_challenge_method="S256",
        scope=client.endpoints.scope,
    )


def _asked(response: requests.Response | None) -> float | None:
    seconds = (response.headers.get("Retry-After", "") if response is not None else "").strip()
    return float(seconds) if seconds.isascii() and seconds.isdigit() else None
