"""How people get in: by which door a session began, what a link opens, which letters tell of it."""

from datetime import timedelta
from enum import StrEnum

from helpdesk.rules.states import Role, may


class SignIn(StrEnum):
    """What somebody has shown to begin a session."""

    PASSWORD = "password"
    CODE = "code"  # and a code of an authenticator app
    RECOVERY = "recovery"  # and a recovery code
    KEY = "key"  # and a passkey
    PASSKEY = "passkey"  # a passkey that knows its person, and no password
    LINK = "link"  # the link of an invitation, or of the first run


class Door(StrEnum):
    """What a link that works once opens."""

    INVITATION = "invitation"
    PASSWORD = "new_password"
    SET_UP = "set_up"  # the first run: no owner is there yet


class Told(StrEnum):
    """A letter to somebody who works here, or is to."""

    INVITATION = "invitation"
    PASSWORD = "new_password"
    FACTOR = "factor_reset"


OPEN_FOR = {
    Door.INVITATION: timedelta(days=7),
    Door.PASSWORD: timedelta(minutes=30),
    Door.SET_UP: timedelta(days=7),
}
SESSION_LASTS = timedelta(days=14)


def needs_second_factor(role: Role, *, forced: bool) -> bool:
    """Whether the shop wants more than a password of this role: of leads and owners, where it is set."""
    return forced and may(role, Role.LEAD)
