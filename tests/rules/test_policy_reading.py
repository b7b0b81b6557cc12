"""A policy file that is wrong: every fault, with its line and its clause."""

import pytest

from helpdesk.rules.policy_lines import lines_of
from helpdesk.rules.policy_reading import LARGEST, read, read_floor
from helpdesk.rules.policy_shipped import FLOORS, read_policy
from helpdesk.rules.policy_terms import Problem
from tests.rules.policies import SMALL, changed


def said(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


def test_a_good_file_has_no_faults() -> None:
    reading = read(SMALL)
    assert reading.problems == ()
    assert reading.policy is not None
    assert [clause.id for clause in reading.policy.clauses] == ["UNSHIPPED", "FAULT", "SEVEN"]
    assert [clause.line for clause in reading.policy.clauses] == [12, 17, 22]


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        (
            'state = ["paid"]',
            'status = ["paid"]',
            "line 14, clause UNSHIPPED: status is not known here: did you mean state?",
        ),
        (
            'state = ["paid"]',
            'state = ["payed"]',
            "line 14, clause UNSHIPPED: payed is not known here: did you mean paid?",
        ),
        (
            '"allow", remedies = ["return_refund"]',
            '"alow", remedies = ["return_refund"]',
            "line 25, clause SEVEN: alow is not known here: did you mean allow?",
        ),
        (
            'reason = ["changed_mind"]',
            'reason = ["changed_minds"]',
            "line 24, clause SEVEN: changed_minds is not known here: did you mean changed_mind?",
        ),
        (
            'id = "SEVEN"',
            'id = "FAULT"',
            "line 23, clause FAULT: FAULT is the id of the clause on line 17 too",
        ),
        (
            'text = { en = "Faulty." }',
            'text = { zh = "坏了。" }',
            "line 21, clause FAULT: the text in en is missing, a language of this shop",
        ),
        (
            '"Faulty."',
            '"Faulty: {last_day}."',
            "line 21, clause FAULT: nothing fills {last_day} in this clause: it has category, claimed_on",
        ),
        ('"Faulty."', '"Faulty}."', "line 21, clause FAULT: a brace without its partner in the text"),
        (
            'up_to = "200.00"',
            "up_to = 200.00",
            'line 10, limit 1: up_to is money: write it in quotes, like "12.50"',
        ),
        (
            'up_to = "200.00"',
            'up_to = "200.001"',
            "line 10, limit 1: up_to: CNY has 2 digits after the point, '200.001' has 3",
        ),
        (
            'up_to = "200.00"',
            'up_to = "200.00", per_day = 1000',
            'line 10, limit 1: per_day is money: write it in quotes, like "12.50"',
        ),
        (
            'up_to = "200.00"',
            'up_to = "200.00", per_day = "199.99"',
            "line 10, limit 1: per_day is less than up_to: nobody could agree to that much in a day",
        ),
        (
            'role = "lead" }',
            'role = "lead", per_day = "1.00" }, { role = "owner", per_day = "0.99" }',
            "line 10, money: a higher role may agree to less in a day than a lower one",
        ),
        (
            "{ max = 7 }",
            "{ max = 7, min = 9 }",
            "line 24, clause SEVEN: days_since_delivery can never be: its min 9 is above its max 7",
        ),
        ("{ max = 7 }", "{ }", "line 24, clause SEVEN: days_since_delivery needs a min or a max"),
        ("{ max = 7 }", '{ max = "7" }', "line 24, clause SEVEN: max must be a whole number"),
        (
            '"required", return_shipping = "buyer"',
            '"required"',
            "line 25, clause SEVEN: say who pays the way back: return_shipping",
        ),
        (
            '"required", return',
            '"never", return',
            "line 25, clause SEVEN: return_refund needs the goods back: return is never",
        ),
        ('"CNY"', '"RMB"', "line 6, policy: RMB is not a currency of ISO 4217"),
        (
            '"Asia/Shanghai"',
            '"Asia/Beijing"',
            "line 5, policy: Asia/Beijing is not a time zone, like Asia/Shanghai",
        ),
        (
            '"day_after"',
            '"day_after", end = "exact", roll_to_working_day = true',
            "line 1, count: days that end by the hour do not roll",
        ),
        (
            '"day_after"',
            '"day_after", holidays = "XX"',
            "line 1, count: XX is not a country whose days off are known",
        ),
        (
            'version = "1"',
            'version = "1"\notherwise = "deny"',
            "line 5, policy: what no clause fits is reviewed by a person",
        ),
        ('version = "1"', "", "line 2, policy: version is missing"),
        (
            'then = { decision = "allow", remedies = ["full_refund", "partial_refund"] }',
            'then = { decision = "deny" }',
            "line 19, clause FAULT: nobody is asked for evidence in order to be refused",
        ),
        (
            'shipping = "all" }, auto',
            'shipping = "free" }, auto',
            "line 15, clause UNSHIPPED: free is not known here: it can be all, none, standard",
        ),
        (
            'shipping = "all" }, auto',
            'shipping = "all" }, return = "required", return_shipping = "buyer", auto',
            "line 15, clause UNSHIPPED: what is carried out by itself cannot wait for goods",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_clause(before: str, after: str, complaint: str) -> None:
    (only,) = said(changed((before, after)))
    assert only.startswith(complaint)


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        ('"CNY"', '"XYZ"'),
        ('state = ["paid"]', 'stat = ["paid"]'),
        ('"photo"', '"foto"'),
        ("max = 7", "max = -7"),
    )
    assert [problem.line for problem in read(text).problems] == [6, 14, 19, 24]


@pytest.mark.parametrize(
    ("timer", "complaint"),
    [
        ('state = "awaiting_decision", due = "two days"', "two days is not a time"),
        ('state = "awaiting_decison", due = "48h"', "awaiting_decison is not known here: did you mean"),
        ('state = "awaiting_decision"', "due is missing"),
        ('state = "disputed", due = "2d", on_timeout = "explode"', "explode is not known here"),
        ('state = "offered", due = "2d"', "how long an offer stands is said by offer_days"),
        ('state = "rejected", due = "7d"', "a claim that was refused has ended"),
        ('state = "awaiting_arrival", due = "7d"', "money has as long as its way of payment takes"),
        ('state = "refund_due", due = "14d"', "say by when money is made in the clause"),
        ('state = "disputed", due = "2d", from = "claim_opened"', "a timer counts from the moment"),
        ('state = "disputed", due = "2d", pause_until = "buyer_answers"', "no timer pauses"),
        ('state = "awaiting_buyer", due = "2d", on_timeout = "reject"', "this does not happen by itself"),
        ('state = "awaiting_decision", due = "2d", warn = ["4h"]', "nobody is reminded in this state"),
        ('state = "awaiting_buyer", due = "9d", warn = ["4d", "2d"]', "one reminder goes out at most"),
    ],
)  # fmt: skip
def test_a_timer_needs_a_state_that_exists_and_a_time(timer: str, complaint: str) -> None:
    (only,) = said(f"timer = [\n  {{ {timer} }},\n]\n{SMALL}")
    assert only.startswith(f"line 2, timer 1: {complaint}")


def test_a_version_that_was_kept_with_timers_that_nobody_keeps_is_read_without_them() -> None:
    due = '{ state = "refund_due", due = "14d", from = "claim_opened" }'
    text = f'timer = [ {due}, {{ state = "disputed", due = "2d" }} ]\n{SMALL}'
    assert read(text).policy is None
    policy = read(text, was_kept=True).policy
    assert policy is not None
    assert [timer.state for timer in policy.timers] == ["disputed"]
    assert read(text.replace("14d", "soon"), was_kept=True).policy is None


def test_an_example_must_name_a_clause_that_exists() -> None:
    text = f'{SMALL}[[example]]\nfacts = {{ state = "paid" }}\nexpect = {{ clause = "UNSHIPED" }}\n'
    assert said(text) == ["line 29, example 1: UNSHIPED is not known here: did you mean UNSHIPPED?"]


def test_what_is_not_toml_is_told_with_its_line() -> None:
    (only,) = said(changed(('id = "FAULT"', 'id = "FAULT')))
    assert only.startswith("line 18, file: this is not TOML: ")


@pytest.mark.trust
@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 90_000,
        "a = " + "9" * 5000,
        "x" * (LARGEST + 1),
        "\0",
        "clause = 3\npolicy = 4\nmoney = 5\ntimer = {}\nexample = [1, 2]\ncount = []",
        '[[clause]]\nid = 7\nwhen = []\nthen = ""\ntext = 1',
        '[policy]\nid = ["a"]\nlocales = [1]\ncurrency = 3\ntimezone = "../../etc/passwd"',
        "",
    ],
)
def test_a_hostile_file_is_refused_and_breaks_nothing(text: str) -> None:
    reading = read(text)
    assert reading.policy is None
    assert reading.problems


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(f"\ufeff{SMALL}").policy is not None


