"""What the search keeps. The index itself, `entry_words`, is no model: each database has its own kind of it.

On SQLite it is an FTS5 table with a line of words, on PostgreSQL a table with a tsvector; both by one number
for ticket and entry, see `place`. Triggers put an entry in line when its payload goes or changes, so that its
words leave the index, whoever did it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, column, false, table
from sqlalchemy.orm import Mapped, mapped_column

from helpdesk.db import Base
from helpdesk.models.columns import Key

INDEX = "entry_words"
SEQ_BITS = 20  # a conversation has fewer than a million entries
WORDS = table(INDEX, column("rowid"), column("place"), column("words"))


class SearchDue(Base):
    """An entry that waits to be indexed: of a time before there was an index, or changed by erasure."""

    __tablename__ = "search_due"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)


class SavedQueue(Base):
    """A search with a name, beside the queues. Only whoever made it sees it, or everybody."""

    __tablename__ = "saved_queue"
    __table_args__ = (UniqueConstraint("owner_id", "name", name="uq_saved_queue_name"),)

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(400))  # as typed: see rules/searching.py
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


def place(ticket_id: int, seq: int) -> int:
    """Where the index keeps an entry; shifted back it is the ticket."""
    return ticket_id << SEQ_BITS | seq
