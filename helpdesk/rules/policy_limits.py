"""Read who may agree to how much: the limits of each role, on one claim and in one day."""

from collections import Counter

from helpdesk.rules.policy_terms import RoleLimit
from helpdesk.rules.policy_values import N_, Table
from helpdesk.rules.states import Role

WITHOUT = float("inf")


def read_limits(money_table: Table, currency: str) -> tuple[RoleLimit, ...]:
    """The list `limits` of the part money; every fault of it is complained of."""
    limits = [limit for table in money_table.tables("limits", "limit") if (limit := _limit(table, currency))]
    for role, times in Counter(limit.role for limit in limits).items():
        if times > 1:
            money_table.complain("limits", N_("%(role)s has more than one limit"), role=role)
    ranked = sorted(limits, key=lambda limit: list(Role).index(limit.role))
    if not _rises([limit.up_to for limit in ranked]):
        money_table.complain("limits", N_("a higher role may agree to less than a lower one"))
    if not _rises([limit.per_day for limit in ranked]):
        money_table.complain("limits", N_("a higher role may agree to less in a day than a lower one"))
    return tuple(limits)


def _limit(table: Table, currency: str) -> RoleLimit | None:
    role = table.member("role", Role, None)
    up_to = table.amount("up_to", currency)
    per_day = table.amount("per_day", currency)
    if role is None and not table.values.get("role"):
        table.complain("", N_("%(key)s is missing"), key="role")
    if per_day is not None and up_to is not None and per_day < up_to:
        table.complain("per_day", N_("per_day is less than up_to: nobody could agree to that much in a day"))
    table.close()
    return RoleLimit(role=role, up_to=up_to, per_day=per_day) if role is not None else None


def _rises(sums: list[int | None]) -> bool:
    known = [each if each is not None else WITHOUT for each in sums]
    return known == sorted(known)
