"""Sixty mails that want to join somebody's ticket: what a case is, and what may become of it.

The desk holds five tickets: 1 and 2 of Li, 3 of Wang, each answered; 4 and 5 of Li, closed, whose mails came
under one Message-ID. Each mail joins one ticket and no other, or opens one that points at this ticket, or at
none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from mail.references import mark, mint, reply_address
from tests.app import SECRET
from tests.letterbox import RECEIVER, mail

LI, WANG, EVE = "li@buyer.example", "wang@buyer.example", "eve@else.example"
SHOP = "support@shop.example"
OWN = SECRET.encode()
HERS = (1, 2)  # whichever moved last
FOREIGN = b"another desk's secret, of 32 byte"


@dataclass(frozen=True)
class Setting:
    """What a sender may know: our Message-IDs by ticket, and those of the buyers' first mails."""

    ours: dict[int, str]

    def theirs(self, number: int) -> str:
        return f"first-{number}@buyer.example"


@dataclass(frozen=True)
class Case:
    says: str
    mail: Callable[[Setting], bytes]
    joins: int | None = None
    follows: tuple[int | None, ...] = (None,)  # one of these
    shows: tuple[int, ...] = ()


def write(sender: str = LI, **parts: object) -> bytes:
    return mail("照片在附件里。", sender=sender, subject=str(parts.pop("subject", "回复")), **parts)  # type: ignore[arg-type]  # names are those of mail()


def quoting(token: str, sender: str = LI, verified: str = "") -> bytes:
    quoted = f"------------------ 原始邮件 ------------------\n发件人: Shop\n您的邮件已收到\n编号：{token}\n"
    text = f"好的。\n\n{quoted}"
    return mail(text, sender=sender, subject="回复", verified=verified)


def raw_from(header: str, known: str) -> bytes:
    lines = (
        header,
        f"To: {SHOP}",
        "Subject: hi",
        f"In-Reply-To: <{known}>",
        f"Message-ID: <{crc32(header.encode())}@x>",
        "",
        "hi",
    )
    return "\r\n".join(lines).encode()


