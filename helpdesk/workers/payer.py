"""Refunds on their way: instructed, handed to their gateway, asked about until they are settled.

A gateway is spoken to between two transactions, never inside one; what was said is written down in the
second. If we die in between, the row says so (`submitted`), its lease runs out, and the next one asks.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.actions import conversation, paying, remedy_money
from helpdesk.actions.claims import hold
from helpdesk.actions.paying import Errand
from helpdesk.current import current_gateways
from helpdesk.db import is_passing, reading, transaction, unusable
from helpdesk.models import AgreedRemedy
from helpdesk.rules.paying import Answer, Gateway, Gateways, Outcome

NOT_SET_UP = timedelta(hours=1)  # until a gateway that is gone is looked for again

log = logging.getLogger(__name__)


def pay(owner: str = "") -> int:
    """Carry every refund one step on; how many were. One that fails does not stop the others."""
    owner = owner or secrets.token_hex(8)
    gateways = current_gateways()
    with reading() as session:
        promised = remedy_money.waiting(session)
    for remedy_id in promised:
        _survived("remedy", remedy_id, _instruct)
    return sum(
        _survived("refund", refund_id, lambda refund: _carry_on(refund, gateways, owner))
        for refund_id in _due()
    )


def _due() -> Iterator[int]:
    """All of them, by pages: those that a lead has to see to first keep none of the others waiting."""
    after = 0
    while True:
        with reading() as session:
            page = paying.due(session, at=clock.now(), after=after)
        if not page:
            return
        yield from page
        after = page[-1]


def _survived(what: str, row_id: int, work: Callable[[int], bool]) -> bool:
    """One row's step; what goes wrong with it is logged, and the next tick tries again."""
    try:
        return work(row_id)
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and unusable(error):
            raise  # no row is at fault
        if not is_passing(error):
            log.exception("%s %s could not be carried on", what, row_id)
        return False


def _instruct(remedy_id: int) -> bool:
    with transaction() as session:
        _, ticket = hold(session, session.get_one(AgreedRemedy, remedy_id).claim_id)
        remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
        made = remedy_money.instruct(session, ticket, remedy, actor=conversation.CLOCK, at=clock.now())
        return bool(made)


def _carry_on(refund_id: int, gateways: Gateways, owner: str) -> bool:
    with transaction() as session:
        errand = paying.take(
            session,
            refund_id,
            lambda paid_by: gateways.for_payment(paid_by).name,
            owner=owner,
            at=clock.now(),
        )
    tried = errand is not None
    while errand is not None:
        gateway = gateways.named(errand.gateway)
        answer = _ask(gateway, errand)
        settling = gateway.settling if gateway is not None else timedelta()
        with transaction() as session:
            errand = paying.note(session, errand, answer, settling=settling, at=clock.now())
    return tried


def _ask(gateway: Gateway | None, errand: Errand) -> Answer:
    """What the gateway says. One that breaks its word and raises has said nothing."""
    if gateway is None:
        said = f"{errand.gateway} is not set up on this desk any more"
        return Answer(outcome=Outcome.UNKNOWN, said=said, again_after=NOT_SET_UP)
    try:
        if errand.call_off:
            return gateway.call_off(errand.instruction)
        ask = gateway.submit if errand.submit else gateway.query
        return ask(errand.instruction)
    except Exception as error:
        log.exception("refund %s: %s raised", errand.instruction.key, gateway.name)
        return Answer(outcome=Outcome.UNKNOWN, said=f"{type(error).__name__}")
