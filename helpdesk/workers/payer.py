"""Refunds on their way: instructed, handed to their gateway, asked about until they are settled.

A gateway is spoken to between two transactions, never inside one; what was said is written down in the second.
If we die in between, the row says so (`submitted`), its lease runs out, and the next one asks.
"""

import logging
import secrets

from helpdesk import clock
from helpdesk.actions import conversation, paying, remedy_money
from helpdesk.actions.claims import hold
from helpdesk.actions.paying import Errand
from helpdesk.current import current_gateways
from helpdesk.db import is_passing, reading, transaction, unusable
from helpdesk.models import AgreedRemedy
from helpdesk.rules.paying import Answer, Gateway, Gateways, Outcome

log = logging.getLogger(__name__)


def pay(owner: str = "") -> int:
    """Carry every refund one step on; how many were. One that fails does not stop the others."""
    owner = owner or secrets.token_hex(8)
    gateways = current_gateways()
    with reading() as session:
        promised = remedy_money.waiting(session)
    for remedy_id in promised:
        _survive(lambda remedy_id=remedy_id: _instruct(remedy_id), f"remedy {remedy_id}")
    with reading() as session:
        due = paying.due(session, at=clock.now())
    return sum(
        _survive(lambda refund_id=refund_id: _carry_on(refund_id, gateways, owner), f"refund {refund_id}")
        for refund_id in due
    )


def _instruct(remedy_id: int) -> bool:
    with transaction() as session:
        claim, ticket = hold(session, session.get_one(AgreedRemedy, remedy_id).claim_id)
        remedy = session.get_one(AgreedRemedy, remedy_id, populate_existing=True)
        made = remedy_money.instruct(session, ticket, remedy, actor=conversation.CLOCK, at=clock.now())
        return bool(made)


def _carry_on(refund_id: int, gateways: Gateways, owner: str) -> bool:
    with transaction() as session:
        errand = paying.take(session, refund_id, gateways.name_for, owner=owner, at=clock.now())
    tried = errand is not None
    while errand is not None:
        gateway = gateways.named(errand.gateway)
        answer = _ask(gateway, errand)
        with transaction() as session:
            errand = paying.note(session, errand, answer, settling=gateway.settling, at=clock.now())
    return tried


def _ask(gateway: Gateway, errand: Errand) -> Answer:
    """What the gateway says. One that breaks its word and raises has said nothing."""
    try:
        ask = gateway.submit if errand.submit else gateway.query
        return ask(errand.instruction)
    except Exception as error:
        log.exception("refund %s: %s raised", errand.instruction.key, gateway.name)
        return Answer(outcome=Outcome.UNKNOWN, said=f"{type(error).__name__}")
