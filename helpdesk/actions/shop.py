"""What the shop's own row says: name, language, currency, time zone, logo."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from helpdesk.db import insert_missing
from helpdesk.desk import Desk
from helpdesk.errors import InvalidError, together
from helpdesk.letters import LOCALES
from helpdesk.models import Shop
from helpdesk.models.shop import ONLY
from helpdesk.rules.currencies import EXPONENTS

LONGEST_NAME, LARGEST_LOGO = 120, 200 * 1024


def row(session: Session) -> Shop:
    """The row, held until the transaction ends; made when it is missing."""
    insert_missing(session, Shop, [{"id": ONLY}])
    return session.get_one(Shop, ONLY, with_for_update=True, populate_existing=True)


def change(session: Session, *, name: str, locale: str, currency: str, timezone: str) -> None:
    """Raises InvalidError with every complaint."""
    name = " ".join(name.split())
    if wrong := list(_complaints(name, locale, currency, timezone)):
        raise together(wrong)
    found = row(session)
    found.name, found.locale, found.currency, found.timezone = name, locale, currency, timezone


def keep_logo(session: Session, desk: Desk, picture: bytes) -> None:
    """Show it in the header. The edge has looked whether it is a picture. b"": none any more."""
    if len(picture) > LARGEST_LOGO:
        raise InvalidError("a logo has at most 200 kB: make it smaller", field="logo")
    row(session).logo_sha256 = desk.blobs.put(picture) if picture else ""


def finish(session: Session, *, at: datetime) -> None:
    """The owner says that the first run is done."""
    found = row(session)
    found.set_up_at = found.set_up_at or at


def _complaints(name: str, locale: str, currency: str, timezone: str) -> Iterator[InvalidError]:
    if not name:
        yield InvalidError("the shop needs a name: buyers see it in every letter", field="name")
    if len(name) > LONGEST_NAME:
        yield InvalidError(f"at most {LONGEST_NAME} characters fit here", field="name")
    if locale not in LOCALES:
        yield InvalidError("choose a language", field="locale")
    if currency not in EXPONENTS:
        yield InvalidError("choose a currency", field="currency")
    if timezone not in available_timezones():
        yield InvalidError("choose a time zone such as Asia/Shanghai or UTC", field="timezone")
