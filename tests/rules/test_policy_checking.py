"""What is found out about a policy before it is used."""

from helpdesk.rules.claim_terms import OrderState
from helpdesk.rules.policy_checking import check, run_examples
from helpdesk.rules.policy_comparing import compare, what_would_change
from helpdesk.rules.policy_floors import DENIES, NO_MONEY, REVIEWS
from helpdesk.rules.policy_grid import LARGEST, axes, grid
from helpdesk.rules.policy_shipped import checked, floor, preset_text
from helpdesk.rules.policy_terms import Verdict
from tests.rules.policies import SMALL, changed, facts, policy, preset

SHADOWED = """
[[clause]]
id = "NEVER"
when = { state = ["paid"], reason = ["changed_mind"] }
then = { decision = "deny" }
text = { en = "No." }
"""
EXAMPLE = """
[[example]]
facts = { state = "delivered", reason = "changed_mind", days_since_delivery = 8 }
expect = { clause = "SEVEN", decision = "allow" }
"""


def test_an_example_that_fails_says_what_came_out() -> None:
    (only,) = run_examples(policy(SMALL + EXAMPLE))
    assert not only.passed
    assert (only.number, only.line) == (1, 28)
    assert (only.expected, only.found) == ("SEVEN allow", "otherwise review")


def test_a_file_whose_examples_fail_may_not_be_activated() -> None:
    assert not check(policy(SMALL + EXAMPLE), None).may_be_activated


def test_a_clause_behind_one_that_takes_all_its_cases_is_found() -> None:
    (only,) = check(policy(SMALL + SHADOWED), None).unreached
    assert (only.clause, only.line, only.shadowed_by) == ("NEVER", 28, "UNSHIPPED")


def test_a_clause_that_nothing_can_fit_is_found() -> None:
    impossible = 'when = { state = ["paid"], days_since_delivery = { max = 3 } }'
    text = SMALL + SHADOWED.replace('when = { state = ["paid"], reason = ["changed_mind"] }', impossible)
    (only,) = check(policy(text), None).unreached
    assert (only.clause, only.shadowed_by) == ("NEVER", "")


def test_the_values_that_are_tried_come_from_the_file() -> None:
    tried = axes(preset("cn-shop"))
    assert {6, 7, 8, 14, 15, 16, 17} <= set(tried["days_since_delivery"])
    assert set(tried["category"]) == {None, "fresh_food"}
    assert frozenset({"newspaper"}) in tried["tags"]


def test_a_grid_that_is_too_large_is_sampled_always_in_the_same_way() -> None:
    large, again = grid(preset("cn-shop")), grid(preset("cn-shop"))
    assert large.is_sampled
    assert large.whole > LARGEST >= len(large.cells)
    assert large == again
    assert not grid(policy()).is_sampled


def test_cases_are_coherent() -> None:
    for facts_of_cell in grid(preset("eu-shop")).cells:
        assert (facts_of_cell.days_since_delivery is not None) == facts_of_cell.is_delivered


def test_a_shop_that_denies_what_the_law_allows_is_in_error() -> None:
    sale = changed(
        ('"agreed_non_returnable"]', '"agreed_non_returnable", "sale_item"]'), text=preset_text("cn-shop")
    )
    found = checked(policy(sale))
    (breach,) = found.floor_errors
    assert (breach.sentence, breach.law, breach.clause) == (DENIES, "CN-LAW-7D", "CN-EXCL")
    assert breach.case.tags == {"sale_item"}
    assert not found.may_be_activated


def test_a_shop_that_only_reviews_what_the_law_allows_is_warned() -> None:
    strict = changed(("undelivered_ok = true", "undelivered_ok = false"), text=preset_text("eu-shop"))
    found = checked(policy(strict))
    assert {(breach.sentence, breach.clause) for breach in found.breaches} == {(REVIEWS, "")}
    assert {breach.case.state for breach in found.breaches} == {OrderState.SHIPPED}
    assert found.floor_errors == ()


def test_a_shop_that_gives_a_coupon_for_the_laws_money_is_in_error() -> None:
    coupon = changed(
        (
            'remedies = ["return_refund"], return = "required", return_shipping = "buyer", refund',
            'remedies = ["coupon"], refund',
        ),
        text=preset_text("eu-shop"),
    )
    assert {breach.sentence for breach in checked(policy(coupon)).floor_errors} == {NO_MONEY}


def test_what_is_left_to_a_person_is_counted_by_reason_and_state() -> None:
    found = check(policy(), floor("cn-statute"))
    assert 0 < found.otherwise_share < 1
    whole = [each for each in found.falls_through if each.share == 1]
    assert ("changed_mind", OrderState.SHIPPED) in [(each.reason, each.state) for each in whole]
    assert ("changed_mind", OrderState.PAID) not in [
        (each.reason, each.state) for each in found.falls_through
    ]


def test_two_versions_are_compared_case_by_case() -> None:
    longer = changed(("max = 7", "max = 10"), ("Not shipped yet.", "Not yet shipped."))
    difference = compare(policy(), policy(longer))
    (moved,) = difference.moved
    assert (moved.before, moved.after) == (("", Verdict.REVIEW), ("SEVEN", Verdict.ALLOW))
    assert moved.is_better
    assert difference.reworded == ("UNSHIPPED",)
    assert compare(policy(), policy()).moved == ()


def test_what_a_clause_grants_is_part_of_the_comparison() -> None:
    dearer = changed(('return_shipping = "buyer"', 'return_shipping = "seller"'))
    (moved,) = compare(policy(), policy(dearer)).moved
    assert moved.before == moved.after == ("SEVEN", Verdict.ALLOW)
    assert moved.is_better is None


def test_clauses_that_came_and_went_are_named() -> None:
    difference = compare(policy(), policy(changed(('"SEVEN"', '"EIGHT"'))))
    assert (difference.added, difference.removed) == (("EIGHT",), ("SEVEN",))


def test_one_fact_at_a_time_tells_what_would_change_the_answer() -> None:
    found = {
        (each.fact, each.after): (each.clause, each.decision) for each in what_would_change(policy(), facts())
    }
    assert found["days_since_delivery", 8] == ("", Verdict.REVIEW)
    assert ("evidence", frozenset()) not in found
    asked = {each.fact: each for each in what_would_change(policy(), facts("damaged"))}
    assert (asked["evidence"].clause, asked["evidence"].decision) == ("FAULT", Verdict.ALLOW)


def test_limits_that_changed_are_named_with_both_sums() -> None:
    difference = compare(
        policy(), policy(changed(('up_to = "200.00"', 'up_to = "150.00", per_day = "600.00"')))
    )
    assert [(each.name, each.before, each.after) for each in difference.limits] == [
        ("agent up_to", 20000, 15000),
        ("agent per_day", None, 60000),
    ]
    assert compare(policy(), policy()).limits == ()
