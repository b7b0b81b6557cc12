"""Saved replies: written, changed, taken away. Everybody has her own; a lead changes what is everybody's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.errors import InvalidError, NotFoundError, together
from helpdesk.models import Agent, SavedReply
from helpdesk.rules import placeholders
from helpdesk.rules.states import Role, may

LONGEST_NAME = 80
LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """What somebody typed."""

    name: str
    text_en: str
    text_zh: str
    shared: bool


def add(session: Session, form: ReplyForm, *, by: Agent, at: datetime) -> SavedReply:
    """Raises InvalidError with every complaint."""
    _check(form, by=by)
    row = SavedReply(owner_id=None if form.shared else by.id)
    session.add(row)
    _write(row, form, by=by, at=at)
    session.flush()
    return row


def change(session: Session, reply_id: int, form: ReplyForm, *, by: Agent, at: datetime) -> SavedReply:
    """Raises NotFoundError for one that is somebody else's, InvalidError with every complaint."""
    row = _hers(session, reply_id, by=by)
    _check(form, by=by)
    row.owner_id = None if form.shared else (row.owner_id or by.id)
    _write(row, form, by=by, at=at)
    return row


def take_away(session: Session, reply_id: int, *, by: Agent) -> None:
    """What was sent with it stays as it was sent."""
    session.delete(_hers(session, reply_id, by=by))


def _write(row: SavedReply, form: ReplyForm, *, by: Agent, at: datetime) -> None:
    row.name = form.name.strip()
    row.text_en, row.text_zh = form.text_en.strip(), form.text_zh.strip()
    row.updated_at, row.updated_by_id = at, by.id


def _hers(session: Session, reply_id: int, *, by: Agent) -> SavedReply:
    row = session.get(SavedReply, reply_id, with_for_update=True)
    if row is None or (row.owner_id not in (None, by.id)):
        raise NotFoundError("there is no such saved reply")
    if row.owner_id is None and not may(by.role, Role.LEAD):
        raise InvalidError("only a lead changes what everybody uses: save one of your own", field="shared")
    return row


def _check(form: ReplyForm, *, by: Agent) -> None:
    complaints: list[InvalidError] = []
    if not form.name.strip():
        complaints.append(InvalidError("give it a name by which it is found", field="name"))
    if len(form.name.strip()) > LONGEST_NAME:
        complaints.append(InvalidError(f"at most {LONGEST_NAME} characters fit here", field="name"))
    if not (form.text_en.strip() or form.text_zh.strip()):
        complaints.append(InvalidError("write it in one language at least", field="text_en"))
    for field, text in (("text_en", form.text_en), ("text_zh", form.text_zh)):
        if len(text) > LONGEST:
            complaints.append(
                InvalidError(f"this is longer than {LONGEST} characters: send it as a file", field=field)
            )
        if strange := placeholders.unknown(text):
            said = ", ".join(strange)
            complaints.append(InvalidError(f"{said}: there is no such variable, see the list", field=field))
    if form.shared and not may(by.role, Role.LEAD):
        complaints.append(
            InvalidError("only a lead changes what everybody uses: save one of your own", field="shared")
        )
    if complaints:
        raise together(complaints)
