"""Bounces, complaints and automatic mail of the shared corpora: what is recognised, and who gets an answer.

The bars are those of the project; the figures are printed, so that a change shows what it moved.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mail.bounces import read
from mail.parse import parse
from mail.types import Bounce, Incoming, Kind
from tests.figures import Figure

pytestmark = pytest.mark.corpora

RECOGNISED, PERMANENCE = 0.97, 0.95  # bars
NO_BOUNCE = ("feedback", "vacation", "delivered")  # sisimai's reasons that no bounce has
HUMAN = ("cn-selfmade", "cn-list-mails", "talon", "email_reply_parser", "zapier-email-reply-parser",
         "mail-parser-reply", "quotequail")  # fmt: skip
# Sent by machines, as a look at them shows: an out-of-office answer in the self-made set.
MACHINES_AMONG_HUMANS = ("subject-7.eml",)
# "Re: ..." of a person who answers a notice, with her own words on top.
PERSONS_AMONG_MACHINES = ("groupwise_03.txt",)
# Where the corpus and we see it differently, and why ours stands.
KNOWN_OTHERWISE = {
    "lhost-apachejames-01.eml": "no such user, by a list of RCPT TO: the corpus takes it for a filter",
    "lhost-exim-37.eml": "a domain that does not exist is the sender's, refused after the data",
    "lhost-fml-03.eml": "a list's own alert, in words alone and as an answer: automatic, no report",
    "lhost-mcafee-01.eml": "a bare 550 without the command that it answers may be a filter",
    "lhost-mcafee-05.eml": "a bare 550 without the command that it answers may be a filter",
    "lhost-postfix-05.eml": "user unknown as 450: the server itself says that it may pass",
    "lhost-receivingses-01.eml": "5.1.1 mailbox does not exist: the corpus knows that a rule made it",
    "lhost-x1-01.eml": "user unknown, of the server's own: the corpus takes it for a filter",
    "lhost-x2-01.eml": "this user doesn't have an account: the corpus takes it for a filter",
    "lhost-yahoo-07.eml": "a bare 550 without the command that it answers may be a filter",
    "rfc3464-01.eml": "5.1.1 user unknown in the fields, a full disk in the prose",
}


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def mails(folder: Path) -> Iterator[tuple[str, Incoming]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".json", ".md") and "LICENSE" not in path.name:
            yield path.name, parse(path.read_bytes())


def sisimai(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]], Incoming]]:
    """Name, what is expected of each recipient, and the message; bounces and others."""
    for name, recipients in expected(folder / "sisimai-half").items():
        yield name, recipients, parse((folder / "sisimai-half" / "lf" / name).read_bytes())


def is_alimail(incoming: Incoming) -> bool:
    return bool(incoming.header("X-Aliyun-Bounce"))


def bounces(folder: Path) -> Iterator[tuple[str, Incoming]]:
    """Every delivery report of the corpora that names somebody."""
    for name, recipients, incoming in sisimai(folder):
        if recipients[0]["reason"] not in NO_BOUNCE:
            yield name, incoming
    for name, wanted in expected(folder / "flufl.bounce").items():
        if wanted["temporary"] or wanted["permanent"]:
            yield name, parse((folder / "flufl.bounce" / name).read_bytes())
    for name, incoming in mails(folder / "cn-list-mails"):
        if is_alimail(incoming):
            yield name, incoming


def permanence(found: tuple[Bounce, ...]) -> list[bool]:
    return sorted(each.permanent for each in found)


def test_bounces_are_recognised(corpora_folder: Path, figure: Figure) -> None:
    given = list(bounces(corpora_folder))
    missed = [name for name, incoming in given if not read(incoming)]
    share = 1 - len(missed) / len(given)
    figure(f"bounces recognised, of {len(given):,}", 100 * share, "%")
    assert share >= RECOGNISED, missed


def test_an_address_is_given_up_only_when_it_is_gone(corpora_folder: Path, figure: Figure) -> None:
    right, wrong, counted = 0, [], [0, 0]
    for name, recipients, incoming in sisimai(corpora_folder):
        if recipients[0]["reason"] in NO_BOUNCE:
            continue
        found, hard = read(incoming), sorted(bool(each["hardbounce"]) for each in recipients)
        same = sum(map(bool.__eq__, hard, permanence(found)))
        right += same
        wrong += [name] * (len(hard) - same)
        counted[0] += len(found) == len(recipients)
        counted[1] += 1
    share = right / (right + len(wrong))
    figure(f"permanent or not, right, of {right + len(wrong)} recipients of sisimai", 100 * share, "%")
    figure(f"as many recipients as expected, of {counted[1]} bounces of sisimai", counted[0])
    assert share >= PERMANENCE, wrong
    assert set(wrong) <= set(KNOWN_OTHERWISE), wrong


def test_recipients_of_bounces(corpora_folder: Path, figure: Figure) -> None:
    exact, other = 0, []
    for name, wanted in expected(corpora_folder / "flufl.bounce").items():
        addresses = {each.lower() for each in wanted["temporary"] + wanted["permanent"]}
        if not addresses:
            continue
        found = read(parse((corpora_folder / "flufl.bounce" / name).read_bytes()))
        same = {each.recipient.lower() for each in found} == addresses
        exact += same
        other += [] if same else [name]
    figure(f"bounce recipients exact, of {exact + len(other)} mails of flufl.bounce", exact)
    assert exact / (exact + len(other)) >= 0.94, other


def test_most_bounces_name_the_message_that_came_back(corpora_folder: Path, figure: Figure) -> None:
    given = [incoming for _, incoming in bounces(corpora_folder)]
    named = sum(any(each.message_id for each in read(incoming)) for incoming in given)
    figure(f"bounces that name the returned message, of {len(given):,}", named)
    assert named / len(given) >= 0.67


def test_no_machine_is_acknowledged(corpora_folder: Path, figure: Figure) -> None:
    given = [(name, incoming) for name, _, incoming in sisimai(corpora_folder)]
    for folder in ("sisimai-half/cr", "sisimai-half/crlf", "sisimai-half/err", "flufl.bounce", "enmime/dsn"):
        given += mails(corpora_folder / folder)
    given += [each for each in mails(corpora_folder / "cn-list-mails") if is_alimail(each[1])]
    answered = [name for name, incoming in given if incoming.kind is Kind.HUMAN]
    answered = [name for name in answered if name not in PERSONS_AMONG_MACHINES]
    figure(f"machines that would get an acknowledgement, of {len(given):,}", len(answered))
    assert answered == []


def test_no_person_is_refused_an_acknowledgement(corpora_folder: Path, figure: Figure) -> None:
    given = [each for folder in HUMAN for each in mails(corpora_folder / folder)]
    given = [(name, incoming) for name, incoming in given if not is_alimail(incoming)]
    refused = [name for name, incoming in given if incoming.kind is not Kind.HUMAN]
    refused = [name for name in refused if name not in MACHINES_AMONG_HUMANS]
    figure(f"persons refused an acknowledgement, of {len(given):,}", len(refused))
    assert refused == []


def test_complaints_and_absences_are_no_bounces(corpora_folder: Path) -> None:
    for name, recipients, incoming in sisimai(corpora_folder):
        match recipients[0]["reason"]:
            case "feedback":
                assert (incoming.kind, read(incoming)) == (Kind.COMPLAINT, ()), name
            case "vacation":
                assert (incoming.kind, read(incoming)) == (Kind.AUTOMATIC, ()), name
            case "delivered":
                assert [each.action for each in read(incoming)] == ["delivered"], name
