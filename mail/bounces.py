"""Delivery reports: whom a message of ours did not reach, and whether trying again is pointless.

Reads RFC 3464 where there is one (`status_reports`), X-Failed-Recipients, and the free forms of servers that
write prose (`failure_prose`). What a refusal means is asked of `diagnosis`.
"""

from mail import bounce_words as words
from mail import classify, diagnosis, headers, provider_notices, returned_copies, status_reports
from mail.failure_prose import Prose
from mail.parse import parse
from mail.status_reports import ADDRESS, STATUS, Group
from mail.types import Bounce, Incoming, key_of

MAX_RECIPIENTS = status_reports.MAX_RECIPIENTS
_MOST_READ = 262_144  # bytes of a report inside a report
_MAX_DIAGNOSTIC = 500  # characters


def read(incoming: Incoming) -> tuple[Bounce, ...]:
    """One `Bounce` per recipient that the report speaks of; () when the message is no report."""
    if not classify.is_bounce(incoming):
        return ()
    if noticed := provider_notices.bounces(incoming):
        return _once(noticed)
    if inner := _report_inside(incoming):
        return read(inner)
    own, copy = returned_copies.prose_and_copy(incoming.text)
    message_id = returned_copies.message_id(incoming, copy)
    prose = Prose.of(own)
    if groups := status_reports.groups(incoming):
        named = [group.recipient for group in groups]
        return _once([_of_group(group, named, prose, message_id) for group in groups])
    recipients = _declared(incoming) or prose.recipients(incoming)
    recipients = recipients or ADDRESS.findall(returned_copies.to(incoming, copy))[:MAX_RECIPIENTS] or [""]
    subject = incoming.subject
    return _once([_of_prose(each, recipients, prose, subject, message_id) for each in recipients])


def _report_inside(incoming: Incoming) -> Incoming | None:
    """The report that a gateway wrapped into a notice of its own, which names nobody."""
    if status_reports.groups(incoming):
        return None
    for each in incoming.attachments:
        if each.content_type == "message/rfc822" and b"message/delivery-status" in each.content[:_MOST_READ]:
            inner = parse(each.content[:_MOST_READ])
            return inner if status_reports.groups(inner) else None
    return None


def _once(found: list[Bounce]) -> tuple[Bounce, ...]:
    """The first word on each recipient."""
    return tuple({key_of(each.recipient): each for each in reversed(found)}.values())[::-1]


def _declared(incoming: Incoming) -> list[str]:
    values = incoming.all_headers("X-Failed-Recipients")
    found = dict.fromkeys(address for value in values for address in ADDRESS.findall(value))
    return list(found)[:MAX_RECIPIENTS]


def _of_group(group: Group, named: list[str], prose: Prose, message_id: str) -> Bounce:
    said = group.diagnostic
    if len(said) <= 12:  # a bare code: the comment of Status and the report's prose know more
        said = f"{said} {group.status} {prose.about(group.recipient, prose.text[:5_000])}"
    if group.code_type == "x-unix":
        said = f"x-unix; {said}"
    given = (STATUS.search(each) for each in (group.status, said, prose.near(group.recipient, below=0)))
    codes = [match[1] for match in given if match]
    status = next((each for each in codes if not each.endswith(".0.0")), codes[0] if codes else "")
    passage = prose.passage(group.recipient, named)
    return Bounce(
        recipient=group.recipient,
        action=group.action,
        status=status,
        permanent=_is_gone(group.recipient, group.action, status, said, passage, prose, alone=False),
        diagnostic=_short(group.diagnostic or prose.text),
        message_id=message_id,
        provider_limit=diagnosis.is_provider_limit(status, said),
    )


def _of_prose(recipient: str, recipients: list[str], prose: Prose, subject: str, message_id: str) -> Bounce:
    passage = prose.passage(recipient, recipients)
    said = prose.about(recipient, passage)
    heading = f"{subject}\n{passage[:5_000]}".lower()
    action = diagnosis.DELAYED if any(each in heading for each in words.DELAYED) else diagnosis.FAILED
    status = prose.status(recipient, passage)
    return Bounce(
        recipient=recipient,
        action=action,
        status=status,
        permanent=_is_gone(recipient, action, status, said, passage, prose, alone=len(recipients) == 1),
        diagnostic=_short(said if len(said) >= 12 else passage),
        message_id=message_id,
        provider_limit=diagnosis.is_provider_limit(status, said),
    )


def _is_gone(
    recipient: str, action: str, status: str, said: str, report: str, prose: Prose, *, alone: bool
) -> bool:
    """`said` is the refusal, `report` what stands around it."""
    if not diagnosis.is_permanent(action, status, said):
        return False
    if diagnosis.is_certain(status, said) or diagnosis.is_certain("", report):
        return True
    if prose.refused_after_rcpt(recipient, alone=alone):
        return False
    return not diagnosis.may_be_a_filter(said, report)


def _short(text: str) -> str:
    return headers.one_line(text)[:_MAX_DIAGNOSTIC]
