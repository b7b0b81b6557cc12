"""What filing one message costs: as much in a full desk as in an empty one, and few questions."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from helpdesk import clock
from helpdesk.actions import policies
from helpdesk.db import db, reading, transaction
from helpdesk.models import Claim
from tests.actions.sold import sell
from tests.letterbox import mail
from tests.shop import Shop

pytestmark = pytest.mark.scale

NUMBERS = itertools.count(1)
GROWING = ("received_message", "ticket", "entry", "outbox_message", "buyer", "buyer_address", "attachment")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: it plans without knowing how full its tables are, and so in tests as in a shop."""
    return sqlite_url


@pytest.fixture
def asked(shop: Shop) -> Iterator[dict[str, object]]:
    """Every SELECT, UPDATE and DELETE from now on, with its parameters."""
    statements: dict[str, object] = {}

    def note(_: object, __: object, statement: str, parameters: object, *rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            statements[statement] = parameters

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """How often each statement is executed inside, savepoints of whatever name as one."""
    statements: Counter[str] = Counter()

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        statements[re.sub(r"\d+$", "", statement)] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def strangers(count: int) -> list[bytes]:
    """Mail with a question, so that no claim is opened: a claim asks for what claims need."""
    return [
        mail("请问几点营业？", subject="营业时间", sender=f"{next(NUMBERS)}@buyer.example", verified="pass")
        for _ in range(count)
    ]


def wishes(count: int, order: str = "") -> list[bytes]:
    """Strangers who want their money back."""
    text = f"{order}杯子碎了，请退款"
    return [
        mail(text, subject="退款", sender=f"{next(NUMBERS)}@buyer.example", verified="pass")
        for _ in range(count)
    ]


def cost(shop: Shop, kind: Callable[[int], list[bytes]]) -> Counter[str]:
    """What each of ten more messages of a kind asks, in a batch that is as large as it likes."""
    shop.receive(*kind(2))
    with counted() as few:
        shop.receive(*kind(5))
    with counted() as many:
        shop.receive(*kind(15))
    return Counter({statement: many[statement] - few[statement] for statement in many})


def test_one_more_message_asks_little_and_nothing_that_the_batch_knows(shop: Shop) -> None:
    more = cost(shop, strangers)
    assert (
        more.total() / 10 <= 22
    )  # a ticket, its buyer and order, two entries, its words, a letter, a savepoint
    asked_of_us = [
        said
        for said, times in more.items()
        if times > 1 and re.search(r"FROM (mailbox|agent|order_shape)\b", said)
    ]
    assert asked_of_us == []


@pytest.mark.parametrize(("order", "most"), [("", 47), ("订单 2398471029384756110 ", 51)])
def test_a_wish_for_money_asks_what_its_claim_needs_and_no_more(shop: Shop, order: str, most: int) -> None:
    """A claim with two plans and four entries besides, and whether whoever wrote is genuine: else she is not
    reminded. A number that no order has is kept, in a savepoint."""
    sell()
    with transaction() as session:
        policies.start_with(session, "cn-shop", by=None, at=clock.now())
    more = cost(shop, lambda count: wishes(count, order))
    assert more.total() / 10 <= most
    assert [said for said, times in more.items() if times > 1 and "FROM policy_version" in said] == []
    with reading() as session:
        assert session.query(Claim).count() == 22


def test_no_question_of_the_intake_walks_a_whole_table(shop: Shop, asked: dict[str, object]) -> None:
    shop.receive(mail(message_id="first@buyer.example"))
    shop.receive(
        mail("还有一件事", in_reply_to="first@buyer.example", verified="pass"),
        mail("再问", subject="Re: [RF-1]"),
    )
    asked_here = dict(asked)

    assert len(asked_here) > 10
    assert [walk for statement, values in asked_here.items() for walk in walks(statement, values)] == []


def walks(statement: str, values: object) -> list[str]:
    """Lines of the plan that read all rows of a growing table, or all that one mailbox has filed."""
    with reading() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]  # as the driver got them
        lines = [str(row[-1]) for row in plan]
    scans = re.compile(rf"SCAN ({'|'.join(GROWING)})\b")
    filed = re.compile(r"ix_received_message_state \(mailbox_id=\?( AND state=\?)?\)")
    known = "received_message.state = ?" in statement or "received_message.id IN" in statement
    return [line for line in lines if scans.search(line) or (filed.search(line) and not known)]
