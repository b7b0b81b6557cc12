"""The pages behind a one-time link to an address on file: is it about your order, and about which one?

GET shows a button, POST acts: mail scanners open every link. A link that was used, is too old, or was never
ours shows one and the same page, which offers a new one to where the old one went, and says nothing else.
"""

from collections.abc import Callable

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from helpdesk import clock, links
from helpdesk.actions import claim_progress, order_proofs, proving
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, NotFoundError
from helpdesk.links import BadLinkError, Purpose
from helpdesk.queries import order_proofs as queries
from helpdesk.queries.order_proofs import ProofView
from helpdesk.web import answers, limits
from helpdesk.web.public import keep_private, said, speak
from helpdesk.web.signin import public

bp = Blueprint("proofs", __name__, url_prefix="/b")
bp.after_request(keep_private)


@bp.before_request
def _count_answers() -> None:
    if request.method == "POST":
        limits.count_answer()


@bp.get("/order/<token>")
@public
def order(token: str) -> ResponseReturnValue:
    """The question, while the link is open."""
    found = _open(Purpose.ORDER, token)
    return _over("order", token) if found is None else _page(token, found)


@bp.post("/order/<token>")
@public
def answer_order(token: str) -> ResponseReturnValue:
    """Yes, that was me; or no."""
    wanted = request.form.get("mine", "")
    found = _open(Purpose.ORDER, token)
    if found is None or wanted not in ("yes", "no"):
        return _over("order", token) if found is None else (_page(token, found), 422)
    if wanted == "no":
        return _answered("order", token, lambda session, proof: proving.deny(session, proof, at=clock.now()))
    return _answered("order", token, _confirmed)


@bp.get("/orders/<token>")
@public
def orders(token: str) -> ResponseReturnValue:
    """The reader's own orders, while the link is open."""
    found = _open(Purpose.ORDERS, token)
    return _over("orders", token) if found is None else _page(token, found)


@bp.post("/orders/<token>")
@public
def answer_orders(token: str) -> ResponseReturnValue:
    """This one."""
    found = _open(Purpose.ORDERS, token)
    if found is None:
        return _over("orders", token)
    wanted = request.form.get("order", "")
    if wanted not in [str(choice.id) for choice in found.choices]:
        return _page(token, found, problem=_("Choose one of the orders.")), 422
    return _answered(
        "orders",
        token,
        lambda session, proof: _confirmed(session, proof, order_id=int(wanted)),
    )


@bp.post("/<any(order, orders):kind>/<token>/new")
@public
def new(kind: str, token: str) -> ResponseReturnValue:
    """A new link to the address on file. The same words whatever the old one was."""
    try:
        with transaction() as session:
            proof_id = links.read(current_desk(), Purpose(kind), token)
            order_proofs.send_new(session, current_desk(), proof_id, at=clock.now())
    except (BadLinkError, NotFoundError):
        pass  # nobody is told which links there are
    answers.wake()
    speak(request.args.get("lang", ""))
    return said(
        200,
        _("If this link was ours, a new one is on its way."),
        _("It goes to the address that the order has with us. You can also simply answer our mail."),
    )


def _open(purpose: Purpose, token: str) -> ProofView | None:
    """What the link shows; None for one that is used, too old, cut or forged."""
    try:
        proof_id = links.read(current_desk(), purpose, token)
    except BadLinkError:
        found = None
    else:
        with reading() as session:
            found = queries.proof(session, proof_id, at=clock.now())
    is_open = found is not None and found.open
    speak(found.locale if found is not None and is_open else "")
    return found if is_open else None


def _page(token: str, found: ProofView, *, problem: str = "") -> str:
    return render_template("public/order.html", token=token, found=found, problem=problem)


def _confirmed(session: Session, proof_id: int, *, order_id: int | None = None) -> None:
    """A claim that waited for this goes on."""
    at = clock.now()
    ticket = proving.confirm(session, proof_id, at=at, order_id=order_id)
    claim_progress.order_was_linked(session, current_desk(), ticket, at=at)


def _answered(kind: str, token: str, act: Callable[[Session, int], None]) -> ResponseReturnValue:
    """Act once; of two at the same moment the second sees the page of a link that was used."""
    try:
        with transaction() as session:
            act(session, links.read(current_desk(), Purpose(kind), token))
    except ConflictError:
        return _over(kind, token)
    return said(
        200,
        _("Thank you. We go on from here."),
        _("A colleague has your answer. You need not do anything else; mail us if something is missing."),
    )


def _over(kind: str, token: str) -> ResponseReturnValue:
    address = url_for("proofs.new", kind=kind, token=token[:400], lang=request.args.get("lang"))
    return make_response(render_template("public/order_over.html", again=address), 410)
