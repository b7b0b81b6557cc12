"""The page's way to merge two tickets, and to take them apart."""

from tests.web.conftest import Desk, Visitor, letter


def test_a_ticket_is_merged_by_its_number_and_taken_out_again(desk: Desk, browser: Visitor) -> None:
    first, second = desk.receive(), desk.receive(letter("Me again"))
    browser.get(f"/tickets/{second}")
    answer = browser.post(f"/tickets/{second}/merger", into=f"#{first}")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{first}#newest")

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


def test_tickets_of_two_buyers_are_merged_by_a_second_button_that_names_both(
    desk: Desk, browser: Visitor
) -> None:
    first = desk.receive()
    second = desk.receive(letter("And mine?", sender="Oliver Grant <oliver@mail.example>"))
    browser.get(f"/tickets/{second}")
    asked = browser.post(f"/tickets/{second}/merger", into=str(first))
    page = asked.get_data(as_text=True)
    assert asked.status_code == 409
    assert "Oliver Grant &lt;oliver@mail.example&gt;" in page
    assert "Wang &lt;wang@qq.example&gt; only" in page
    assert 'name="of_two_buyers" value="yes"' in page

    answer = browser.post(f"/tickets/{second}/merger", into=str(first), of_two_buyers="yes")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{first}#newest")


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
