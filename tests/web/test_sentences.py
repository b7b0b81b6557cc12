"""Every verb has a sentence, every refusal a translation, every sentence both languages."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from helpdesk import clock
from helpdesk.actions import tickets
from helpdesk.db import transaction
from helpdesk.letters import TEXTS
from helpdesk.queries.entries import Actor, EntryView
from helpdesk.rules.money import Money
from helpdesk.rules.reminders import Reason
from helpdesk.rules.states import EntryKind, ReminderKind, TicketState
from helpdesk.web import defects_said, order_words, reasons, refusals_said, sentences
from tests.web.conftest import Desk, Visitor

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "helpdesk/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
REFUSALS = {"ConflictError", "InvalidError", "NotFoundError", "IllegalMoveError", "AmountError"}
# verb=reminder.kind; a reply that was planned is "replied" like any other
DYNAMIC = {str(kind) for kind in ReminderKind if kind is not ReminderKind.REPLY_LATER}


def trees(*rooms: str) -> Iterator[ast.Module]:
    for room in rooms:
        for path in sorted((ROOT / "helpdesk" / room).rglob("*.py")):
            yield ast.parse(path.read_text())


def verbs() -> set[str]:
    """Every verb that an action writes, read from its source."""
    found: set[str] = set(DYNAMIC)
    for tree in trees("actions"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                named = [word.value for word in node.keywords if word.arg == "verb"]
                placed = node.args[3:4] if ast.unparse(node.func).endswith("record") else []
                ends = node.args[4:5] if ast.unparse(node.func) in ("end", "outbox.end") else []
                ends += node.args[2:3] if ast.unparse(node.func) == "_say" else []
                for value in (*named, *placed, *ends):
                    found |= {each.value for each in ast.walk(value) if isinstance(each, ast.Constant)}
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb":
                found |= {each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)}
    return {verb for verb in found if isinstance(verb, str)}


def entry(verb: str, **facts: Any) -> EntryView:
    return EntryView(
        id=1,
        number=1,
        seq=1,
        kind=EntryKind.EVENT,
        verb=verb,
        actor=Actor(kind="agent", name="Ann"),
        at=clock.now(),
        facts=facts,
        files=(),
        delivery=None,
        money=Money(1250, "CNY"),
    )


def test_the_source_names_the_verbs_we_know() -> None:
    assert {"received", "replied", "noted", "moved", "handed_over", "not_arrived", "survey"} <= verbs()


def test_every_verb_has_a_sentence() -> None:
    assert verbs() - set(sentences.SAY) - set(order_words.SAY) == set()


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_every_sentence_can_be_said_even_when_its_facts_were_erased(app: Flask, locale: str) -> None:
    with app.test_request_context(), force_locale(locale):
        for verb in sorted({**sentences.SAY, **order_words.SAY}):
            said = sentences.sentence(entry(verb))
            assert said
            assert "%(" not in said


def test_a_verb_of_the_future_is_named(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert sentences.sentence(entry("teleported")) == "Ann: teleported"


def test_the_sentences_say_what_happened(app: Flask) -> None:
    told = [
        (entry("moved", after="waiting", waiting_on="bank"), "Ann: now waiting for the bank"),
        (entry("assigned", name="Bo"), "Ann gave it to Bo"),
        (entry("assigned", name="Ann"), "Ann took it"),
        (entry("assigned", name=None), "Ann gave it back to everybody"),
        (entry("not_acknowledged", because="bulk"), "No acknowledgement was sent: it went to many"),
        (entry("arrived", refund=1), "Ann: the refund of CN¥12.50 has arrived"),
        (
            entry("plan_withdrawn", what="survey", because="buyer_wrote"),
            "Not planned any more: the question how it was (the buyer wrote)",
        ),
        (entry("survey_answered", score=4, text="ok"), "Ann gave 4 of 5: “ok”"),
    ]
    with app.test_request_context(), force_locale("en"):
        for each, said in told:
            assert sentences.sentence(each) == said


def test_every_reason_has_words() -> None:
    assert set(reasons.WITHDRAWN) == set(Reason)
    given: set[Any] = set()
    for path in ("rules/answering.py", "rules/matching.py", "rules/staff.py", "actions/staff_mail.py"):
        for node in ast.walk(ast.parse((ROOT / "helpdesk" / path).read_text())):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                given |= {str(node.value.value)} - {"None", "False"}
            if (
                isinstance(node, ast.keyword)
                and node.arg in ("because", "why_not")
                and isinstance(node.value, ast.Constant)
            ):
                given.add(str(node.value.value))
    assert given - set(reasons.NOT_ANSWERED) - set(reasons.OPENED) == set()


def oddities() -> set[str]:
    """What `mail` notes as odd about a message, read from its source, blanks as 7."""
    said: set[str] = set()
    for path in sorted((ROOT / "mail").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("note"):
                for part in ast.walk(node.args[1]):
                    if isinstance(part, ast.JoinedStr):
                        pieces = (p.value if isinstance(p, ast.Constant) else "7" for p in part.values)
                        said.add("".join(str(piece) for piece in pieces))
                    elif (
                        isinstance(part, ast.Constant)
                        and isinstance(part.value, str)
                        and part.value.count(" ") > 3
                    ):
                        said.add(part.value)
    return said


def test_every_oddity_of_a_mail_is_translated() -> None:
    found = {re.sub("^7 (several|nobody|one address)", r"From names \1", said) for said in oddities()}
    fragments = {said for said in found if defects_said.KNOWN.found(said) is None}
    whole = "\n".join(defects_said.KNOWN.sentences)
    assert len(found) > 20
    assert {said for said in fragments if said.strip() not in whole} == set()


def refusals() -> set[str]:
    """The first argument of every refusal that an action raises, blanks as %(...)s."""
    said: set[str] = set()
    for tree in trees("actions", "rules", "queries", "web"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in REFUSALS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    said.add(first.value)
                elif isinstance(first, ast.JoinedStr):
                    said.add("".join(p.value if isinstance(p, ast.Constant) else "7" for p in first.values))
    return said


def test_every_refusal_can_be_translated() -> None:
    assert len(refusals()) > 30
    assert {said for said in refusals() if refusals_said.KNOWN.found(said) is None} == set()


def test_a_refusal_is_said_in_the_readers_language(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.post("/profile", name="Li", language="zh-CN")
    browser.post(f"/tickets/{number}/state", state="solved")
    answer = browser.post(f"/tickets/{number}/state", state="new")
    assert answer.status_code == 409
    assert "已解决的工单不能改为新" in answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make translations` would collect now."""
    target = tmp_path_factory.mktemp("babel") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract"]
    options = [
        "--mapping-file",
        "pyproject.toml",
        "--keywords",
        "_l",
        "--output-file",
        str(target),
        "helpdesk",
    ]
    subprocess.run([*command, *options], cwd=ROOT, check=True)
    with target.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def test_no_sentence_is_missing_in_chinese(extracted: Catalog, chinese: Catalog) -> None:
    wanted = {str(message.id) for message in extracted if message.id}
    known = {str(message.id) for message in chinese if message.id}
    assert len(wanted) > 100
    assert wanted - known == set()
    assert known - wanted == set()


