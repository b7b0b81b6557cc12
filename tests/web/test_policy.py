"""The pages of the policy: read by everybody, tried, compared, changed and put in force by leads."""

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.db import reading, transaction
from helpdesk.models import PolicyVersion
from helpdesk.rules.policy_shipped import preset_text
from tests.rules.policies import SMALL, changed
from tests.web.conftest import Desk

PAGE = "/settings/policy"
FAILING = '\n[[example]]\nfacts = { state = "paid" }\nexpect = { decision = "deny" }\n'
NEXT = changed(("max = 7", "max = 10"), ('version = "1"', 'version = "2"'))


def put_in_force(text: str = SMALL) -> int:
    with transaction() as session:
        version = policies.upload(session, text, by=None, at=clock.now())
        return policies.activate(session, version, by=None, at=clock.now()).id


def keep(text: str) -> int:
    with transaction() as session:
        return policies.upload(session, text, by=None, at=clock.now()).id


def in_force() -> str:
    with reading() as session:
        found = policies.in_force(session, at=clock.now())
        return found.version if found else ""


def read(text: str) -> str:
    """A page as its reader has it: without tags, with single spaces."""
    body = text.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_before_there_is_a_policy_the_shipped_ones_are_offered(desk: Desk) -> None:
    agent = desk.visitor("agent")
    said = read(agent.text(PAGE))
    assert "No policy is in force yet" in said
    assert "Start with it" not in said

    lead = desk.visitor("lead")
    lead.get(PAGE)
    assert lead.post(f"{PAGE}/start", preset="eu-shop").status_code == 303
    assert "EU-WITHDRAW Allowed" in read(lead.text(PAGE))


def test_everybody_reads_the_policy_clause_by_clause(desk: Desk) -> None:
    put_in_force(preset_text("cn-shop"))
    said = read(desk.visitor("agent").text(PAGE))
    assert "cn-shop 2026.11.4 in force" in said
    assert "CN-7D Allowed Within 7 days of delivery (until ‹last day›) intact goods may be returned" in said
    assert (
        "when order: delivered or completed reason: changed mind, ordered by mistake or does not fit" in said
    )
    assert "own examples pass 15 / 15" in said
    assert "{" not in said


def test_the_page_speaks_chinese(desk: Desk) -> None:
    put_in_force(preset_text("cn-shop"))
    agent = desk.visitor("agent")
    agent.post("/look", language="zh-CN", next="/")
    said = read(agent.text(PAGE))
    assert "签收后不超过7天" in said
    assert "退货退款" in said


@pytest.mark.trust
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", f"{PAGE}/new"),
        ("post", f"{PAGE}/new"),
        ("post", f"{PAGE}/start"),
        ("post", f"{PAGE}/versions/1/activation"),
        ("post", f"{PAGE}/events"),
        ("post", f"{PAGE}/events/1/end"),
        ("post", f"{PAGE}/events/1/time"),
    ],
)
def test_agents_read_and_do_not_write(desk: Desk, method: str, path: str) -> None:
    put_in_force()
    agent = desk.visitor("agent")
    assert getattr(agent, method)(path).status_code == 403
    assert in_force() == "1"


@pytest.mark.trust
@pytest.mark.parametrize("path", ["", "/versions", "/versions/1", "/try", "/events"])
def test_strangers_are_sent_to_the_login(desk: Desk, path: str) -> None:
    put_in_force()
    client: FlaskClient = desk.app.test_client()
    assert client.get(PAGE + path).headers["Location"].startswith("/login")


def test_a_lead_keeps_a_version_and_activates_it(desk: Desk) -> None:
    put_in_force()
    lead = desk.visitor("lead")
    lead.get(f"{PAGE}/new")
    kept = lead.post(f"{PAGE}/new", text=NEXT.replace("\n", "\r\n"))
    assert kept.status_code == 303
    assert in_force() == "1"

    page = kept.headers["Location"]
    assert "It may be activated." in read(lead.text(page))
    assert lead.post(f"{page}/activation").status_code == 303
    assert in_force() == "2"
    said = read(lead.text(f"{PAGE}/versions"))
    assert "small 2 in force" in said
    assert "small 1 until" in said


def test_faults_stand_beside_the_text_and_the_old_version_stays(desk: Desk) -> None:
    put_in_force()
    lead = desk.visitor("lead")
    bad = changed(('"CNY"', '"XYZ"'), ('state = ["paid"]', 'stat = ["paid"]'))
    answer = lead.post(f"{PAGE}/new", text=bad)
    assert answer.status_code == 422
    said = read(answer.text)
    assert "2 faults: nothing was kept" in said
    assert 'Line 6 part policy XYZ is not a currency of ISO 4217 currency = "XYZ"' in said
    assert "Line 14 clause UNSHIPPED stat is not known here: did you mean state?" in said
    assert 'stat = ["paid"]' in html.unescape(answer.text)  # what was typed is not lost
    assert in_force() == "1"


def test_a_file_can_be_checked_without_keeping_it(desk: Desk) -> None:
    lead = desk.visitor("lead")
    answer = lead.post(f"{PAGE}/new", text=SMALL, check="1")
    assert "The file has no faults." in read(answer.text)
    with reading() as session:
        assert session.query(PolicyVersion).count() == 0


