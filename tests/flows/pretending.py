"""Ways to pretend that a mail is an agent's answer to what she was told; Ann is told of ticket 1, Li's."""

from collections.abc import Callable
from dataclasses import dataclass

from mail.references import Told, mint, reply_address
from mail.types import Incoming
from tests.app import SECRET
from tests.flows.staff import ANN, BO, EVE, answer
from tests.letterbox import RECEIVER, mail

OWN = SECRET.encode()
SHOP = "support@shop.example"
UNVERIFIED, NOT_HERS = "colleague_not_verified", "notification_of_a_colleague"
FOREIGN = b"another desk's secret, of 32 byte"


def signed(secret: bytes) -> str:
    """A token that nobody was sent."""
    return Told.new(1, 1).message_id(domain="shop.example", secret=secret)


@dataclass(frozen=True)
class Case:
    says: str
    mail: Callable[[Incoming, Incoming], bytes]  # of Ann's notification and of a letter to the buyer
    because: str | None = None  # why the ticket that it opens says so; None: it does not


def to(told_to_ann: Incoming, address: str) -> bytes:
    return answer(told_to_ann, in_reply_to="", to=address)


CASES = (
    Case(
        "from nobody that the server vouches for",
        lambda a, b: answer(a, verified=""),
        UNVERIFIED,
    ),
    Case("the server says that it is forged", lambda a, b: answer(a, verified="fail"), UNVERIFIED),
    Case(
        "vouched for by a server that is not ours",
        lambda a, b: answer(
            a,
            verified="",
            headers=(("Authentication-Results", f"evil.example; dmarc=pass header.from={ANN}"),),
        ),
        UNVERIFIED,
    ),
    Case(
        "vouched for below a failure of ours",
        lambda a, b: answer(
            a,
            verified="fail",
            headers=(("Authentication-Results", f"{RECEIVER}; dmarc=pass header.from={ANN}"),),
        ),
        UNVERIFIED,
    ),
    Case(
        "vouched for as another's",
        lambda a, b: answer(
            a,
            verified="",
            headers=(("Authentication-Results", f"{RECEIVER}; dmarc=pass header.from={EVE}"),),
        ),
        UNVERIFIED,
    ),
    Case(
        "a stranger who has her notification",
        lambda a, b: answer(a, sender=EVE),
        NOT_HERS,
    ),
    Case(
        "a stranger under her name",
        lambda a, b: answer(a, sender=EVE, name=f"Ann {ANN}"),
        NOT_HERS,
    ),
    Case(
        "a stranger whose Reply-To is hers",
        lambda a, b: answer(a, sender=EVE, headers=(("Reply-To", ANN),)),
        NOT_HERS,
    ),
    Case(
        "a stranger with her as Sender and return path",
        lambda a, b: answer(a, sender=EVE, headers=(("Sender", ANN), ("Return-Path", f"<{ANN}>"))),
        NOT_HERS,
    ),
    Case(
        "a look-alike address",
        lambda a, b: answer(a, sender="ann@shop.example.else.example"),
        NOT_HERS,
    ),
    Case("a colleague with her notification", lambda a, b: answer(a, sender=BO), NOT_HERS),
    Case(
        "she, by a buyer's token alone",
        lambda a, b: answer(a, in_reply_to=b.message_id),
        "stranger",
    ),
    Case("she, by a buyer's address", lambda a, b: to(a, reply_address(SHOP, 1, secret=OWN)), "stranger"),
    Case("she, with no token at all", lambda a, b: answer(a, in_reply_to="")),
    Case("a guessed id", lambda a, b: answer(a, in_reply_to=f"hn.1.1.{'0' * 16}.{'0' * 16}@shop.example")),
    Case(
        "her token with another ticket in it",
        lambda a, b: answer(a, in_reply_to=a.message_id.replace("hn.1.", "hn.2.", 1)),
    ),
    Case(
        "a buyer's token made to look like hers",
        lambda a, b: answer(a, in_reply_to=b.message_id.replace("hd.1.", "hn.1.1.", 1)),
    ),
    Case(
        "her token made to look like a buyer's",
        lambda a, b: answer(a, in_reply_to=a.message_id.replace("hn.1.1.", "hd.1.", 1)),
    ),
    Case(
        "a token of another desk",
        lambda a, b: answer(a, in_reply_to=signed(FOREIGN)),
    ),
    Case(
        "a token that is signed and was never sent",
        lambda a, b: answer(a, in_reply_to=signed(OWN)),
    ),
    Case(
        "her token in the subject",
        lambda a, b: mail(a.message_id, sender=ANN, subject=a.message_id, verified="pass"),
    ),
    Case(
        "her token in the text",
        lambda a, b: answer(a, f"<{a.message_id}>", in_reply_to=""),
    ),
    Case("her token as an address without a mac of that kind", lambda a, b: to(a, f"support+{a.message_id}")),
    Case(
        "her token, by a list",
        lambda a, b: answer(a, headers=(("List-Id", "<x>"),)),
        "not_by_a_person",
    ),
    Case(
        "an id of ours to somebody else", lambda a, b: answer(a, in_reply_to=mint(2, domain="x", secret=OWN))
    ),
)
