"""From an order and a claim as plain values to the Facts that a policy is asked about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from helpdesk.rules.claim_terms import Condition, EvidenceKind, Fault, OrderState
from helpdesk.rules.policy_counting import days_between, hours_between
from helpdesk.rules.policy_facts import EventNames, Facts, LineMoney, ShippingMoney, fault_of
from helpdesk.rules.policy_terms import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredEvent:
    """An event of force majeure, as a lead declared it; when that was makes no difference."""

    id: int | None = None
    zh: str
    en: str
    regions: frozenset[str] = frozenset()  # "CN", "CN-GD"; none: everywhere
    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime, country: str | None, region: str | None) -> bool:
        """Whether an order to that place is affected at that moment."""
        return self.meets(at, at, country, region)

    def meets(self, begun: datetime, ended: datetime | None, country: str | None, region: str | None) -> bool:
        """Whether it lasted at some moment from `begun` to `ended` (None: not yet), at that place."""
        if (ended is not None and ended < self.since) or (self.until is not None and begun >= self.until):
            return False
        return not self.regions or country in self.regions or region in self.regions


def facts_of(
    policy: Policy,
    *,
    claimed_at: datetime,
    state: OrderState,
    reason: str | None,
    fault: Fault | None = None,
    may_be: Iterable[str] = (),
    delivered: date | datetime | None = None,
    shipped: date | datetime | None = None,
    category: str | None = None,
    tags: Iterable[str] = (),
    condition: Condition | None = None,
    evidence: Iterable[EvidenceKind] = (),
    buyer_refunds_12m: int = 0,
    events: Iterable[DeclaredEvent] = (),
    country: str | None = None,
    region: str | None = None,
    currency: str = "",
    exponent: int = 2,
    lines: Iterable[LineMoney] = (),
    shipping: ShippingMoney | None = None,
) -> Facts:
    """The facts at the moment of the claim, counted as the policy counts. `fault` where it is known better
    than the reason tells; a day that nobody told is worked out from the day of shipping, and marked.

    An event counts that lasted when the buyer asked, or while the goods were on their way, or that met them
    since: `events` are those that have begun.
    """
    zone = ZoneInfo(policy.timezone)
    is_delivered = state in (OrderState.DELIVERED, OrderState.COMPLETED)
    known = delivered if is_delivered else None
    assumed = is_delivered and known is None and shipped is not None
    if assumed and shipped is not None:
        known = min(_day(shipped, zone) + timedelta(days=policy.count.transit_days), _day(claimed_at, zone))
    was_shipped = shipped if state is not OrderState.PAID else None
    begun, ended = _way(zone, claimed_at, known, was_shipped)
    event = next(
        (
            each
            for each in events
            if each.covers(claimed_at, country, region) or each.meets(begun, ended, country, region)
        ),
        None,
    )
    return Facts(
        state=state,
        reason=reason,
        fault=fault or fault_of(reason),
        may_be=frozenset(may_be) if reason is None else frozenset(),
        days_since_delivery=_days(policy, zone, known, claimed_at, rolls=True),
        hours_since_delivery=_hours(known, zone, claimed_at),
        days_since_shipped=_days(policy, zone, was_shipped, claimed_at),
        delivery_assumed=assumed,
        category=category,
        tags=frozenset(tags),
        condition=condition,
        evidence=frozenset(evidence),
        buyer_refunds_12m=buyer_refunds_12m,
        event_active=event is not None,
        event=_names(event, zone) if event else None,
        country=country,
        region=region,
        currency=currency,
        exponent=exponent,
        lines=tuple(lines),
        shipping=shipping or ShippingMoney(),
        delivered_on=_day(known, zone) if known else None,
        shipped_on=_day(was_shipped, zone) if was_shipped else None,
        claimed_on=_day(claimed_at, zone),
    )


def _way(
    zone: ZoneInfo, claimed_at: datetime, delivered: date | datetime | None, shipped: date | datetime | None
) -> tuple[datetime, datetime | None]:
    """From when to when the goods can meet an event: from shipping, or the claim where they never left us,
    until they were there; open where they are not. Goods that nobody saw leave were met by none before."""
    begun = claimed_at if shipped is None else min(_start(shipped, zone), claimed_at)
    if delivered is None:
        return begun, None
    ended = delivered if isinstance(delivered, datetime) else _start(delivered + timedelta(days=1), zone)
    return min(begun, ended), ended


def _start(moment: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, datetime.min.time(), zone)


def _days(
    policy: Policy, zone: ZoneInfo, since: date | datetime | None, until: datetime, *, rolls: bool = False
) -> int | None:
    return None if since is None else days_between(policy.count, zone, since, until, rolls=rolls)


def _hours(delivered: date | datetime | None, zone: ZoneInfo, claimed_at: datetime) -> int | None:
    """Where only the day is known, the hours begin at its end: in doubt for the buyer."""
    if delivered is None:
        return None
    if not isinstance(delivered, datetime):
        delivered = datetime.combine(delivered + timedelta(days=1), datetime.min.time(), zone)
    return hours_between(delivered, claimed_at)


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _names(event: DeclaredEvent, zone: ZoneInfo) -> EventNames:
    last = (
        _day(event.until - timedelta(seconds=1), zone) if event.until else None
    )  # `until` is not part of it
    return EventNames(zh=event.zh, en=event.en, until_on=last, id=event.id, since_on=_day(event.since, zone))
