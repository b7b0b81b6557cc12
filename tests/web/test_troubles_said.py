"""Why a message waits or did not go out is said in the reader's language; what a server said stays."""

import ast
import html
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from helpdesk import clock
from helpdesk.actions import outbox, reminders, removal
from helpdesk.db import transaction
from helpdesk.models import Mailbox, Reminder
from helpdesk.rules import retry
from helpdesk.web import troubles_said
from helpdesk.workers import filing, reading
from mail.accounts import _LOGIN_HINTS, ServerAccount, Tls, login_refused
from mail.replies import Step
from tests.web.conftest import Desk

ROOT = Path(__file__).parents[2]
ROOMS = (
    "helpdesk/blobs.py",
    "helpdesk/vault.py",
    "helpdesk/actions",
    "helpdesk/signing_in.py",
    "helpdesk/workers",
    "mail",
)
HINTS = {"hint"}  # names of what is put into a sentence and is said by us, too
ERRORS = {
    "AccountError",
    "MissingBlobError",
    "PermanentError",
    "SealedError",
    "TransientError",
    "UnknownOutcomeError",
}


def said_in(tree: ast.Module) -> set[str]:
    """What errors and answers say in a file, blanks as 7."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            found += node.args[:1] if called in ERRORS else []
            found += node.args[1:2] if called.endswith("park") else []
            found += [word.value for word in node.keywords if word.arg == "answer"]
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"answer", *HINTS}:
            found += (
                [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
            )
    return {text for value in found if (text := _text(value)).count(" ") > 1}


def _text(value: ast.expr) -> str:
    if isinstance(value, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in value.values)
    return str(value.value) if isinstance(value, ast.Constant) else ""


def test_every_trouble_is_translated() -> None:
    paths = [path for room in ROOMS for path in (sorted((ROOT / room).rglob("*.py")) or [ROOT / room])]
    said = set().union(*(said_in(ast.parse(path.read_text(encoding="utf-8"))) for path in paths))
    assert len(said) > 55
    said |= {filing.NO_MAIL, *reading.PROBLEMS.values(), *_LOGIN_HINTS.values(), *Step}
    assert {each for each in said if troubles_said.KNOWN.found(each) is None} == set()


@pytest.mark.parametrize(
    ("said", "in_chinese"),
    [
        ("the mailbox was removed before this was sent", "发送之前邮箱已被移除"),
        (
            "smtp.x.example:465 refused the recipient: 550 5.1.1 user unknown.",
            "smtp.x.example:465 拒绝了收件人：550 5.1.1 user unknown。",
        ),
        ("ConflictError: this ticket is marked as spam: take the mark away first", "这张工单已标为垃圾邮件"),
        (
            "Microsoft no longer honours the sign-in of this mailbox (invalid_grant: gone): sign in again.",
            "Microsoft 不再承认此邮箱的登录（invalid_grant: gone）：请重新登录。",
        ),
        (
            "smtp.x.example:25 does not offer XOAUTH2: choose starttls or tls.",
            "smtp.x.example:25 不提供 XOAUTH2：请选择 starttls 或 tls。",
        ),
        (
            "smtp.x.example:25 put off the login: 454 later.",
            "smtp.x.example:25 暂缓了登录：454 later。",
        ),
        (
            "There is no folder Box in this mailbox. There are: INBOX, Sent.",
            "此邮箱中没有文件夹 Box。现有：INBOX, Sent。",
        ),
        ("250 2.0.0 OK", "250 2.0.0 OK"),
        ("KeyError: 'refund'", "KeyError: 'refund'"),
    ],
)
def test_our_own_words_are_chinese_and_a_servers_are_its_own(app: Flask, said: str, in_chinese: str) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert troubles_said.sentence(said).startswith(in_chinese)
    with app.test_request_context(), force_locale("en"):
        assert said.endswith(troubles_said.sentence(said))


def test_the_page_of_failed_messages_has_no_english_of_ours(desk: Desk) -> None:
    lead = desk.visitor("lead")
    lead.post("/profile", name="Li", language="zh-CN")
    number = desk.receive()
    refund = {"amount": "10", "currency": "CNY", "method": "alipay", "reference": "a"}
    lead.post(f"/tickets/{number}/refunds", **refund)
    desk.park(problem=filing.NO_MAIL)
    desk.end_sending(desk.reply(number), outbox.mark_failed)
    desk.reply(number)
    with transaction() as session:
        plan = session.query(Reminder).first()
        assert plan is not None
        for _ in range(len(retry.PLAN_AGAIN) + 1):
            problem = "ConflictError: the buyer has no address that can be written to"
            reminders.note_failure(session, plan.id, problem, at=clock.now())
    before = lead.text("/failed")
    with transaction() as session:
        removal.remove(session, session.get_one(Mailbox, desk.mailbox_id), at=clock.now())
    page, ticket = lead.text("/failed"), lead.text(f"/tickets/{number}")

    assert "have no header" not in before
    assert "no address" not in before
    assert "买家没有可用的收信地址" in before
    for shown in (page, ticket):
        assert "was removed" not in shown
        assert "(removed" not in shown
        assert "发送之前邮箱已被移除" in shown


@pytest.mark.parametrize(
    ("host", "answer", "in_chinese"),
    [
        (
            "imap.qq.com",
            "Login fail. Account is abnormal, service is not open, password is incorrect, login frequency "
            "limited, or system is busy. More information at https://help.mail.qq.com/detail/0/1082",
            "授权码",
        ),
        ("imap.163.com", "LOGIN Login error or password error", "授权码"),
        (
            "imap.gmail.com",
            "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            "应用专用密码",
        ),
    ],
)
def test_a_login_that_was_refused_is_explained_in_chinese_on_every_page(
    desk: Desk, host: str, answer: str, in_chinese: str
) -> None:
    account = ServerAccount(host=host, port=993, tls=Tls.TLS, username="shop@x.example", password="no")
    with transaction() as session:
        mailbox = session.get_one(Mailbox, desk.mailbox_id)
        mailbox.problem, mailbox.problem_at = str(login_refused(account, answer)), clock.now()
    lead = desk.visitor("lead")
    lead.post("/profile", name="Li", language="zh-CN")

    page = html.unescape(lead.text("/settings/mailboxes"))

    assert f"{host} 拒绝了 shop@x.example 的登录：{answer}" in page
    assert in_chinese in page
    assert "refused" not in page
    assert "Use the auth" not in page
    assert "Google wants" not in page
