"""The second factor of a colleague: set up, asked for, taken away.

an app     secret shown -> a first code was right -> it counts
on paper   ten codes, shown once, each good once
passkeys   see passkeys.py
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from helpdesk import vault
from helpdesk.actions import agent_sessions, staff_events, staff_letters
from helpdesk.desk import Desk
from helpdesk.errors import ConflictError, InvalidError
from helpdesk.models import Agent, Authenticator, Passkey, RecoveryCode
from helpdesk.rules import one_time_codes
from helpdesk.rules.access import Told

ON_PAPER = 10  # recovery codes
BEGUN_FOR = timedelta(minutes=10)  # an app is being set up: then the password is asked for again
WRONG_CODE = "this code is not right: wait for the next one, and look whether the phone's clock is right"


def begin_app(session: Session, desk: Desk, agent: Agent, *, at: datetime) -> None:
    """A new secret to be shown; it counts for nothing yet. Raises ConflictError where an app is set up."""
    row = session.get(Authenticator, agent.id, with_for_update=True)
    if row is not None and row.confirmed_at is not None:
        raise ConflictError("an authenticator app is set up already: take it away first")
    sealed = vault.seal(desk.secret, pyotp.random_base32())
    if row is None:
        row = Authenticator(agent_id=agent.id, last_step=0, created_at=at)
        session.add(row)
    row.secret_sealed, row.created_at = sealed, at


def shown_secret(session: Session, desk: Desk, agent_id: int, *, at: datetime) -> str | None:
    """The secret while its first code is waited for, some minutes; afterwards nobody sees it again."""
    row = session.get(Authenticator, agent_id)
    if row is None or row.confirmed_at is not None or at - row.created_at > BEGUN_FOR:
        return None
    return vault.unseal(desk.secret, row.secret_sealed)


def confirm_app(session: Session, desk: Desk, agent: Agent, code: str, *, at: datetime) -> None:
    """The app counts from now on. Raises InvalidError for a code that is not right."""
    if shown_secret(session, desk, agent.id, at=at) is None:
        raise ConflictError("begin anew: no authenticator app is being set up")
    if not _taken(session, desk, agent, code, at=at):
        raise InvalidError(WRONG_CODE, field="code")
    session.get_one(Authenticator, agent.id).confirmed_at = at
    staff_events.record(session, "app_added", by=agent, about=agent, at=at)


def has_one(session: Session, agent: Agent) -> bool:
    """Whether more than the password is asked of her."""
    app = session.get(Authenticator, agent.id)
    if app is not None and app.confirmed_at is not None:
        return True
    return session.scalar(select(Passkey.id).where(Passkey.agent_id == agent.id).limit(1)) is not None


def is_right(session: Session, desk: Desk, agent: Agent, code: str, *, at: datetime) -> bool:
    """Whether this is a code of her app that was not taken before; then it is taken."""
    app = session.get(Authenticator, agent.id)
    return app is not None and app.confirmed_at is not None and _taken(session, desk, agent, code, at=at)


def recover(session: Session, desk: Desk, agent: Agent, code: str, *, at: datetime) -> bool:
    """Whether this is one of her codes on paper; it is used up now."""
    code = one_time_codes.plain(code)
    if not one_time_codes.ON_PAPER.fullmatch(code):
        return False
    won = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.agent_id == agent.id,
            RecoveryCode.code_sha256 == _digest(desk, agent, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def new_codes(session: Session, desk: Desk, agent: Agent, *, at: datetime) -> tuple[str, ...]:
    """Ten codes on paper, shown once; those of before are worth nothing."""
    if not has_one(session, agent):
        raise ConflictError("set up an authenticator app or a passkey first")
    session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))
    codes = tuple(_on_paper() for _ in range(ON_PAPER))
    session.add_all(RecoveryCode(agent_id=agent.id, code_sha256=_digest(desk, agent, code)) for code in codes)
    staff_events.record(session, "codes_made", by=agent, about=agent, at=at)
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def codes_left(session: Session, agent_id: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.agent_id == agent_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def remove_app(session: Session, agent: Agent, *, at: datetime) -> None:
    """Take her own app away, and with the last factor the codes on paper."""
    session.execute(delete(Authenticator).where(Authenticator.agent_id == agent.id))
    session.expire_all()
    staff_events.record(session, "app_removed", by=agent, about=agent, at=at)
    forget_codes_of_nothing(session, agent)


def forget_codes_of_nothing(session: Session, agent: Agent) -> None:
    """Codes on paper stand in for a factor: without one they go too."""
    if not has_one(session, agent):
        session.execute(delete(RecoveryCode).where(RecoveryCode.agent_id == agent.id))


def reset(session: Session, agent: Agent, *, by: Agent | None, at: datetime) -> None:
    """Take everything away but the password, end all sessions, and tell her by mail."""
    for table in (Authenticator, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.agent_id == agent.id))
    agent_sessions.end_all(session, agent)
    staff_events.record(session, "factor_reset", by=by, about=agent, at=at)
    facts = {"by": by.name if by else ""}
    staff_letters.plan(session, Told.FACTOR, agent.email, at=at, facts=facts)


def _taken(session: Session, desk: Desk, agent: Agent, code: str, *, at: datetime) -> bool:
    """Right, and newer than all that were taken: of two at once with the same code one wins."""
    app = session.get_one(Authenticator, agent.id)
    code = one_time_codes.plain(code)
    if not one_time_codes.DIGITS.fullmatch(code):
        return False
    step = one_time_codes.step_of(vault.unseal(desk.secret, app.secret_sealed), code, at=at)
    if step is None:
        return False
    won = session.execute(
        update(Authenticator)
        .where(Authenticator.agent_id == agent.id, Authenticator.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(won, "rowcount", 0) == 1)


def _on_paper() -> str:
    return "".join(secrets.choice(one_time_codes.PAPER_LETTERS) for _ in range(10))


def _digest(desk: Desk, agent: Agent, code: str) -> str:
    """Keyed: 50 random bits alone could be tried out by whoever took the table."""
    return hmac.digest(desk.secret, f"recovery {agent.id} {code}".encode(), hashlib.sha256).hex()
