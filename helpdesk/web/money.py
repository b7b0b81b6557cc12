"""Money on a ticket: the proof of a payment."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from helpdesk.db import reading
from helpdesk.queries import refunds
from helpdesk.web import files

bp = Blueprint("money", __name__)


@bp.get("/refunds/<key:refund_id>/proof")
def proof(refund_id: int) -> ResponseReturnValue:
    """The file that shows that it was paid: a picture to look at, anything else to save."""
    with reading() as session:
        sha256, key = refunds.proof(session, refund_id)
    return files.picture(sha256, f"proof-{key}")
