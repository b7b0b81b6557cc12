"""What the mail becomes: the letter around the words as they stand in the composer, in a frame of its own."""

from flask import Blueprint, Response

from helpdesk import letters
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import Ticket
from helpdesk.web import drafts, security
from helpdesk.web.signin import me
from mail.compose import html_of

bp = Blueprint("preview", __name__)


@bp.post("/tickets/<key:number>/preview")
def show(number: int) -> Response:
    """Nothing is kept and nothing is sent."""
    words = drafts.words().text.strip()
    with reading() as session:
        ticket = session.get_one(Ticket, number)
        letter = letters.render(
            "reply",
            ticket.locale,
            subject=ticket.subject or ticket.tag,
            text=words,
            agent=me().name,
            shop=current_desk().shop_name,
        )
        page = html_of(letter.text, language=ticket.locale, written=words)
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = security.MAIL_FRAME
    return response
