"""What a p7m part holds (RFC 5652, 8551): named by its type, and opened when it is only signed.

Nothing is decrypted and no signature is checked here; that is the receiving server's word or nobody's.
"""

SIGNED = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # id-signedData
DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"  # id-data
_OCTETS, _OCTETS_OF_OCTETS = 0x04, 0x24
_MAX_PIECES = 100_000


def is_signed(data: bytes) -> bool:
    """Whether this is signed data, not enveloped (encrypted) data."""
    return SIGNED in data[:40]


def content(data: bytes) -> bytes:
    """The MIME entity inside signed data, b"" when it is not there or cannot be read. Never raises."""
    inner = data.find(DATA, 0, 2_000)
    if not is_signed(data) or inner < 0:
        return b""
    position = inner + len(DATA)
    if data[position : position + 1] != b"\xa0":  # [0] EXPLICIT: absent when the signature is detached
        return b""
    _, position, _ = _head(data, position)
    tag, start, length = _head(data, position)
    if tag == _OCTETS and length >= 0:
        return data[start : start + length]
    return (
        _pieces(data, start, start + length if length >= 0 else len(data))
        if tag == _OCTETS_OF_OCTETS
        else b""
    )


def _pieces(data: bytes, position: int, end: int) -> bytes:
    """The octet strings of a constructed one, up to its end or to what is none."""
    found: list[bytes] = []
    while position < end and len(found) < _MAX_PIECES:
        tag, start, length = _head(data, position)
        if tag != _OCTETS or length < 0:
            break
        found.append(data[start : start + length])
        position = start + length
    return b"".join(found)


def _head(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, where the value begins, and its length (-1 when it is indefinite); tag -1 past the end."""
    if position + 2 > len(data):
        return -1, len(data), 0
    tag, length = data[position], data[position + 1]
    position += 2
    if length == 0x80:
        return tag, position, -1
    if length > 0x80:
        size = length & 0x7F
        if size > 8:
            return -1, len(data), 0
        length = int.from_bytes(data[position : position + size], "big")
        position += size
    return tag, position, length
