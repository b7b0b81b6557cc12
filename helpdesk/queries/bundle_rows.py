"""What a dispute bundle says of rows: plain values, times as ISO 8601, money in minor units."""

from typing import Any

from helpdesk.models import AgreedRemedy, PlatformCase, Refund


def remedy(row: AgreedRemedy) -> dict[str, Any]:
    return {
        "remedy": str(row.remedy),
        "state": str(row.state),
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "agreed_at": row.agreed_at.isoformat(),
    }


def refund(row: Refund) -> dict[str, Any]:
    return {
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "method": row.method,
        "key": row.key,
        "gateway": row.gateway,
        "reference": row.reference,
        "trace": row.trace,
        "state": str(row.shown),
        "recorded_at": row.recorded_at.isoformat(),
        "paid_at": row.paid_at.isoformat() if row.paid_at else None,
    }


def platform_case(row: PlatformCase) -> dict[str, Any]:
    return {
        "platform": row.platform,
        "number": row.number,
        "state": str(row.state),
        "opened_at": row.opened_at.isoformat(),
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "verdict": row.verdict,
    }
