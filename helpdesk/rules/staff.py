"""What a member of staff is told by mail, and whether a mail that says it is hers is believed."""

from helpdesk.rules.states import ToldOf
from mail.types import Verdict


def is_told(told_of: ToldOf, *, agent_id: int, assignee_id: int | None) -> bool:
    """Whether an agent with this choice is told of mail on a ticket that is this colleague's, or nobody's."""
    if told_of is ToldOf.NOTHING:
        return False
    return assignee_id == agent_id or (told_of is ToldOf.MINE_AND_UNASSIGNED and assignee_id is None)


def doubt(*, sender_is_she: bool, verdict: Verdict, active: bool) -> str | None:
    """Why an answer to an agent's notification is not hers, or None when it is.

    The token proves only that somebody had her mail before them: it takes all four.
    """
    if not sender_is_she:
        return "notification_of_a_colleague"
    if verdict is not Verdict.PASS:
        return "colleague_not_verified"
    if not active:
        return "colleague_has_left"
    return None
