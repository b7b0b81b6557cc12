"""Long messages come in pieces, byte for byte, whatever the server says of their size."""

import pytest

from mail import fetching
from mail.errors import TransientError
from mail.mailbox import Mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.odd_imap import Answer, OddImap

HEAD = b"From: buyer@example.com\r\nSubject: photos\r\n\r\n"


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_PIECE", 1000)


def facts(size: int) -> bytes:
    return b"* 1 FETCH (UID 11 RFC822.SIZE %d)\r\n" % size


def offset_of(command: bytes) -> int:
    return int(command.split(b"<")[1].split(b".")[0])


def handing_out(body: bytes, *, size: int) -> dict[bytes, Answer]:
    """A server that gives pieces of a body and claims that it has this size."""

    def answer(command: bytes) -> bytes:
        if b"BODY" not in command:
            return facts(size)
        at = offset_of(command)
        piece = body[at : at + 1000]
        return b"* 1 FETCH (UID 11 BODY[]<%d> {%d}\r\n%b)\r\n" % (at, len(piece), piece)

    return {b"FETCH": answer}


@pytest.mark.parametrize("length", [1001, 2000, 2500, 34_567])
def test_a_long_message_arrives_byte_for_byte(dovecot: Dovecot, length: int) -> None:
    user = dovecot.new_user()
    line = b"%06d " + b"x" * 60 + b"\r\n"
    raw = (HEAD + b"".join(line % number for number in range(600)))[:length] + b"\r\n"
    dovecot.deliver_all(user, [HEAD + b"short\r\n", raw, HEAD + b"last\r\n"])
    steps: list[int] = []
    with Mailbox.connect(dovecot.account(user)) as box:
        got = list(box.fetch(box.uids_after(0), progress=lambda: steps.append(1)))

    assert [(m.uid, m.reason) for m in got] == [(1, ""), (2, ""), (3, "")]
    assert got[1].raw == raw
    assert len(steps) >= length // 1000


@pytest.mark.parametrize("claimed", [1500, 9000])
def test_a_wrong_size_cuts_nothing_off(claimed: int) -> None:
    body = HEAD + b"y" * 4321
    with OddImap(handing_out(body, size=claimed)) as server, Mailbox.connect(server.account()) as box:
        assert [m.raw for m in box.fetch([11])] == [body]


@pytest.mark.parametrize("refusal", [b"%(tag)s BAD no partial fetch here\r\n", b""])
def test_a_server_without_pieces_is_asked_for_the_whole(refusal: bytes) -> None:
    body = HEAD + b"z" * 3000
    whole = b"* 1 FETCH (UID 11 BODY[] {%d}\r\n%b)\r\n" % (len(body), body)

    def answer(command: bytes) -> bytes:
        if b"BODY" not in command:
            return facts(3000)
        return refusal if refusal and b"<" in command else whole

    with OddImap({b"FETCH": answer}) as server, Mailbox.connect(server.account()) as box:
        assert [m.raw for m in box.fetch([11])] == [body]


def test_a_message_expunged_between_two_pieces_is_simply_not_there() -> None:
    def answer(command: bytes) -> bytes:
        if b"BODY" not in command:
            return facts(3000) if not server_said(b"<0.") else b""
        return b"* 1 FETCH (UID 11 BODY[]<0> {4}\r\nFrom)\r\n" if offset_of(command) == 0 else b""

    def server_said(words: bytes) -> bool:
        return any(words in said for said in server.said)

    with OddImap({b"FETCH": answer}) as server, Mailbox.connect(server.account()) as box:
        assert list(box.fetch([11])) == []


def test_a_message_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 5000)
    endless = {
        b"FETCH": lambda command: (
            b"* 1 FETCH (UID 11 BODY[]<%d> {1000}\r\n%b)\r\n" % (offset_of(command), b"x" * 1000)
            if b"BODY" in command
            else facts(3000)
        )
    }
    with OddImap(endless) as server, Mailbox.connect(server.account()) as box:
        assert [(m.raw, m.reason) for m in box.fetch([11])] == [(None, "no body")]


def test_who_has_lost_its_lease_between_two_pieces_stops_there(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, HEAD + b"x" * 5000 + b"\r\n")

    def lost() -> None:
        raise TransientError("the lease is lost")

    with (
        pytest.raises(TransientError, match="the lease is lost"),
        Mailbox.connect(dovecot.account(user)) as box,
    ):
        list(box.fetch([1], progress=lost))