CASES = (
    # what proves itself
    Case("her answer to our letter", lambda s: write(in_reply_to=s.ours[1]), joins=1),
    Case("the same, verified", lambda s: write(in_reply_to=s.ours[1], verified="pass"), joins=1),
    Case(
        "the same, forged or not: the page warns",
        lambda s: write(in_reply_to=s.ours[1], verified="fail"),
        joins=1,
    ),
    Case("only References, as Foxmail writes", lambda s: write(references=f"<{s.ours[1]}>"), joins=1),
    Case("our id among many", lambda s: write(references=f"<a@x> <{s.ours[1]}> <b@x>"), joins=1),
    Case("our id with commas", lambda s: write(references=f"<a@x>,<{s.ours[1]}>,<b@x>"), joins=1),
    Case("our id in capitals", lambda s: write(in_reply_to=s.ours[1].upper()), joins=1),
    Case(
        "our id with a relay's domain",
        lambda s: write(in_reply_to=s.ours[1].split("@")[0] + "@relay.example"),
        joins=1,
    ),
    Case("no header, our mark in the quoted words", lambda s: quoting(mark(1, secret=OWN)), joins=1),
    Case("our mark in capitals", lambda s: quoting(mark(1, secret=OWN).upper()), joins=1),
    Case("to the ticket's own address", lambda s: write(to=reply_address(SHOP, 1, secret=OWN)), joins=1),
    Case(
        "delivered to the ticket's own address",
        lambda s: write(headers=(("Delivered-To", reply_address(SHOP, 1, secret=OWN)),)),
        joins=1,
    ),
    Case(
        "her address in capitals", lambda s: write(sender="LI@Buyer.Example", in_reply_to=s.ours[1]), joins=1
    ),
    Case(
        "her own first mail, and verified", lambda s: write(in_reply_to=s.theirs(1), verified="pass"), joins=1
    ),
    # two tickets named
    Case(
        "two of ours: the newest reference",
        lambda s: write(references=f"<{s.ours[1]}> <{s.ours[2]}>"),
        joins=2,
        shows=(1,),
    ),
    Case(
        "two of ours the other way round",
        lambda s: write(references=f"<{s.ours[2]}> <{s.ours[1]}>"),
        joins=1,
        shows=(2,),
    ),
    Case("ours beats a number", lambda s: write(in_reply_to=s.ours[1], subject="Re: [RF-2]"), joins=1),
    Case(
        "ours beats her own mail",
        lambda s: write(references=f"<{s.ours[1]}> <{s.theirs(2)}>", verified="pass"),
        joins=1,
    ),
    Case(
        "an address token beats a reference",
        lambda s: write(to=reply_address(SHOP, 2, secret=OWN), in_reply_to=s.ours[1]),
        joins=2,
        shows=(1,),
    ),
    Case(
        "two marks: the letter quoted first",
        lambda s: quoting(f"{mark(2, secret=OWN)}\n> {mark(1, secret=OWN)}"),
        joins=2,
        shows=(1,),
    ),
    Case(
        "hers and one of Wang's behind it",
        lambda s: write(references=f"<{s.ours[3]}> <{s.ours[1]}>"),
        joins=1,
    ),
    Case(
        "Wang's newest, hers behind it",
        lambda s: write(references=f"<{s.ours[1]}> <{s.ours[3]}>"),
        follows=(3,),
    ),
    # strangers
    Case("a stranger with our id", lambda s: write(EVE, in_reply_to=s.ours[1]), follows=(1,)),
    Case(
        "a verified stranger with our id",
        lambda s: write(EVE, in_reply_to=s.ours[1], verified="pass"),
        follows=(1,),
    ),
    Case("a stranger with our mark", lambda s: quoting(mark(1, secret=OWN), EVE), follows=(1,)),
    Case(
        "a stranger at the ticket's address",
        lambda s: write(EVE, to=reply_address(SHOP, 1, secret=OWN)),
        follows=(1,),
    ),
    Case(
        "another buyer with our id",
        lambda s: write(WANG, in_reply_to=s.ours[1], verified="pass"),
        follows=(1,),
    ),
    Case(
        "a stranger who was in Cc of her mail", lambda s: write(EVE, in_reply_to=s.theirs(1), verified="pass")
    ),
    Case(
        "a stranger with her name shown",
        lambda s: write(EVE, name="李梅 li@buyer.example", in_reply_to=s.theirs(1)),
    ),
    Case(
        "a stranger with her Reply-To",
        lambda s: write(EVE, in_reply_to=s.theirs(1), headers=(("Reply-To", LI),)),
    ),
    Case(
        "a stranger with her as Sender",
        lambda s: write(EVE, in_reply_to=s.theirs(1), headers=(("Sender", LI),)),
    ),
    Case(
        "a stranger with her Return-Path",
        lambda s: write(EVE, in_reply_to=s.theirs(1), headers=(("Return-Path", f"<{LI}>"),)),
    ),
    Case(
        "a look-alike address",
        lambda s: write("li@buyer.example.else.example", in_reply_to=s.ours[1]),
        follows=(1,),
    ),
    Case("a homograph", lambda s: raw_from("From: lі@buyer.example", s.theirs(1))),
    # guessed and forged
    Case("a guessed number", lambda s: write(EVE, subject="Re: [RF-1]")),
    Case("all numbers at once", lambda s: write(EVE, subject=" ".join(f"[RF-{n}]" for n in range(1, 60)))),
    Case("her own number: suggested", lambda s: write(subject="Re: [RF-1]"), follows=(1,)),
    Case(
        "her own number, verified",
        lambda s: write(subject="Re: [RF-1]", verified="pass"),
        joins=1,
    ),
    Case(
        "her own number, verification failed",
        lambda s: write(subject="Re: [RF-1]", verified="fail"),
        follows=(1,),
    ),
    Case(
        "her own number of a closed matter, verified",
        lambda s: write(subject="Re: [RF-4]", verified="pass"),
        follows=(4,),
    ),
    Case("Wang's number in her mail, verified", lambda s: write(subject="Re: [RF-3]", verified="pass")),
    Case(
        "a reply with her subject, verified, without any header",
        lambda s: write(subject="Re: 申请退款", verified="pass"),
        joins=1,
    ),
    Case("the same, not verified", lambda s: write(subject="Re: 申请退款"), follows=(1,)),
    Case(
        "a fresh mail with her subject: no reply",
        lambda s: write(subject="申请退款", verified="pass"),
        follows=HERS,
    ),
    Case(
        "a verified stranger with her subject", lambda s: write(EVE, subject="Re: 申请退款", verified="pass")
    ),
    Case("her mail with Wang's number", lambda s: write(subject="Re: [RF-3]")),
    Case(
        "an id of another desk",
        lambda s: write(in_reply_to=mint(1, domain="shop.example", secret=FOREIGN)),
        follows=HERS,
    ),
    Case("a mark of another desk", lambda s: quoting(mark(1, secret=FOREIGN), EVE)),
    Case("a reply address of another desk", lambda s: write(EVE, to=reply_address(SHOP, 1, secret=FOREIGN))),
    Case(
        "our id with another number in it",
        lambda s: write(EVE, in_reply_to=s.ours[1].replace("hd.1.", "hd.3.", 1)),
    ),
    Case("our id cut by a digit", lambda s: write(EVE, in_reply_to=s.ours[1].replace("@", "", 1)[:-1])),
    Case("an id as a mark", lambda s: quoting(f"RF-1-{s.ours[1].split('.')[3].split('@')[0]}", EVE)),
    Case("a mark with more behind it", lambda s: quoting(mark(1, secret=OWN) + "f", EVE)),
    Case("a ticket that is not there", lambda s: write(EVE, in_reply_to=mint(999, domain="x", secret=OWN))),
    Case("a number beyond any table", lambda s: write(EVE, in_reply_to=mint(10**14, domain="x", secret=OWN))),
    # the forged From
    Case("From her, known mail, nothing verified", lambda s: write(in_reply_to=s.theirs(1)), follows=(1,)),
    Case(
        "From her, known mail, verification failed",
        lambda s: write(in_reply_to=s.theirs(1), verified="fail"),
        follows=(1,),
    ),
    Case(
        "verified by a server that is not ours",
        lambda s: write(
            in_reply_to=s.theirs(1),
            headers=(("Authentication-Results", f"evil.example; dmarc=pass header.from={LI}"),),
        ),
        follows=(1,),
    ),
    Case(
        "verified below a failure of ours",
        lambda s: write(
            in_reply_to=s.theirs(1),
            verified="fail",
            headers=(("Authentication-Results", f"{RECEIVER}; dmarc=pass header.from={LI}"),),
        ),
        follows=(1,),
    ),
    Case(
        "verified for another From",
        lambda s: write(
            in_reply_to=s.theirs(1),
            headers=(("Authentication-Results", f"{RECEIVER}; dmarc=pass header.from={EVE}"),),
        ),
        follows=(1,),
    ),
    Case("two From headers", lambda s: raw_from(f"From: {EVE}\r\nFrom: {LI}", s.theirs(1))),
    Case("two people in From", lambda s: raw_from(f"From: {EVE}, {LI}", s.theirs(1))),
    Case("her address as somebody's name", lambda s: raw_from(f'From: "{LI}" <{EVE}>', s.theirs(1))),
    Case("her address in a comment", lambda s: raw_from(f"From: {EVE} ({LI})", s.theirs(1))),
    Case("CVE-2023-27043", lambda s: raw_from(f"From: {LI}]<{EVE}>", s.theirs(1))),
    # used ids, and nothing at all
    Case(
        "an id that two tickets have",
        lambda s: write(in_reply_to="used@buyer.example", verified="pass"),
        follows=(5,),
    ),
    Case("nothing but the sender: suggested", lambda s: write(), follows=HERS),
    Case("nothing, and a subject as ours", lambda s: write(EVE, subject="Re: 申请退款")),
    Case(
        "nothing but a message of hers that we never had",
        lambda s: write(in_reply_to="lost@buyer.example"),
        follows=HERS,
    ),
)
