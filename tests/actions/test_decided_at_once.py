"""Whatever opens a decision anew asks the policy in the same step: no page shows the answer of before."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk.actions import claim_steps
from helpdesk.db import reading
from helpdesk.models import AgreedRemedy, Decision
from helpdesk.rules.claim_terms import Condition
from helpdesk.rules.states import Role
from tests.actions.sending_back import SendingBack

pytestmark = pytest.mark.money


def test_the_answer_after_an_inspection_is_there_at_once(app: Flask) -> None:
    back = SendingBack()
    back.start()
    back.receive()
    back.inspect(Condition.USED, deduction=2000, why="worn")

    with reading() as session:
        newest = session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert newest is not None
        assert newest.outcome["facts"]["condition"] == "used"
        assert newest.clause != "CN-7D"


def test_a_claim_that_is_decided_anew_has_its_answer_at_once(app: Flask) -> None:
    back = SendingBack()
    with back.held() as (session, ticket, claim):
        claim.condition = Condition.USED
        by = back.agent(session, Role.LEAD)
        claim_steps.decide_anew(session, ticket, claim, by=by, why="used, they say", at=claim.since)

    with reading() as session:
        newest = session.scalars(select(Decision).order_by(Decision.id.desc())).first()
        assert newest is not None
        assert newest.outcome["facts"]["condition"] == "used"
        assert session.scalars(select(AgreedRemedy.state)).all() == ["canceled"]
