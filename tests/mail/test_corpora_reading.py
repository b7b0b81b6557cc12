"""How well the mail of other projects is read: figures over the shared corpora, each with its bar.

`make corpora` prints the table; `tests/emails/README.md` keeps a copy of it.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mail import charset, mime, quoting, subjects, tnef
from mail.bounces import read
from mail.parse import parse
from mail.types import Incoming
from tests.figures import Figure
from tests.mail import first_replies
from tests.mail.factory import make_incoming

pytestmark = pytest.mark.corpora

LONGEST = 1.0  # seconds for one message
MOST_GARBLED = 5
# What cannot be read better, and why.
GARBLED = {
    "mikel-mail/fixtures/emails/error_emails/must_supply_encoding.eml": "holds U+FFFD as it was sent",
    "enmime/testdata/mail/qp-utf8-header-recursed.raw": "an encoded word cut by a blank inside another",
}
# Of cn-selfmade: what must not be cut, or not at the first mark.
EDGES = frozenset((
    "neg-mentions-yuanyou", "neg-xiedao", "neg-form-fields", "neg-dashes", "inline-zh", "bottom-zh",
    "empty-reply", "forward-zh",
))  # fmt: skip
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bq]\?[^?]*\?=", re.I)

# Exact of zapier's parser (email-reply-parser 0.5.12), measured once with `is_right` below. It is no
# dependency: to measure again, put its `EmailReplyParser.parse_reply` in the place of `quoting.split`.
ZAPIERS_OWN = {"email_reply_parser": 19, "zapier-email-reply-parser": 22, "mail-parser-reply": 35}


def mails(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".json", ".md") and "LICENSE" not in path.name:
            yield path


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text.replace("\u200b", "").replace("\ufeff", ""))


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")


def as_html_mail(path: Path, subject: str = "Re: x") -> Incoming:
    return make_incoming(path.read_bytes(), content_type="text/html; charset=utf-8", subject=subject)


def is_right(new: str, wanted: str) -> bool:
    """The same words; a parser may leave the signature out, which the others keep."""
    new, wanted = squeezed(new), squeezed(wanted)
    tail = wanted[len(new) :]
    return new == wanted or (
        bool(new) and wanted.startswith(new) and tail.startswith(("-", "_", "Sentfrom", "GetOutlook"))
    )


def first_reply(text: str, quote: str | None) -> str:
    return text if quote is None else text[: text.index(quote)]


def test_every_mail_is_read_within_a_second(corpora_folder: Path, figure: Figure) -> None:
    slowest, count = (0.0, ""), 0
    for path in mails(corpora_folder):
        raw = path.read_bytes()
        started = time.process_time()
        incoming = parse(raw)
        quoting.of(incoming)
        read(incoming)
        slowest = max(slowest, (time.process_time() - started, path.name))
        count += 1
    figure("corpora: mails parsed without exception", count)
    figure("corpora: slowest", slowest[0], f"s ({slowest[1]})")
    assert count >= 2_000
    assert slowest[0] < LONGEST, slowest


def test_few_mails_are_garbled_and_each_for_a_reason(corpora_folder: Path, figure: Figure) -> None:
    garbled = [
        str(path.relative_to(corpora_folder))
        for path in mails(corpora_folder)
        if is_garbled(parse(path.read_bytes()))
    ]
    figure("corpora: with U+FFFD or an undecoded word", len(garbled), f"of at most {MOST_GARBLED}")
    assert len(garbled) <= MOST_GARBLED
    assert sorted(garbled) == sorted(GARBLED)


def test_subjects_of_the_chinese_list_mails(corpora_folder: Path) -> None:
    folder = corpora_folder / "cn-list-mails"
    for name, facts in expected(folder).items():
        incoming = parse((folder / name).read_bytes())
        assert squeezed(incoming.subject) == squeezed(facts["subject"]), name
        assert (not incoming.message_id) == facts["message_id_missing_or_empty"], name
        assert bool(incoming.references) == (facts["has_in_reply_to"] or facts["has_references"]), name


def test_prefixes_come_off_the_subjects_of_the_self_made_mails(corpora_folder: Path) -> None:
    folder = corpora_folder / "cn-selfmade"
    for name, facts in expected(folder).items():
        incoming = parse((folder / f"{name}.eml").read_bytes())
        assert subjects.bare(incoming.subject) == facts["clean"], name


def test_the_charset_is_told_without_its_label(corpora_folder: Path, figure: Figure) -> None:
    """Of what decodes strictly by its label and is not ASCII: read by the scored rule alone."""
    right = total = 0
    for path in mails(corpora_folder / "cn-list-mails"):
        raw = path.read_bytes()
        for part in mime.tree(raw, []).walk():
            label = charset.codec_named(part.parameters.get("charset", ""))
            data = b"" if part.is_multipart else mime.content(raw, part, [])
            if label not in ("utf-8", "gb18030", "big5hkscs") or data.isascii():
                continue
            try:
                wanted = data.decode(label)
            except UnicodeDecodeError:
                continue
            total += 1
            right += charset.guess(data)[0].removeprefix("\ufeff") == wanted.removeprefix("\ufeff")
    figure("charset told without its label", right, f"of {total}")
    assert right >= 0.97 * total


def is_garbled(incoming: Incoming) -> bool:
    people = (incoming.sender, *incoming.to, *incoming.cc, *incoming.reply_to)
    names = [each.name for each in people if each] + [each.filename for each in incoming.attachments]
    headings = "\n".join((incoming.subject, *names))
    return "\ufffd" in incoming.text + headings or _ENCODED_WORD.search(headings) is not None


def test_replies_of_the_self_made_chinese_mails(corpora_folder: Path, figure: Figure) -> None:
    folder = corpora_folder / "cn-selfmade"
    facts = {name: each for name, each in expected(folder).items() if not name.startswith("subject-")}
    wrong = []
    for name, each in facts.items():
        answer = quoting.of(parse((folder / f"{name}.eml").read_bytes()))
        reply, signature = squeezed(each["expected"]), squeezed(each["sig"])
        if squeezed(answer.new) not in (reply, reply + signature):
            wrong.append(name)
    clients = len(facts) - len(EDGES)
    figure("replies: cn-selfmade exact", clients - len(set(wrong) - EDGES), f"of {clients}")
    figure("replies: cn-selfmade edge cases exact", len(EDGES) - len(EDGES & set(wrong)), f"of {len(EDGES)}")
    # Shown whole on purpose: own words between quoted lines, and nothing but a quote.
    assert wrong == ["inline-zh", "empty-reply"]
    assert clients == 40


def test_replies_in_the_chinese_list_mails(corpora_folder: Path, figure: Figure) -> None:
    folder = corpora_folder / "cn-list-mails"
    facts = {
        name: each["reply_expected"] for name, each in expected(folder).items() if "reply_expected" in each
    }
    news = {name: squeezed(quoting.of(parse((folder / name).read_bytes())).new) for name in facts}
    right = sum(news[name] == squeezed(reply) for name, reply in facts.items())
    lost = [name for name, reply in facts.items() if squeezed(reply) not in news[name]]
    figure("replies: cn-list-mails exact", right, f"of {len(facts)}")
    figure("replies: cn-list-mails with lost words", len(lost))
    assert right >= 76
    assert lost == []


def test_western_standard_replies(corpora_folder: Path, figure: Figure) -> None:
    folder = corpora_folder / "talon" / "fixtures" / "standard_replies"
    paths = sorted(folder.glob("*.eml"))
    wrong = []
    for path in paths:
        given = folder / f"{path.stem}_reply_text"
        reply = given.read_text(encoding="utf-8") if given.exists() else "Hello"
        if squeezed(quoting.of(parse(path.read_bytes())).new) != squeezed(reply):
            wrong.append(path.name)
    figure("replies: talon standard_replies exact", len(paths) - len(wrong), f"of {len(paths)}")
    assert (wrong, len(paths)) == ([], 12)


@pytest.mark.parametrize(
    ("name", "replies", "bar"),
    [
        ("email_reply_parser", first_replies.EMAIL_REPLY_PARSER, 22),
        ("zapier-email-reply-parser", first_replies.ZAPIER, 24),
        ("mail-parser-reply", first_replies.MAIL_PARSER_REPLY, 46),
    ],
)
def test_first_replies_of_plain_text(
    corpora_folder: Path, figure: Figure, name: str, replies: Mapping[str, str | None], bar: int
) -> None:
    folder = corpora_folder / name / "emails"
    wrong = [
        file
        for file, quote in replies.items()
        if not is_right(quoting.split(text_of(folder / file)).new, first_reply(text_of(folder / file), quote))
    ]
    right = len(replies) - len(wrong)
    figure(f"replies: {name} first reply exact", right, f"of {len(replies)}")
    figure(f"replies: {name}, zapier's own parser", ZAPIERS_OWN[name], f"of {len(replies)}")
    assert set(replies) == {path.name for path in folder.iterdir()}
    assert right >= bar, wrong
    assert right > ZAPIERS_OWN[name]


def test_html_replies_of_talon(corpora_folder: Path, figure: Figure) -> None:
    folder = corpora_folder / "talon" / "fixtures" / "html_replies"
    paths = sorted(folder.glob("*.html"))
    wrong = [
        path.name
        for path in paths
        if squeezed(quoting.of(as_html_mail(path)).new) != "Hi.Iamfine.Thanks,Alex"
    ]
    figure("replies: talon html_replies exact", len(paths) - len(wrong), f"of {len(paths)}")
    assert (wrong, len(paths)) == ([], 9)


def test_html_replies_and_forwards_of_quotequail(corpora_folder: Path, figure: Figure) -> None:
    folder = corpora_folder / "quotequail" / "files"
    wrong = []
    for name, last_words in first_replies.QUOTEQUAIL.items():
        answer = quoting.of(
            as_html_mail(folder / name, "FW: x" if name == "outlook_forward.html" else "Re: x")
        )
        fits = answer.quoted == "" if last_words is None else answer.new.endswith(last_words)
        wrong += [] if fits and bool(answer.quoted) == (last_words is not None) else [name]
    right = len(first_replies.QUOTEQUAIL) - len(wrong)
    figure("replies: quotequail exact", right, f"of {len(first_replies.QUOTEQUAIL)}")
    assert wrong == []


def test_files_in_winmail(corpora_folder: Path, figure: Figure) -> None:
    """The names in each `.list`; bodies are no files to us, and we find files that some lists do not name."""
    packed = sorted(
        [
            *(corpora_folder / "mimekit" / "tnef").glob("*.tnef"),
            *(corpora_folder / "tnefparse").glob("*.tnef"),
        ]
    )
    files = 0
    for path in packed:
        found = tnef.unpack(path.read_bytes())
        names = [each.name for each in found.files]
        files += len(names)
        listed = path.with_suffix(".list")
        if listed.exists():
            wanted = [
                each for each in listed.read_text().split("\n") if each and not each.startswith("body.")
            ]
            assert all(names.count(each) >= wanted.count(each) for each in wanted), path.name
    figure("winmail.dat unpacked", len(packed), f"with {files} files")
    assert (len(packed), files) == (33, 49)


def test_parts_of_mail_stay_within_the_caps(corpora_folder: Path) -> None:
    for path in mails(corpora_folder):
        incoming = parse(path.read_bytes())
        assert len(incoming.parts) <= mime.MAX_PARTS + 1, path.name
        assert len(incoming.to) + len(incoming.cc) <= 1_000, path.name
        assert len(incoming.references) <= 100, path.name
