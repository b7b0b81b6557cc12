"""Evidence, reason and status behind a buyer's links: what they show, what they do, what they never tell."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from helpdesk import clock
from helpdesk.db import transaction
from helpdesk.links import Passing
from helpdesk.models import Evidence, TicketOrder
from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.web import uploads
from tests import files
from tests.web.buying import (
    NUMBER,
    address,
    claim,
    claimed,
    count,
    everything,
    labels,
    letters,
    post,
    upload,
    verbs,
)
from tests.web.conftest import Desk, Visitor
from tests.web.test_public import SCANNERS

pytestmark = pytest.mark.trust


@pytest.fixture
def made(desk: Desk) -> int:
    return claimed(desk)


@pytest.mark.parametrize("purpose", [Passing.REASON, Passing.EVIDENCE, Passing.STATUS])
def test_looking_changes_nothing(made: int, stranger: Visitor, purpose: Passing) -> None:
    before = everything()
    for agent in SCANNERS[:5]:
        for method in (stranger.client.get, stranger.client.head):
            answer = method(address(purpose), headers={"User-Agent": agent})
            assert answer.status_code == 200
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert "Set-Cookie" not in answer.headers
    assert everything() == before


def test_the_evidence_page_says_what_is_missing_and_takes_it(made: int, stranger: Visitor) -> None:
    page = address(Passing.EVIDENCE)
    assert stranger.text(page).count("还缺少") == 2

    parcel = {"files-photo_of_parcel": [upload("面单.heic", files.HEIC)]}
    answer = post(stranger, page, files=[upload()], **parcel, words="请查收", once="a")

    assert answer.status_code == 303
    shown = stranger.text(answer.location)
    assert "还缺少" not in shown
    assert "面单.heic" in shown
    assert "<img" not in shown
    assert count(Evidence) == 2


def test_the_evidence_page_stays_open_for_more(made: int, stranger: Visitor) -> None:
    page = address(Passing.EVIDENCE)
    for number in range(3):
        post(stranger, page, files=[upload(f"{number}.jpg", files.JPEG + bytes([number]))], once=str(number))
    clock.shift(timedelta(days=60))
    assert count(Evidence) == 3
    assert stranger.get(page).status_code == 200


def test_an_upload_that_is_sent_twice_is_there_once(made: int, stranger: Visitor) -> None:
    for _ in range(2):
        post(stranger, address(Passing.EVIDENCE), files=[upload()], words="一", once="a")
    assert verbs().count("files_sent") == 1


@pytest.mark.parametrize("content", [files.EXE, files.HTML, files.SVG, files.ZIP, b""])
def test_a_file_that_is_no_evidence_is_refused_by_name_and_the_good_one_is_kept(
    made: int, stranger: Visitor, content: bytes
) -> None:
    bad = upload("照片.jpg", content)
    answer = post(stranger, address(Passing.EVIDENCE), files=[upload("good.jpg"), bad], once="a")

    assert answer.status_code == 422
    assert "照片.jpg" in answer.text
    assert "good.jpg" in answer.text
    assert count(Evidence) == 0


def test_nothing_chosen_is_said(made: int, stranger: Visitor) -> None:
    assert "请至少选择一个文件" in post(stranger, address(Passing.EVIDENCE), once="a").text


def test_a_reason_is_chosen_with_one_tap_and_kept_as_a_label(made: int, stranger: Visitor) -> None:
    page = address(Passing.REASON)
    assert "尺寸不合适" in stranger.text(page)

    assert stranger.client.post(page, data={"reason": "wrong_item"}).status_code == 303
    assert stranger.client.post(page, data={"reason": "wrong_item"}).status_code == 303

    assert (claim()["reason"], claim()["source"]) == ("wrong_item", "buyer")
    assert labels() == [("damaged", "wrong_item", "buyer")]
    assert stranger.client.post(page, data={"reason": "magic"}).status_code == 422


def test_the_status_says_how_it_stands_and_what_comes_next(made: int, stranger: Visitor) -> None:
    shown = stranger.text(address(Passing.STATUS))

    assert "我们正在处理" in shown
    assert NUMBER in shown
    assert "茶壶" in shown
    assert "前答复您" in shown
    assert "现在上传" in shown


def test_a_status_tells_no_facts_when_the_buyer_may_not_hear_them(made: int, stranger: Visitor) -> None:
    with transaction() as session:
        session.execute(update(TicketOrder).values(level=LinkLevel.WEAK))

    shown = stranger.text(address(Passing.STATUS))

    assert NUMBER not in shown
    assert "茶壶" not in shown


def test_a_claim_is_taken_back_by_two_steps(made: int, stranger: Visitor) -> None:
    page = address(Passing.STATUS)
    before = everything()
    assert "撤回" in stranger.text(f"{page}/withdrawal")
    assert everything() == before

    for _ in range(2):
        assert stranger.client.post(f"{page}/withdrawal").status_code == 303

    assert claim()["state"] == "withdrawn"
    assert verbs().count("claim_withdraw") == 1
    assert "您已撤回此申请" in stranger.text(page)
    assert f"{page}/withdrawal" not in stranger.text(page)
    assert stranger.get(f"{page}/withdrawal").status_code == 303


def test_a_new_link_goes_to_the_address_on_file_in_the_buyers_language(made: int, stranger: Visitor) -> None:
    page = address(Passing.STATUS, at=clock.now() - timedelta(days=181))
    shown = stranger.get(page)
    assert (shown.status_code, NUMBER in shown.text) == (410, False)

    stranger.client.post(f"/b/again/status/{page.rpartition('/')[2]}")

    letter = letters()[-1]
    assert letter.to[0].email == "li@buyer.example"
    assert "您的新链接" in letter.subject
    link = next(word for word in letter.text.split() if "/b/status/" in word)
    assert stranger.get(link[link.index("/b/") :]).status_code == 200


def test_no_colleague_can_open_a_buyers_link_from_the_conversation(
    made: int, browser: Visitor, stranger: Visitor
) -> None:
    browser.get("/tickets/1")
    browser.post("/claims/1/evidence/request")
    stranger.client.post(f"/b/again/status/{address(Passing.STATUS).rpartition('/')[2]}")

    assert all("/b/" in letter.text for letter in letters()[-2:])
    assert "/b/status/" not in browser.text("/tickets/1")
    assert "/b/evidence/W" not in browser.text("/tickets/1")


def kept_words(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('name="kept" value="')[1:]]


def test_a_kept_file_is_good_on_the_page_that_kept_it_only(
    made: int, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_KEPT", 3)
    page = address(Passing.EVIDENCE)
    wrong = upload("a.exe", files.EXE)
    words = kept_words(post(stranger, page, files=[upload(), upload("b.png", files.PNG), wrong]).text)
    assert len(words) == 2

    clock.shift(timedelta(hours=1))
    another = address(Passing.EVIDENCE)
    assert post(stranger, another, kept=words).status_code == 422
    assert count(Evidence) == 0
    assert len(kept_words(post(stranger, page, files=[upload(), upload(), wrong]).text)) == 1
    assert post(stranger, page, kept=words).status_code == 303
    assert count(Evidence) == 2
