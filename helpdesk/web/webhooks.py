"""What gateways tell by themselves: POST /webhooks/<gateway>. Signed, kept once, never believed by itself.

No login and no form's token: the signature is the permission. It is looked at before any transaction is open.
Nothing counts how often a gateway speaks: one that is turned away would fall silent about money.
"""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import notices
from helpdesk.current import current_gateways
from helpdesk.db import transaction
from helpdesk.rules.paying import SignatureError
from helpdesk.web.signin import public, quick, reads_bytes

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
LARGEST = 256 * 1024  # bytes; the notices of the gateways that we know have less than ten kB


@bp.post("/<name>")
@public
@quick
@reads_bytes
def take(name: str) -> ResponseReturnValue:
    """Keep a notice. 404 for a gateway that is not set up, 400 for what it did not sign, 413 for too much.

    The same notice again is answered as the first was, and changes nothing.
    """
    gateway = current_gateways().named(name)
    if gateway is None:
        return _plain("there is no such gateway here", 404)
    body = request.stream.read(LARGEST + 1) if (request.content_length or 0) <= LARGEST else None
    if body is None or len(body) > LARGEST:
        return _plain("a notice is smaller than this", 413)
    try:
        notice = gateway.verify_webhook(dict(request.headers), body, at=clock.now())
    except SignatureError as error:
        current_app.logger.warning("a webhook for %s of %s bytes was refused: %s", name, len(body), error)
        return _plain("the signature is not good", 400)
    if notice is not None:
        with transaction() as session:
            kept = notices.keep(session, gateway.name, notice, at=clock.now())
        current_app.logger.info(
            "webhook %s of %s: %s", notice.event, name, "kept" if kept else "known already"
        )
    content_type, words = gateway.received
    return Response(words, content_type=content_type)


def _plain(says: str, status: int) -> Response:
    return Response(f"{says}\n", status, content_type="text/plain; charset=utf-8")
