"""Evidence: what counts, once each, asked for once, judged with a word; and what it moves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import claim_answers, claim_evidence, judging_evidence
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Evidence, Ticket
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.evidence import EvidenceState
from mail.types import Attachment
from tests import files
from tests.actions import proving
from tests.actions.claiming import Matter, delivered
from tests.actions.proving import ask, judged, kinds, mailed, missing, sent, upload

PHOTO, PARCEL = EvidenceKind.PHOTO, EvidenceKind.PHOTO_OF_PARCEL


@pytest.fixture
def matter(app: object) -> Matter:
    """Li's cups have arrived damaged: a photo of them and one of the parcel are needed."""
    matter = judged(Matter(policy=None, **delivered(2)))
    matter.link()
    matter.open("damaged")
    return matter


def test_photos_of_a_mail_and_of_the_page_count_alike(matter: Matter) -> None:
    assert missing() == (PHOTO, PARCEL)
    assert mailed(matter, files.file()) == 1
    assert missing() == (PARCEL,)

    assert upload(files.file("parcel.heic", files.HEIC), shows=PARCEL) == 1

    assert (kinds(), missing()) == (["photo", "photo_of_parcel"], ())
    assert matter.decision().verdict == "allow"


def test_no_name_and_no_order_tells_what_a_picture_shows(matter: Matter) -> None:
    assert mailed(matter, files.file("other-mug.png", files.PNG), files.file("box label 面单.jpg")) == 2

    assert (kinds(), missing()) == (["photo", "photo"], (PARCEL,))
    assert matter.decision().verdict == "need_info"


def test_who_sends_a_picture_again_in_the_field_of_the_parcel_says_what_it_shows(matter: Matter) -> None:
    mailed(matter, files.file("a.png", files.PNG), files.file("b.jpg"))
    assert upload(files.file("b.jpg"), shows=PARCEL) == 0

    assert (sorted(kinds()), missing()) == (["photo", "photo_of_parcel"], ())
    assert matter.decision().verdict == "allow"


def test_what_a_colleague_has_judged_is_not_told_otherwise(matter: Matter) -> None:
    mailed(matter, files.file("b.jpg"))
    actor = proving.agent(matter)
    with transaction() as session:
        judging_evidence.accept(session, 1, actor=actor, at=clock.now())
    upload(files.file("b.jpg"), shows=PARCEL)
    assert kinds() == ["photo"]


def test_the_answer_falls_with_the_photo_that_it_rested_on(matter: Matter) -> None:
    mailed(matter, files.file())
    upload(files.file("parcel.heic", files.HEIC), shows=PARCEL)
    assert matter.decision().verdict == "allow"

    proving.refuse(matter, "看不清")

    assert matter.decision().verdict == "need_info"


def test_the_same_picture_counts_once_however_often_it_comes(matter: Matter) -> None:
    assert mailed(matter, files.file()) == 1
    assert mailed(matter, files.file("again.jpg")) == 0
    assert upload(files.file("third.jpg")) == 0

    assert kinds() == ["photo"]
    assert "files_sent" not in matter.verbs()


def test_a_logo_a_calendar_and_a_program_in_a_mail_are_no_evidence(matter: Matter) -> None:
    logo = Attachment(
        filename="logo.png", content_type="image/png", content=files.LOGO, content_id="x", inline=True
    )
    calendar = files.file("a.ics", b"BEGIN:VCALENDAR", "text/calendar")
    program = files.file("photo.jpg", files.EXE, "image/jpeg")

    assert mailed(matter, logo, calendar, program) == 0


def test_a_claim_that_is_opened_later_has_what_was_sent_before(app: object) -> None:
    matter = judged(Matter(policy=None, **delivered(2)))
    matter.link()
    matter.open("changed_mind")
    mailed(matter, files.file())
    matter.open("damaged")

    assert mailed(matter, files.file("b.png", files.PNG), opened=True, claim=2) == 2


@pytest.mark.parametrize("content", [files.EXE, files.ZIP, files.HTML, b""])
def test_a_page_refuses_what_is_no_evidence_and_keeps_nothing(matter: Matter, content: bytes) -> None:
    before = matter.verbs()
    with pytest.raises(InvalidError, match=r"odd\.jpg"):
        upload(files.file("good.jpg"), files.file("odd.jpg", content))

    assert (kinds(), matter.verbs()) == ([], before)


