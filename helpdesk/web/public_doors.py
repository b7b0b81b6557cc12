"""Two pages for anybody, to be linked from the shop's own site: /claim and /withdraw.

/claim     address and order number; the link to the form goes by mail if they belong together
/withdraw  the withdrawal function of Directive 2011/83/EU, Article 11a: statement, then one button to confirm

Neither tells whether an order is known, by its words or by the time it takes.
"""

import time

from flask import Blueprint, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import form_requests, withdrawals
from helpdesk.actions.withdrawals import Statement
from helpdesk.current import current_desk
from helpdesk.db import transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.web import answers, language, limits, passing, public, refusals
from helpdesk.web.signin import public as open_to_all
from helpdesk.web.translate import _

bp = Blueprint("buyers_doors", __name__)


@bp.before_request
def _count() -> None:
    public.speak("")
    if request.method == "POST":
        limits.count_request()


@bp.get("/claim")
@open_to_all
def claim() -> ResponseReturnValue:
    return render_template("public/ask_form.html", token=None, typed=request.args)


@bp.post("/claim")
@open_to_all
def answer_claim() -> ResponseReturnValue:
    """Mail the link if address and order belong together. The answer is always the same."""
    began = time.monotonic()
    email, order_no = (request.form.get(name, "").strip()[:320] for name in ("email", "order_no"))
    if not email or not order_no:
        problem = _("Give your e-mail address and the number of the order.")
        page = render_template("public/ask_form.html", token=None, typed=request.form, problem=problem)
        return page, 422
    try:
        with transaction() as session:
            form_requests.ask(
                session, current_desk(), email, order_no, locale=language.chosen(), at=clock.now()
            )
    except (ConflictError, InvalidError) as error:
        current_app.logger.info("no claim form was mailed: %s", error)
    answers.wake()
    public.answer_evenly(began)
    return make_response(
        public.said(
            200,
            _("Look into your mailbox."),
            _(
                "If we know this order with this address, a link to the form is on its way to it. If no mail "
                "comes within ten minutes, write to us and name the order."
            ),
        )
    )


@bp.get("/withdraw")
@open_to_all
def withdraw() -> ResponseReturnValue:
    return render_template("public/withdraw.html", token=None, typed=request.args)


@bp.post("/withdraw")
@open_to_all
def answer_withdraw() -> ResponseReturnValue:
    """The first step: the statement is shown once more, with the button that makes it."""
    statement = _statement()
    try:
        statement.check()
    except InvalidError as error:
        return _form_again(error)
    if request.form.get("change"):
        return render_template("public/withdraw.html", token=None, typed=request.form)
    return render_template("public/withdraw_confirm.html", statement=statement)


@bp.post("/withdraw/confirmation")
@open_to_all
def answer_withdraw_confirmed() -> ResponseReturnValue:
    """The second step: it is received, with date and time; the receipt goes by mail."""
    began, now, statement = time.monotonic(), clock.now(), _statement()
    try:
        with transaction() as session:
            first = withdrawals.declare(session, current_desk(), statement, at=now)
    except InvalidError as error:
        return _form_again(error)
    answers.wake()
    public.answer_evenly(began)
    return render_template(
        "public/withdraw_done.html",
        statement=statement,
        received_at=withdrawals.received_at(now, current_desk()) if first is not None else "",
    )


def _form_again(error: InvalidError) -> ResponseReturnValue:
    page = render_template(
        "public/withdraw.html",
        token=None,
        typed=request.form,
        problem=refusals.sentence(error),
        field=error.field,
    )
    return page, 422


def _statement() -> Statement:
    return Statement(
        name=_line("name"),
        email=_line("email"),
        order_no=_line("order_no"),
        words=request.form.get("words", "").replace("\r\n", "\n"),
        locale=language.chosen(),
    )


def _line(name: str) -> str:
    """A field of one line: no line end in it can pass for another line of the statement."""
    return " ".join(request.form.get(name, "").split())


bp.after_request(public.keep_private)
bp.register_error_handler(413, lambda error: passing.too_large())
