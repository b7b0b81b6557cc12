"""Small things that every view needs: keys in addresses, the way back, the 303 after a POST."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, flash, redirect, request, url_for
from werkzeug.routing import IntegerConverter, Map

from helpdesk.queries.queue import Position

WAY_BACK = re.compile(r"/(?![/\\])[A-Za-z0-9_./?=&%:+-]{0,500}")


class Key(IntegerConverter):
    """A row's id in an address; larger numbers than a column holds are simply not found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def add_converters(app: Flask) -> None:
    app.url_map.converters["key"] = Key


def see(endpoint: str, **values: Any) -> Response:
    """303 to a page of ours."""
    return _see(url_for(endpoint, **values))


def back(otherwise: str) -> Response:
    """303 to where the form says it came from, if that is an address of ours."""
    return _see(way_back(request.form.get("next", ""), otherwise))


def back_to(path: str) -> Response:
    """303 to an address that `way_back` gave."""
    return _see(path)


def way_back(wanted: str, otherwise: str) -> str:
    """`wanted` when it stays in this house: no host, no backslash, no control character."""
    return wanted if WAY_BACK.fullmatch(wanted) else otherwise


def say(sentence: str) -> None:
    """A sentence at the top of the next page."""
    flash(sentence)


def wake() -> None:
    """Tell a sender in this process that mail is due; nothing when it runs elsewhere."""
    ring: Callable[[], object] = current_app.extensions.get("helpdesk.wake", lambda: None)
    ring()


def unchanged(version: str) -> Response | None:
    """304 when the browser has this version already."""
    return Response(status=304) if request.if_none_match.contains_weak(version) else None


def versioned(body: str, version: str) -> Response:
    """A fragment that may be asked for again with If-None-Match."""
    response = Response(body, mimetype="text/html")
    response.set_etag(version, weak=True)
    return response


def _see(address: str) -> Response:
    response = redirect(address, code=303)
    assert isinstance(response, Response)
    return response


def row_before() -> Position | None:
    """ "1790000000000000-17": microseconds and number of the last row seen; anything else is the start."""
    moment, _, number = request.args.get("after", "").partition("-")
    if not (moment.isdigit() and number.isdigit() and len(moment) < 18 and len(number) < 11):
        return None
    seconds, micro = divmod(int(moment), 1_000_000)
    if seconds > 253_402_300_000:  # the year 9999
        return None
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=micro)
    return Position(at=at, number=int(number))
