"""Bundles for a dispute: nothing of the house in them, checked from themselves, and noted on the ticket."""

import base64
import hashlib
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.actions import contacts, replies, tickets
from helpdesk.blobs import BlobStore
from helpdesk.current import current_desk
from helpdesk.db import reading, transaction
from helpdesk.queries import bundle, bundle_links
from helpdesk.rules import chain
from helpdesk.web import bundles
from mail.compose import compose
from mail.parse import parse
from mail.types import Address, Outgoing
from tests.actions.proving import facts
from tests.actions.sending_back import SendingBack
from tests.actions.sold import LI
from tests.web.conftest import Visitor

TOKEN = "WzEsMTc5NjA3NTEyMF0.abcdefghijkl-mnopq_rst"
PAGE = f"https://desk.example/b/status/{TOKEN}"
DEPOT = "depot@warehouse.example"


@pytest.fixture
def matter(app: Flask) -> SendingBack:
    """An approved refund against return; colleagues are agent, lead, owner @shop.example."""
    with transaction() as session:
        contacts.add(session, email=DEPOT, name="Depot", role="warehouse", locale="en", at=clock.now())
    return SendingBack()


@pytest.fixture
def agent(app: Flask, matter: SendingBack) -> Visitor:
    found = Visitor(app.test_client())
    assert found.sign_in("agent@shop.example").status_code == 303
    found.post("/look", language="en", next="/")
    return found


@pytest.fixture
def noted(agent: Visitor, matter: SendingBack) -> SendingBack:
    """With everything that must stay inside: a note, a side mail, notes on a dispute."""
    with transaction() as session:
        by, ticket = matter.agent(session), tickets.hold(session, 1)
        replies.add_note(session, current_desk(), ticket, "SECRET note", by=by, at=clock.now())
    agent.text("/tickets/1/inquiry")
    agent.post("/tickets/1/inquiry", contact="1", words="SECRET question", kind="question")
    matter.dispute()
    return matter


def opened(agent: Visitor, **form: str) -> tuple[bytes, dict[str, bytes]]:
    answer = agent.post("/claims/1/bundle.zip", **form)
    assert answer.status_code == 200
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return answer.data, {name: archive.read(name) for name in archive.namelist()}


def test_nothing_that_is_for_colleagues_is_in_a_bundle(agent: Visitor, noted: SendingBack) -> None:
    _, files = opened(agent)

    everything = b"\n".join(files.values())
    assert b"SECRET" not in everything
    assert b"trickster" not in everything
    assert DEPOT.encode() not in everything


def test_asked_for_it_is_there(agent: Visitor, noted: SendingBack) -> None:
    _, files = opened(agent, internal="yes", lang="en")

    assert b"SECRET note" in files["timeline.html"]
    assert b"SECRET question" in files["entries.jsonl"]


def test_the_same_state_makes_the_same_bytes_as_the_manifest_says(agent: Visitor, noted: SendingBack) -> None:
    with reading() as session:
        found = bundle.gather(session, 1)
    with agent.client.application.test_request_context():
        first, second = (b"".join(bundles.stream(found, "en")) for _ in range(2))
    assert first == second

    _, files = opened(agent)
    manifest = files.pop("MANIFEST.txt").decode().splitlines()
    lines = [line.split("  ") for line in manifest if not line.startswith("#")]
    said = {path: sha256 for sha256, path in lines}
    assert said == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_everybody_can_check_a_bundle_with_the_tool_at_hand(
    agent: Visitor, noted: SendingBack, tmp_path: Path
) -> None:
    raw, _ = opened(agent)
    zipfile.ZipFile(io.BytesIO(raw)).extractall(tmp_path)
    command = ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST.txt"]
    assert subprocess.run(command, cwd=tmp_path, check=False).returncode == 0


def test_who_made_a_bundle_and_its_hash_stand_on_the_ticket(agent: Visitor, noted: SendingBack) -> None:
    raw, _ = opened(agent)
    inside, _ = opened(agent, internal="yes")

    first, second = facts(1, "bundle_made")
    assert (first["sha256"], first["size"], first["internal"]) == (
        hashlib.sha256(raw).hexdigest(),
        len(raw),
        False,
    )
    assert (second["sha256"], second["internal"]) == (hashlib.sha256(inside).hexdigest(), True)
    page = agent.text("/tickets/1")
    assert f"made a bundle of the claim (SHA-256 {first['sha256']})" in page
    assert f"with what is for colleagues only (SHA-256 {second['sha256']})" in page


