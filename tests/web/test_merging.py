"""The page's way to merge two tickets, and to take them apart."""

from datetime import timedelta

from helpdesk import clock
from helpdesk.models import Ticket
from tests.web.conftest import Desk, Queries, Visitor, letter


def test_a_ticket_is_merged_by_its_number_and_taken_out_again(desk: Desk, browser: Visitor) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    browser.get(f"/tickets/{second}")
    answer = browser.post(f"/tickets/{second}/merger", into=f"#{first}")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{first}?merged={second}#newest")

    page = browser.text(f"/tickets/{first}")
    assert "Me again" in page
    assert f'<a class="number" href="/tickets/{second}">#{second}</a>' in page
    merged = browser.text(f"/tickets/{second}")
    assert f"#{first}" in merged
    assert 'id="composer"' not in merged

    assert browser.post(f"/tickets/{second}/separation").status_code == 303
    assert 'id="composer"' in browser.text(f"/tickets/{second}")


def test_a_reply_is_taken_back_on_the_page_that_its_ticket_was_merged_into(
    desk: Desk, browser: Visitor
) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    entry_id = desk.reply(second, "Wrong words")
    browser.get(f"/tickets/{second}")
    browser.post(f"/tickets/{second}/merger", into=str(first))
    for number in (first, second):
        assert f"/tickets/{number}/entries/{entry_id}/withdrawal" in browser.text(f"/tickets/{number}")

    answer = browser.post(f"/tickets/{second}/entries/{entry_id}/withdrawal")
    assert answer.location == f"/tickets/{first}#composer"
    assert ">Wrong words</textarea>" in browser.text(answer.location)


def test_tickets_of_two_buyers_are_merged_by_a_lead_who_was_shown_both(desk: Desk) -> None:
    lead = desk.visitor("lead")
    first = desk.receive()
    second = desk.receive(letter("And mine?", sender="Oliver Grant <oliver@mail.example>"))
    shown = lead.text(f"/tickets/{second}/merger?into={first}")
    assert "Oliver Grant" in shown
    assert "Answers go to wang@qq.example only" in shown
    assert 'name="of_two_buyers" value="yes"' in shown
    unread = lead.post(f"/tickets/{second}/merger", into=str(first))
    assert (unread.status_code, 'name="of_two_buyers"' in unread.get_data(as_text=True)) == (409, True)

    answer = lead.post(f"/tickets/{second}/merger", into=str(first), of_two_buyers="yes")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{first}?merged={second}#newest")


def test_an_agent_is_told_that_two_buyers_are_for_a_lead(desk: Desk, browser: Visitor) -> None:
    first = desk.receive()
    second = desk.receive(letter("And mine?", sender="Oliver Grant <oliver@mail.example>"))
    browser.get(f"/tickets/{second}")
    shown = browser.get(f"/tickets/{second}/merger?into={first}")
    assert shown.status_code == 409
    page = shown.get_data(as_text=True)
    assert "only a lead merges them" in page
    assert "Oliver Grant" in page
    assert "data-merge" not in page
    answer = browser.post(f"/tickets/{second}/merger", into=str(first), of_two_buyers="yes")
    assert answer.status_code == 409


def test_the_other_ticket_is_chosen_among_those_of_the_buyer_and_both_are_seen(
    desk: Desk, browser: Visitor
) -> None:
    first, second = desk.receive(), desk.receive(letter("My saucer too", subject="Saucer"))
    desk.receive(letter("Hello", sender="Eve <eve@else.example>", subject="Something else"))
    offered = browser.text(f"/tickets/{second}/merger")
    assert f"/tickets/{second}/merger?into={first}" in offered
    assert "Something else" not in offered
    both = browser.text(f"/tickets/{second}/merger?into=RF-{first}")
    assert "my cup is broken" in both
    assert "My saucer too" in both
    assert f"Merge into #{first}" in both
    assert desk.verbs(second)[-1] != "merged_into"  # nothing happened yet


def test_a_merger_is_taken_back_at_once_and_both_are_as_they_were(desk: Desk, browser: Visitor) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    desk.reply(first)
    browser.get(f"/tickets/{second}")
    page = browser.text(browser.post(f"/tickets/{second}/merger", into=str(first)).location)
    assert f"#{second} was merged into this one" in page
    assert desk.row(Ticket, first).state == "open"
    browser.post(f"/tickets/{second}/separation", undo="yes")
    assert (desk.row(Ticket, first).state, desk.row(Ticket, first).waiting_on) == ("waiting", "buyer")
    assert desk.row(Ticket, second).state == "open"


def test_the_button_that_takes_a_merger_back_goes_after_twenty_seconds(desk: Desk, browser: Visitor) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    browser.get(f"/tickets/{second}")
    browser.post(f"/tickets/{second}/merger", into=str(first))
    clock.shift(timedelta(seconds=21))
    assert "was merged into this one" not in browser.text(f"/tickets/{first}?merged={second}")


def test_words_that_came_since_make_it_our_turn_when_a_merger_is_taken_back(
    desk: Desk, browser: Visitor
) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    desk.reply(first)
    browser.get(f"/tickets/{second}")
    browser.post(f"/tickets/{second}/merger", into=str(first))
    desk.hear(first, "And?")
    browser.post(f"/tickets/{second}/separation", undo="yes")
    assert (desk.row(Ticket, first).state, desk.row(Ticket, second).state) == ("open", "open")


def test_more_said_on_two_tickets_costs_no_more_queries(desk: Desk, browser: Visitor) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    with Queries() as few:
        browser.get(f"/tickets/{second}/merger?into={first}")
    for each in range(6):
        desk.reply(first, f"answer {each}")
        desk.receive(letter(f"and {each}"))
    with Queries() as many:
        browser.get(f"/tickets/{second}/merger?into={first}")
    assert many.count == few.count
    assert few.count < 32


def test_a_number_that_is_none_comes_back_with_a_sentence(desk: Desk, browser: Visitor) -> None:
    number = desk.receive()
    browser.get(f"/tickets/{number}")
    for typed, status in (("x", 422), ("", 422), ("99", 404), (str(number), 409)):
        answer = browser.post(f"/tickets/{number}/merger", into=typed)
        assert answer.status_code == status
        assert 'class="problem"' in answer.get_data(as_text=True)
    assert browser.post("/tickets/99/merger", into=str(number)).status_code == 404


def test_what_perhaps_belongs_to_another_ticket_is_merged_by_one_button(desk: Desk, browser: Visitor) -> None:
    first = desk.receive()
    second = desk.receive(letter("Where is it?", subject=f"[RF-{first}]"))
    page = browser.text(f"/tickets/{second}")
    assert f"Merge into #{first}" in page
    assert browser.post(f"/tickets/{second}/merger", into=str(first)).status_code == 303
