"""What somebody is told of, in her language, and what the settings of it are called."""

from helpdesk.queries.alerts import AlertView
from helpdesk.rules.alerts import FOR_LEADS, AlertEvent, Channel
from helpdesk.web.translate import _, _l

__all__ = ["CHANNELS", "EVENTS", "FOR_LEADS", "sentence"]

EVENTS = {
    AlertEvent.ASSIGNED: _l("A ticket is given to me"),
    AlertEvent.ANSWERED: _l("The buyer writes on a ticket of mine"),
    AlertEvent.MENTIONED: _l("A note mentions me"),
    AlertEvent.APPROVAL: _l("Something waits for my approval"),
    AlertEvent.MONEY: _l("Money back fails, or nobody knows what became of it"),
    AlertEvent.PROMISE: _l("A promise on a ticket of mine is nearly due, or overdue"),
    AlertEvent.MAILBOX: _l("A mailbox is in trouble"),
}
CHANNELS = {
    Channel.PAGE: _l("in the page"),
    Channel.BROWSER: _l("by the browser"),
    Channel.MAIL: _l("by mail"),
}


def sentence(alert: AlertView) -> str:
    """One line."""
    match alert.event:
        case AlertEvent.ASSIGNED:
            return _("%(who)s gave it to you", who=alert.by or _("The desk"))
        case AlertEvent.ANSWERED:
            return _("The buyer wrote")
        case AlertEvent.MENTIONED:
            return _("%(who)s mentioned you: %(words)s", who=alert.by or _("The desk"), words=alert.words)
        case AlertEvent.APPROVAL:
            return _("%(who)s asks for your approval", who=alert.by or _("The desk"))
        case AlertEvent.MONEY:
            return _("Money back needs somebody")
        case AlertEvent.PROMISE:
            return _("What was promised is nearly due, or overdue")
        case AlertEvent.MAILBOX:
            return _("The mailbox %(name)s is in trouble", name=alert.words)
