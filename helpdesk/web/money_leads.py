"""Money for leads: what waits, what nobody asked for, the switch, statements, and what went day by day."""

from datetime import datetime

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock, reconciling
from helpdesk.actions import conversation, externals, switches
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import GatewayNotice, StatementLine
from helpdesk.queries import money_by_day, money_page, unasked
from helpdesk.queries import switches as switch_views
from helpdesk.queries.money_page import Group
from helpdesk.reconciling import Reconciled
from helpdesk.rules import statement_files
from helpdesk.rules.order_files import UnreadableFileError
from helpdesk.rules.statements import KEY, Fate
from helpdesk.rules.states import Role
from helpdesk.web import answers, claim_form, refusals
from helpdesk.web.signin import acting, me, needs
from helpdesk.web.translate import _

bp = Blueprint("leads", __name__, url_prefix="/money")
LARGEST = 10 * 1024 * 1024  # bytes of a statement
ON_A_DAY = (Group.PAID, Group.ARRIVED)


@bp.get("")
@needs(Role.LEAD)
def show() -> ResponseReturnValue:
    return _page()


@bp.get("/<group>")
@needs(Role.LEAD)
def rows(group: str) -> ResponseReturnValue:
    """What a figure counts; `?day=` and `?currency=` for what went on one day."""
    if group not in list(Group):
        abort(404)
    wanted, zone = Group(group), current_desk().zone
    day = _day(request.args.get("day", "")) if wanted in ON_A_DAY else None
    if wanted in ON_A_DAY and day is None:
        abort(404)
    currency = request.args.get("currency", "")[:3]
    after = claim_form.number(request.args.get("after", "")) or 0
    with reading() as session:
        found = money_page.page(
            session,
            wanted,
            at=clock.now(),
            after=after,
            within=money_by_day.day_of(day, zone) if day else None,
            currency=currency,
        )
        stopped = switch_views.stopped(session) is not None
    return render_template(
        "money/rows.html",
        group=wanted,
        page=found,
        day=day,
        currency=currency,
        first=not after,
        stopped=stopped,
        now=clock.now(),
    )


@bp.post("/switch")
@needs(Role.LEAD)
def turn() -> ResponseReturnValue:
    """Stop all money, with a reason, or let it move again."""
    off = request.form.get("money", "")
    if off not in ("off", "on"):
        abort(422)
    why = request.form.get("why", "")
    try:
        with transaction() as session:
            switches.turn(
                session, switches.MONEY, off=off == "off", why=why, by=acting(session), at=clock.now()
            )
    except InvalidError as error:
        return _page(problem=refusals.sentence(error), at="switch"), 422
    return answers.see("leads.show")


@bp.post("/notices/<key:notice_id>")
@needs(Role.LEAD)
def settle_notice(notice_id: int) -> ResponseReturnValue:
    """A gateway told of money that nobody here asked for: it belongs to a ticket, is none of ours, or is the
    payment of a refund, named by its key.
    """
    return _settle(f"notice-{notice_id}", GatewayNotice, notice_id)


@bp.post("/lines/<key:line_id>")
@needs(Role.LEAD)
def settle_line(line_id: int) -> ResponseReturnValue:
    """The same for a line of a statement."""
    return _settle(f"line-{line_id}", StatementLine, line_id)


@bp.post("/statements")
@needs(Role.LEAD)
def upload() -> ResponseReturnValue:
    """Settle refunds by a statement. The same file twice changes nothing."""
    chosen, maps = request.files.get("statement"), reconciling.maps()
    wanted = request.form.get("map", "")
    if wanted not in maps:
        abort(422)
    content = chosen.read(LARGEST + 1) if chosen is not None else b""
    try:
        if not content:
            raise InvalidError("choose the file of the statement", field="statement")
        if len(content) > LARGEST:
            raise InvalidError("this is larger than 10 MB: use `helpdesk reconcile`", field="statement")
        statement = statement_files.read(content, maps[wanted])
    except (InvalidError, UnreadableFileError) as error:
        return _page(problem=refusals.sentence(error), at="statements", chosen=wanted), 422
    done = reconciling.reconcile(
        statement, content, source=wanted[:40], actor=conversation.agent(me().id), write=True
    )
    answers.wake()
    return _page(done=done, at="statements", chosen=wanted)


def _settle(here: str, table: type[GatewayNotice] | type[StatementLine], row_id: int) -> ResponseReturnValue:
    typed, how = request.form.get("ticket", "").strip().lstrip("#").upper(), request.form.get("how", "")
    if how not in ("take", "put_away"):
        abort(422)
    try:
        with transaction() as session:
            by, at = acting(session), clock.now()
            if how == "put_away":
                externals.put_away(session, table, row_id, by=by, at=at)
            elif KEY.fullmatch(typed):
                externals.match(session, table, row_id, typed, by=by, at=at)
            else:
                number = claim_form.number(typed.removeprefix("RF-"))
                if number is None:
                    raise InvalidError(f"{typed!r} is not the number of a ticket", field="number")
                take = externals.take_notice if table is GatewayNotice else externals.take_line
                take(session, row_id, number, by=by, at=at)
    except (ConflictError, InvalidError, NotFoundError) as error:
        return _page(problem=refusals.sentence(error), at=here, typed=typed), refusals.status_of(error)
    answers.say(_("It is put away.") if how == "put_away" else _("It is in the ledger now."))
    return answers.see("leads.show", _anchor="unasked")


def _page(
    *,
    problem: str = "",
    at: str = "",
    typed: str = "",
    chosen: str = "",
    done: Reconciled | None = None,
) -> str:
    """The whole page; `at` is the part that `problem` is about."""
    now = clock.now()
    with reading() as session:
        found = {
            "figures": money_page.figures(session, at=now),
            "days": money_by_day.days(session, current_desk().zone, at=now),
            "unasked": unasked.waiting(session),
            "switch": switch_views.money(session),
        }
    maps = {name: each.title for name, each in reconciling.maps().items()}
    return render_template(
        "money/page.html",
        **found,
        maps=maps,
        problem=problem,
        at=at,
        typed=typed,
        chosen=chosen,
        done=done,
        fates=Fate,
    )


def _day(said: str) -> datetime | None:
    """Noon of a day of the shop."""
    try:
        return datetime.strptime(said, "%Y-%m-%d").replace(hour=12, tzinfo=current_desk().zone)
    except ValueError:
        return None
