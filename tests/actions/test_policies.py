"""The shop's policy as it is kept: what may be put in force, and which one counted when."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpdesk import clock
from helpdesk.actions import agents, events, policies
from helpdesk.actions.events import EventForm
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, PolicyVersion
from helpdesk.queries import policies as kept
from helpdesk.rules.claim_terms import EvidenceKind, OrderState
from helpdesk.rules.policy_deciding import decide
from helpdesk.rules.policy_facts import Facts, LineMoney
from helpdesk.rules.policy_shipped import preset_text
from helpdesk.rules.policy_terms import Verdict
from helpdesk.rules.states import Role
from tests.models.rows import GOOD, put
from tests.rules.policies import SMALL, changed, facts
from tests.rules.policies import policy as small

pytestmark = pytest.mark.usefixtures("app")
START = datetime(2026, 12, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
FAILING = '\n[[example]]\nfacts = { state = "paid" }\nexpect = { decision = "deny" }\n'


@pytest.fixture
def lead(app: Flask) -> Agent:
    with transaction() as session:
        return agents.create(
            session,
            email="lin@shop.example",
            name="Lin",
            password="long enough for a test",
            role=Role.LEAD,
            at=START,
        )


def numbered(version: str, *more: tuple[str, str]) -> str:
    """The small policy under another version."""
    return changed(('version = "1"', f'version = "{version}"'), *more)


def put_in_force(source: str, at: datetime = START) -> int:
    with transaction() as session:
        return policies.activate(session, policies.upload(session, source, by=None, at=at), by=None, at=at).id


def in_force(at: datetime) -> str:
    with reading() as session:
        found = policies.in_force(session, at=at)
        return found.version if found else ""


def test_a_good_file_is_kept_and_read_again(lead: Agent) -> None:
    with transaction() as session:
        kept = policies.upload(session, SMALL, by=lead, at=START)
        assert (kept.policy_id, kept.version, kept.uploaded_by) == ("small", "1", f"agent:{lead.id}")
        assert kept.activated_at is None
        assert policies.read(kept).clauses[0].id == "UNSHIPPED"


def test_a_bad_file_is_refused_with_every_fault_and_the_old_version_stays(lead: Agent) -> None:
    put_in_force(SMALL)
    bad = numbered("2", ('"CNY"', '"XYZ"'), ('state = ["paid"]', 'stat = ["paid"]'))
    with pytest.raises(policies.PolicyFaultsError) as refused, transaction() as session:
        policies.upload(session, bad, by=lead, at=START)
    assert [(problem.line, problem.where) for problem in refused.value.problems] == [
        (6, "policy"),
        (14, "clause UNSHIPPED"),
    ]
    assert in_force(START) == "1"


def test_the_same_text_twice_is_one_version(lead: Agent) -> None:
    with transaction() as session:
        first = policies.upload(session, SMALL, by=lead, at=START)
        assert policies.upload(session, SMALL.replace("\n", "\r\n"), by=lead, at=START) is first


def test_a_version_cannot_have_two_texts(lead: Agent) -> None:
    put_in_force(SMALL)
    with pytest.raises(ConflictError, match="give this one its own version"), transaction() as session:
        policies.upload(session, changed(("Faulty.", "Broken.")), by=lead, at=START)


def test_what_fails_its_own_examples_is_not_activated() -> None:
    put_in_force(SMALL)
    with pytest.raises(InvalidError, match="1 of its own examples fail"):
        put_in_force(numbered("2") + FAILING)
    assert in_force(START + DAY) == "1"


def test_what_gives_less_than_the_law_is_not_activated() -> None:
    with pytest.raises(InvalidError, match="less than the law"):
        put_in_force(changed(('remedies = ["return_refund"]', 'remedies = ["coupon"]')))


def test_a_claim_finds_the_version_of_its_own_moment() -> None:
    put_in_force(SMALL, START)
    put_in_force(numbered("2"), START + 10 * DAY)
    assert in_force(START + 10 * DAY - timedelta(seconds=1)) == "1"
    assert in_force(START + 10 * DAY) == "2"
    assert in_force(START - 100 * DAY) == "1"  # before the first: the first


def test_a_version_may_wait_for_its_own_day() -> None:
    put_in_force(SMALL, START)
    later = 'version = "2"\neffective_from = 2026-12-20T00:00:00+08:00'
    put_in_force(changed(('version = "1"', later)), START + DAY)
    day = datetime(2026, 12, 19, 16, tzinfo=UTC)
    assert in_force(day - timedelta(seconds=1)) == "1"
    assert in_force(day) == "2"


def test_a_version_that_waits_can_be_replaced_before_its_day() -> None:
    put_in_force(SMALL, START)
    waits = 'version = "2"\neffective_from = 2026-12-20T00:00:00+08:00'
    put_in_force(changed(('version = "1"', waits)), START + DAY)
    put_in_force(numbered("3"), START + 2 * DAY)
    assert in_force(START + DAY) == "1"
    assert in_force(START + 2 * DAY) == "3"
    assert in_force(START + 60 * DAY) == "3"


def test_a_version_is_in_force_once_only() -> None:
    first = put_in_force(SMALL)
    put_in_force(numbered("2"), START + DAY)
    with pytest.raises(ConflictError, match="upload it under a new version"), transaction() as session:
        policies.activate(session, session.get_one(PolicyVersion, first), by=None, at=START + 2 * DAY)


def test_a_desk_may_have_no_policy_yet() -> None:
    assert in_force(START) == ""


@pytest.mark.parametrize("name", ["cn-shop", "eu-shop", "uk-shop"])
def test_a_shipped_policy_can_be_started_with(name: str) -> None:
    with transaction() as session:
        kept = policies.start_with(session, name, by=None, at=clock.now())
        assert (kept.policy_id, kept.text) == (name, preset_text(name))


def test_an_unknown_preset_is_not_found() -> None:
    with pytest.raises(NotFoundError), transaction() as session:
        policies.start_with(session, "../cn-shop", by=None, at=START)


@pytest.mark.trust
@pytest.mark.parametrize("change", ["UPDATE policy_version SET text = ''", "DELETE FROM policy_version"])
def test_the_database_keeps_the_text(change: str) -> None:
    put_in_force(SMALL)
    with pytest.raises(DBAPIError, match="kept as it was uploaded"), transaction() as session:
        session.execute(text(change))


def decided(text: str, given: Facts) -> None:
    """One open claim that was decided by this policy, for these facts."""
    found = decide(small(text), given)
    pinned = {
        "decision": {"outcome": found.to_json(), "verdict": found.decision, "clause": found.clause},
        "policy_version": {"text": text},
    }
    with transaction() as session:
        for table in GOOD:
            put(session, table, **pinned.get(table, {}))


def test_open_claims_whose_answer_would_change_are_named() -> None:
    decided(SMALL, facts(days_since_delivery=9))
    longer = small(changed(("max = 7", "max = 10")))
    with reading() as session:
        (only,) = kept.touched(session, longer)
        assert kept.touched(session, small()) == []
    assert (only.ticket, only.before, only.after_clause, only.after) == (
        1,
        Verdict.REVIEW,
        "SEVEN",
        Verdict.ALLOW,
    )


FLOOD = EventForm(
    name_zh="洪水", name_en="the flood", regions=("CN-GD", "CN-GX"), starts_at=START, ends_at=START + 9 * DAY
)


def lasting(at: datetime) -> list[str]:
    with reading() as session:
        return [event.en for event in events.at_moment(session, at=at)]


def test_an_event_lasts_until_its_day(lead: Agent) -> None:
    with transaction() as session:
        events.declare(session, FLOOD, by=lead, at=START)
    assert lasting(START - DAY) == []
    assert lasting(START) == ["the flood"]
    assert lasting(START + 9 * DAY) == []


def test_an_event_can_be_ended_before_its_day_and_only_once(lead: Agent) -> None:
    with transaction() as session:
        event = events.declare(session, FLOOD, by=lead, at=START).id
    with transaction() as session:
        events.end(session, event, by=lead, at=START + DAY)
    assert lasting(START + 2 * DAY) == []
    with pytest.raises(ConflictError, match="over already"), transaction() as session:
        events.end(session, event, by=lead, at=START + 3 * DAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"regions": ("Guangdong",)}, "regions"),
        ({"ends_at": START}, "ends_on"),
        ({"source": "javascript:alert(1)"}, "source"),
    ],
)
def test_an_event_that_cannot_be_is_refused(lead: Agent, change: dict[str, object], field: str) -> None:
    values = {"name_zh": "洪水", "name_en": "flood", "starts_at": START, **change}
    with pytest.raises(InvalidError) as refused, transaction() as session:
        events.declare(session, EventForm(**values), by=lead, at=START)  # type: ignore[arg-type]  # on purpose
    assert refused.value.field == field


def test_a_policy_that_differs_in_nothing_touches_no_claim_whose_reason_nobody_knows() -> None:
    decided(preset_text("cn-shop"), facts(None, state=OrderState.PAID))
    again = preset_text("cn-shop").replace('version = "', 'version = "9', 1)
    with reading() as session:
        assert kept.touched(session, small(again)) == []


def test_a_claim_whose_most_partial_refund_falls_is_named() -> None:
    photo, line = frozenset({EvidenceKind.PHOTO}), LineMoney(line="1", quantity=1, paid=8900, claimed=1)
    decided(preset_text("cn-shop"), facts("damaged", evidence=photo, lines=(line,), currency="CNY"))
    meaner = preset_text("cn-shop").replace("partial_cap = 50", "partial_cap = 30")
    with reading() as session:
        (only,) = kept.touched(session, small(meaner))
    assert (only.before_clause, only.after_clause) == ("CN-FAULT", "CN-FAULT")
    assert (only.partial_before, only.partial_after) == (4450, 2670)
