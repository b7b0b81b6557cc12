"""The page of events of force majeure: declared and ended by leads; what claims got of it."""

from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import affected
from helpdesk.errors import ConflictError
from helpdesk.rules.claim_terms import OrderState
from tests.actions.claiming import Matter
from tests.actions.proving import facts
from tests.web.conftest import Desk
from tests.web.test_policy import PAGE, read


def test_a_lead_declares_an_event_and_ends_it(desk: Desk) -> None:
    lead = desk.visitor("lead")
    lead.get(f"{PAGE}/events")
    today = clock.now().date().isoformat()
    form = {
        "name_en": "the flood",
        "name_zh": "洪水",
        "starts_on": today,
        "regions": "cn-gd，CN-GX",
        "source": "https://news.example",
    }
    assert lead.post(f"{PAGE}/events", **form).status_code == 303
    said = read(desk.visitor("agent").text(f"{PAGE}/events"))
    assert "the flood" in said
    assert "CN-GD, CN-GX" in said
    assert lead.post(f"{PAGE}/events/1/end").status_code == 303
    assert lead.post(f"{PAGE}/events/1/end").status_code in (404, 409)


def test_a_claim_that_has_not_got_its_time_stands_on_the_page_and_gets_it_by_a_button(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = Matter(state=OrderState.SHIPPED, shipped_at=clock.now() - timedelta(days=2), ship_region="CN-GD")
    matter.link()
    matter.open("not_received")
    lead = desk.visitor("lead")
    lead.get(f"{PAGE}/events")
    form = {"name_en": "the flood", "name_zh": "洪水", "starts_on": clock.now().date().isoformat()}
    with monkeypatch.context() as patched:
        patched.setattr(affected, "give_time", refuse)
        assert lead.post(f"{PAGE}/events", **form).status_code == 303
    assert "1 claim has not got its time yet: #1" in read(lead.text(f"{PAGE}/events"))

    assert lead.post(f"{PAGE}/events/1/time").status_code == 303

    assert "has not got its time" not in read(lead.text(f"{PAGE}/events"))
    assert len(facts(1, "claim_extended")) == 1


def refuse(*args: object, **more: object) -> bool:
    raise ConflictError("this claim has moved on: look again")


def test_an_event_that_cannot_be_is_told_at_its_field(desk: Desk) -> None:
    lead = desk.visitor("lead")
    form = {"name_en": "the flood", "name_zh": "洪水", "starts_on": "2026-06-02", "ends_on": "2026-05-01"}
    answer = lead.post(f"{PAGE}/events", **form)
    assert answer.status_code == 422
    assert "The event ends before it begins" in answer.text
    assert "洪水" in answer.text
