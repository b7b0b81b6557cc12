"""What people choose beside what the words suggested is kept, and counted for whoever minds the phrases."""

from datetime import timedelta

from helpdesk import clock
from helpdesk.actions import claim_reasons, claims
from helpdesk.current import current_desk
from helpdesk.db import reading
from helpdesk.queries.reason_lessons import lessons, samples
from tests.actions.claiming import Matter


def test_a_correction_stands_beside_what_was_suggested(app: object) -> None:
    matter = Matter()
    matter.link()
    matter.open("")
    for reason in ("damaged", "defective"):
        with matter.held() as (session, ticket, claim):
            actor = claims.staff(matter.agent(session))
            claim_reasons.choose(
                session, ticket, claim, reason, source=claim_reasons.AGENT, actor=actor, at=clock.now()
            )

    since = clock.now() - timedelta(days=1)
    with reading() as session:
        found = lessons(session, current_desk().phrases, since=since)
        kept = samples(session, since=since)

    assert [(each.suggested, each.decided) for each in kept] == [("", "defective")]
    assert "退款" in kept[0].text
    assert (found.mails, found.spoke) == (1, 0)