def test_looking_makes_no_bundle(agent: Visitor, noted: SendingBack) -> None:
    assert agent.client.get("/claims/1/bundle.zip").status_code == 405
    assert agent.client.post("/claims/1/bundle.zip").status_code == 400, "another site could have sent it"
    assert agent.post("/claims/9/bundle.zip").status_code == 404
    assert facts(1, "bundle_made") == []


def test_the_chain_can_be_checked_from_the_bundle_alone(agent: Visitor, noted: SendingBack) -> None:
    _, files = opened(agent)
    rows = [json.loads(line) for line in files["entries.jsonl"].decode().splitlines()]

    assert any(row.get("withheld") for row in rows)
    before = chain.genesis(1)
    for row in rows:
        assert row["prev_hash"] == before
        before = row["hash"]
        assert row.get("links_removed") or "salt" in row or row["withheld"]
        if "salt" in row:
            assert chain.commitment(bytes.fromhex(row["salt"]), row["payload"]) == row["payload_commit"]


def test_a_file_that_is_missing_is_named(agent: Visitor, matter: SendingBack, tmp_path: Path) -> None:
    agent.client.post(
        "/tickets/1/call",
        data={
            "csrf_token": agent.token,
            "whom": "Li",
            "spoken_at": clock.now().strftime("%Y-%m-%dT%H:%M"),
            "words": "x",
            "files": (io.BytesIO(b"RIFF"), "call.wav"),
        },
    )
    store: BlobStore = current_desk().blobs
    store.path(hashlib.sha256(b"RIFF").hexdigest()).unlink()

    _, files = opened(agent)

    assert re.search(r"^# MISSING [0-9a-f]{64}  calls/", files["MANIFEST.txt"].decode(), re.MULTILINE)


def test_the_command_writes_one_and_notes_it(
    app: Flask, agent: Visitor, matter: SendingBack, tmp_path: Path
) -> None:
    target = tmp_path / "claim.zip"

    done = app.test_cli_runner().invoke(args=["bundle", "1", "-o", str(target)])

    assert done.exit_code == 0, done.output
    sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
    (noted,) = facts(1, "bundle_made")
    assert noted["sha256"] == sha256
    assert sha256 in done.output
    assert f"On the command line, {noted['account']} made a bundle" in agent.text("/tickets/1")
    assert app.test_cli_runner().invoke(args=["bundle", "9", "-o", str(target)]).exit_code != 0


def test_who_has_the_bundle_cannot_act_as_the_buyer(agent: Visitor, matter: SendingBack) -> None:
    """The letter of approval has the link to her page; her answer quotes it."""
    sent = Outgoing(
        message_id="1.a@shop.example",
        sender=Address(email="support@shop.example", name="Shop"),
        to=Address(email=LI),
        subject="Agreed",
        text=f"Look: {PAGE}\nBye",
        html=f'<p><a href="{PAGE}">Look</a></p>',
        unsubscribe_url=PAGE,
        sent_at=clock.now(),
    )
    raw = compose(sent)
    answer = b"From: li@qq.example\r\nSubject: Re: Agreed\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    answer += base64.encodebytes(f"Thanks\n> {PAGE}\n".encode())
    plain = b"From: li@qq.example\r\nSubject: x\r\n\r\nno link here\r\n"

    path, clean = bundle_links.cleaned("mails/1-0001-sent.eml", raw)
    read = parse(clean)
    assert path == "mails/1-0001-sent.eml"
    assert TOKEN not in clean.decode() + read.text + read.html
    assert "Look: [link removed]\nBye" in read.text
    assert read.message_id == "1.a@shop.example"

    path, clean = bundle_links.cleaned("mails/1-0002-received.eml", answer)
    assert path == "mails/1-0002-received.txt"
    assert "Thanks\n> [link removed]" in clean.decode()
    assert bundle_links.cleaned("a-received.eml", plain) == ("a-received.eml", plain)


def test_no_file_of_a_bundle_has_a_live_link(agent: Visitor, noted: SendingBack) -> None:
    _, files = opened(agent)

    for name, content in files.items():
        read = parse(content) if name.endswith(".eml") else None
        whole = content.decode() + (read.text + read.html if read else "")
        assert not bundle_links.LINK.search(whole), name
    rows = [json.loads(line) for line in files["entries.jsonl"].decode().splitlines()]
    assert any(row.get("links_removed") for row in rows)
    assert "[link removed]" in files["timeline.html"].decode()


def test_the_decision_is_in_words_and_its_data_beside_it(agent: Visitor, noted: SendingBack) -> None:
    _, files = opened(agent, lang="en")
    page = files["decision.html"].decode()
    assert "Allowed: CN-7D (cn-shop" in page
    assert "delivered on" in page
    for raw in ("days_since_delivery", "changed_mind", "[", "False", "delivery_assumed"):
        assert raw not in page.partition("<body>")[2]
