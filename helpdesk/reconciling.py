"""A whole statement against the ledger, for the page and for the command: each refund in a transaction of its
own, so that no ticket waits for a long file, and a process that dies in the middle is taken up by the next.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from config import ROOT
from helpdesk import clock
from helpdesk.actions import statements
from helpdesk.actions.statements import Source
from helpdesk.current import current_settings
from helpdesk.db import reading, transaction
from helpdesk.rules import statement_maps
from helpdesk.rules.orders import FaultsError
from helpdesk.rules.statement_files import Bad, Statement
from helpdesk.rules.statement_maps import StatementMap
from helpdesk.rules.statements import LISTED, Fate, Judged, Line

SHIPPED_MAPS = ROOT / "helpdesk" / "statement_maps"
OWN_MAPS = "statement_maps"  # in the data folder

log = logging.getLogger(__name__)


def maps() -> dict[str, StatementMap]:
    """By name: those that came along, then the shop's own. One that cannot be read is logged and left out."""
    found = {}
    for folder in (SHIPPED_MAPS, current_settings().data_dir / OWN_MAPS):
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = statement_maps.read(path.read_text(encoding="utf-8"))
            except (FaultsError, UnicodeDecodeError, OSError) as error:
                log.warning("%s is no map of statements: %s", path.name, error)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What became of a statement."""

    told: tuple[tuple[Line, Judged], ...]
    bad: tuple[Bad, ...]
    others: int  # lines that are no refunds
    new: int  # of those that a person has to look at: kept now, and not before

    def of(self, *fates: Fate) -> list[tuple[Line, Judged]]:
        return [each for each in self.told if each[1].fate in fates]

    @property
    def listed(self) -> list[tuple[Line, Judged]]:
        """What a person has to look at, in the order of the file."""
        return self.of(*LISTED, Fate.WAITS)


def reconcile(statement: Statement, content: bytes, *, source: str, actor: str, write: bool) -> Reconciled:
    """Settle what agrees and keep the rest, or only say what would happen. Twice changes nothing."""
    where = Source(name=source, file_sha256=hashlib.sha256(content).hexdigest())
    with reading() as session:
        judged = statements.look(session, statement.lines)
        has_kept = statements.kept(session, where, statement.lines)
    told = list(zip(statement.lines, judged, strict=True))
    new = 0
    if write:
        told = [_settled(line, each, actor) for line, each in told]
        new = _keep(where, told, has_kept=has_kept)
    return Reconciled(told=tuple(told), bad=statement.bad, others=statement.others, new=new)


def _settled(line: Line, judged: Judged, actor: str) -> tuple[Line, Judged]:
    if judged.fate is not Fate.SETTLED or judged.refund_id is None:
        return line, judged
    with transaction() as session:
        return line, statements.settle(session, line, judged.refund_id, actor=actor, at=clock.now())


def _keep(source: Source, told: Sequence[tuple[Line, Judged]], *, has_kept: bool) -> int:
    listed = [each for each in told if each[1].fate in LISTED]
    if not listed and not has_kept:
        return 0
    with transaction() as session:
        if has_kept:
            statements.clear(session, source, told, at=clock.now())
        return statements.keep(session, source, listed, at=clock.now())
