"""Money that goes back without us, as gateways and statements tell of it."""

from sqlalchemy import select

from helpdesk import clock
from helpdesk.actions import statements
from helpdesk.actions.statements import Source
from helpdesk.db import reading, transaction
from helpdesk.gateways import sandbox
from helpdesk.models import Refund, StatementLine
from helpdesk.rules.money import Money
from helpdesk.rules.statements import Fate, Judged, Line
from tests.web.conftest import Desk
from tests.workers.paying import PAYMENT, Paid


def outside(paid: Paid, desk: Desk, minor: int = 2000) -> None:
    """Somebody refunds on the bank's own page, and the bank tells of it."""
    paid.bank.pay_outside(PAYMENT, Money(minor, "CNY"))
    (*_, hook) = sandbox.webhooks(paid.bank, at=clock.now())
    assert (
        desk.app.test_client().post("/webhooks/sandbox", data=hook.body, headers=hook.headers).status_code
        == 200
    )


def kept_line(*, minor: int = 2000, reference: str = "77", payment: str = "") -> int:
    """A line of a statement that waits for a lead."""
    line = Line(line=2, amount=Money(minor, "CNY"), reference=reference, payment=payment, remark="by till")
    told = Judged(fate=Fate.NOTHING, says="nobody here has asked for this")
    with transaction() as session:
        statements.keep(session, Source(name="alipay", file_sha256="0" * 64), [(line, told)], at=clock.now())
        return session.scalars(select(StatementLine.id)).one()


def external() -> list[tuple[str, int, str, str]]:
    """(key, minor units, state, reference) of what was taken."""
    with reading() as session:
        rows = session.scalars(select(Refund).where(Refund.gateway == "external").order_by(Refund.id))
        return [(row.key, row.amount_minor, str(row.state), row.reference) for row in rows]