def test_an_unknown_floor_is_a_fault() -> None:
    (only,) = read_policy(changed(('"cn-statute"', '"cn-statue"'))).problems
    assert str(only) == "line 8, policy: cn-statue is not known here: did you mean cn-statute?"
    assert FLOORS == ("cn-statute", "eu-crd", "uk-ccr")


def test_a_floor_names_its_source_its_review_and_the_articles() -> None:
    problems = read_floor('[floor]\nid = "x"\n[[clause]]\nid = "A"\nthen = { decision = "allow" }\n').problems
    assert [str(problem) for problem in problems] == [
        "line 1, floor: reviewed_on is missing",
        "line 1, floor: source is missing",
        "line 3, clause A: law is missing",
    ]


def test_a_problem_reads_as_one_sentence() -> None:
    problem = Problem(3, "clause A", "%(key)s is missing", (("key", "then"),))
    assert str(problem) == "line 3, clause A: then is missing"


def test_lines_are_found_in_every_shape_of_toml() -> None:
    text = '''# a comment with [brackets] and "quotes"
one = 1
"quoted key" = """
two
lines """ # and a comment
[table.below]
list = [
  1, # one
  { a = 1, b = [ "x", 'y' ] },
  """
  ]""",
  2026-11-01T00:00:00+08:00,
]
[[many]]
a.b = "# no comment"
[[many]]
[many.inner]
c = true
[[many.more]]
d = \'\'\'
]]\'\'\'
'''
    lines = lines_of(text)
    assert lines["one",] == 2
    assert lines["quoted key",] == 3
    assert lines["table", "below", "list"] == 7
    assert lines["table", "below", "list", 0] == 8
    assert lines["table", "below", "list", 1, "b", 1] == 9
    assert lines["table", "below", "list", 2] == 10
    assert lines["table", "below", "list", 3] == 12
    assert lines["many", 0, "a", "b"] == 15
    assert lines["many", 1] == 16
    assert lines["many", 1, "inner", "c"] == 18
    assert lines["many", 1, "more", 0, "d"] == 20


def test_a_file_says_how_long_offers_stand_and_money_is_looked_for() -> None:
    policy = read(SMALL.replace("[money]\n", "[money]\noffer_days = 3\nchase_days = 5\n")).policy
    assert policy is not None
    assert (policy.money.offer_days, policy.money.chase_days) == (3, 5)
    plain = read(SMALL).policy
    assert plain is not None
    assert (plain.money.offer_days, plain.money.chase_days) == (7, 2)


@pytest.mark.parametrize(
    "line", ["offer_days = 0", "offer_days = 61", "chase_days = 31", 'chase_days = "2bd"']
)
def test_days_that_cannot_be_are_a_fault(line: str) -> None:
    (only,) = said(SMALL.replace("[money]\n", f"[money]\n{line}\n"))
    assert line.partition(" ")[0] in only
