"""Who is named in a note."""

import pytest

from helpdesk.rules.mentions import mentioned

PEOPLE = {1: "Mira Lindqvist", 2: "谭小满", 3: "Ann Lee", 4: "Ann Cole", 5: "Li"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Mira Lindqvist please look", (1,)),
        ("@mira: please look", (1,)),
        ("请@谭小满看一下", (2,)),
        ("@Ann Cole and @Ann Lee", (4, 3)),
        ("@Ann, which of you?", ()),  # two are called that
        ("mira@lindqvist.example wrote", ()),
        ("write to mira@mira.example", ()),
        ("@Miracle", ()),
        ("@Lindqvist", ()),
        ("@Li @Li", (5,)),
        ("@ nobody", ()),
        ("", ()),
    ],
)
def test_names_are_found_where_they_are_meant(text: str, named: tuple[int, ...]) -> None:
    assert mentioned(text, PEOPLE) == named


def test_two_of_one_name_are_nobody() -> None:
    assert mentioned("@Ann Lee", {1: "Ann Lee", 2: "Ann Lee"}) == ()
