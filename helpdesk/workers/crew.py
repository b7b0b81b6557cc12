"""The threads of one worker process: a poller and a sender for every active mailbox."""

import logging
import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock, Thread

from flask import Flask
from sqlalchemy import select

from helpdesk import zones
from helpdesk.db import reading
from helpdesk.models import Mailbox
from helpdesk.workers.outage import Outage
from helpdesk.workers.poller import Poller
from helpdesk.workers.sender import Sender
from mail.mailbox import Waker

PATIENCE = 25  # seconds for a dialogue on the line to end

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    poller: Poller
    sender: Sender
    threads: tuple[Thread, Thread]


class Crew:
    """Starts and ends the threads; `look` follows what the database says of the mailboxes."""

    def __init__(self, app: Flask, *, look_every: timedelta) -> None:
        self.app = app
        self.look_every = look_every
        self.owner = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.outage = Outage()
        self._pairs: dict[int, _Pair] = {}
        self._lock = Lock()

    def look(self) -> None:
        """A pair of threads for each active mailbox that has none; an end to those of paused ones."""
        with reading() as session:
            active = set(session.scalars(select(Mailbox.id).where(Mailbox.active)))
        with self._lock:
            for mailbox_id in active - self._pairs.keys():
                self._pairs[mailbox_id] = self._start(mailbox_id)
            gone = [self._pairs.pop(mailbox_id) for mailbox_id in self._pairs.keys() - active]
        _end(gone)

    def poll(self) -> None:
        """Look into every mailbox now, whatever IDLE says."""
        for pair in self._all():
            pair.poller.waker.wake()

    def send(self) -> None:
        """See whether something is due."""
        for pair in self._all():
            pair.sender.bell.set()

    def is_connected(self, mailbox_id: int | None = None) -> bool:
        """Whether this mailbox, or every active one, has been reached and read to its end."""
        asked = [pair for pair in self._all() if mailbox_id in (None, pair.poller.mailbox_id)]
        return bool(asked) and all(pair.poller.connected.is_set() for pair in asked)

    def stop(self) -> None:
        """End all threads; the dialogue that is going on is finished first."""
        with self._lock:
            pairs, self._pairs = list(self._pairs.values()), {}
        _end(pairs)

    def _all(self) -> list[_Pair]:
        with self._lock:
            return list(self._pairs.values())

    def _start(self, mailbox_id: int) -> _Pair:
        stopping = Event()
        poller = Poller(
            mailbox_id=mailbox_id,
            owner=self.owner,
            waker=Waker(),
            stopping=stopping,
            connected=Event(),
            on_filed=self.send,
            look_every=self.look_every,
            outage=self.outage,
        )
        sender = Sender(
            mailbox_id=mailbox_id, owner=self.owner, bell=Event(), stopping=stopping, outage=self.outage
        )
        threads = (self._thread("poller", mailbox_id, poller), self._thread("sender", mailbox_id, sender))
        for thread in threads:
            thread.start()
        return _Pair(poller=poller, sender=sender, threads=threads)

    def _thread(self, name: str, mailbox_id: int, work: Poller | Sender) -> Thread:
        def run() -> None:
            with self.app.app_context():
                zones.learn()
                work.run()

        return Thread(target=run, name=f"{name}-{mailbox_id}", daemon=True)


def _end(pairs: list[_Pair]) -> None:
    for pair in pairs:
        pair.poller.stopping.set()
        pair.poller.waker.wake()
        pair.sender.bell.set()
    for pair in pairs:
        for thread in pair.threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                log.warning("%s did not end in %s seconds", thread.name, PATIENCE)
        if not any(thread.is_alive() for thread in pair.threads):
            pair.poller.waker.close()
