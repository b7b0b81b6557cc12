"""The shop's policy: kept version by version, put in force when it passes its own checks, asked by claims.

One policy is in force for the whole desk. `activate` refuses what fails its own examples or gives less than
the legal floor; `in_force` finds the version of the moment when the buyer asked.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from helpdesk.actions import conversation, directory
from helpdesk.db import insert_missing, wait_for_names
from helpdesk.errors import ConflictError, InvalidError, NotFoundError
from helpdesk.models import Agent, PolicyVersion
from helpdesk.rules.policy_checking import Checked
from helpdesk.rules.policy_shipped import checked, preset_text, read_policy
from helpdesk.rules.policy_terms import Policy, Problem

LOCK = "policy"


class PolicyFaultsError(InvalidError):
    """The file has faults; nothing was kept, and what is in force stays so."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"the policy has {len(problems)} faults: nothing was kept", field="text")
        self.problems = problems


def read_text(text: str) -> Policy:
    """The policy of a text. Raises PolicyFaultsError with every fault. To be called before a transaction."""
    reading = read_policy(text)
    if reading.policy is None:
        raise PolicyFaultsError(reading.problems)
    return reading.policy


def read_kept(text: str) -> Policy:
    """The policy of a version that is kept: a fault that files of its time could have does not end it."""
    reading = read_policy(text, was_kept=True)
    if reading.policy is None:
        raise PolicyFaultsError(reading.problems)
    return reading.policy


@lru_cache(maxsize=16)
def check(text: str) -> Checked:
    """What is found out about a text without faults. Takes a second: to be called before a transaction."""
    return checked(read_text(text))


@lru_cache(maxsize=16)
def check_kept(text: str) -> Checked:
    """The same, of a version that is kept."""
    return checked(read_kept(text))


def upload(session: Session, text: str, *, by: Agent | None, at: datetime) -> PolicyVersion:
    """Keep a version. The same text again is the version that is kept already.

    Raises PolicyFaultsError, or ConflictError when this version has another text already.
    """
    text = text.replace("\r\n", "\n")  # as a browser sends it
    policy = read_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row = {
        "policy_id": policy.id,
        "version": policy.version,
        "sha256": digest,
        "text": text,
        "uploaded_by": conversation.agent(by.id) if by else conversation.SERVER,
        "uploaded_at": at,
        "effective_from": policy.effective_from or at,
    }
    insert_missing(session, PolicyVersion, [row])
    kept = session.scalar(select(PolicyVersion).where(PolicyVersion.sha256 == digest))
    if kept is None:
        raise ConflictError(
            f"{policy.id} {policy.version} is kept with another text: give this one its own version"
        )
    return kept


def activate(session: Session, version: PolicyVersion, *, by: Agent | None, at: datetime) -> PolicyVersion:
    """Put a version in force, at once or from the moment that it names itself; the one before retires then.

    Raises InvalidError when its examples fail or it gives less than the legal floor, and ConflictError when
    it was in force before: each is once only, so that a claim can tell which one counted.
    """
    found = check(version.text)
    if found.failed_examples:
        raise InvalidError(f"{len(found.failed_examples)} of its own examples fail: it cannot be activated")
    if found.floor_errors:
        raise InvalidError("it gives the buyer less than the law: it cannot be activated")
    wait_for_names(session, [LOCK])
    session.refresh(version)
    if version.activated_at is not None:
        raise ConflictError("this version has been in force already: upload it under a new version")
    begins = max(at, version.effective_from)
    _retire_before(session, begins)
    version.activated_at, version.is_current = at, True
    version.activated_by = conversation.agent(by.id) if by else conversation.SERVER
    session.flush()
    return version


def start_with(session: Session, preset: str, *, by: Agent | None, at: datetime) -> PolicyVersion:
    """Put a shipped policy in force. Raises NotFoundError for a name that is none."""
    try:
        text = preset_text(preset)
    except KeyError:
        raise NotFoundError(
            f"there is no policy called {preset} among those that come with the desk"
        ) from None
    return activate(session, upload(session, text, by=by, at=at), by=by, at=at)


def in_force(session: Session, *, at: datetime) -> PolicyVersion | None:
    """The version that counted at that moment; for a moment before the first, the first.

    None while no policy was ever activated.
    """
    minute = at.replace(second=0, microsecond=0)  # a batch of mails asks for each of them once
    then = select(PolicyVersion).where(in_question(minute))
    found = directory.kept(session, f"policies of {minute}", lambda: session.scalars(then).all())
    return chosen(found, at=at)


def in_question(at: datetime) -> ColumnElement[bool]:
    """Those of which one counted at that moment: for whoever reads them along with something else."""
    not_retired = or_(PolicyVersion.retired_at.is_(None), PolicyVersion.retired_at > at)
    return and_(PolicyVersion.activated_at.is_not(None), not_retired)


def chosen(found: Iterable[PolicyVersion], *, at: datetime) -> PolicyVersion | None:
    """The one of them that counted at that moment."""
    known = (each for each in found if each.retired_at is None or each.retired_at > at)
    versions = sorted((each for each in known if _came_into_force(each)), key=_beginning)
    begun = [version for version in versions if _beginning(version) <= at]
    return begun[-1] if begun else next(iter(versions), None)


def read(version: PolicyVersion) -> Policy:
    """The version as it can be asked. Its text had no faults when it was kept, and is never changed."""
    return read_kept(version.text)


def version(session: Session, version_id: int) -> PolicyVersion:
    """Raises NotFoundError."""
    found = session.get(PolicyVersion, version_id)
    if found is None:
        raise NotFoundError("there is no such version of the policy")
    return found


def _retire_before(session: Session, begins: datetime) -> None:
    """End what counts until `begins`. One that was planned for later never comes into force."""
    current = session.scalar(select(PolicyVersion).where(PolicyVersion.is_current.is_(True)))
    if current is None:
        return
    starts = _beginning(current)
    current.retired_at, current.is_current = max(starts, begins), None
    if starts >= begins:
        current.retired_at = starts
        before = session.scalars(select(PolicyVersion).where(PolicyVersion.retired_at == starts))
        for version in before:
            if version is not current and _beginning(version) < starts:
                version.retired_at = max(_beginning(version), begins)
    session.flush()  # before the new one is current: one at a time


def _came_into_force(version: PolicyVersion) -> bool:
    """False for one that was planned, and replaced before its day."""
    return version.retired_at is None or version.retired_at > _beginning(version)


def _beginning(version: PolicyVersion) -> datetime:
    assert version.begins_at is not None  # asked of versions that were activated
    return version.begins_at
