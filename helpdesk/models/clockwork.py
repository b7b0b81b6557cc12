"""Which workers are there, whose turn it is, and what each job of the clock did last."""

from datetime import datetime

from sqlalchemy import Boolean, String, false
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base


class Turn(Base):
    """The lease over the work that all workers share. One row: "clock"."""

    __tablename__ = "clock_turn"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), default="")  # as in Worker.owner; "": nobody's
    until: Mapped[datetime | None]


class Worker(Base):
    """One process that ticks. It says every few seconds that it is there."""

    __tablename__ = "clock_worker"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)  # "host:pid:chance"
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class JobRun(Base):
    """What one job did, whoever ran it: its last run, the last that did anything, the last failure."""

    __tablename__ = "clock_job"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)  # as in workers/schedule.py
    owner: Mapped[str] = mapped_column(String(64))  # of the last run
    started_at: Mapped[datetime]
    took_ms: Mapped[int]
    runs: Mapped[int]  # in all
    failures: Mapped[int]  # of these
    failed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # the last run
    problem: Mapped[str] = mapped_column(String(500), default="")  # of the last failure
    problem_at: Mapped[datetime | None]
    done: Mapped[int]  # things done by the last run that did any
    done_at: Mapped[datetime | None]
