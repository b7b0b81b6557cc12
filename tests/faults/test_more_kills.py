"""kill -9 beside the main road: filing copies of what was sent, telling colleagues, merging, renewing tokens.

As in the sweep over intake and sending: killed at the first pass of each point, the next worker at the
second, and so on, until one gets through. Full size: 40 messages at each point.
"""

from collections import Counter

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import reading
from helpdesk.models import Reminder, Ticket
from helpdesk.queries import mailboxes
from helpdesk.rules.states import OutboxState, ReminderKind, ReminderState
from tests.faults.points import COPYING, MERGING, NOTIFYING, TOKENS, Point
from tests.faults.victim import MAILS, Victim, outbox, some_mail, whole
from tests.figures import Figure
from tests.flows.staff import ANN, tell
from tests.servers.dovecot import Dovecot
from tests.servers.oauth import OAuthServer
from tests.shop import Shop
from tests.workers.signed import Signed

pytestmark = [pytest.mark.trust, pytest.mark.scale]
PAIRS = MAILS // 2


def by_name(point: Point) -> str:
    return point.name


@pytest.mark.parametrize("point", COPYING, ids=by_name)
def test_filing_copies_survives_being_killed(
    shop: Shop, victim: Victim, point: Point, database_url: str, figure: Figure
) -> None:
    shop.receive(*some_mail())
    assert len(shop.send()) == MAILS
    kills = victim.kill_until_done("copy", point)
    assert kills > 0, "nobody died: the point is not on the road"
    victim.minutes += 60  # what a dead worker had in its hands is tried again a while later
    victim.run("copy")

    copies = Counter(in_sent(shop))
    assert set(copies) == {row.message_id for row in outbox()}, "lost"
    assert set(copies.values()) == {1}, "doubled"
    assert [row.copy_due_at for row in outbox()] == [None] * MAILS
    assert len(shop.smtp.messages) == MAILS, "sent twice"
    _print(figure, database_url, point, "kills / copies / lost / doubled / sent twice", kills, MAILS, 0, 0, 0)


@pytest.mark.parametrize("point", NOTIFYING, ids=by_name)
def test_telling_colleagues_survives_being_killed(
    shop: Shop, victim: Victim, point: Point, database_url: str, figure: Figure
) -> None:
    tell(shop.agent_id)
    shop.receive(*some_mail())
    kills = victim.kill_until_done("chase", point)
    assert kills > 0, "nobody died: the point is not on the road"
    victim.run("send")

    told = [message for message in shop.smtp.messages if message.recipient == ANN]
    assert len(told) == MAILS, "lost or told twice"
    assert [verbs.count("notified") for verbs in all_verbs(shop)] == [1] * MAILS
    assert Counter(row.state for row in outbox() if row.agent_id) == {OutboxState.SENT: MAILS}
    assert whole(shop)
    _print(figure, database_url, point, "kills / notifications / lost / told twice", kills, MAILS, 0, 0)


@pytest.mark.parametrize("point", MERGING, ids=by_name)
def test_merging_survives_being_killed(
    shop: Shop, victim: Victim, point: Point, database_url: str, figure: Figure
) -> None:
    shop.receive(*some_mail())
    for number in range(2, MAILS + 1, 2):
        shop.refund(number, reference=f"paid {number}")
    kills = victim.kill_until_done("merge", point)
    assert kills > 0, "nobody died: the point is not on the road"

    with reading() as session:
        merged = {ticket.id: ticket.merged_into_id for ticket in session.scalars(select(Ticket))}
        asked = select(Reminder.ticket_id).where(
            Reminder.state == ReminderState.PLANNED, Reminder.kind == ReminderKind.ARRIVAL_CHECK
        )
        plans = Counter(session.scalars(asked))
    first = range(1, MAILS + 1, 2)
    assert merged == dict.fromkeys(first) | {number + 1: number for number in first}
    assert plans == dict.fromkeys(first, 1), "the question whether money arrived is lost, or asked twice"
    verbs = all_verbs(shop)
    assert [said.count("took_in") for said in verbs[::2]] == [1] * PAIRS
    assert [said.count("merged_into") for said in verbs[1::2]] == [1] * PAIRS
    assert whole(shop)
    _print(figure, database_url, point, "kills / mergers / half done / doubled", kills, PAIRS, 0, 0)


