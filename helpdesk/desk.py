"""What an action needs to know of the shop it works for; made once by `create_app`, moved by zones.py."""

import warnings
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal import get_localzone_name

from helpdesk.blobs import BlobStore
from helpdesk.rules.phrasebook import Book

SHOP = "Shop"  # its name, as long as nobody has said one
PRESSED_LATE = timedelta(seconds=4)  # and the press still comes in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The constants of one installation, handed to actions as an argument."""

    shop_name: str
    zone: ZoneInfo  # in which days are counted and shown
    logo: str = ""  # sha256 of the picture in the header, "" for none
    locale: str = ""  # "zh-CN" or "en", "" where nobody has said it
    base_url: str  # without a slash at the end
    secret: bytes = field(repr=False)  # signs Message-IDs and links
    undo: timedelta  # how long a reply can be taken back, as the page says
    blobs: BlobStore
    phrases: Book = field(repr=False)  # by which a mail tells its reason

    @property
    def hold(self) -> timedelta:
        """How long a reply really waits: somewhat longer than the page counts."""
        return self.undo + PRESSED_LATE if self.undo else self.undo


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name, or the one of this machine for ""; UTC where it has none, as most containers."""
    try:
        return ZoneInfo(name or _of_this_machine())
    except (ValueError, ZoneInfoNotFoundError):  # this machine's has no name, or one that nobody knows
        return ZoneInfo("UTC")


@cache
def _of_this_machine() -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return get_localzone_name() or ""
