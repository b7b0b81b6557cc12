"""The queue: lists of tickets with counts, and the fragment that an open page asks for again and again."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.queries import batches, mailboxes, switches
from helpdesk.queries import queue as lists
from helpdesk.queries.queue import WORK, Queue, Reader
from helpdesk.web import answers, approving, language, presence, saved_queues
from helpdesk.web.signin import me

bp = Blueprint("queue", __name__)


@bp.get("/")
def show() -> ResponseReturnValue:
    """One list; or the saved queue that was picked on a phone, as `queue=saved-7`."""
    kind, _, number = request.args.get("queue", "").partition("-")
    if kind == "saved" and number.isascii() and number.isdigit() and len(number) < 10:
        return answers.see("saved.show", saved_id=int(number))
    return render_template("queue.html", **_looked_up())


@bp.get("/queue/rows")
def rows() -> ResponseReturnValue:
    """Counts and rows; 304 while no entry was added and the minute, which the spans show, is the same."""
    with reading() as session:
        newest = lists.newest_entry(session)
    version = f"{newest}-{clock.now():%d%H%M}-{me().id}-{presence.mark()}-{language.chosen()}"
    return answers.unchanged(version) or answers.versioned(
        render_template("_queue.html", **_looked_up()), version
    )


def _looked_up() -> dict[str, object]:
    queue, at = _queue(), clock.now()
    with reading() as session:
        presence.look(session)
        money_off = switches.stopped(session)
        reader = Reader(
            agent_id=me().id, approver=approving.reader(session), at=at, stopped=money_off is not None
        )
        return {
            "queue": queue,
            "groups": _groups(reader.approver is not None),
            "saved_queues": saved_queues.look(session),
            "counts": lists.counts(session, reader),
            "page": lists.page(session, queue, reader, answers.row_before()),
            "choices": batches.offered(session, me().id),
            "first": "after" not in request.args,
            "standstills": mailboxes.standstills(session),
            "money_off": money_off,
        }


def _groups(approves: bool) -> dict[str, list[Queue]]:
    """Work above, the rest below; between them is room for the queues that people save."""
    work = [each for each in WORK if approves or each is not Queue.APPROVE]
    return {"work": work, "rest": [each for each in Queue if each not in WORK]}


def _queue() -> Queue:
    wanted = request.args.get("queue", "")
    return Queue(wanted) if wanted in list(Queue) else Queue.OURS
