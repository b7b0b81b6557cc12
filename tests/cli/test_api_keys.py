"""`api-keys`: made, shown once, listed, revoked."""

import json

from sqlalchemy import select

from helpdesk.actions import api_keys
from helpdesk.db import reading
from helpdesk.models import ApiKey
from tests.cli.conftest import Run


def test_a_key_is_printed_once_and_kept_as_a_hash(run: Run) -> None:
    made = run("api-keys", "add", "erp")
    token = made.stdout.strip()
    assert token.startswith("hdk_")
    with reading() as session:
        row = session.scalars(select(ApiKey)).one()
        assert token not in (row.token_sha256, row.name)
        assert api_keys.known(session, token) is not None
        assert api_keys.known(session, token + "x") is None
    assert token not in run("api-keys", "list").stdout
    assert json.loads(run("api-keys", "list", "--json").stdout)["scope"] == "orders:write"


def test_a_revoked_key_opens_nothing_and_its_name_is_not_used_again(run: Run) -> None:
    token = run("api-keys", "add", "erp", "--scope", "orders:read").stdout.strip()
    assert run("api-keys", "revoke", "erp").exit_code == 0
    assert run("api-keys", "revoke", "erp").exit_code == 0
    with reading() as session:
        assert api_keys.known(session, token) is None
    assert "revoked" in run("api-keys", "list").stdout
    assert run("api-keys", "add", "erp").exit_code == 1
    assert run("api-keys", "add", "no name").exit_code == 1
    assert run("api-keys", "revoke", "nobody").exit_code == 1
