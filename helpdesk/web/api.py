"""/api/v1: what other programs tell us of orders. JSON in and out; docs/api.md has the words.

A key stands in the Authorization header, so no browser sends it by itself: there is no CSRF to guard against.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException

from helpdesk import clock
from helpdesk.actions import api_keys, once, orders, parcels
from helpdesk.actions.orders import Outcome, Saved
from helpdesk.db import is_passing, reading, transaction, unusable
from helpdesk.models import Order
from helpdesk.rules import order_json, order_numbers
from helpdesk.rules.money import Money
from helpdesk.rules.orders import FaultsError, is_number
from helpdesk.rules.scopes import Scope
from helpdesk.web.limits import WITHIN
from helpdesk.web.signin import public, quick

bp = Blueprint("api", __name__, url_prefix="/api/v1")
PER_KEY = 3000  # requests within WITHIN: ten in a second
GUESSES = 30  # wrong keys from one address within WITHIN
LARGEST = 512 * 1024
STATUS = {Outcome.NEW: 201, Outcome.REFUSED: 409}


class RefusedError(Exception):
    """An answer of the API that is no success."""

    def __init__(self, status: int, says: str, **more: Any) -> None:
        super().__init__(says)
        self.status, self.body = status, {"error": says, **more}


def init_app(app: Flask) -> None:
    """After the CSRF guard."""
    app.extensions["csrf"].exempt(bp)


@bp.errorhandler(RefusedError)
def _refused(error: RefusedError) -> ResponseReturnValue:
    answer = jsonify(error.body)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="helpdesk"'
    if error.status == 429:
        answer.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
    return answer, error.status


@bp.errorhandler(HTTPException)
def _http(error: HTTPException) -> ResponseReturnValue:
    return jsonify(error=error.description), error.code or 500


@bp.errorhandler(SQLAlchemyError)
def _database(error: SQLAlchemyError) -> ResponseReturnValue:
    if not (is_passing(error) or unusable(error)):
        raise error
    return (
        jsonify(error="the database is busy: nothing was changed, send the same again"),
        503,
        {"Retry-After": "5"},
    )


@bp.put("/orders/<source>/<path:external_no>")
@public
@quick
def put_order(source: str, external_no: str) -> ResponseReturnValue:
    """Tell of an order. Told twice it changes nothing; told with an older `updated_at` it is ignored."""
    by = _key(Scope.WRITE_ORDERS)
    try:
        given = order_json.read(source, external_no, _document())
    except FaultsError as error:
        faults = [{"path": fault.path, "problem": fault.says} for fault in error.faults]
        raise RefusedError(422, "nothing was taken: see faults", faults=faults) from error
    with transaction() as session:
        (saved,) = orders.save(session, [given], by=f"api:{by}", at=clock.now())
    return _told(saved)


@bp.get("/orders/<source>/<path:external_no>")
@public
@quick
def get_order(source: str, external_no: str) -> ResponseReturnValue:
    """The order as we know it."""
    _key(Scope.READ_ORDERS)
    with reading() as session:
        row = _row(session, source, external_no)
        if row is None:
            raise RefusedError(404, "we have no order with this number from this source")
        return jsonify(_as_json(row))


def _row(session: Session, source: str, external_no: str) -> Order | None:
    if not order_json.SOURCE.fullmatch(source) or not is_number(external_no):
        return None  # NUL in an address is more than a database can compare
    number = order_numbers.normal(external_no)
    return session.scalar(select(Order).where(Order.source == source, Order.external_no_norm == number))


def _document() -> Any:
    if (request.content_length or 0) > LARGEST or len(request.get_data()) > LARGEST:  # some do not say it
        raise RefusedError(413, f"an order is at most {LARGEST // 1024} kB of JSON")
    try:
        return request.get_json(force=True)
    except (BadRequest, RecursionError) as error:  # the second: brackets in brackets without end
        raise RefusedError(400, "the body is no JSON") from error


def _told(saved: Saved) -> ResponseReturnValue:
    body: dict[str, Any] = {
        "outcome": saved.outcome,
        "source": saved.source,
        "external_no": saved.external_no,
        "changes": dict(saved.changes),
    }
    if saved.problem:
        body["error"] = saved.problem
    return jsonify(body), STATUS.get(saved.outcome, 200)


def _key(scope: Scope) -> str:
    """The name of the key that asks. 401 without one, 403 for another scope, 429 when it asks too often."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with transaction() as session:
        key = api_keys.known(session, token.strip()) if kind.lower() == "bearer" else None
        name = f"api {key.id}" if key is not None else f"api guess from {request.remote_addr}"
        tally, most = hashlib.sha256(name.encode()).hexdigest(), PER_KEY if key is not None else GUESSES
        in_time = once.count(session, tally, most=most, within=WITHIN, at=clock.now())
        if key is not None:
            api_keys.note_use(session, key.id, at=clock.now())
    if not in_time:
        raise RefusedError(429, "too many requests: wait a few minutes")
    if key is None:
        raise RefusedError(401, "give a key: Authorization: Bearer hdk_...")
    if not key.scope.allows(scope):
        raise RefusedError(403, f"this key may not: it needs the scope {scope}")
    return key.name


def _as_json(row: Order) -> dict[str, Any]:
    def amount(minor: int | None, currency: str = "") -> str | None:
        return None if minor is None else str(Money(minor, currency or row.currency)).partition(" ")[0]

    return {
        "source": row.source,
        "external_no": row.external_no,
        "currency": row.currency,
        "state": row.state,
        **{name: _at(getattr(row, name)) for name in ("ordered_at", "paid_at", "shipped_at", "delivered_at")},
        "updated_at": _at(row.told_at),
        "do_not_ship": parcels.must_stop(row),
        "buyer": {
            "name": row.buyer_name,
            "emails": [address.email for address in row.addresses],
            "phone_last4": row.phone_last4,
            "platform_id": row.platform_id,
        },
        "ship_country": row.ship_country,
        "ship_region": row.ship_region,
        "shipping_paid": amount(row.shipping_paid_minor),
        "shipping_standard": amount(row.shipping_standard_minor),
        "fees": amount(row.fees_minor),
        "discount": amount(row.discount_minor),
        "lines": [
            {
                "sku": line.sku,
                "title": line.title,
                "category": line.category,
                "tags": line.tags,
                "quantity": line.quantity,
                "unit_paid": amount(line.unit_paid_minor),
                "line_paid": amount(line.line_paid_minor),
                "cost": amount(line.cost_minor),
            }
            for line in row.lines
        ],
        "payments": [
            {
                "gateway": each.gateway,
                "reference": each.reference,
                "method": each.method,
                "captured": amount(each.captured_minor, each.currency),
                "refunded": amount(each.refunded_minor, each.currency),
                "currency": each.currency,
                "paid_at": _at(each.paid_at),
            }
            for each in row.payments
        ],
        "shipments": [
            {
                "carrier": each.carrier,
                "tracking": each.tracking,
                "state": each.state,
                "shipped_at": _at(each.shipped_at),
                "delivered_at": _at(each.delivered_at),
            }
            for each in row.shipments
        ],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def _no_cache(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


bp.after_request(_no_cache)
