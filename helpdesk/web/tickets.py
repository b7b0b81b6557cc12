"""The ticket page, and the fragment by which an open page learns what is new on it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from helpdesk import clock
from helpdesk.actions import linking, policies, suppressions
from helpdesk.actions.writing import MOST_BYTES
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.models import Ticket
from helpdesk.queries import claims as claim_panels
from helpdesk.queries import (
    drafts,
    folding,
    hints,
    inside,
    missed_money,
    orders,
    people,
    switches,
    tags,
    undoable,
)
from helpdesk.queries import presence as looks
from helpdesk.queries import tickets as lookups
from helpdesk.queries.inside_views import InsideView
from helpdesk.queries.orders import LinkedOrder, OrderView
from helpdesk.queries.tickets import TicketView
from helpdesk.rules.currencies import OFFERED
from helpdesk.rules.reminders import ARRIVAL_DAYS
from helpdesk.rules.states import EntryKind, OutboxState, TicketState, WaitingOn
from helpdesk.web import answers, approving, claim_shown, evidence, language, presence, refund_form
from helpdesk.web.guard_said import Stopped
from helpdesk.web.signin import me

bp = Blueprint("tickets", __name__)
MOST_HEARD = 20  # addresses that are offered for a copy


@bp.get("/tickets/<key:number>")
def show(number: int) -> ResponseReturnValue:
    return page(number)


@bp.get("/tickets/<key:number>/entries")
def entries(number: int) -> ResponseReturnValue:
    """Facts, conversation and plans; 304 while the newest entry and the minute are the same."""
    with reading() as session:
        newest = lookups.version(session, number)
        presence.look(session)
    version = f"{newest}-{presence.mark(number)}-{clock.now():%d%H%M}-{language.chosen()}"
    return answers.unchanged(version) or answers.versioned(
        render_template("ticket/_live.html", **_looked_up(number)), version
    )


def page(
    number: int,
    *,
    text: str = "",
    kind: str = "",
    problem: str = "",
    field: str = "",
    wrong: Mapping[str, str] | None = None,
    seen: int | None = None,
    refund: dict[str, str] | None = None,
    merge: str = "",
    merge_unsure: bool = False,
    order: dict[str, str] | None = None,
    claim: Mapping[str, str] | None = None,
    plan: Mapping[str, Any] | None = None,
    lost_files: bool = False,
    guarded: Stopped | None = None,
) -> str:
    """The whole page; what was typed comes back with the sentence that says why it was refused.

    `wrong` has the sentences of the refund form by field. `seen` is the last entry that the
    agent had read: what came in after it is marked as new. Without `text` the composer has the draft. Files
    that are too many for it have to be chosen again (`lost_files`), as no page may choose them for a browser.
    `merge_unsure`: a button merges all the same. `guarded`: the send guard has objected.
    """
    found = _looked_up(number, whole_page=True)
    draft = found["draft"]
    return render_template(
        "ticket/page.html",
        **found,
        text=text or draft.text,
        kind=kind or draft.kind,
        heard=_heard(found["ticket"]),
        pane=token_urlsafe(9),
        after_sending=me().after_sending,
        problem=problem,
        field=field,
        seen=seen,
        refund_typed=refund or {},
        wrong=wrong or {},
        merge_typed=merge,
        merge_unsure=merge_unsure,
        order_typed=order or {},
        claim_typed=claim or {},
        plan_typed=plan or {},
        lost_files=lost_files,
        guarded=guarded,
        most_megabytes=MOST_BYTES // 1024**2,
    )


def _looked_up(number: int, *, whole_page: bool = False) -> dict[str, Any]:
    """`whole_page`: with what an open page does not ask for again."""
    with reading() as session:
        # Both held to the end: claims, evidence and money ask for the same rows.
        row, links = lookups.load(session, number), orders.rows_of(session, number)
        ticket = lookups.show(session, number, whole="whole" in request.args)
        with_html = [each.id for each in ticket.entries if each.facts.get("html")]
        pictures = looks.pictures_shown(session, with_html, me().id)
        read = looks.last_read(session, number, me().id) if whole_page else _key("since")
        presence.look(session)
        proof = evidence.shown(session, number)
        inner = inside.of_ticket(session, number)
        coupon_until = _coupon_until(session, inner)
        matters = claim_panels.views(session, number, me().role)
        colleagues = people.colleagues(session)
        linked = orders.linked(links)
        possible = _possible(session, row, linked) if whole_page else ()
        draft = drafts.of(session, number, me().id) if whole_page else None
        missed = missed_money.of(session, number, ticket.entries, current_desk().phrases)
        money_off = switches.stopped(session)
        approvers = approving.everybody(session) if matters else None
        has_tags, more_tags = tags.on_and_off(session, number)
        silenced = bool(ticket.addresses) and suppressions.stops_planned(
            session, ticket.addresses[0], at=clock.now()
        )
    return {
        "ticket": ticket,
        "lines": folding.folded(
            ticket.lines, read=read, agent_id=me().id, tail_from=_key("tail"), whole="whole" in request.args
        ),
        "read": read,
        "pictures": pictures,
        "orders": linked,
        "possible": possible,
        "draft": draft,
        "evidence": proof,
        "inside": inner,
        "coupon_until": coupon_until,
        "claims": [claim_shown.panel(each, approvers) for each in matters],
        "money_off": money_off,
        "silenced": silenced,
        "hinted": hints.of_orders(
            hints.of(ticket.entries, current_desk().phrases), [each.order for each in linked]
        ),
        "missed": missed,
        "stopped": {each.facts.get("order_id") for each in ticket.entries if each.verb == "parcel_stopped"},
        "tags": has_tags,
        "known_tags": more_tags,
        "colleagues": colleagues,
        "undoable": _undoable(ticket),
        "newest": max((entry.id for entry in ticket.entries if entry.kind != EntryKind.EVENT), default=0),
        "now": clock.now(),
        "undo_seconds": _seconds_left(ticket),
        "likely": refund_form.likely(ticket, [each.order for each in linked]),
        "currencies": OFFERED,
        "methods": tuple(ARRIVAL_DAYS),
        "waits": tuple(WaitingOn),
        "TicketState": TicketState,
        "EntryKind": EntryKind,
        "OutboxState": OutboxState,
    }


def _coupon_until(session: Session, inner: InsideView) -> str:
    """The last day that the policy gives a coupon to be sent now, as a date field wants it; "" for none."""
    wanted = any(remedy.wants_coupon for matter in inner.claims for remedy in matter.remedies)
    version = policies.in_force(session, at=clock.now()) if wanted else None
    if version is None:
        return ""
    today = clock.now().astimezone(current_desk().zone).date()
    return (today + timedelta(days=policies.read(version).money.coupon_days)).isoformat()


def _key(name: str) -> int | None:
    """A row's id in the address, where there is one."""
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _possible(session: Session, ticket: Ticket, linked: Sequence[LinkedOrder]) -> tuple[OrderView, ...]:
    """Orders that the ticket may be about and is not linked with, to be linked by one click."""
    if ticket.merged_into_id is not None:
        return ()
    return orders.possible(
        session,
        [each.number for each in linking.named_in(session, ticket)],
        [address.email for address in ticket.buyer.addresses],
        but=[each.order.id for each in linked],
    )


