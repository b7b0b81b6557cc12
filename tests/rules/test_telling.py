"""To whom facts of a claim may be written: the table of levels and ways."""

import pytest

from helpdesk.rules.claim_terms import LinkLevel
from helpdesk.rules.telling import objection


@pytest.mark.parametrize(
    ("level", "how", "on_order", "code"),
    [
        (LinkLevel.VERIFIED, "sender", True, ""),
        (LinkLevel.VERIFIED, "sender", False, "other_address"),
        (LinkLevel.VERIFIED, "link", False, ""),
        (LinkLevel.VERIFIED, "picker", True, ""),
        (LinkLevel.VERIFIED, "agent", False, ""),
        (LinkLevel.WEAK, "number", True, "not_verified"),
        (LinkLevel.SUGGESTED, "only_order", True, "not_verified"),
        (None, "", True, "not_verified"),
    ],
)
def test_only_a_verified_link_and_the_orders_own_address_are_told(
    level: LinkLevel | None, how: str, on_order: bool, code: str
) -> None:
    found = objection(level=level, how=how, on_order=on_order)
    assert (found.code if found else "") == code
