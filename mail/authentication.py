"""What the receiving server says of the From address (RFC 8601), read tolerantly and from one server only.

Anybody can write an Authentication-Results header; only the topmost one that carries the configured
authserv-id is believed, because the receiving server adds its own on top and removes forgeries.
"""

import re
from dataclasses import dataclass, field

from mail.addresses import UNCLEAR_FROM
from mail.types import Doubt, Incoming, Verdict

_MAX_LENGTH = 16_384  # characters of one header that are read
_PROPERTY = re.compile(r"([\w.-]{1,60})\s{0,5}=\s{0,5}(\"[^\"]{0,500}\"|[^\s;]{0,500})")

_ADDRESS = re.compile(r"[\w.+-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "or", "org", "ne"})  # com.cn, co.uk, or.jp


@dataclass(frozen=True, slots=True)
class _Result:
    method: str  # spf, dkim, dmarc ...
    value: str  # pass, fail, none ...
    properties: dict[str, str] = field(default_factory=dict)


def verdict(incoming: Incoming, *, authserv_id: str) -> Verdict:
    """PASS, FAIL or NONE for the From address, as the server named `authserv_id` found it.

    DMARC decides; without a DMARC result an SPF or DKIM pass counts when its domain is the From domain's.
    """
    if not authserv_id.strip() or incoming.sender is None:
        return Verdict.NONE
    if any(defect.startswith(UNCLEAR_FROM) for defect in incoming.defects):
        return Verdict.NONE  # the sender stands in another header than the one the server checked
    domain = incoming.sender.email.rpartition("@")[2].lower()
    for value in incoming.all_headers("Authentication-Results"):
        name, results = _read(value)
        if name == authserv_id.strip().lower():
            return _decide(results, domain)
    return Verdict.NONE


def doubts(incoming: Incoming) -> tuple[Doubt, ...]:
    """What looks like a pretence, whatever the server's verdict is; shown to the agent, decides nothing."""
    found: list[Doubt] = []
    if any(defect.startswith(UNCLEAR_FROM) for defect in incoming.defects):
        found.append(Doubt.FROM)
    sender = incoming.sender
    if sender is None:
        return tuple(found)
    shown = _ADDRESS.search(sender.name[:500])
    if shown and shown[0].casefold() != sender.key:
        found.append(Doubt.NAME)
    home = _home(sender.email)
    if any(_home(address.email) != home for address in incoming.reply_to):
        found.append(Doubt.REPLY_TO)
    return tuple(found)


def _home(address: str) -> str:
    """The domain that somebody registered, as far as its shape tells: b.example of x@a.b.example."""
    labels = address.rpartition("@")[2].lower().rstrip(".").split(".")
    behind_a_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if behind_a_country else -2 :])


def _decide(results: list[_Result], domain: str) -> Verdict:
    for result in results:
        if result.method == "dmarc" and result.value in ("pass", "bestguesspass", "fail"):
            about = result.properties.get("header.from", domain).strip('"').rpartition("@")[2].lower()
            if about and not _aligned(about, domain):
                return Verdict.FAIL  # the server checked another From than the one we show
            return Verdict.FAIL if result.value == "fail" else Verdict.PASS
    checked = [result for result in results if result.method in ("spf", "dkim")]
    if any(result.value == "pass" and _aligned(_domain_of(result), domain) for result in checked):
        return Verdict.PASS
    failed = any(result.value in ("fail", "hardfail", "softfail", "permerror") for result in checked)
    return Verdict.FAIL if failed else Verdict.NONE


def _domain_of(result: _Result) -> str:
    names = ("smtp.mailfrom", "smtp.mail", "smtp.from", "smtp.mfrom") if result.method == "spf" else (
        "header.d", "header.i", "header.from",
    )  # fmt: skip
    value = next((result.properties[name] for name in names if result.properties.get(name)), "")
    return value.strip('"<>').rpartition("@")[2].rstrip(".").lower()


def _aligned(checked: str, shown: str) -> bool:
    """The same domain, or one below the other. Without a list of public suffixes this is the careful half of
    relaxed alignment: siblings (a.example, b.example) do not count."""
    if "." not in checked or "." not in shown:
        return False
    return checked == shown or checked.endswith(f".{shown}") or shown.endswith(f".{checked}")


def _read(value: str) -> tuple[str, list[_Result]]:
    """The authserv-id in lower case, and the results in order. Unreadable pieces are passed over."""
    pieces = _without_comments(value[:_MAX_LENGTH]).split(";")
    name = (pieces[0].split() or [""])[0].strip('"').lower()
    results: list[_Result] = []
    for piece in pieces[1:]:
        found = _PROPERTY.findall(piece)
        if found:
            (method, result), rest = found[0], found[1:]
            properties = {key.lower(): text.strip('"') for key, text in reversed(rest)}
            results.append(_Result(method.partition("/")[0].lower(), result.strip('"').lower(), properties))
    return name, results


def _without_comments(value: str) -> str:
    """The value without (comments), nested or never closed."""
    out: list[str] = []
    depth = start = 0
    for token in re.finditer(r"[()]", value):
        if token[0] == "(":
            if depth == 0:
                out.append(value[start : token.start()])
            depth += 1
        elif depth:
            depth -= 1
            start = token.end()
    if depth == 0:
        out.append(value[start:])
    return " ".join(out)
