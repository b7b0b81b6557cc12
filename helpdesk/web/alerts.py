"""The bell: what the reader was told of, what of it is read, and by which ways she wants to be told."""

from flask import Blueprint, Flask, Response, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.actions import agents, alerts
from helpdesk.db import reading, transaction
from helpdesk.queries import alerts as lookups
from helpdesk.queries.alerts import COUNTED, AlertView
from helpdesk.rules.alerts import AlertEvent, Channel, channels, choices, is_offered
from helpdesk.rules.states import Role, ToldOf
from helpdesk.web import alerts_said, answers
from helpdesk.web.signin import acting, me, who
from helpdesk.web.translate import _

bp = Blueprint("alerts", __name__)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["unread_alerts"] = unread
    app.jinja_env.filters["alert"] = alerts_said.sentence
    app.after_request(_tell_open_pages)


def unread() -> str:
    """For the bell: "" when all is read, "99+" for very many."""
    reader = who()
    if reader is None or not reader.unread:
        return ""
    return f"{COUNTED}+" if reader.unread > COUNTED else str(reader.unread)


@bp.get("/notifications")
def show() -> ResponseReturnValue:
    with reading() as session:
        found = lookups.listed(session, me().id)
    return render_template("alerts.html", alerts=found, newest=max((each.id for each in found), default=0))


@bp.post("/notifications/<key:alert_id>/read")
def read(alert_id: int) -> ResponseReturnValue:
    """It is read, and leads to what it is about."""
    with transaction() as session:
        row = alerts.read(session, me().id, alert_id, at=clock.now())
        number, entry_id = (row.ticket_id, row.entry_id) if row is not None else (None, None)
        mailbox = row is not None and row.event is AlertEvent.MAILBOX
    if number is not None:
        return answers.see("tickets.show", number=number, _anchor="newest" if entry_id is None else None)
    return answers.see("settings.mailboxes" if mailbox else "alerts.show")


@bp.post("/notifications/read")
def read_all() -> ResponseReturnValue:
    """All that her page had; what came since is news."""
    said = request.form.get("newest", "")
    if said.isascii() and said.isdigit() and len(said) < 10:
        with transaction() as session:
            alerts.read_all(session, me().id, up_to=int(said), at=clock.now())
    return answers.see("alerts.show")


@bp.get("/notifications/news")
def news() -> ResponseReturnValue:
    """For an open page: what the browser is to say; 204 for nothing. Without `after`: where to begin."""
    after = request.args.get("after", "")
    with reading() as session:
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            return jsonify(newest=lookups.newest(session, me().id), news=[])
        found = lookups.news(session, me().id, after=int(after), at=clock.now())
    if not found:
        return Response(status=204)
    return jsonify(newest=found[-1].id, news=[_notice(each) for each in found])


@bp.get("/notifications/settings")
def settings() -> ResponseReturnValue:
    with reading() as session:
        chosen = dict(acting(session).alerts)
    leads = me().may(Role.LEAD)
    table = [
        (event, alerts_said.EVENTS[event], [_box(event, channel, chosen) for channel in Channel])
        for event in AlertEvent
        if leads or event not in alerts_said.FOR_LEADS
    ]
    return render_template("alert_settings.html", table=table, channels=alerts_said.CHANNELS)


@bp.post("/notifications/settings")
def choose() -> ResponseReturnValue:
    ticked = request.form.getlist("told")
    mail = f"{AlertEvent.ANSWERED}-{Channel.MAIL}" in ticked
    with transaction() as session:
        agent = acting(session)
        alerts.choose(agent, choices(ticked))
        if mail and agent.told_of is ToldOf.NOTHING:
            agents.tell_of(agent, ToldOf.MINE)
        elif not mail and agent.told_of is not ToldOf.NOTHING:
            agents.tell_of(agent, ToldOf.NOTHING)
    answers.say(_("Saved."))
    return answers.see("alerts.settings")


def _box(event: AlertEvent, channel: Channel, chosen: dict[str, list[str]]) -> tuple[str, bool, str]:
    """Name, whether it is ticked, and its words for who hears the table; no name where there is no box."""
    label = _(
        "%(event)s: %(channel)s", event=alerts_said.EVENTS[event], channel=alerts_said.CHANNELS[channel]
    )
    if event is AlertEvent.ANSWERED and channel is Channel.MAIL:
        return f"{event}-{channel}", me().told_of is not ToldOf.NOTHING, label
    if not is_offered(event, channel):
        return "", False, label
    return f"{event}-{channel}", channel in channels(chosen, event), label


def _notice(alert: AlertView) -> dict[str, object]:
    where = (
        url_for("tickets.show", number=alert.number, _anchor="newest")
        if alert.number
        else url_for("alerts.show")
    )
    title = f"#{alert.number} {alert.subject}" if alert.number else alert.words
    return {"id": alert.id, "title": title, "body": alerts_said.sentence(alert), "go": where}


def _tell_open_pages(response: Response) -> Response:
    """With every answer to a poll of an open page goes what its bell says."""
    if request.headers.get("X-Live") and g.get("signed_in") is not None:
        response.headers["X-Unread"] = unread()
    return response