def test_a_file_from_the_machine_is_taken(desk: Desk) -> None:
    lead = desk.visitor("lead")
    options = {"content_type": "multipart/form-data"}
    kept = lead.post(f"{PAGE}/new", file=(io.BytesIO(SMALL.encode()), "shop.toml"), options=options)
    assert kept.status_code == 303
    gbk = lead.post(
        f"{PAGE}/new", file=(io.BytesIO("# 退款".encode("gb18030")), "shop.toml"), options=options
    )
    assert gbk.status_code == 422
    assert "save it as UTF-8" in gbk.text


def test_what_fails_its_examples_has_no_button_and_is_refused(desk: Desk) -> None:
    put_in_force()
    version = keep(NEXT + FAILING)
    lead = desk.visitor("lead")
    said = read(lead.text(f"{PAGE}/versions/{version}"))
    assert "It cannot be activated like this." in said
    assert "Example 1, line 28: expected deny, found allow." in said
    answer = lead.post(f"{PAGE}/versions/{version}/activation")
    assert answer.status_code == 422
    assert "1 of its own examples fail" in read(answer.text)
    assert in_force() == "1"


def test_what_gives_less_than_the_law_says_where(desk: Desk) -> None:
    version = keep(changed(('remedies = ["return_refund"]', 'remedies = ["coupon"]')))
    said = read(desk.visitor("lead").text(f"{PAGE}/versions/{version}"))
    assert "CN-LAW-7D · SEVEN: the law gives the money back, this policy does not" in said


def test_a_version_is_compared_with_the_one_in_force(desk: Desk) -> None:
    put_in_force()
    said = read(desk.visitor("agent").text(f"{PAGE}/versions/{keep(NEXT)}/changes"))
    assert "no clause · A person decides → SEVEN · Allowed" in said
    assert "better for the buyer" in said
    assert "order: delivered · reason: changed mind · " in said
    assert '+version = "2"' in said
    assert "open claims touched 0" in said


def test_without_a_policy_in_force_there_is_nothing_to_compare_with(desk: Desk) -> None:
    assert desk.visitor("agent").get(f"{PAGE}/versions/{keep(SMALL)}/changes").status_code == 404
    assert desk.visitor("agent").get(f"{PAGE}/versions/99").status_code == 404


def test_the_file_can_be_taken_home(desk: Desk) -> None:
    answer = desk.visitor("agent").get(f"{PAGE}/versions/{put_in_force()}/file")
    assert answer.get_data(as_text=True) == SMALL
    assert 'filename="small-1.toml"' in answer.headers["Content-Disposition"]


CASE: dict[str, Any] = {"state": "delivered", "reason": "damaged", "days_since_delivery": "3", "paid": "120"}


def test_a_case_is_tried_and_what_would_change_it_is_told(desk: Desk) -> None:
    put_in_force(preset_text("cn-shop"))
    agent = desk.visitor("agent")
    said = read(agent.text(f"{PAGE}/try", query_string=CASE))
    assert "Something is missing: CN-FAULT (cn-shop 2026.11.4)" in said
    assert "still needed: a photo of the goods" in said
    assert "proof: a photo of the goods → Allowed (CN-FAULT)" in said
    shown = read(agent.text(f"{PAGE}/try", query_string={**CASE, "evidence": "photo"}))
    assert "Allowed: CN-FAULT" in shown
    assert "full refund CN¥120.00 = goods CN¥120.00 + postage CN¥0.00" in shown


def test_the_form_begins_with_an_ordinary_case(desk: Desk) -> None:
    put_in_force(preset_text("cn-shop"))
    assert "Allowed: CN-7D" in read(desk.visitor("agent").text(f"{PAGE}/try"))


@pytest.mark.trust
@pytest.mark.parametrize(
    "wrong",
    [
        {"days_since_delivery": "-1"},
        {"days_since_delivery": "²"},
        {"paid": "lots"},
        {"paid": "1.234"},
        {"buyer_refunds_12m": "9" * 40},
    ],
)
def test_what_cannot_be_tried_is_told_at_its_field(desk: Desk, wrong: dict[str, str]) -> None:
    put_in_force(preset_text("cn-shop"))
    answer = desk.visitor("agent").get(f"{PAGE}/try", query_string={**CASE, **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.trust
@pytest.mark.parametrize(
    "odd", [{"state": "nowhere"}, {"reason": "<b>"}, {"evidence": "x"}, {"tags": "{{7*7}}"}, {"version": "x"}]
)
def test_odd_values_break_nothing(desk: Desk, odd: dict[str, str]) -> None:
    put_in_force(preset_text("cn-shop"))
    assert desk.visitor("agent").get(f"{PAGE}/try", query_string={**CASE, **odd}).status_code == 200


def test_what_is_shipped_and_what_is_styled_is_there(desk: Desk) -> None:
    assert Path("helpdesk/static/css/policy.css").is_file()
    assert "css/policy.css" in desk.visitor("agent").text("/")
