"""What an action needs to know of the shop it works for; made once by `create_app`."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from helpdesk.blobs import BlobStore
from helpdesk.rules.phrasebook import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The constants of one installation, handed to actions as an argument."""

    shop_name: str
    zone: ZoneInfo  # in which days are counted and shown
    base_url: str  # without a slash at the end
    secret: bytes = field(repr=False)  # signs Message-IDs and links
    undo: timedelta  # how long a reply waits before it leaves
    blobs: BlobStore
    phrases: Book = field(repr=False)  # by which a mail tells its reason
