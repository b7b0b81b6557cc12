"""How often a ticket page asks the database: once for each kind of thing, however much of it there is."""

from tests.actions.sold import LI
from tests.web.buying import claimed
from tests.web.conftest import PNG, Desk, Queries, Visitor, letter

MOST = 39  # a ticket with nothing but mail: 38, and its tags with those that it may get
MOST_WITH_A_CLAIM = 66
MOST_OF_A_LOOK = 11  # an open page that asks what is new, and there is nothing


def asked(browser: Visitor, path: str, **options: object) -> int:
    """What this page costs when nothing has to be learnt for the first time."""
    browser.get(path, **options)
    with Queries() as queries:
        assert browser.get(path, **options).status_code in (200, 304)
    return queries.count


def test_the_number_of_questions_does_not_grow_with_the_conversation(desk: Desk, browser: Visitor) -> None:
    number = desk.receive(letter(file=("cup.png", "image/png", PNG)))
    path = f"/tickets/{number}"
    desk.reply(number)
    few = asked(browser, path)
    for turn in range(10):
        desk.hear(number, f"And {turn}?", file=("a.png", "image/png", PNG))
        desk.reply(number, f"Answer {turn}")
    assert asked(browser, path) == few <= MOST


def test_a_claim_with_its_order_costs_no_more_than_one_question_for_each_kind_of_thing(
    desk: Desk, browser: Visitor
) -> None:
    claimed(desk)
    few = asked(browser, "/tickets/1")
    for turn in range(5):
        desk.hear(1, f"And {turn}?", sender=f"李梅 <{LI}>")
    assert few <= MOST_WITH_A_CLAIM
    assert asked(browser, "/tickets/1") <= few + 1


def test_an_open_page_asks_little_when_nothing_is_new(desk: Desk, browser: Visitor) -> None:
    path = f"/tickets/{desk.receive()}/entries"
    version = browser.get(path).headers["ETag"]
    assert asked(browser, path, headers={"If-None-Match": version}) <= MOST_OF_A_LOOK
