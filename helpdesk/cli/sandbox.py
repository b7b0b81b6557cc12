"""`helpdesk sandbox`: look into the book of the play-money bank, and make it misbehave."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from typing import Any

import click
import requests
from flask.cli import with_appcontext

from helpdesk import clock
from helpdesk.cli.refusing import FAILED, WRONG_USE
from helpdesk.cli.showing import as_json
from helpdesk.current import current_settings
from helpdesk.demo import passing
from helpdesk.gateways.bank import ENDS, Bank, BankError
from helpdesk.gateways.bank_book import Booked, Trouble
from helpdesk.gateways.configured import bank_file
from helpdesk.gateways.sandbox import Webhook, webhooks
from helpdesk.rules import money
from helpdesk.rules.money import AmountError, Money
from helpdesk.rules.paying import Outcome

WAIT = (5.0, 20.0)  # seconds for the desk to be reached, and to answer
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class NoSandboxError(click.ClickException):
    """The settings have no sandbox."""

    exit_code = WRONG_USE


class Duration(click.ParamType[timedelta]):
    """ "90s", "30m", "2h", "3d"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        found = re.fullmatch(r"([0-9]{1,5})([smhd])", str(value))
        if found is None:
            self.fail(f"{value!r} is no duration: write it like 90s, 30m, 2h or 3d", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.group("sandbox")
def sandbox() -> None:
    """Play money, for trying the desk out: needs HELPDESK_SANDBOX=1.

    The sandbox pays every refund for whose payment no gateway is set up. Its bank keeps a book in the data
    folder; here you read it, make the next calls go wrong, and let the bank tell the desk of changes.

    \b
    helpdesk sandbox next lose-answer      # the next refund is paid, and the desk hears nothing
    helpdesk sandbox next late --after 2d  # the one after that takes two days
    helpdesk sandbox show
    """


@sandbox.command("show")
@click.option("--payment", help="Only the refunds of this payment.")
@as_json
@with_appcontext
def show(payment: str | None, as_json: bool) -> None:
    """The bank's book: every refund, what really left for each payment, and what is ordered to go wrong.

    ASKED is how often the desk has asked for the refund: 2 and more are retries, and are paid once.
    """
    with _bank() as bank:
        refunds, sums = bank.refunds(payment), _payments(bank, payment)
        troubles, unsent = bank.troubles(), sum(not event.sent for event in bank.events())
    if as_json:
        told = {
            "refunds": [_booked(each) for each in refunds],
            "payments": [_sum(each) for each in sums],
            "next": list(troubles),
            "webhooks_not_sent": unsent,
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo("\n".join(_lines(refunds, sums)))
    ordered = ", ".join(f"{trouble} x{count}" for trouble, count in Counter(troubles).items())
    click.echo(f"ordered to go wrong: {ordered or 'nothing'}; webhooks not sent: {unsent}")


@sandbox.command("next")
@click.argument("trouble", type=click.Choice(list(map(str, Trouble))))
@click.option("--times", type=click.IntRange(1, 1000), default=1, show_default=True, help="How often.")
@click.option("--after", type=Duration(), help="With late: succeed by itself after 90s, 30m, 2h or 3d.")
@with_appcontext
def order(trouble: str, times: int, after: timedelta | None) -> None:
    """Make the next call go wrong; the one after it is good again.

    \b
    lose-request   nothing reaches the bank, and the desk gets no answer
    lose-answer    the money leaves, and the desk gets no answer
    decline        the bank refuses
    late           pending, until `settle` or --after
    needs-action   it waits for a person, until `settle`
    decline-retry  a refund that is asked for again is "declined", though its money may have left
    lose-query     the next question is not answered
    not-found      the next question comes too early to find anything
    """
    if after is not None and trouble != Trouble.LATE:
        raise click.UsageError("--after goes with late only")
    with _bank() as bank:
        bank.next(Trouble(trouble), times=times, after=after)
    click.echo(f"{trouble} x{times}: from the next call on that it fits")


@sandbox.command("settle")
@click.argument("key")
@click.option("--as", "outcome", type=click.Choice(list(map(str, ENDS))), default=str(Outcome.SUCCEEDED),
              show_default=True)  # fmt: skip
@with_appcontext
def settle(key: str, outcome: str) -> None:
    """End a refund that is pending or waits for a person. KEY is the desk's, or the bank's reference."""
    with _bank() as bank:
        booked = bank.settle(key, Outcome(outcome))
    click.echo(_said(booked))


@sandbox.command("reverse")
@click.argument("key")
@with_appcontext
def reverse(key: str) -> None:
    """Let the money of a successful refund come back, as from a closed account."""
    with _bank() as bank:
        booked = bank.reverse(key)
    click.echo(_said(booked))


@sandbox.command("outside")
@click.argument("payment")
@click.argument("amount")
@click.argument("currency")
@with_appcontext
def outside(payment: str, amount: str, currency: str) -> None:
    """Refund on the bank's own page, past the desk: `outside pi_1 12.50 EUR`. Its webhook has no key."""
    with _bank() as bank:
        booked = bank.pay_outside(payment, money.read(amount, currency.upper()))
    click.echo(_said(booked))


@sandbox.command("webhooks")
@click.option("--to", "address", required=True, help="The desk's address for them, http:// or https://.")
@click.option("--duplicate", is_flag=True, help="Each of them twice.")
@click.option("--shuffle", is_flag=True, help="In any order.")
@click.option("--again", is_flag=True, help="Those that have been delivered, too.")
@as_json
@with_appcontext
def send(address: str, duplicate: bool, shuffle: bool, again: bool, as_json: bool) -> None:
    """Let the bank tell the desk of every change that it has not told of yet, signed and dated now.

    What the desk does not answer with 200 stays to be sent. Exit 1 when there was such a one.
    """
    if not address.startswith(("http://", "https://")):
        raise click.UsageError("--to wants an address such as http://127.0.0.1:8000/...")
    with _bank() as bank:
        mixed = SystemRandom() if shuffle else None
        made = webhooks(bank, at=clock.now(), duplicate=duplicate, shuffle=mixed, again=again)
        answers = [(each.event, _deliver(address, each)) for each in made]
        bank.mark_sent([event for event, status in answers if status == "200"])
    for event, status in answers:
        click.echo(json.dumps({"event": event, "answer": status}) if as_json else f"event {event}: {status}")
    if not answers:
        click.echo("nothing to tell: --again sends what was delivered once more", err=True)
    if any(status != "200" for _, status in answers):
        raise SystemExit(FAILED)


@contextmanager
def _bank() -> Iterator[Bank]:
    settings = current_settings()
    if not settings.sandbox and not bank_file(settings).exists():  # the demo shop's bank needs no setting
        raise NoSandboxError("this desk has no sandbox: set HELPDESK_SANDBOX=1, and start it anew")
    if (settings.data_dir / "demo" / "clock").exists():
        passing.resume(settings.data_dir / "demo")  # book and signatures are dated as the demo's desk is
    try:
        yield Bank(bank_file(settings), now=clock.now)
    except (BankError, AmountError) as error:
        raise click.ClickException(str(error)) from error


def _deliver(address: str, webhook: Webhook) -> str:
    """The status of the answer, or in a word why there was none."""
    try:
        answered = requests.post(
            address, data=webhook.body, headers=webhook.headers, timeout=WAIT, allow_redirects=False
        )
    except requests.RequestException as error:
        return type(error).__name__
    return str(answered.status_code)


@dataclass(frozen=True, slots=True)
class _Sum:
    payment: str
    paid_back: Money
    captured: Money | None

    @property
    def is_too_much(self) -> bool:
        return self.captured is not None and self.paid_back.minor > self.captured.minor


def _payments(bank: Bank, payment: str | None) -> list[_Sum]:
    """What has really left for each payment and currency, by the movements."""
    left: Counter[tuple[str, str]] = Counter()
    for movement in bank.movements(payment):
        left[movement.payment, movement.amount.currency] += movement.amount.minor
    asked = [each for each in bank.refunds(payment) if each.key]
    captured = {(each.payment, each.amount.currency): each.captured for each in asked}
    return [
        _Sum(name, Money(minor, currency), captured.get((name, currency)))
        for (name, currency), minor in left.items()
    ]


def _lines(refunds: tuple[Booked, ...], sums: list[_Sum]) -> Iterator[str]:
    yield f"{'KEY':<20} {'REF':<9} {'PAYMENT':<28} {'AMOUNT':>16} {'OUTCOME':<13} ASKED  CHANGED (UTC)"
    for each in refunds:
        yield (
            f"{each.key or '(not of this desk)':<20} {each.ref:<9} {each.payment:<28} {each.amount!s:>16}"
            f" {each.outcome:<13} {each.asked:>5}  {each.changed_at:%Y-%m-%d %H:%M:%S}"
        )
    for each_sum in sums:
        of = f" of {each_sum.captured}" if each_sum.captured else ""
        warning = ": MORE THAN WAS PAID" if each_sum.is_too_much else ""
        yield f"{each_sum.payment}: {each_sum.paid_back} have left{of}{warning}"


def _said(booked: Booked) -> str:
    return f"{booked.key or booked.ref}: {booked.outcome}, {booked.amount}"


def _booked(each: Booked) -> dict[str, Any]:
    return {
        "key": each.key,
        "ref": each.ref,
        "payment": each.payment,
        "amount_minor": each.amount.minor,
        "currency": each.amount.currency,
        "outcome": each.outcome,
        "said": each.said,
        "asked": each.asked,
        "changed_at": each.changed_at.isoformat(),
        "due_at": each.due_at.isoformat() if each.due_at else None,
    }


def _sum(each: _Sum) -> dict[str, Any]:
    return {
        "payment": each.payment,
        "currency": each.paid_back.currency,
        "paid_back_minor": each.paid_back.minor,
        "captured_minor": each.captured.minor if each.captured else None,
        "too_much": each.is_too_much,
    }


COMMANDS = (sandbox,)
