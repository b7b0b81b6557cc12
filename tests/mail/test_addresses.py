"""One item of an address list is one address or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.addresses import UNCLEAR_FROM, addresses
from tests.mail.factory import make_incoming


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("wang@x.example", [("wang@x.example", "")]),
        ('"Wang, Li" <wang@X.Example>', [("wang@x.example", "Wang, Li")]),
        ("Doe, John <john@x.example>", [("john@x.example", "Doe, John")]),
        (
            "a@x.example, B <b@x.example>; c@x.example",
            [("a@x.example", ""), ("b@x.example", "B"), ("c@x.example", "")],
        ),
        ("=?utf-8?B?546L5bCP5piO?= <wang@x.example>", [("wang@x.example", "王小明")]),
        ('"=?gb2312?B?zfXQocP3?="<wang@x.example>', [("wang@x.example", "王小明")]),
        ("undisclosed-recipients:;", []),
        ("team: a@x.example, b@x.example;, c@x.example", [("c@x.example", "")]),
        ("wang@x.example (Wang)", [("wang@x.example", "Wang")]),
        ("<mailto:wang@x.example>", [("wang@x.example", "")]),
        ("<@relay.example:wang@x.example>", [("wang@x.example", "")]),
        ("wang＠x.example.", [("wang@x.example", "")]),
        ('"service@taobao.com" <x@qq.example>', [("x@qq.example", "service@taobao.com")]),
        ("x@例子.测试", [("x@xn--fsqu00a.xn--0zwm56d", "")]),
        ("x@straße.example", [("x@xn--strae-oqa.example", "")]),
        ("x@faς.example", [("x@xn--fa-tbc.example", "")]),
        ("x@ｂｕｙｅｒ.example", [("x@buyer.example", "")]),
        ("e\u0301@x.example", [("é@x.example", "")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_a_list_is_read(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.email, each.name) for each in addresses(value.encode())] == expected


@pytest.mark.parametrize(
    "value",
    [
        "a@x.example]<b@y.example>",
        "a@x.example)<b@y.example>",
        "<a@x.example> <b@y.example>",
        "<a@x.example> b@y.example",
        "<a@x.example<b@y.example>>",
        "a@x.example b@y.example",
        "a@b@y.example",
        "<a@x.example",
    ],
)
def test_what_could_be_two_addresses_is_none(value: str) -> None:
    assert addresses(value.encode()) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Wang@X.example", "wang@x.example", True),
        ("e\u0301@x.example", "é@x.example", True),
        ("a@straße.example", "a@strasse.example", False),
        ("groß@x.example", "gross@x.example", False),
        ("miſs@x.example", "miss@x.example", False),
        ("faς@x.example", "faσ@x.example", False),
        ("\u212aim@x.example", "kim@x.example", False),
    ],
)
def test_two_spellings_are_one_person_only_where_no_server_can_tell_them_apart(
    one: str, other: str, same: bool
) -> None:
    first, second = (addresses(each.encode())[0].key for each in (one, other))
    assert (first == second) is same


def test_an_encoded_word_cannot_add_a_person() -> None:
    (only,) = addresses(b"=?utf-8?Q?x=2C_boss=40shop=2Eexample?= <thief@y.example>")
    assert only.email == "thief@y.example"


def test_a_line_break_in_an_encoded_name_is_taken_out() -> None:
    (only,) = addresses(b"=?utf-8?Q?a=0D=0ABcc:_b?= <a@x.example>")
    assert only.name == "a Bcc: b"


def test_of_several_in_from_the_one_in_sender_is_meant() -> None:
    both = "a@x.example, b@x.example"
    assert make_incoming(**{"from": both}).sender is None
    chosen = make_incoming(**{"from": both, "sender": "b@x.example"}).sender
    assert chosen is not None
    assert chosen.email == "b@x.example"


def test_an_empty_from_falls_back_and_says_so() -> None:
    incoming = make_incoming(**{"from": "", "return_path": "<wang@x.example>"})
    assert incoming.sender is not None
    assert incoming.sender.email == "wang@x.example"
    assert incoming.defects == ("From names nobody; the sender is taken from Return-Path",)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Jane: Sales <a@x.example>", "Jane: Sales"),
        ("Jane <a@x.example", "Jane"),
        ('"Jane <a@x.example>', "Jane"),
        ("Jane <<a@x.example>>", "Jane"),
        ('"J. Doe" @ Acme <a@x.example>', "J. Doe Acme"),
    ],
)
def test_the_only_address_of_a_broken_from_is_answered_and_never_trusted(written: str, name: str) -> None:
    incoming = make_incoming(**{"from": written})
    assert incoming.sender is not None
    assert (incoming.sender.email, incoming.sender.name) == ("a@x.example", name)
    assert incoming.defects == (f"{UNCLEAR_FROM} one address in a form that is not valid",)


@pytest.mark.parametrize(
    "written",
    ["<a@x.example<b@y.example>>", "a@b@y.example",
     "=?utf-8?Q?boss=40shop=2Eexample?= <<a@x.example>>", "Jane @x <<a@x.example>>"],
)  # fmt: skip
def test_a_broken_from_with_a_second_at_names_nobody(written: str) -> None:
    assert make_incoming(**{"from": written}).sender is None


@given(st.binary(max_size=500))
def test_any_bytes_give_only_single_addresses(value: bytes) -> None:
    for each in addresses(value):
        assert each.email.rpartition("@")[0]
        assert "\n" not in each.email + each.name
