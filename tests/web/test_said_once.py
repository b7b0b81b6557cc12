"""What is wrong with a form is said once, where it was typed."""

import pytest

from helpdesk import clock
from helpdesk.actions import return_addresses
from helpdesk.errors import ConflictError
from helpdesk.rules.claim_terms import OrderState
from tests.actions.claiming import Matter
from tests.web.conftest import Desk, Visitor


@pytest.fixture
def matter(desk: Desk) -> Matter:
    matter = Matter(state=OrderState.PAID)
    matter.link()
    matter.open()
    return matter


def test_a_refusal_about_a_claim_stands_in_its_panel_alone(matter: Matter, browser: Visitor) -> None:
    version = str(matter.version)
    answer = browser.post("/claims/1/proposal", version=version, how="offer", words="kept")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert page.count('role="alert"') == 1
    assert page.index('role="alert"') > page.index('id="claim"')
    assert "Your words are kept." not in page, "nothing was written in the composer"


def test_a_refusal_about_a_call_stands_beside_its_field_alone(matter: Matter, browser: Visitor) -> None:
    now = clock.now().strftime("%Y-%m-%dT%H:%M")
    for form, wrong in (({"whom": "", "words": "x"}, "whom"), ({"whom": "Li", "words": ""}, "words")):
        answer = browser.post("/tickets/1/call", spoken_at=now, **form)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f'id="{wrong}-says"' in page
        assert '<p class="problem"' not in page


def test_an_address_that_a_colleague_has_just_saved_says_so(
    matter: Matter, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "Depot was saved by somebody else at this moment: look at it, then save again"

    def overtaken(*_: object, **__: object) -> None:
        raise ConflictError(said)

    monkeypatch.setattr(return_addresses, "save", overtaken)
    answer = desk.visitor("lead").post("/settings/inside/addresses", label="Depot", text="a\nb")
    assert answer.status_code == 409
    assert answer.get_data(as_text=True).count(said) == 1