def _seconds_left(ticket: TicketView) -> int:
    """Of the undo time of the reply that `_undoable` names."""
    due = {entry.id: entry.delivery.due_at for entry in ticket.entries if entry.delivery is not None}
    entry_id, desk = _undoable(ticket), current_desk()
    if entry_id is None:
        return 0
    return undoable.seconds_left(due[entry_id], at=clock.now(), hold=desk.hold, undo=desk.undo)


def _heard(ticket: TicketView) -> tuple[str, ...]:
    """Addresses in the heads of the buyer's mails: who may want a copy."""
    named = (
        each
        for entry in ticket.entries
        if entry.kind is EntryKind.RECEIVED
        for each in (*entry.facts.get("cc", ()), *entry.facts.get("to", ()))
    )
    return tuple(dict.fromkeys(str(each) for each in named))[:MOST_HEARD]


def _undoable(ticket: TicketView) -> int | None:
    """The newest reply of the matter that has not left yet: the id of its entry."""
    waiting = [
        entry.id
        for entry in ticket.entries
        if entry.verb == "replied"  # an offer is taken back in its own panel, with its letter
        and entry.delivery is not None
        and entry.delivery.state is OutboxState.QUEUED
        and not entry.delivery.automatic
        and not entry.delivery.attempts
    ]
    return waiting[-1] if waiting else None
