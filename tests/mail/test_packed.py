"""What comes packed: winmail.dat, files written into the text, signed and encrypted wrappers, invitations."""

import base64
import binascii
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail import cms, tnef
from mail.attachments import preview, previews
from mail.parse import parse
from mail.textfiles import extract
from mail.types import Wrapping
from tests.mail.factory import make_incoming, make_multipart, make_raw

PHOTO = bytes(range(256)) * 3
OUTLOOK = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
ENTITY = "Content-Type: text/plain; charset=utf-8\r\n\r\n请退款".encode()


def attribute(number: int, value: bytes, level: int = 2) -> bytes:
    return struct.pack("<BHHI", level, number, 0, len(value)) + value + b"\0\0"


def name_property(name: str) -> bytes:
    value = name.encode("utf-16-le") + b"\0\0"
    padded = value + b"\0" * (-len(value) % 4)
    return struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(value)) + padded


def winmail(*attributes: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def a_file(name: str = "退款照片.jpg", content: bytes = PHOTO) -> bytes:
    return attribute(0x9002, b"\0" * 14) + attribute(0x800F, content) + attribute(0x9005, name_property(name))


def with_winmail(data: bytes, words: str = "请退款") -> bytes:
    text = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode()
    return make_multipart(text, OUTLOOK + base64.encodebytes(data))


def uuencoded(name: str, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


def yencoded(name: str, content: bytes) -> bytes:
    out = bytearray()
    for byte in content:
        code = (byte + 42) % 256
        out += bytes([61, (code + 64) % 256]) if code in (0, 10, 13, 61) else bytes([code])
    return (
        b"=ybegin line=128 size=%d name=%s\r\n" % (len(content), name.encode())
        + bytes(out)
        + b"\r\n=yend\r\n"
    )


def signed_data(content: bytes) -> bytes:
    """The front of a CMS SignedData in BER with indefinite lengths, as Outlook and OpenSSL write it."""
    octets = b"\x24\x80\x04\x82" + struct.pack(">H", len(content)) + content + b"\0\0"
    inner = b"\x30\x80" + cms.DATA + b"\xa0\x80" + octets + b"\0\0" + b"\0\0"
    return b"\x30\x80" + cms.SIGNED + b"\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + inner + b"\0\0" * 3


def test_the_files_of_winmail_stand_in_its_place() -> None:
    incoming = parse(with_winmail(winmail(a_file(), a_file("list.xls", b"x"))))
    assert [(each.filename, each.content) for each in incoming.attachments] == [
        ("退款照片.jpg", PHOTO),
        ("list.xls", b"x"),
    ]
    assert incoming.attachments[0].content_type == "image/jpeg"
    assert incoming.text == "请退款"


def test_the_words_of_winmail_are_read_when_the_mail_has_no_others() -> None:
    body = attribute(0x9007, struct.pack("<II", 936, 0)) + attribute(
        0x800C, "坏了，请退款".encode("gbk") + b"\0", 1
    )
    assert parse(with_winmail(winmail(body), words="")).text == "坏了，请退款"


def test_a_damaged_winmail_gives_what_can_be_read_and_stays() -> None:
    incoming = parse(with_winmail(winmail(a_file("a.jpg"), a_file("b.jpg"))[:-700]))
    assert [each.filename for each in incoming.attachments] == ["winmail.dat", "a.jpg", "attachment-3.bin"]
    assert incoming.defects == ("winmail.dat is damaged; what could be read of it was unpacked",)


def test_what_is_only_called_winmail_stays_a_file() -> None:
    assert [each.filename for each in parse(with_winmail(b"nothing")).attachments] == ["winmail.dat"]


@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_winmail_raises(junk: bytes, place: int) -> None:
    whole = winmail(a_file("a.txt", b"words" * 20))
    tnef.unpack(whole[:place] + junk + whole[place:])
    tnef.unpack(winmail(junk))


def test_a_uuencoded_file_in_the_text_becomes_an_attachment() -> None:
    incoming = make_incoming("请看照片\n\n".encode() + uuencoded("p.jpg", PHOTO) + "\n谢谢".encode())
    assert [(each.filename, each.content) for each in incoming.attachments] == [("p.jpg", PHOTO)]
    assert incoming.text.split() == ["请看照片", "谢谢"]


def test_a_yencoded_file_in_the_text_becomes_an_attachment() -> None:
    incoming = make_incoming(b"see photo\r\n" + yencoded("p q.jpg", PHOTO) + b"thanks")
    assert [(each.filename, each.content) for each in incoming.attachments] == [("p q.jpg", PHOTO)]
    assert incoming.text.split() == ["see", "photo", "thanks"]


@pytest.mark.parametrize("text", ["begin 644 the work today\nplease", "let us begin 644 a\n", "=ybegin"])
def test_words_that_only_look_like_a_file_stay_words(text: str) -> None:
    incoming = make_incoming(text)
    assert (incoming.text, incoming.attachments) == (text.strip("\n"), ())


@given(st.binary(max_size=300))
def test_taking_files_out_of_any_text_raises_nothing(junk: bytes) -> None:
    extract(b"begin 644 a\n" + junk)
    extract(b"=ybegin line=1 name=a\n" + junk)


def test_a_signed_message_shows_its_text_and_names_the_signature() -> None:
    raw = make_multipart(
        ENTITY,
        b"Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA",
        kind="signed",
    )
    incoming = parse(raw)
    assert (incoming.text, incoming.wrapping) == ("请退款", Wrapping.SIGNED)
    assert [(each.filename, each.is_signature) for each in incoming.attachments] == [("signature.p7s", True)]


def test_what_is_signed_as_a_whole_is_opened() -> None:
    raw = make_raw(
        base64.encodebytes(signed_data(ENTITY)),
        content_type="application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        content_transfer_encoding="base64",
    )
    incoming = parse(raw)
    assert (incoming.text, incoming.wrapping) == ("请退款", Wrapping.SIGNED)


@pytest.mark.parametrize(
    "raw",
    [
        make_raw("AAAA", content_type="application/pkcs7-mime; smime-type=enveloped-data"),
        make_multipart(
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
            b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----",
            kind="encrypted",
        ),
        make_raw("-----BEGIN PGP MESSAGE-----\n\nhQIMA\n-----END PGP MESSAGE-----"),
    ],
)
def test_an_encrypted_message_says_so_and_is_kept(raw: bytes) -> None:
    incoming = parse(raw)
    assert incoming.wrapping is Wrapping.ENCRYPTED
    assert incoming.defects == (
        "the message is encrypted and cannot be read here; it stands in the raw message",
    )


def test_pgp_signed_words_are_read_without_their_armour() -> None:
    body = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n请退款\n- --\n王\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    incoming = make_incoming(body)
    assert (incoming.text, incoming.wrapping) == ("请退款\n--\n王", Wrapping.SIGNED)


def test_a_piece_of_a_message_is_kept_and_named() -> None:
    incoming = make_incoming("one of two", content_type="message/partial; id=x; number=1; total=2")
    assert incoming.wrapping is Wrapping.PARTIAL
    assert incoming.defects == ("this is piece 1 of 2 of a message sent in pieces; it is not joined",)
    assert incoming.attachments[0].content == b"one of two"


def test_content_that_lies_elsewhere_is_not_fetched() -> None:
    incoming = make_incoming("", content_type="message/external-body; access-type=url; url=http://x.example")
    assert incoming.wrapping is Wrapping.EXTERNAL


INVITATION = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:取件\\, 上门\r\n"
    "DTSTART;TZID=Asia/Shanghai:"
    "20260306T090000\r\nLOCATION:上海\r\n 市\r\n"
    "ORGANIZER;CN=王:mailto:w@x.example\r\nEND:VEVENT\r\nEND:VCALENDAR"
)


def test_an_invitation_alone_is_read_as_its_summary() -> None:
    incoming = make_incoming(INVITATION, content_type="text/calendar; charset=utf-8; method=REQUEST")
    assert incoming.text.split("\n") == [
        "method: REQUEST",
        "what: 取件, 上门",
        "from: 2026-03-06 09:00 Asia/Shanghai",
        "where: 上海市",
        "organizer: 王 w@x.example",
    ]
    assert preview(incoming.attachments[0]) == incoming.text


def test_an_enclosed_message_can_be_read_beside_its_file() -> None:
    inner = make_raw("照片里是坏的杯子", subject="=?utf-8?b?5Z2P5LqG?=")
    raw = make_multipart(
        b"Content-Type: text/plain\r\n\r\nsee below", b"Content-Type: message/rfc822\r\n\r\n" + inner
    )
    shown = preview(parse(raw).attachments[0])
    assert "Subject: 坏了" in shown
    assert shown.endswith("照片里是坏的杯子")


def test_of_very_many_enclosed_messages_the_first_twenty_can_be_read_beside_their_files() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\n" + make_raw("照片里是坏的杯子")
    found = previews(parse(make_multipart(*[inner] * 30)).attachments)
    assert list(found) == [str(position) for position in range(20)]


def test_pages_past_the_room_for_layout_still_give_their_words() -> None:
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + b"<td>x" * 15_000
    last = "<p>杯子坏了</p>".encode()
    assert parse(make_multipart(page, page + last)).text.endswith("杯子坏了")


@pytest.mark.parametrize("footer", ["Unsubscribe here", "_______________________"])
def test_words_below_base64_without_padding_are_kept_apart(footer: str) -> None:
    coded = base64.b64encode("请尽快退款".encode()).rstrip(b"=")
    raw = (
        b"From: a@x.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        + coded
    )
    assert parse(raw + b"\n" + footer.encode()).text == f"请尽快退款\n{footer}"


@pytest.mark.parametrize(
    ("declared", "used"), [('"B"', "XX"), ("'BB'", "BB"), ("\"'BB'\"", "BB"), ("'BB'", "'BB'")]
)
def test_a_boundary_that_is_declared_wrongly_is_found(declared: str, used: str) -> None:
    head = f"From: a@x.example\nContent-Type: multipart/mixed; boundary={declared}\n\n"
    raw = head + f"--{used}\nContent-Type: text/plain\n\nhello\n--{used}--\n"
    assert parse(raw.encode()).text == "hello"


def test_a_name_below_two_dashes_is_no_boundary() -> None:
    raw = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=B\n\nplease refund\n--Jane\n0123\n"
    assert parse(raw).text == "please refund\n--Jane\n0123"


@pytest.mark.parametrize(
    ("encoding", "coded"), [("base-64", "6YCA5qy+"), ("quoted-printable (x)", "=E9=80=80=E6=AC=BE")]
)
def test_an_encoding_that_is_written_oddly_is_undone(encoding: str, coded: str) -> None:
    head = "From: a@x.example\nContent-Type: text/plain; charset=utf-8\n"
    raw = head + f"Content-Transfer-Encoding: {encoding}\n\n{coded}\n"
    assert parse(raw.encode()).text == "退款"


def test_a_pgp_signature_comes_off_whatever_its_comment_holds() -> None:
    words = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nplease refund\n- --\nJane\n"
        "-----BEGIN PGP SIGNATURE-----\nVersion: GnuPG v1.4.9-1\nComment: x-y - z\n\n"
        "iQEz=\n=a\n-----END PGP SIGNATURE-----\n"
    )
    assert parse(make_raw(words)).text == "please refund\n--\nJane"


@pytest.mark.parametrize(
    "words",
    [
        "> -----BEGIN PGP MESSAGE-----\n> abc\n> -----END PGP MESSAGE-----\nI cannot read this",
        "what is\n-----BEGIN PGP MESSAGE-----\n?",
        "I saw -----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----",
    ],
)
def test_words_about_encryption_are_not_encrypted(words: str) -> None:
    assert parse(make_raw(words)).wrapping is Wrapping.NONE


@pytest.mark.parametrize("after", ["!\n", "#ABC\nthe shop\n", "M\n"])
def test_words_after_begin_without_an_end_stay(after: str) -> None:
    text = f"begin 100 meters away\n{after}"
    assert extract(text.encode()) == (text.encode(), ())


def test_a_uuencoded_file_that_is_cut_off_is_still_one() -> None:
    lines = [binascii.b2a_uu(PHOTO[:45].ljust(45, b"x")) for _ in range(3)]
    text, files = extract(b"see\nbegin 644 a.jpg\n" + b"".join(lines))
    assert (text, [each.name for each in files]) == (b"see\n", [b"a.jpg"])
