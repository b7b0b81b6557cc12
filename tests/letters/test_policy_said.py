"""A policy and its decisions in words: nothing is left unsaid, in either language."""

import re
from datetime import date

import pytest

from helpdesk.letters import policy_said, policy_words
from helpdesk.letters.claim_words import Said
from helpdesk.rules.claim_terms import EvidenceKind
from helpdesk.rules.policy_comparing import what_would_change
from helpdesk.rules.policy_deciding import decide
from helpdesk.rules.policy_explaining import explain
from helpdesk.rules.policy_grid import grid
from helpdesk.rules.policy_predicates import FLAGS, LISTS, RANGES
from helpdesk.rules.policy_shipped import PRESETS
from tests.rules.policies import facts, preset

# What a Chinese sentence may keep in Latin letters: ids, versions, the money sign.
LATIN = re.compile(r"[a-z]{3,}")
KEPT = re.compile(r"\b(cn|eu|uk)-shop\b|\b[A-Z]{2}-[A-Z0-9-]+")


def test_every_predicate_has_a_label() -> None:
    assert set(LISTS) | set(RANGES) | set(FLAGS) | {"evidence"} <= set(policy_words.LABELS)


@pytest.mark.parametrize("name", PRESETS)
def test_every_clause_is_said_in_both_languages(name: str) -> None:
    shop = preset(name)
    for clause in shop.clauses:
        for part in (
            *policy_said.conditions(clause, "zh-CN", shop.words),
            *policy_said.grants(clause, shop, "zh-CN"),
        ):
            assert not LATIN.search(part), part
        assert all(policy_said.conditions(clause, "en", shop.words))
        assert policy_said.grants(clause, shop, "en")


@pytest.mark.parametrize("name", PRESETS)
def test_every_decision_is_said_in_both_languages(name: str) -> None:
    shop = preset(name)
    for case in grid(shop).cells[::397]:
        told = explain(decide(shop, case))
        for locale in ("en", "zh-CN"):
            said = [policy_said.line(line, locale, currency="CNY") for line in told.lines]
            said += [policy_said.check(check, locale, shop.words) for check in told.because]
            said += [policy_said.not_applied(clause, locale, shop.words) for clause in told.not_applied]
            said += [
                policy_said.would_change(each, locale, shop.words) for each in what_would_change(shop, case)
            ]
            assert all(said)
            if locale == "zh-CN":
                assert [each for each in said if LATIN.search(KEPT.sub("", each))] == []


def test_a_decision_reads_as_the_law_is_explained() -> None:
    case = facts(delivered_on=date(2026, 11, 14), claimed_on=date(2026, 11, 19))
    told = explain(decide(preset("cn-shop"), case))
    assert [policy_said.line(line, "en", currency="CNY") for line in told.lines] == [
        "Allowed: CN-7D (cn-shop 2026.11.4)",
        "delivered on 14 Nov 2026",
        "asked on 19 Nov 2026",
        "day 5 of 7",
        "last day 21 Nov 2026",
        "the goods come back, the buyer pays the way",
        "full refund CN¥199.00 = goods CN¥199.00 + postage CN¥0.00",
        "goods only: ceiling CN¥199.00 = paid CN¥199.00 − refunded or promised CN¥0.00",
        "We make the refund within 7 days of the goods' arrival.",
    ]
    not_applied = [policy_said.not_applied(each, "en", preset("cn-shop").words) for each in told.not_applied]
    assert "CN-FAULT (reason: changed mind)" in not_applied
    assert "CN-FM (no event of force majeure is declared)" in not_applied


def test_what_is_missing_is_named() -> None:
    told = explain(decide(preset("cn-shop"), facts("damaged")))
    assert policy_said.line(told.lines[-1], "zh-CN", currency="CNY") == "还缺：商品照片"
    told = explain(decide(preset("cn-shop"), facts(None)))
    assert policy_said.line(told.lines[-1], "en", currency="CNY") == "still to be told: reason"


def test_what_nothing_fits_goes_to_a_person() -> None:
    told = explain(decide(preset("cn-shop"), facts("other")))
    assert policy_said.line(told.headline, "en", currency="CNY") == (
        "No clause fits, so a person decides (cn-shop 2026.11.4)"
    )
    assert told.because == ()


def test_a_clause_behind_the_deciding_one_was_not_reached() -> None:
    broken = facts(
        "defective", evidence=frozenset({EvidenceKind.PHOTO}), category="fresh_food", hours_since_delivery=5
    )
    told = explain(decide(preset("cn-shop"), broken))
    said = {each.clause: policy_said.not_applied(each, "en", {}) for each in told.not_applied}
    assert said["CN-FAULT"] == "CN-FAULT (an earlier clause had decided)"


def test_choices_are_joined_as_people_say_them() -> None:
    joined = policy_said.wanted("state", ("shipped", "delivered", "completed"), "en", {})
    assert joined == "order: sent out, delivered or completed"
    assert policy_said.wanted("state", ("shipped", "delivered"), "zh-CN", {}) == "订单：已发货或已送达"


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({"max": 7}, "at most 7 days since delivery"),
        ({"min": 16}, "16 days or more since delivery"),
        ({"min": 8, "max": 15}, "8 to 15 days since delivery"),
        ({"min": 1, "max": 1}, "1 day since delivery"),
        ({"max": 14, "undelivered_ok": True}, "at most 14 days since delivery, or not delivered yet"),
        ({"undelivered_ok": True}, "not delivered yet"),
    ],
)
def test_a_range_is_said(bounds: dict[str, int], said: str) -> None:
    assert policy_said.wanted("days_since_delivery", bounds, "en", {}) == said


def test_every_word_has_both_languages() -> None:
    tables = [
        table for name, table in vars(policy_words).items() if name.isupper() and isinstance(table, dict)
    ]
    words = [said for table in tables for said in table.values()]
    assert len(words) > 60
    assert all(isinstance(said, Said) for said in words)
