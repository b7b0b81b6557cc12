"""What was typed into a password field stays good when the form comes back: sealed, never in clear.

A browser is given no password to fill in. The page holds a sealed copy, which this desk alone can open again:
for the colleague who typed it, for the same login at the same servers, and for half an hour.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from helpdesk import clock, vault
from helpdesk.actions.mailbox_forms import MailboxForm
from helpdesk.current import current_desk
from helpdesk.errors import InvalidError
from helpdesk.web.signin import me

FIELD = "typed_secrets"
KEPT = timedelta(minutes=30)


def sealed(form: MailboxForm) -> str:
    """For a hidden field; "" when no secret was typed."""
    secrets = [form.password, form.grant.client_secret if form.grant else ""]
    if not any(secrets):
        return ""
    kept = [_login(form), clock.now().isoformat(), secrets]
    return vault.seal(current_desk().secret, json.dumps(kept)).decode()


def filled_in(form: MailboxForm, given: str) -> MailboxForm:
    """The form with what stood in its empty secret fields before.

    Raises InvalidError when that is too old now, or was typed for another login.
    """
    if not given:
        return form
    password, client_secret = _opened(form, given)
    grant = form.grant and replace(form.grant, client_secret=form.grant.client_secret or client_secret)
    return replace(form, password=form.password or password, grant=grant)


def _opened(form: MailboxForm, given: str) -> tuple[str, str]:
    try:
        login, typed_at, (password, client_secret) = json.loads(
            vault.unseal(current_desk().secret, given.encode())
        )
        is_good = login == _login(form) and clock.now() - datetime.fromisoformat(typed_at) <= KEPT
    except (vault.SealedError, ValueError, TypeError):
        is_good, password, client_secret = False, "", ""
    if is_good:
        return str(password), str(client_secret)
    if form.password:
        return "", ""
    raise InvalidError(
        "type the password again: it is kept for half an hour, and for the same login only", field="password"
    )


def _login(form: MailboxForm) -> list[str | int]:
    registered = [form.grant.provider, form.grant.authority] if form.grant else []
    return [me().id, form.imap_host.lower(), form.smtp_host.lower(), form.username, *registered]
