"""Files as phones and offices make them, a few bytes each, for tests of uploads."""

from mail.types import Attachment
from tests.letterbox import png

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(100)
MOV = b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100)
PDF = b"%PDF-1.7\n" + bytes(100)
EXE = b"MZ\x90\0" + bytes(100)
ZIP = b"PK\x03\x04" + bytes(100)
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PNG = png(300, 300)
LOGO = png(8, 8)


def file(name: str = "IMG_0001.jpg", content: bytes = JPEG, kind: str = "image/jpeg") -> Attachment:
    return Attachment(filename=name, content_type=kind, content=content)