def test_more_than_ten_files_in_one_go_are_refused(matter: Matter) -> None:
    with pytest.raises(InvalidError, match="at most 10 files"):
        upload(*(files.file(f"{n}.jpg", files.JPEG + bytes([n])) for n in range(11)))


def test_what_is_missing_is_asked_for_once_in_the_buyers_language(matter: Matter) -> None:
    ask(matter)

    (letter,) = sent()
    assert letter[0].endswith("还需要您提供 2 项凭证 [RF-1]")
    assert "商品照片" in letter[1]
    assert "/b/evidence/" in letter[1]
    assert matter.state == "awaiting_buyer"
    with reading() as session:
        ticket = session.get_one(Ticket, matter.ticket)
        assert (ticket.state, ticket.waiting_on) == ("waiting", "buyer")
    with pytest.raises(ConflictError, match="nothing is missing that the buyer was not asked for"):
        ask(matter)


def test_an_upload_makes_it_our_turn(matter: Matter) -> None:
    ask(matter)
    upload(files.file())

    assert matter.state == "awaiting_decision"
    with reading() as session:
        assert session.get_one(Ticket, matter.ticket).state == "open"


def test_what_was_refused_is_asked_for_again_and_nothing_else(matter: Matter) -> None:
    ask(matter)
    upload(files.file())
    clock.shift(timedelta(hours=1))
    proving.refuse(matter, "  看不清\n破损处 ")
    assert missing() == (PHOTO, PARCEL)

    ask(matter)

    again = sent()[-1]
    assert "看不清 破损处" in again[1]
    assert "商品照片" in again[1]
    assert "面单" not in again[1]


def test_a_refusal_needs_a_word_why(matter: Matter) -> None:
    upload(files.file())
    with pytest.raises(InvalidError, match="say why"):
        proving.refuse(matter, " ")


def test_an_agent_says_what_a_file_shows_and_accepts_it(matter: Matter) -> None:
    upload(files.file())
    version, actor = matter.version, proving.agent(matter)
    with transaction() as session:
        judging_evidence.change_kind(session, 1, PARCEL, actor=actor, at=clock.now())
        judging_evidence.accept(session, 1, actor=actor, at=clock.now())
        judging_evidence.accept(session, 1, actor=actor, at=clock.now())

    assert (kinds(), missing()) == (["photo_of_parcel"], (PHOTO,))
    assert matter.verbs()[-3:] == ["evidence_kind_changed", "claim_decided", "evidence_accepted"]
    assert matter.version == version + 3, "the policy asks for a photo of the goods again"
    with reading() as session:
        assert session.get_one(Evidence, 1).state is EvidenceState.ACCEPTED


def test_the_same_file_on_another_claim_is_marked_on_both(matter: Matter) -> None:
    upload(files.file())
    other = proving.second_ticket(matter)
    matter.ticket, first = other, matter.ticket
    matter.open("other", order=False)

    upload(files.file("borrowed.jpg"), claim=2)

    with reading() as session:
        assert list(session.scalars(select(Evidence.seen_elsewhere))) == [True, True]
    told = [each for number in (first, other) for each in proving.facts(number, "evidence_seen_elsewhere")]
    assert [(each["claim"], each["other"], each["ticket"]) for each in told] == [(1, 2, other), (2, 1, first)]


def test_files_for_a_claim_that_has_ended_are_kept_and_open_the_ticket(matter: Matter) -> None:
    with transaction() as session:
        claim_answers.take_back(session, current_desk(), 1, at=clock.now())
    upload(files.file())

    assert (kinds(), matter.state) == (["photo"], "withdrawn")
    with reading() as session:
        assert session.get_one(Ticket, matter.ticket).state == "open"


def test_a_picture_that_stands_everywhere_does_not_call_every_claim(
    matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_evidence, "MOST_TWINS", 2)
    upload(files.file())
    for claim in (2, 3, 4):
        matter.ticket = proving.second_ticket(matter)
        matter.open("other", order=False)
        upload(files.file("signature.jpg"), claim=claim)

    told = [each["other"] for each in proving.facts(matter.ticket, "evidence_seen_elsewhere")]
    assert told == [2, 3]
    with reading() as session:
        assert all(session.scalars(select(Evidence.seen_elsewhere)))
