"""Generated mail to a refund desk: the same count and seed give the same bytes.

Of all mails about 58 % open a matter, 40 % answer, 2 % are bounces and absence notices. Of the answers 60 %
name a mail of the folder, 30 % a letter of the shop that is not in it, 5 % have References only, 5 % just the
subject. 70 % have an HTML twin, 15 % carry one to three pictures of 20-300 kB, 0.4 % are delivered twice.
Above each stands what the shop's server found about its sender, without which no answer joins. Chinese is in
UTF-8, GB18030, GBK and GB2312, English in ASCII, UTF-8 and Windows-1252.
"""

import random
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.utils import formatdate
from quopri import encodestring
from typing import TypeVar

from benchmarks import words

SHOP = "support@shop.example"
RECEIVER = "mx.shop.example"  # who takes mail in for the shop, and looks whether it is genuine
START = 1767225600  # 2026-01-01T00:00:00Z: the buyers' clocks, which nothing is sorted by
T = TypeVar("T")
Part = tuple[str, bytes]  # header lines with their line ends, body
ENCODINGS = (("base64", 50), ("quoted-printable", 30), ("8bit", 20))
CHARSETS = {
    "zh": (("utf-8", 64), ("gb18030", 14), ("gbk", 12), ("gb2312", 10)),
    "en": (("us-ascii", 30), ("utf-8", 55), ("windows-1252", 15)),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    language: str
    name: str
    email: str


@dataclass(slots=True)
class Matter:
    """What one buyer writes about: its mails so far."""

    buyer: Buyer
    order: str
    subject: str
    message_ids: list[str] = field(default_factory=list)
    last_words: list[str] = field(default_factory=list)


def mails(count: int, *, seed: int = 7) -> Iterator[bytes]:
    """`count` messages in order of delivery, with CRLF, about 60 kB each on average."""
    writer = _Writer(random.Random(seed), count)
    recent: list[bytes] = []
    for _ in range(count):
        twice = recent and writer.chance(0.004)
        raw = writer.random.choice(recent) if twice else writer.mail()
        recent = [*recent[-30:], raw]
        yield raw


class _Writer:
    """The state behind the mails: who writes, about what, and the dice."""

    def __init__(self, dice: random.Random, count: int) -> None:
        self.random = dice
        self.written = 0
        self.when = START
        self.matters: list[Matter] = []
        self.buyers = [self._buyer(number) for number in range(max(20, count * 35 // 100))]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def mail(self) -> bytes:
        self.written += 1
        self.when += self.random.randint(5, 240)
        fate = self.random.random()
        if fate < 0.01:
            return self._bounce()
        if fate < 0.02:
            return self._absence()
        if fate < 0.42 and self.matters:
            return self._answer()
        return self._opening()

    def _opening(self) -> bytes:
        buyer = self.random.choice(self.buyers)
        order = f"{self.random.randint(10, 49)}{self.random.randrange(10**13):013d}"
        matter = Matter(buyer, order, words.SUBJECT[buyer.language].format(order=order))
        self.matters.append(matter)
        return self._letter(matter, subject=matter.subject, links=())

    def _answer(self) -> bytes:
        """To one of the newest matters, mostly."""
        back = min(len(self.matters), 1 + int(self.random.expovariate(1 / 150)))
        matter = self.matters[-back]
        earlier = matter.message_ids[-8:]
        from_shop = f"reply.{self.written}@shop.example"
        way = self._one_of((("direct", 60), ("by the shop", 30), ("references", 5), ("nothing", 5)))
        links = {
            "direct": (("In-Reply-To", earlier[-1:]), ("References", earlier)),
            "by the shop": (("In-Reply-To", [from_shop]), ("References", [*earlier, from_shop])),
            "references": (("References", earlier),),
            "nothing": (),
        }[way]
        subject = self.random.choice(words.AGAIN[matter.buyer.language]) + matter.subject
        headers = tuple((name, " ".join(f"<{message_id}>" for message_id in ids)) for name, ids in links)
        return self._letter(matter, subject=subject, links=headers)

    def _letter(self, matter: Matter, *, subject: str, links: tuple[tuple[str, str], ...]) -> bytes:
        buyer = matter.buyer
        charset = self._one_of(CHARSETS[buyer.language])
        lines = self._lines(matter)
        quoted = matter.last_words if links and self.chance(0.8) else []
        plain = [*lines, "", *(f"> {line}" for line in quoted)]
        body = self._text("plain", "\r\n".join(plain), charset)
        if self.chance(0.7):
            body = self._multipart("alternative", body, self._text("html", _html(lines, quoted), charset))
        if self.chance(0.15):
            pictures = [self._picture(number) for number in range(self._one_of(((1, 60), (2, 25), (3, 15))))]
            body = self._multipart("mixed", body, *pictures)
        message_id = f"{self.written}.{self.random.getrandbits(32):08x}@{buyer.email.partition('@')[2]}"
        matter.message_ids.append(message_id)
        matter.last_words = lines[:12]
        name = Header(buyer.name, charset).encode()
        headers = (*links, ("X-Mailer", "Foxmail 7.2.25.259[cn]"))
        return self._message(
            f"{name} <{buyer.email}>", Header(subject, charset).encode(), message_id, headers, body
        )

    def _lines(self, matter: Matter) -> list[str]:
        """Greeting, the wish with a number that no other mail has, some more sentences, farewell."""
        said = words.SENTENCES[matter.buyer.language]
        wish = self.random.choice(said.wishes)
        first = said.first.format(wish=wish, order=matter.order, number=self.written)
        count = 2 + min(38, int(self.random.expovariate(1 / 5)))
        more = ["".join(self.random.choices(said.more, k=self.random.randint(1, 3))) for _ in range(count)]
        return [said.greeting, "", first, *more, "", said.farewell]

    def _bounce(self) -> bytes:
        lost = self.random.choice(self.buyers).email
        said = self._text("plain", "Your message could not be delivered.", "us-ascii")
        report = f"Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {lost}\r\n"
        report += "Action: failed\r\nStatus: 5.1.1\r\n"
        original = f"From: {SHOP}\r\nTo: {lost}\r\n"
        original += f"Message-ID: <reply.x{self.written}@shop.example>\r\n\r\nPaid."
        body = self._multipart(
            "report; report-type=delivery-status",
            said,
            ("Content-Type: message/delivery-status\r\n", report.encode()),
            ("Content-Type: message/rfc822\r\n", original.encode()),
        )
        return self._machine(f"MAILER-DAEMON@{lost.partition('@')[2]}", "Undelivered Mail Returned", body)

    def _absence(self) -> bytes:
        sender = self.random.choice(self.buyers).email
        return self._machine(
            sender, "Automatic reply: Your refund", self._text("plain", "I am away.", "us-ascii")
        )

    def _machine(self, sender: str, subject: str, body: Part) -> bytes:
        message_id = f"auto{self.written}.{self.random.getrandbits(32):08x}@{sender.partition('@')[2]}"
        return self._message(sender, subject, message_id, (("Auto-Submitted", "auto-replied"),), body)

    def _message(
        self, sender: str, subject: str, message_id: str, headers: tuple[tuple[str, str], ...], body: Part
    ) -> bytes:
        home = sender.rpartition("@")[2].rstrip(">")
        top = (
            (
                "Authentication-Results",
                f"{RECEIVER}; dkim=pass header.d={home}; dmarc=pass header.from={home}",
            ),
            ("From", sender),
            ("To", SHOP),
            ("Subject", subject.replace("\n", "\r\n")),
            ("Date", formatdate(self.when)),
            ("Message-ID", f"<{message_id}>"),
            *headers,
            ("MIME-Version", "1.0"),
        )
        head = "".join(f"{name}: {value}\r\n" for name, value in top) + body[0]
        return head.encode("ascii") + b"\r\n" + body[1]

    def _text(self, kind: str, text: str, charset: str) -> Part:
        raw = text.encode(charset, "xmlcharrefreplace" if kind == "html" else "replace") + b"\r\n"
        way = "7bit" if raw.isascii() else self._one_of(ENCODINGS)
        if way == "base64":
            raw = _base64(raw)
        elif way == "quoted-printable":
            raw = encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
        head = f'Content-Type: text/{kind}; charset="{charset}"\r\nContent-Transfer-Encoding: {way}\r\n'
        return head, raw

    def _picture(self, number: int) -> Part:
        """Random bytes that begin like a JPEG; half of the names are encoded wrongly, as many programs do."""
        size = self.random.randint(20, 300) << 10
        content = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + self.random.randbytes(size)
        name = f"退款凭证{self.written}_{number}.jpg".encode()
        by_the_book = f"filename*=UTF-8''{''.join(f'%{byte:02X}' for byte in name)}"
        as_usual = f'filename="=?UTF-8?B?{b64encode(name).decode()}?="'
        head = "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n"
        head += f"Content-Disposition: attachment; {self.random.choice((by_the_book, as_usual))}\r\n"
        return head, _base64(content)

    def _multipart(self, kind: str, *parts: Part) -> Part:
        mark = f"----=_Part_{self.written}_{self.random.getrandbits(32):08x}"
        inner = b"".join(f"--{mark}\r\n{head}\r\n".encode() + body + b"\r\n" for head, body in parts)
        return f'Content-Type: multipart/{kind}; boundary="{mark}"\r\n', inner + f"--{mark}--\r\n".encode()

    def _buyer(self, number: int) -> Buyer:
        language = self._one_of((("zh", 63), ("en", 37)))
        name = " ".join(self.random.choice(part) for part in words.NAMES[language])
        if language == "zh":
            name = name.replace(" ", "")
        return Buyer(language, name, f"buyer{number:06d}@{self.random.choice(words.DOMAINS)}")

    def _one_of(self, choices: tuple[tuple[T, int], ...]) -> T:
        """One of the first halves, by the weights in the second."""
        return self.random.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def _html(lines: list[str], quoted: list[str]) -> str:
    """As mail programs write it: a style on every paragraph."""
    style = "margin:0 0 8px 0;padding:0;font-family:'Microsoft YaHei',Arial;font-size:14px;line-height:1.7"
    rows = [f'<p style="{style}"><span>{line or "<br>"}</span></p>' for line in lines]
    cited = [f'<p style="{style}">{line}</p>' for line in quoted]
    return "\r\n".join(
        ["<html><head><style>p{margin:0 0 8px}.q{color:#777}</style></head><body><div>", *rows, "</div>"]
        + (['<div class="q"><blockquote>', *cited, "</blockquote></div>"] if quoted else [])
        + ["</body></html>"]
    )


def _base64(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")
