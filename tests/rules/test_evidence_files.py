"""What can be evidence is told by its first bytes, whatever it is called or said to be."""

import pytest

from helpdesk.rules import evidence_files
from tests import files
from tests.letterbox import png


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.JPEG, "image/jpeg"),
        (files.PNG, "image/png"),
        (files.HEIC, "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf" + bytes(9), "image/heic"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(9), "image/avif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (files.MP4, "video/mp4"),
        (files.MOV, "video/quicktime"),
        (b"\0\0\0\x18ftyp3gp5\0\0\0\0isom3gp5", "video/3gpp"),
        (b"\x1a\x45\xdf\xa3" + bytes(20), "video/webm"),
        (files.PDF, "application/pdf"),
        (b"\xef\xbb\xbf%PDF-1.4", "application/pdf"),
    ],
)
def test_photos_films_and_pdf_are_known_by_their_bytes(content: bytes, kind: str) -> None:
    assert evidence_files.content_type(content) == kind
    assert evidence_files.refused("a.bin", content) is None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.jpg", files.EXE, "program"),
        ("photo.jpg.exe", files.JPEG, "program"),
        ("photo.exe. ", files.JPEG, "program"),
        ("run.sh", b"#!/bin/sh\n", "program"),
        ("photo.jpg", b"\x7fELF" + bytes(20), "program"),
        ("photos.zip", files.ZIP, "archive"),
        ("chat.docx", files.ZIP, "archive"),
        ("page.jpg", files.HTML, "unknown"),
        ("logo.svg", files.SVG, "unknown"),
        ("note.txt", "您好".encode(), "unknown"),
        ("strange.mp4", b"\0\0\0\x18ftypjunk\0\0\0\0nono", "unknown"),
        ("cut.mp4", b"\0\0\0\xffftyp", "unknown"),
        ("empty.jpg", b"", "empty"),
    ],
)
def test_everything_else_is_refused_with_a_sentence_that_names_it(
    name: str, content: bytes, code: str
) -> None:
    refused = evidence_files.refused(name, content)
    assert refused is not None
    assert refused.code == code
    assert name in refused.sentence


def test_a_file_of_more_than_25_mb_is_too_large() -> None:
    refused = evidence_files.refused("film.mp4", files.MP4 + bytes(evidence_files.LARGEST))
    assert refused is not None
    assert refused.code == "too_large"


def test_a_logo_under_a_signature_is_no_evidence_and_an_inline_photo_is() -> None:
    small_but_heavy = png(200, 200) + bytes(20_000)
    assert evidence_files.is_trifle(files.LOGO, inline=True)
    assert evidence_files.is_trifle(small_but_heavy, inline=True)
    assert not evidence_files.is_trifle(png(800, 600) + bytes(20_000), inline=True)
    assert not evidence_files.is_trifle(files.LOGO, inline=False)
