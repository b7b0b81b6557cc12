"""What the desk believes of a passkey: signed for this desk, this question, once, by this person."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.db import db, reading
from helpdesk.models import Passkey
from tests.app import make_app
from tests.web.conftest import MONDAY, Client, Desk, Visitor

pytestmark = pytest.mark.trust
PAGE = "/profile/second-factor"
ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The desk by a name: an IP address has no passkeys."""
    clock.shift(MONDAY - clock.now())
    app = make_app(sqlite_url, tmp_path / "data", BASE_URL=ORIGIN)
    app.test_client_class = Client
    with app.app_context():
        yield app
        db.engine.dispose()
    clock.reset()


@dataclass
class SoftKey:
    """A stick with one key, which signs what it is told to."""

    rp: str = "localhost"
    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    count: int = 1
    id: bytes = b"a stick of the test"
    handle: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        self.handle = _bytes(options["user"]["id"])
        numbers = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        known = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(MADE) + known}
        response = {
            "clientDataJSON": _text(self._client("webauthn.create", options)),
            "attestationObject": _text(cbor2.dumps(made)),
        }
        return self._sent(response)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        client = self._client("webauthn.get", options)
        data = self._data()
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(self.handle),
        }
        return self._sent(response)

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, more: int = 0) -> bytes:
        counted = self.count.to_bytes(4, "big")
        return hashlib.sha256(self.rp.encode()).digest() + bytes([self.flags | more]) + counted

    def _sent(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response}


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def send(visitor: Visitor, path: str, body: Any = None) -> TestResponse:
    return visitor.client.post(path, json=body or {}, headers={"X-CSRFToken": visitor.token})


def register(visitor: Visitor, key: SoftKey, name: str = "stick") -> int:
    visitor.get(PAGE)
    options = send(visitor, f"{PAGE}/passkeys/options").get_json()
    body = {"name": name, "credential": key.make(options)}
    return send(visitor, f"{PAGE}/passkeys", body).status_code


def use(visitor: Visitor, key: SoftKey, second: str = "") -> TestResponse:
    options = send(visitor, f"/login/passkey/options{second}").get_json()
    return send(visitor, f"/login/passkey{second}", {"credential": key.sign(options)})


@pytest.fixture
def key(browser: Visitor) -> SoftKey:
    """An agent's stick."""
    key = SoftKey()
    assert register(browser, key) == 200
    return key


def newcomer(app: Flask) -> Visitor:
    visitor = Visitor(app.test_client())
    visitor.get("/login")
    return visitor


def test_a_key_that_knows_its_person_stands_for_the_password(app: Flask, key: SoftKey) -> None:
    visitor = newcomer(app)
    answer = use(visitor, key)
    assert (answer.status_code, answer.get_json()) == (200, {"next": "/"})
    assert "by passkey" in visitor.text("/profile/sessions")


def test_a_key_that_does_not_know_its_person_only_comes_after_the_password(app: Flask, key: SoftKey) -> None:
    key.flags = PRESENT
    visitor = newcomer(app)
    assert use(visitor, key).status_code == 422
    assert visitor.sign_in("agent@shop.example").location == "/login/second"
    visitor.get("/login/second")
    assert use(visitor, key, "?second=1").status_code == 200
    assert "by password and passkey" in visitor.text("/profile/sessions")


@pytest.mark.parametrize(
    "false",
    [
        {"origin": "http://evil.test"},
        {"rp": "evil.test"},
        {"flags": VERIFIED},
        {"count": 0},
        {"handle": b"somebody else"},
        {"id": b"a stick that nobody knows"},
        {"private": ec.generate_private_key(ec.SECP256R1())},
    ],
)
def test_what_was_signed_elsewhere_or_by_another_opens_nothing(
    app: Flask, key: SoftKey, false: dict[str, Any]
) -> None:
    visitor = newcomer(app)
    key.count = 5
    assert use(visitor, key).status_code == 200
    visitor.post("/logout")
    visitor = newcomer(app)
    for name, value in false.items():
        setattr(key, name, value)
    answer = use(visitor, key)
    assert answer.status_code == 422
    assert answer.get_json()["problem"].startswith("This passkey was not accepted")
    assert visitor.get("/").status_code == 303


def test_a_question_is_answered_once_and_within_five_minutes(app: Flask, key: SoftKey) -> None:
    visitor, name = newcomer(app), app.config["SESSION_COOKIE_NAME"]
    options = send(visitor, "/login/passkey/options").get_json()
    asked = visitor.client.get_cookie(name)
    assert asked is not None
    answer = {"credential": key.sign(options)}
    assert send(visitor, "/login/passkey", answer).status_code == 200

    thief = newcomer(app)
    thief.client.set_cookie(name, asked.value)  # with the cookie of before, and all that was sent
    thief.token = visitor.token
    assert send(thief, "/login/passkey", answer).status_code in (400, 422)
    assert thief.get("/").status_code == 303

    late = newcomer(app)
    options = send(late, "/login/passkey/options").get_json()
    clock.shift(timedelta(minutes=6))
    assert send(late, "/login/passkey", {"credential": key.sign(options)}).status_code == 422


def test_the_answer_to_one_question_is_none_to_another(app: Flask, browser: Visitor, key: SoftKey) -> None:
    options = send(browser, f"{PAGE}/passkeys/options").get_json()
    assert send(browser, "/login/passkey", {"credential": key.sign(options)}).status_code == 422


def test_a_key_of_somebody_else_is_no_second_factor(desk: Desk, app: Flask, key: SoftKey) -> None:
    other = SoftKey(id=b"the stick of the lead")
    assert register(desk.visitor("lead"), other) == 200
    visitor = newcomer(app)
    visitor.sign_in("agent@shop.example")
    visitor.get("/login/second")
    assert use(visitor, other, "?second=1").status_code == 422
    assert use(visitor, key, "?second=1").status_code == 200


def test_the_key_of_somebody_who_left_opens_nothing(desk: Desk, app: Flask, key: SoftKey) -> None:
    desk.visitor("owner").post(f"/settings/people/{desk.agent}", role="agent")
    assert use(newcomer(app), key).status_code == 422


@pytest.mark.parametrize("body", [[], {}, {"credential": "x"}, {"credential": {"id": 7}}, {"credential": {}}])
def test_what_is_no_answer_is_refused(app: Flask, key: SoftKey, body: Any) -> None:
    visitor = newcomer(app)
    send(visitor, "/login/passkey/options")
    assert send(visitor, "/login/passkey", body).status_code == 422


def test_a_key_is_registered_under_a_name_once_and_taken_away(browser: Visitor, key: SoftKey) -> None:
    assert register(browser, SoftKey(id=b"2"), " ") == 422
    assert register(browser, key) == 409
    assert register(browser, SoftKey(id=b"second"), "phone") == 200
    page = browser.text(PAGE)
    assert "stick" in page
    assert "phone" in page
    assert browser.post(f"{PAGE}/passkeys/1/removal").status_code == 303
    assert browser.post(f"{PAGE}/passkeys/99/removal").status_code == 404
    with reading() as session:
        assert [row.name for row in session.query(Passkey)] == ["phone"]


def test_whoever_signed_in_a_while_ago_types_the_password_for_a_key(browser: Visitor, key: SoftKey) -> None:
    clock.shift(timedelta(minutes=10))
    assert register(browser, SoftKey(id=b"2"), "phone") == 422
