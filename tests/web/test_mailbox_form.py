"""The form of a mailbox: all complaints at once, and a password that is typed once."""

import html
import re
from datetime import timedelta

import pytest

from helpdesk import clock
from helpdesk.actions import agents, mailboxes
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.demo.provider import Provider
from helpdesk.models import Agent, Mailbox
from helpdesk.rules.states import Role
from helpdesk.web.typed_secrets import KEPT
from tests.web.conftest import Desk
from tests.web.test_settings import fields


def beside(page: str) -> dict[str, str]:
    """What stands beside the fields that are marked as wrong, by their names."""
    marked = re.findall(r'<(?:input|select) id="(\w+)"[^>]*aria-invalid="true"', page)
    return {name: re.findall(rf'id="{name}-says" class="hint">([^<]*)<', page)[0] for name in marked}


def test_all_that_is_wrong_is_said_at_once_and_beside_its_field(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    form = fields(provider, name="", imap_port="x", smtp_port="99999", imap_tls="ssl", send_every="often")
    answer = owner.post("/settings/mailboxes/new", **form)

    assert answer.status_code == 422
    assert beside(html.unescape(answer.text)) == {
        "name": "Give the mailbox a name",
        "imap_port": "'x' is not a port",
        "imap_tls": "'ssl' is not one of none, starttls, tls",
        "smtp_port": "'99999' is not a port",
        "send_every": "'often' is not a limit: a whole number up to 100000",
    }
    assert "5 fields need another look." in answer.text


@pytest.mark.trust
@pytest.mark.parametrize("button", [{}, {"test": "1"}])
def test_nothing_goes_unencrypted_to_another_machine(
    desk: Desk, provider: Provider, button: dict[str, str]
) -> None:
    owner = desk.visitor("owner")
    away = fields(provider, imap_host="imap.shop.example", smtp_host="192.0.2.1")
    answer = owner.post("/settings/mailboxes/new", **button, **away)

    assert answer.status_code == 422
    said = beside(html.unescape(answer.text))
    assert set(said) == {"imap_tls", "smtp_tls"}
    assert said["imap_tls"].startswith("Without encryption everybody on the way could read the password")


def typed_secrets(page: str) -> str:
    found = re.search(r'name="typed_secrets" value="([^"]+)"', page)
    return found.group(1) if found else ""


@pytest.mark.trust
def test_a_password_is_typed_once_for_the_test_and_for_what_follows(desk: Desk, provider: Provider) -> None:
    owner = desk.visitor("owner")
    form = fields(provider)
    failed = owner.post("/settings/mailboxes/new", test="1", **{**form, "folder": "Nowhere"})
    tested = owner.post(
        "/settings/mailboxes/new",
        test="1",
        **{**form, "password": "", "typed_secrets": typed_secrets(failed.text)},
    )
    assert "It works: a mail went round" in tested.text
    assert provider.password not in tested.text

    kept = {**form, "password": "", "typed_secrets": typed_secrets(tested.text)}
    assert owner.post("/settings/mailboxes/new", **kept).status_code == 303
    with reading() as session:
        mailbox = session.get_one(Mailbox, 2)
        assert mailboxes.imap_account(current_desk(), mailbox).password == provider.password


@pytest.mark.trust
def test_a_typed_password_goes_to_no_other_login_and_is_not_kept_for_long(
    desk: Desk, provider: Provider
) -> None:
    owner = desk.visitor("owner")
    refused = owner.post("/settings/mailboxes/new", **fields(provider, name=""))
    kept = {"password": "", "typed_secrets": typed_secrets(refused.text)}
    changes = ({"imap_host": "localhost"}, {"username": "eve"}, {"typed_secrets": "forged"})
    for changed in changes:
        answer = owner.post("/settings/mailboxes/new", **{**fields(provider), **kept, **changed})
        assert answer.status_code == 422
        assert beside(html.unescape(answer.text))["password"].startswith("Type the password again"), changed
    with transaction() as session:
        agents.change(
            session, session.get_one(Agent, desk.lead), role=Role.OWNER, active=True, by=None, at=clock.now()
        )
    answer = desk.visitor("lead").post("/settings/mailboxes/new", **{**fields(provider), **kept})
    assert answer.status_code == 422, "it is of use to the colleague who typed it"

    clock.shift(KEPT + timedelta(seconds=1))
    assert owner.post("/settings/mailboxes/new", **{**fields(provider), **kept}).status_code == 422
    assert owner.post("/settings/mailboxes/new", **fields(provider, **kept, name="")).status_code == 422
