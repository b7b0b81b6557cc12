"""PUT and GET of orders: once or twice, older or wrong, and who may."""

import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from helpdesk import clock
from helpdesk.actions import api_keys
from helpdesk.db import reading, transaction
from helpdesk.models import Order, OrderChange, OrderLine, Payment
from helpdesk.rules.scopes import Scope
from helpdesk.web import api
from tests.web.conftest import Desk

pytestmark = [pytest.mark.money, pytest.mark.trust]
PATH = "/api/v1/orders/erp/SH-10482"


def document(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "currency": "EUR",
        "state": "paid",
        "ordered_at": "2026-05-20T11:02:33+02:00",
        "buyer": {"name": "Emma", "emails": ["emma@post.example"], "phone_last4": "5678"},
        "ship_country": "DE",
        "shipping_paid": "4.90",
        "lines": [{"sku": "SHIRT-M", "title": "Shirt", "quantity": 1, "unit_paid": "59.00"}],
        "payments": [{"gateway": "stripe", "reference": "pi_1", "captured": "63.90"}],
    }
    return usual | changes


class Program:
    """Another program with a key."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def put(self, body: Any, path: str = PATH) -> TestResponse:
        return self.client.put(path, json=body, headers=self.headers)

    def get(self, path: str = PATH) -> TestResponse:
        return self.client.get(path, headers=self.headers)


def program(desk: Desk, scope: Scope = Scope.WRITE_ORDERS, name: str = "erp") -> Program:
    with transaction() as session:
        token = api_keys.add(session, name, scope, at=clock.now())
    return Program(desk.app.test_client(), token)


def test_an_order_is_told_once_and_again(desk: Desk) -> None:
    erp = program(desk)
    first, again = erp.put(document()), erp.put(document())
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json["outcome"], again.json["outcome"]) == ("new", "unchanged")
    changed = erp.put(document(state="shipped"))
    assert changed.json["changes"] == {"state": ["paid", "shipped"]}
    with reading() as session:
        assert [row.by for row in session.scalars(select(OrderChange))] == ["api:erp"] * 2


def test_what_is_read_can_be_told_again(desk: Desk) -> None:
    erp = program(desk)
    erp.put(document())
    told = erp.get().json
    assert told["lines"][0]["line_paid"] == "59.00"
    assert told["delivered_at"] is None
    assert erp.put(told).json["outcome"] == "unchanged"
    assert erp.get("/api/v1/orders/erp/sh-10482").status_code == 200
    assert erp.get("/api/v1/orders/erp/none").status_code == 404


def test_an_older_telling_is_ignored(desk: Desk) -> None:
    erp = program(desk)
    erp.put(document(updated_at="2026-05-21T00:00:00Z"))
    answer = erp.put(document(updated_at="2026-05-20T23:59:59Z", state="canceled"))
    assert (answer.status_code, answer.json["outcome"]) == (200, "older")
    assert erp.get().json["state"] == "paid"


def test_every_fault_is_named_by_its_path(desk: Desk) -> None:
    body = document(
        state="done",
        currency="XYZ",
        colour="red",
        ordered_at="yesterday",
        lines=[{"quantity": -1, "unit_paid": 59.0}, {"quantity": 1}, "x"],
        payments=[{"captured": "1.00", "refunded": "2.00"}],
        buyer={"emails": ["nobody"], "phone_last4": "12345678"},
    )
    answer = program(desk).put(body)
    assert answer.status_code == 422
    assert {fault["path"] for fault in answer.json["faults"]} == {
        "state", "currency", "colour", "ordered_at", "lines[0].quantity", "lines[0].unit_paid",
        "lines[1].unit_paid", "lines[2]", "payments[0].gateway", "payments[0].refunded",
        "buyer.emails[0]", "buyer.phone_last4",
    }  # fmt: skip
    with reading() as session:
        assert session.scalar(select(func.count(Order.id))) == 0


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 422), (b"null", 422), (b'"x"', 422)])
def test_what_is_no_document_is_refused(desk: Desk, body: bytes, status: int) -> None:
    erp = program(desk)
    assert erp.client.put(PATH, data=body, headers=erp.headers).status_code == status


def test_a_discount_on_the_order_is_spread_over_its_lines(desk: Desk) -> None:
    erp = program(desk)
    lines = [{"sku": sku, "quantity": 1, "unit_paid": "10.00"} for sku in ("A", "B", "C")]
    erp.put(document(lines=lines, discount="1.00"))
    assert [line["line_paid"] for line in erp.get().json["lines"]] == ["9.66", "9.67", "9.67"]
    assert erp.put(document(lines=lines, discount="31.00")).status_code == 422


def test_what_contradicts_money_that_went_back_is_a_conflict(desk: Desk) -> None:
    erp = program(desk)
    erp.put(document(payments=[{"gateway": "s", "reference": "1", "captured": "63.90", "refunded": "60.00"}]))
    answer = erp.put(document(payments=[{"gateway": "s", "reference": "1", "captured": "50.00"}]))
    assert answer.status_code == 409
    assert "sent back" in answer.json["error"]


def test_nobody_gets_in_without_a_key(desk: Desk) -> None:
    client = desk.app.test_client()
    answer = client.put(PATH, json=document())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="helpdesk"')
    assert Program(client, "hdk_guess").get().status_code == 401
    assert client.get(PATH, headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_key_for_reading_does_not_write_and_a_revoked_one_does_nothing(desk: Desk) -> None:
    reader = program(desk, Scope.READ_ORDERS, "report")
    assert reader.put(document()).status_code == 403
    assert reader.get().status_code == 404
    with transaction() as session:
        api_keys.revoke(session, "report", at=clock.now())
    assert reader.get().status_code == 401


def test_guesses_at_keys_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "GUESSES", 2)
    guesser = Program(desk.app.test_client(), "hdk_guess")
    assert [guesser.get().status_code for _ in range(3)] == [401, 401, 429]
    assert program(desk).get().status_code == 404, "a good key is counted for itself"


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 80_000 + b"1" + b"}" * 80_000], ids=["lists", "objects"]
)
def test_brackets_without_end_are_no_json(desk: Desk, body: bytes) -> None:
    erp = program(desk)
    assert erp.client.put(PATH, data=body, headers=erp.headers).status_code == 400


def test_a_body_that_does_not_say_its_length_is_measured(desk: Desk) -> None:
    erp = program(desk)
    body = json.dumps(document()).encode() + b" " * api.LARGEST
    pieces = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = erp.client.put(PATH, input_stream=BytesIO(body), headers=erp.headers, environ_overrides=pieces)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "changes",
    [
        {"ordered_at": "9999-12-31T23:59:59-23:59"},
        {"buyer": {"emails": ["a\ud800@post.example"]}},
        {"buyer": {"emails": ["a\0b@post.example"]}},
        {"lines": [{"sku": "a", "quantity": 1_000_000, "unit_paid": "999999999999.99"}]},
    ],
    ids=["moment", "half a character", "nul", "more than a database counts"],
)
def test_what_no_database_takes_is_a_fault(desk: Desk, changes: dict[str, Any]) -> None:
    erp = program(desk)
    body = json.dumps(document(**changes))
    assert erp.client.put(PATH, data=body, headers=erp.headers).status_code == 422


@pytest.mark.parametrize("number", ["SH%00-1", "SH" + "%20" * 80 + "1", "%1B[31mSH1", "%23" * 80 + "1"])
def test_no_order_has_such_a_number(desk: Desk, number: str) -> None:
    erp = program(desk)
    assert erp.put(document(), f"/api/v1/orders/erp/{number}").status_code == 422
    assert erp.get(f"/api/v1/orders/erp/{number}").status_code == 404


def test_a_title_has_the_signs_of_its_script(desk: Desk) -> None:
    erp = program(desk)
    title = "茶杯\u3000大 👩\u200d🍳 caf\u00e9\u00a0!"
    line = {"sku": "CUP", "title": title, "quantity": 1, "unit_paid": "1.00"}
    assert erp.put(document(lines=[line])).status_code == 201
    assert erp.get().json["lines"][0]["title"] == title


def given_back(**columns: int) -> None:
    """Something of the order went back already."""
    with transaction() as session:
        for name, minor in columns.items():
            table: Any = next(each for each in (OrderLine, Order, Payment) if hasattr(each, name))
            session.execute(update(table).values({name: minor}))


@pytest.mark.parametrize(
    ("gone", "changes"),
    [
        ({"given_minor": 3000}, {"lines": [{"sku": "SHIRT-M", "quantity": 1, "unit_paid": "20.00"}]}),
        ({"shipping_given_minor": 490}, {"shipping_paid": "0.00"}),
        ({"given_minor": 1}, {"currency": "JPY", "shipping_paid": "5", "lines": [
            {"sku": "SHIRT-M", "quantity": 1, "unit_paid": "59"}], "payments": []}),
        ({"refunded_minor": 500}, {"payments": [
            {"gateway": "stripe", "reference": "pi_1", "captured": "6390", "currency": "JPY"}]}),
    ],
    ids=["line", "delivery", "currency", "currency of the payment"],
)  # fmt: skip
def test_what_went_back_cannot_be_told_away(
    desk: Desk, gone: dict[str, int], changes: dict[str, Any]
) -> None:
    erp = program(desk)
    erp.put(document())
    given_back(**gone)
    before = erp.get().json
    answer = erp.put(document(**changes))
    assert (answer.status_code, answer.json["outcome"]) == (409, "refused")
    assert answer.json["error"]
    assert erp.get().json == before


def test_another_currency_needs_its_amounts(desk: Desk) -> None:
    erp = program(desk)
    erp.put(document())
    answer = erp.put({"currency": "JPY", "state": "paid"})
    assert answer.status_code == 409
    assert "shipping_paid, shipping_standard, lines" in answer.json["error"]
    assert erp.get().json["lines"][0]["line_paid"] == "59.00"


@pytest.mark.parametrize("late", [True, False])
def test_a_reference_that_comes_late_is_no_second_payment(desk: Desk, late: bool) -> None:
    erp = program(desk)
    nameless = document(payments=[{"gateway": "stripe", "captured": "63.90"}])
    first, second = (nameless, document()) if late else (document(), nameless)
    erp.put(first)
    given_back(refunded_minor=3000)
    assert erp.put(second).status_code == 200
    (payment,) = erp.get().json["payments"]
    assert (payment["reference"], payment["captured"], payment["refunded"]) == ("pi_1", "63.90", "30.00")
