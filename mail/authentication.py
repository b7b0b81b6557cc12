"""What the receiving server says of the From address (RFC 8601), read tolerantly and from one server only.

Anybody can write an Authentication-Results header; only the topmost one that carries the configured
authserv-id is believed, because the receiving server adds its own on top and removes forgeries.
"""

import re
from collections.abc import Sequence

from mail import authentication_results
from mail.addresses import UNCLEAR_FROM
from mail.authentication_results import Result
from mail.types import Doubt, Incoming, Verdict, key_of

_SAYS_FAIL = re.compile(r"\bdmarc\s{0,5}=\s{0,5}fail\b", re.I)
_ADDRESS = re.compile(r"[\w.+-]{1,64}[@＠][\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "or", "org", "ne"})  # com.cn, co.uk, or.jp


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
        read = authentication_results.read(value)
        if read.server == authserv_id.strip().lower():
            return _unreadable(value) if read.results is None else _decide(read.results, domain)
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
    if shown and key_of(shown[0]) != sender.key:
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


def _unreadable(value: str) -> Verdict:
    """Nobody is vouched for by a header that we cannot read whole, but a refusal in it is heard."""
    return Verdict.FAIL if _SAYS_FAIL.search(value) else Verdict.NONE


def _decide(results: Sequence[Result], domain: str) -> Verdict:
    said = [_of_dmarc(each, domain) for each in results if each.method == "dmarc"]
    for decisive in (Verdict.FAIL, Verdict.PASS):
        if decisive in said:
            return decisive
    checked = [result for result in results if result.method in ("spf", "dkim")]
    if any(result.value == "pass" and _aligned(_domain_of(result), domain) for result in checked):
        return Verdict.PASS
    failed = any(result.value in ("fail", "hardfail", "softfail", "permerror") for result in checked)
    return Verdict.FAIL if failed else Verdict.NONE


def _of_dmarc(result: Result, domain: str) -> Verdict:
    if result.value not in ("pass", "bestguesspass"):
        return Verdict.FAIL if result.value == "fail" else Verdict.NONE
    if not result.properties.get("header.from"):
        return Verdict.PASS
    about = result.domain("header.from")
    if not about:
        return Verdict.NONE
    return Verdict.PASS if _aligned(about, domain) else Verdict.FAIL  # another From than the one we show


def _domain_of(result: Result) -> str:
    names = ("smtp.mailfrom", "smtp.mail", "smtp.from", "smtp.mfrom") if result.method == "spf" else (
        "header.d", "header.i", "header.from",
    )  # fmt: skip
    return next((result.domain(name) for name in names if result.properties.get(name)), "")


def _aligned(checked: str, shown: str) -> bool:
    """The same domain, or one below the other. Without a list of public suffixes this is the careful half of
    relaxed alignment: siblings (a.example, b.example) do not count."""
    if "." not in checked or "." not in shown:
        return False
    return checked == shown or checked.endswith(f".{shown}") or shown.endswith(f".{checked}")