def test_no_sentence_is_empty_or_guessed_in_chinese(chinese: Catalog) -> None:
    for message in chinese:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy, message.id


TAKEN_BACK = re.compile(r"\b(withdr[ae]w\w*|t(ake|akes|ook|aken)( \w+){0,3} back)\b", re.IGNORECASE)
UNDONE = re.compile(r"\bundo(ne)?\b", re.IGNORECASE)


def test_what_is_taken_back_and_what_is_undone_have_one_chinese_word_each(chinese: Catalog) -> None:
    """Mail, offers, claims and contracts are 撤回; a step of an agent's own is 撤销. Letters say the same."""
    for message in chinese:
        said = str(message.string)
        if TAKEN_BACK.search(str(message.id)):
            assert "撤回" in said, message.id
        if UNDONE.search(str(message.id)):
            assert "撤销" in said, message.id
        assert "撤销" not in said or UNDONE.search(str(message.id)), message.id
    for letter in TEXTS.glob("*.zh-CN.txt"):
        assert "撤销" not in letter.read_text(encoding="utf-8"), letter.name


def test_both_languages_fill_in_the_same_blanks(chinese: Catalog) -> None:
    blank = re.compile(r"%\((\w+)\)[sd]")
    for message in chinese:
        if message.id:
            source = message.id[-1] if isinstance(message.id, tuple) else message.id
            target = message.string[-1] if isinstance(message.string, tuple) else message.string
            assert set(blank.findall(source)) == set(blank.findall(str(target))), source


def test_no_buyer_solves_a_ticket_it_follows_what_was_heard(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    with transaction() as session:
        ticket = tickets.hold(session, number)
        for after in (TicketState.OPEN, TicketState.SOLVED):
            tickets.move(session, ticket, after, actor=f"buyer:{ticket.buyer_id}", at=clock.now())
    assert "Heard from Wang: now solved" in browser.text(f"/tickets/{number}")
    browser.post("/profile", name="Li", language="zh-CN")
    assert "Wang 有回应：状态改为已解决" in browser.text(f"/tickets/{number}")


@pytest.mark.parametrize(
    ("name", "said"), [("Sam Fischer", "Sam Fischer 选择了原因"), ("林小雨", "林小雨选择了原因")]
)
def test_a_name_in_latin_letters_has_its_blank_in_chinese(app: Flask, name: str, said: str) -> None:
    one = replace(entry("reason_chosen", after="damaged"), actor=Actor(kind="agent", name=name))
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert sentences.sentence(one).startswith(said)
