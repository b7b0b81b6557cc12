"""Figures for a monitoring system, in the text format of Prometheus (exposition format 0.0.4).

Everything is counted in the database when it is asked for, so any web process gives the figures of all.
"""

import hmac
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from helpdesk import clock
from helpdesk.current import current_settings
from helpdesk.db import reading
from helpdesk.queries import clockwork
from helpdesk.rules.jobs import SHARED
from helpdesk.web.signin import public, quick

bp = Blueprint("metrics", __name__)


@bp.get("/metrics")
@public
@quick
def show() -> ResponseReturnValue:
    """404 unless HELPDESK_METRICS_TOKEN is set; 401 without it in the Authorization header."""
    token = current_settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        return Response("give the token as: Authorization: Bearer TOKEN\n", 401, mimetype="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(list(_figures())))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    """What a registry asks for figures."""

    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def _figures() -> Iterator[Metric]:
    at = clock.now()
    with reading() as session:
        workers = clockwork.workers(session, at=at)
        jobs = clockwork.jobs(session, [name for name, _ in SHARED])
        backlogs = clockwork.backlogs(session, at=at)
        mailboxes = clockwork.mailboxes(session)
    yield GaugeMetricFamily(
        "helpdesk_workers", "Workers that tick.", sum(not each.is_gone for each in workers)
    )
    runs = CounterMetricFamily("helpdesk_job_runs", "Runs of a job of the clock.", labels=["job"])
    failures = CounterMetricFamily("helpdesk_job_failures", "Runs of a job that failed.", labels=["job"])
    last = GaugeMetricFamily(
        "helpdesk_job_last_run_timestamp_seconds", "When a job ran last.", labels=["job"]
    )
    took = GaugeMetricFamily("helpdesk_job_last_run_seconds", "How long that run took.", labels=["job"])
    for job in jobs:
        runs.add_metric([job.name], job.runs)
        failures.add_metric([job.name], job.failures)
        last.add_metric([job.name], _seconds(job.started_at))
        took.add_metric([job.name], job.took.total_seconds())
    yield from (runs, failures, last, took)
    due = GaugeMetricFamily("helpdesk_due", "What is due and not done.", labels=["what"])
    late = GaugeMetricFamily("helpdesk_due_for_seconds", "How long the oldest of it is due.", labels=["what"])
    for each in backlogs:
        due.add_metric([each.what], each.count)
        late.add_metric([each.what], (at - each.since).total_seconds() if each.since else 0)
    yield from (due, late)
    read = GaugeMetricFamily(
        "helpdesk_mailbox_last_success_timestamp_seconds",
        "When a mailbox was last read to its end.",
        labels=["mailbox"],
    )
    trouble = GaugeMetricFamily(
        "helpdesk_mailbox_in_trouble", "1 while a mailbox cannot be read.", labels=["mailbox"]
    )
    for mailbox in mailboxes:
        read.add_metric([mailbox.name], _seconds(mailbox.last_success_at))
        trouble.add_metric([mailbox.name], mailbox.in_trouble)
    yield from (read, trouble)


def _seconds(at: datetime | None) -> float:
    """Since 1970; 0 for never, as Prometheus has no word for it."""
    return at.timestamp() if at else 0.0
