"""Bounces and complaints that a sending service mails as data: Amazon SES by way of SNS.

Amazon SES developer guide, "Amazon SNS notification contents".
"""

import json
from typing import Any

from mail import diagnosis
from mail.status_reports import MAX_RECIPIENTS, STATUS
from mail.types import Bounce, Incoming

_MOST_READ = 200_000  # characters
# Values of bounceSubType; the others are limits, content and full mailboxes.
_GONE = ("General", "NoEmail", "Undetermined")


def kind(incoming: Incoming) -> str:
    """ "Bounce", "Complaint" or "Delivery"; "" for any other message."""
    notice = _notice(incoming)
    return str(notice.get("notificationType") or notice.get("eventType") or "")


def bounces(incoming: Incoming) -> list[Bounce]:
    """One for each recipient of a notice of a bounce or of a delivery; [] for any other message."""
    notice = _notice(incoming)
    message_id = _message_id(notice)
    report = _object(notice, "bounce")
    failed = [_bounce(each, report, message_id) for each in _list(report, "bouncedRecipients")]
    arrived = [_delivery(each, message_id) for each in _list(_object(notice, "delivery"), "recipients")]
    return failed + arrived


def complaint(incoming: Incoming) -> tuple[str, str] | None:
    """The recipient who complained and the Message-ID of what; None for any other message."""
    notice = _notice(incoming)
    report = _object(notice, "complaint")
    recipients = [each for each in _list(report, "complainedRecipients") if isinstance(each, dict)]
    if not report:
        return None
    recipient = str(recipients[0].get("emailAddress") or "")[:320] if recipients else ""
    return recipient, _message_id(notice)


def _object(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def _list(of: dict[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value[:MAX_RECIPIENTS] if isinstance(value, list) else []


def _delivery(recipient: Any, message_id: str) -> Bounce:
    return Bounce(
        recipient=str(recipient)[:320],
        action="delivered",
        status="",
        permanent=False,
        diagnostic="",
        message_id=message_id,
    )


def _notice(incoming: Incoming) -> dict[str, Any]:
    text = incoming.text[:_MOST_READ].lstrip()
    if not text.startswith("{") or not incoming.header("X-Amz-Sns-Message-Id"):
        return {}
    try:
        # The text behind the object is how to unsubscribe; long lines may have been broken on the way.
        notice, _ = json.JSONDecoder(strict=False).raw_decode(text.replace("\n ", ""))
    except (ValueError, RecursionError):
        return {}
    return notice if isinstance(notice, dict) else {}


def _bounce(told: Any, report: dict[str, Any], message_id: str) -> Bounce:
    recipient: dict[str, Any] = told if isinstance(told, dict) else {}
    action = str(recipient.get("action") or diagnosis.FAILED)
    said = str(recipient.get("diagnosticCode") or "")
    status = STATUS.search(f"{recipient.get('status') or ''} {said}")
    code = status[1] if status else ""
    permanent = diagnosis.is_permanent(action, code, said)
    if report.get("bounceType") == "Permanent" and report.get("bounceSubType") in _GONE and not said:
        permanent = action == diagnosis.FAILED
    return Bounce(
        recipient=str(recipient.get("emailAddress") or "")[:320],
        action=action,
        status=code,
        permanent=permanent,
        diagnostic=" ".join(said.split())[:500],
        message_id=message_id,
        provider_limit=diagnosis.is_provider_limit(code, said),
    )


def _message_id(notice: dict[str, Any]) -> str:
    """Of the returned message: SES puts its own in place of ours, and tells ours among the headers."""
    for each in _list(_object(notice, "mail"), "headers"):
        if isinstance(each, dict) and str(each.get("name")).lower() == "message-id":
            return str(each.get("value")).strip().strip("<>")[:998]
    return ""
