"""Who a message is from and to (RFC 5322 section 3.4), read strictly: one item is one address or none.

The list is split before anything is decoded, so nothing inside an encoded word or a quoted name can add a
person. What could be read as two different addresses is no address (CVE-2023-27043).
"""

import re
import unicodedata

from mail import domains, headers
from mail.types import Address

MAX_ADDRESSES = 500
UNCLEAR_FROM = "From names"  # how the defects begin that say that From is not one person
_SPECIAL = re.compile(r"""\\.|=\?[^?\s]{1,100}\?[bBqQ]\?[^?\s]*\?=|["()<>,;:]""", re.S)
_LOCAL = re.compile(r"""[^\s"(),:;<>@\[\]\\\x00-\x20\x7f-\x9f]{1,128}|"(?:[^"\\\x00-\x1f]|\\.){0,126}\"""")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[\w-]{1,63}){0,30}")
_BARE = re.compile(r"""[^\s<>()",:;\[\]\\@]{1,128}@[^\s<>()",:;\[\]\\@]{1,253}""")
_ALONE = re.compile(r"(?<!\S)@(?!\S)")  # an "at" between words, as in `J. Doe @ Acme`
_LONGEST_LONE = 2_000  # characters
_LITERAL = re.compile(r"\[[0-9A-Za-z:.]{2,60}\]")


def addresses(value: bytes) -> tuple[Address, ...]:
    """The addresses of a raw To, Cc, From or Reply-To value; groups and unreadable items give none."""
    found = (address(item) for item in _items(headers.unfolded(value)))
    return tuple(dict.fromkeys(each for each in found if each is not None))[:MAX_ADDRESSES]


def address(item: str) -> Address | None:
    """The one address that a single item names, None when it names none, or more than one."""
    phrase, angles, comments, broken = _parts(item)
    if broken or len(angles) > 1:
        return None
    if angles:
        email = _email(angles[0])
        if email is None or ("@" in headers.words(phrase) and not _harmless(phrase)):
            return None
        return Address(email=email, name=_shown(phrase) or _shown(" ".join(comments)))
    email = _email(phrase)
    return None if email is None else Address(email=email, name=_shown(" ".join(comments)))


def lone(value: bytes) -> Address | None:
    """The only address in a From that breaks the grammar (`Jane <a@x`), None when anything else holds an "@".

    Good enough to answer to, never to trust: whoever takes it says that From is unclear.
    """
    text = _ALONE.sub(" ", headers.unfolded(value)[:_LONGEST_LONE].replace("＠", "@"))
    if text.count("@") != 1 or headers.words(text).replace("＠", "@").count("@") != 1:
        return None
    match = _BARE.search(text)
    email = _email(match[0]) if match and "=?" not in match[0] else None
    if match is None or email is None:
        return None
    return Address(
        email=email, name=_shown(text[: match.start()].replace('"', " ").rstrip("< ")).strip("<> ")
    )


def _harmless(phrase: str) -> bool:
    """A name that holds an "@": quoted it may hold anything, unquoted only what an address would hold."""
    bare = phrase.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return True
    return not re.search(r'[\[\]\\:;<>,()"]', bare)


def _items(value: str) -> list[str]:
    """Cut at "," and ";" outside of quotes, comments and angles; drop groups; mend a bare comma."""
    items: list[str] = []
    start = depth = 0
    quoted = angle = group = False
    held = ""  # "Doe" of `Doe, John <john@x>`
    for token in _SPECIAL.finditer(value):
        mark = token[0]
        if mark == '"' and not depth:
            quoted = not quoted
        elif quoted or len(mark) > 1:
            continue
        elif mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif mark in "<>":
            angle = mark == "<"
        elif angle:
            continue
        elif mark == ":" and not group:
            group = (
                "@" not in value[start : token.start()]
                and "mailto" not in value[start : token.start()].lower()
            )
        elif mark == ";" and group:
            group, start, held = False, token.end(), ""
        elif mark in ",;" and not group:
            item, start = value[start : token.start()], token.end()
            held = _add(items, held, item)
        if len(items) >= MAX_ADDRESSES:
            return items
    if not group:
        held = _add(items, held, value[start:])
    return items


def _add(items: list[str], held: str, item: str) -> str:
    """Append the item, or hold it back when it can only be the first half of a name; return what is held."""
    if "@" not in item and "＠" not in item and "<" not in item:
        return f"{held}, {item.strip()}" if held and len(held) < 200 else item.strip()
    if held and "<" in item:
        items.append(f"{held}, {item.strip()}")
    else:
        items.append(item)
    return ""


def _parts(item: str) -> tuple[str, list[str], list[str], bool]:
    """Phrase outside of angles and comments, contents of both, and whether the item is broken."""
    phrase: list[str] = []
    angles: list[str] = []
    comments: list[str] = []
    mode, depth, start = "", 0, 0
    for token in _SPECIAL.finditer(item):
        mark = token[0]
        if len(mark) > 1 or mark in ",;:":
            continue
        if mode == '"':
            mode = "" if mark == '"' else mode
        elif mode == "(":
            depth += (mark == "(") - (mark == ")")
            if depth == 0:
                comments.append(item[start : token.start()])
                mode, start = "", token.end()
        elif mode == "<":
            if mark == ">":
                angles.append(item[start : token.start()])
                mode, start = "", token.end()
            elif mark == "<":
                return "", [], [], True
        elif mark == '"':
            mode = '"'
        elif mark in "(<":
            phrase.append(item[start : token.start()])
            mode, depth, start = mark, 1, token.end()
        else:
            return "", [], [], True  # a ")" or ">" that closes nothing
    rest = item[start:]
    if mode == "<" or (mode == "(" and "@" in rest):
        return "", [], [], True
    if angles and "@" in rest:
        return "", [], [], True  # `<a@x> b@y`
    phrase.append("" if mode == "(" else rest)
    return " ".join(part for part in phrase if part.strip()), angles, comments, False


def _email(value: str) -> str | None:
    """A valid addr-spec in its compared form, None otherwise."""
    text = value.strip().replace("＠", "@")
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]  # a route: <@relay,@relay:user@host>
    local, at, domain = text.rpartition("@")
    local = _composed(local.strip().strip("'"))
    domain = unicodedata.normalize("NFC", domain.strip().strip("'").rstrip(".")).lower()
    if not at or len(text) > 320 or not _LOCAL.fullmatch(local) or headers.INVISIBLE.search(local):
        return None
    if _LITERAL.fullmatch(domain):
        return f"{local}@{domain}"
    if not _DOMAIN.fullmatch(domain) or len(domain) > 253:
        return None
    return f"{local}@{_ascii_domain(domain)}"


def _composed(local: str) -> str:
    """In one spelling, unless that makes an ASCII character of another (a Kelvin sign is nobody's k)."""
    composed = unicodedata.normalize("NFC", local)
    before, after = (sum(map(str.isascii, each)) for each in (local, composed))
    return local if after > before else composed


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domains.in_ascii(domain)
    except UnicodeError:
        return domain


def _shown(phrase: str) -> str:
    """A display name for people: quotes off, words decoded, nothing invisible."""
    bare = re.sub(r"\\(.)", r"\1", phrase.strip()).replace('"', " ") if '"' in phrase else phrase
    return headers.one_line(headers.words(bare)).strip("\"' ")[:200]
