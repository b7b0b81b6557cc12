"""Names of IMAP folders: modified UTF-7 there and back, and which of them holds what was sent, or junk."""

from dataclasses import dataclass
from typing import Any

from imapclient import imap_utf7

# Names of the folder of sent mail where the server does not mark it (RFC 6154), best first.
_SENT_NAMES = (
    "sent",
    "sent messages",
    "sent items",
    "sent mail",
    "已发送",
    "已发送邮件",
    "已发邮件",
    "寄件備份",
)

# The same of unwanted mail.
_JUNK_NAMES = (
    "junk",
    "spam",
    "junk e-mail",
    "junk email",
    "bulk mail",
    "垃圾邮件",
    "垃圾箱",
    "垃圾信件",
    "廣告郵件",
    "垃圾郵件",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One line of a LIST answer."""

    name: str  # for people, decoded
    wire: str  # for commands, as the server spelled it
    flags: frozenset[str]  # lower case: "\\sent", "\\noselect"
    delimiter: str


def wire_name(name: str) -> str:
    """What to send for a folder that a person named (RFC 3501 section 5.1.3). Always printable ASCII."""
    encoded: bytes = imap_utf7.encode(name)
    return encoded.decode("ascii")


def read_listing(listed: list[tuple[Any, ...]]) -> tuple[Folder, ...]:
    """The folders of `IMAPClient.list_folders()` with `folder_encode` off."""
    return tuple(_folder(flags, delimiter, name) for flags, delimiter, name in listed)


def sent_among(folders: tuple[Folder, ...]) -> Folder | None:
    """The folder of sent mail, or None when none looks like it."""
    return _marked_or_named(folders, "\\sent", _SENT_NAMES)


def junk_among(folders: tuple[Folder, ...]) -> Folder | None:
    """The folder of unwanted mail, or None when none looks like it."""
    return _marked_or_named(folders, "\\junk", _JUNK_NAMES)


def _marked_or_named(folders: tuple[Folder, ...], flag: str, names: tuple[str, ...]) -> Folder | None:
    """By SPECIAL-USE (RFC 6154), else by the best of the usual names."""
    usable = [folder for folder in folders if "\\noselect" not in folder.flags]
    for folder in usable:
        if flag in folder.flags:
            return folder
    by_name = {_last_part(folder): folder for folder in reversed(usable)}
    return next((by_name[name] for name in names if name in by_name), None)


def _folder(flags: tuple[bytes, ...], delimiter: bytes | None, name: bytes | str) -> Folder:
    raw = name if isinstance(name, bytes) else str(name).encode()
    return Folder(
        name=_decoded(raw),
        wire=raw.decode("ascii", "replace"),
        flags=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
        delimiter=(delimiter or b"").decode("ascii", "replace"),
    )


def _decoded(raw: bytes) -> str:
    try:
        name: str = imap_utf7.decode(raw)
        name.encode()  # a lone surrogate is no name either
    except (UnicodeError, ValueError):
        return raw.decode("utf-8", "replace")
    return name


def _last_part(folder: Folder) -> str:
    name = folder.name.casefold()
    return name.rsplit(folder.delimiter, 1)[-1] if folder.delimiter else name
