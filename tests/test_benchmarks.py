"""`make bench` and `make pages` on next to nothing: that they measure, and what they print."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import corpus
from mail.parse import parse
from mail.types import Kind

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.scale


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)


def test_the_table_has_a_row_for_reading_and_for_each_database() -> None:
    ran = bench("--count", "12", "--rounds", "1")

    assert ran.returncode == 0, ran.stderr
    title, columns, *roads, became = ran.stdout.splitlines()
    assert title.startswith("12 mails, ")
    assert columns.split("  ")[-1].strip() == "CPU ms/mail"
    assert [road[:26].strip() for road in roads] == [
        "fetch and parse",
        "whole intake, SQLite",
        "whole intake, PostgreSQL",
    ]
    assert all(len(road[26:].split()) == 3 for road in roads)
    assert roads[0].split()[-2] == "1.00"
    assert became.startswith("became: ")


def test_scripts_get_the_figures_as_json() -> None:
    ran = bench("--count", "12", "--rounds", "1", "--acknowledge", "off", "--database", "sqlite", "--json")

    report = json.loads(ran.stdout)
    assert sum(report["became"].values()) == report["messages"] == 12
    assert [set(road) for road in report["roads"]] == [
        {"name", "messages_per_second", "of_reading", "cpu_ms_per_message"}
    ] * 2


def test_a_count_of_none_is_refused_with_a_sentence() -> None:
    refused = bench("--count", "0")

    assert refused.returncode == 2
    assert "'0' is not a number from 1 up" in refused.stderr


def test_the_same_seed_makes_the_same_mail() -> None:
    assert list(corpus.mails(30, seed=3)) == list(corpus.mails(30, seed=3))
    assert list(corpus.mails(30, seed=3)) != list(corpus.mails(30, seed=4))


def test_the_mail_is_what_a_shop_gets() -> None:
    read = [parse(raw) for raw in corpus.mails(400)]

    assert not [message.defects for message in read if message.defects]
    assert {message.kind for message in read} == {Kind.HUMAN, Kind.AUTOMATIC, Kind.BOUNCE}
    assert any("退款申请" in message.subject for message in read)
    assert any("Refund request" in message.subject for message in read)
    assert sum(1 for message in read if message.references) > 100
    assert sum(len(message.attachments) for message in read) > 50


def test_pages_have_a_row_each_with_time_questions_and_bytes() -> None:
    command = [sys.executable, "-m", "benchmarks.pages", "--tickets", "60", "--rounds", "1"]
    ran = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    title, columns, *pages = ran.stdout.splitlines()
    assert title.startswith("60 tickets, ")
    assert columns.split() == [
        "p50",
        "ms",
        "p95",
        "ms",
        "may",
        "CPU",
        "ms",
        "queries",
        "HTML",
        "kB",
        "gzip",
        "kB",
    ]
    names = [page[:26].strip() for page in pages]
    assert {"queue ours", "queue all, deep", "ticket, longest", "report", "orders"} <= set(names)
    assert all(len(page[26:].split()) >= 7 for page in pages)