@pytest.fixture
def signed(shop: Shop, oauth_dovecot: Dovecot, oauth_server: OAuthServer) -> Signed:
    signed = Signed(shop, oauth_dovecot, oauth_server)
    signed.agree()
    return signed


@pytest.mark.parametrize("rotating", [True, False], ids=["rotating", "not rotating"])
@pytest.mark.parametrize("point", TOKENS, ids=by_name)
def test_renewing_a_token_survives_being_killed(
    signed: Signed, victim: Victim, point: Point, rotating: bool, database_url: str, figure: Figure
) -> None:
    """A provider that rotates ends the whole agreement when the old refresh token is shown once more: the new
    one died with the worker, so only the owner can mend it, and is asked to."""
    victim.run("look")
    signed.dovecot.deliver_all(signed.user, some_mail(), at=clock.now())
    signed.token_is_over()
    signed.provider.rotating = rotating
    assert victim.run("look", point.name, 1) == "killed"
    victim.run("look")

    is_lost = rotating and point.name.startswith("a rotated token")
    problem = problem_of(signed)
    assert ("sign in again" in problem) is is_lost, problem
    if is_lost:
        assert signed.provider.agreements[-1].revoked
        signed.agree()
        victim.run("look")
    assert problem_of(signed) == ""
    received = Counter(
        entry["message_id"] for number in numbers(signed.shop) for entry in mails_of(signed.shop, number)
    )
    assert received == {f"{number}@buyer.example": 1 for number in range(MAILS)}
    _print(
        figure,
        database_url,
        point,
        f"{'rotating' if rotating else 'not rotating'}, kills / mails / lost / doubled / asked to sign in",
        1, MAILS, 0, 0, int(is_lost),
    )  # fmt: skip


def test_a_lost_rotation_is_not_asked_for_in_a_loop(signed: Signed, victim: Victim) -> None:
    victim.run("look")
    signed.token_is_over()
    assert victim.run("look", "a rotated token in hand, nothing kept", 1) == "killed"
    for _ in range(3):
        victim.run("look")
    asked = len(signed.provider.asked)
    with reading() as session:
        shown = mailboxes.one(session, signed.shop.mailbox_id, at=clock.now())
    assert "sign in again" in shown.problem
    assert shown.next_look_at is not None

    victim.run("look")
    assert len(signed.provider.asked) - asked <= 1, (
        "one question for each time that a person might have acted"
    )


def in_sent(shop: Shop) -> list[str]:
    with shop.dovecot.session(shop.user) as imap:
        imap.select("Sent", readonly=True)
        _, data = imap.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    found = [part[1].decode() for part in data if isinstance(part, tuple)]
    return [text.partition("<")[2].partition(">")[0] for text in found]


def numbers(shop: Shop) -> list[int]:
    return sorted(ticket["number"] for ticket in shop.tickets())


def all_verbs(shop: Shop) -> list[list[str]]:
    return [shop.verbs(number) for number in numbers(shop)]


def mails_of(shop: Shop, number: int) -> list[dict[str, str]]:
    return [entry for entry in shop.ticket(number)["entries"] if entry["kind"] == "received"]


def problem_of(signed: Signed) -> str:
    with reading() as session:
        return mailboxes.one(session, signed.shop.mailbox_id, at=clock.now()).problem


def _print(figure: Figure, database_url: str, point: Point, said: str, *counts: int) -> None:
    engine = database_url.partition(":")[0]
    figure(f"{engine}, {point.name}: {said}", " / ".join(map(str, counts)))
