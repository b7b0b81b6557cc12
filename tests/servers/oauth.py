"""An OAuth 2.0 server as strict as the real ones: PKCE, codes for one use, refresh tokens that rotate.

A refresh token that was used before ends the whole agreement, as RFC 9700 section 4.14.2 wants it: whoever
refreshes twice at once, or forgets to keep the new one, is found out here.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from mail.oauth import Client, microsoft

CLIENT_ID, CLIENT_SECRET = "desk", "the secret of the desk"
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(kw_only=True)
class Agreement:
    """One person's consent: what it opens, and the tokens that came of it."""

    user: str
    refresh: str
    used: set[str] = field(default_factory=set)  # refresh tokens of before
    refreshed: int = 0
    access: dict[str, float] = field(default_factory=dict)  # token: until when (time.time)
    revoked: bool = False


class OAuthServer:
    """Paths as at Microsoft below `authority`. `asked` holds (path, form) of every request."""

    def __init__(self) -> None:
        self._listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.authority = f"http://127.0.0.1:{self._listening.server_port}"
        self._thread = threading.Thread(target=self._listening.serve_forever, daemon=True)
        self._lock = threading.Lock()
        self.reset()
        self._thread.start()

    def reset(self) -> None:
        """Forget everything and behave well."""
        self.agreements: list[Agreement] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.user = ""  # who is signed in at the browser, and agrees
        self.lifetime = 3600
        self.rotating = True
        self.failing: tuple[int, bytes, dict[str, str]] | None = None  # what /token answers in place of sense
        self.declining = False
        self.slow = 0.0  # seconds that /token takes
        self.patience = 0  # how often a device is told to wait
        self._codes: dict[str, dict[str, str]] = {}
        self._devices: dict[str, int] = {}

    def client(self, *, secret: str = CLIENT_SECRET) -> Client:
        return Client(endpoints=microsoft(self.authority), client_id=CLIENT_ID, client_secret=secret)

    def agree(self, user: str) -> Agreement:
        """A person's consent, without a browser."""
        agreement = Agreement(user=user, refresh=secrets.token_urlsafe(12))
        self.agreements.append(agreement)
        return agreement

    def access_token(self, user: str) -> str:
        """A token that is good now."""
        return str(self._tokens(self.agree(user))["access_token"])

    def expire(self) -> None:
        """Every access token given out so far is over."""
        for agreement in self.agreements:
            agreement.access = dict.fromkeys(agreement.access, 0.0)

    def stop(self) -> None:
        self._listening.shutdown()
        self._listening.server_close()
        self._thread.join(10)

    # -- what is answered -----------------------------------------------------------------------------------

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append((path, form))
        if path == "/introspect":
            return _json(200, self._introspect(form))
        if path.endswith("/authorize"):
            return self._authorize(form)
        if path.endswith("/devicecode"):
            return _json(200, self._device_code())
        if self.failing is not None:
            return self.failing
        time.sleep(self.slow)
        with self._lock:
            answer = self._token(form)
        return _json(400 if "error" in answer else 200, answer)

    def _authorize(self, form: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        back: dict[str, str] = {"state": form["state"]}
        if self.declining:
            back |= {"error": "access_denied", "error_description": "the person said no"}
        else:
            back["code"] = secrets.token_urlsafe(12)
            self._codes[back["code"]] = form
        return 302, b"", {"Location": f"{form['redirect_uri']}?{urlencode(back)}"}

    def _device_code(self) -> dict[str, Any]:
        code = secrets.token_urlsafe(12)
        self._devices[code] = self.patience
        where = f"{self.authority}/device"
        return {"device_code": code, "user_code": "ABCD-1234", "verification_uri": where, "interval": 1,
                "expires_in": 900}  # fmt: skip

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if form.get("client_id") != CLIENT_ID or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET:
            return {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret"}
        match form.get("grant_type"):
            case "authorization_code":
                return self._of_code(form)
            case "refresh_token":
                return self._refreshed(form["refresh_token"])
            case kind if kind == _DEVICE:
                return self._of_device(form["device_code"])
        return {"error": "unsupported_grant_type"}

    def _of_code(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self._codes.pop(form.get("code", ""), None)  # for one use
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return {"error": "invalid_grant", "error_description": "no such code"}
        if asked.get("code_challenge_method") != "S256":
            return {"error": "invalid_request", "error_description": "PKCE is missing"}
        if _challenge_of(form.get("code_verifier", "")) != asked["code_challenge"]:
            return {"error": "invalid_grant", "error_description": "the verifier does not fit"}
        return self._tokens(self.agree(self.user or asked.get("login_hint", "")))

    def _of_device(self, code: str) -> dict[str, Any]:
        if self.declining:
            return {"error": "access_denied"}
        if code not in self._devices:
            return {"error": "expired_token"}
        if self._devices[code] > 0:
            self._devices[code] -= 1
            return {"error": "authorization_pending"}
        del self._devices[code]
        return self._tokens(self.agree(self.user))

    def _refreshed(self, token: str) -> dict[str, Any]:
        for agreement in self.agreements:
            if token in agreement.used:
                agreement.revoked = True
            if agreement.revoked and (token in agreement.used or token == agreement.refresh):
                return {"error": "invalid_grant", "error_description": "AADSTS700082: the grant has ended"}
            if token == agreement.refresh:
                agreement.refreshed += 1
                if self.rotating:
                    agreement.used.add(token)
                    agreement.refresh = secrets.token_urlsafe(12)
                return self._tokens(agreement)
        return {"error": "invalid_grant", "error_description": "AADSTS9002313: unknown token"}

    def _tokens(self, agreement: Agreement) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        agreement.access[access] = time.time() + self.lifetime
        answer = {"access_token": access, "token_type": "Bearer", "expires_in": self.lifetime}
        return answer | (
            {"refresh_token": agreement.refresh} if self.rotating or not agreement.refreshed else {}
        )

    def _introspect(self, form: dict[str, str]) -> dict[str, Any]:
        """RFC 7662; for a mail server that was shown a token."""
        user = self.user_of(form.get("token", ""))
        return {"active": True, "email": user, "username": user} if user else {"active": False}

    def user_of(self, access: str) -> str:
        """Whose mailbox a token opens, "" when none any more."""
        for agreement in self.agreements:
            if agreement.access.get(access, 0.0) > time.time() and not agreement.revoked:
                return agreement.user
        return ""


def _json(status: int, answer: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
    return status, json.dumps(answer).encode(), {"Content-Type": "application/json"}


def _handler_of(server: OAuthServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(self._form(urlsplit(self.path).query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._reply(self._form(urlsplit(self.path).query) | self._form(body))

        def _reply(self, form: dict[str, str]) -> None:
            status, body, headers = server.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _form(self, query: str) -> dict[str, str]:
            return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}

        def log_message(self, *args: object) -> None:
            """The tests look at `asked`."""

    return Handler


def _challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636 section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
