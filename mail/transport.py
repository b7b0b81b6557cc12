"""One message to one recipient and its copies, over SMTP, with the moment of no return in the caller's hands.

sender: lease a row -> Transport.send(..., before_data=commit "sending") -> sent, queued, failed, or unknown
"""

import contextlib
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Self

from mail.accounts import ServerAccount
from mail.envelope import Envelope, envelope
from mail.errors import UnknownOutcomeError
from mail.replies import Step, refusal, smtp_failure, text_of
from mail.submission import open_session

_MOST_PER_CONNECTION = 50  # messages; many servers hang up at 100, some sooner
_PATIENCE_AFTER_DATA = 4  # times the account's time-out: servers scan the whole message before they answer
_LINE_END = re.compile(rb"\r\n|\r|\n")


def send(
    account: ServerAccount, *, sender: str, recipient: str, raw: bytes, before_data: Callable[[], None]
) -> str:
    """Hand over one message on a connection of its own; see `Transport.send`."""
    with Transport(account) as transport:
        return transport.send(sender=sender, recipient=recipient, raw=raw, before_data=before_data)


def check(account: ServerAccount) -> None:
    """Log in and quit: for the settings page. Raises AccountError or TransientError."""
    with Transport(account) as transport:
        transport.connect()


class Transport:
    """A connection that is opened when needed and kept for the next message; to be used by one thread."""

    def __init__(self, account: ServerAccount) -> None:
        self._account = account
        self._smtp: smtplib.SMTP | None = None
        self._sent = 0
        self.refused: list[tuple[str, str]] = []  # (address, answer) of copies of the last message

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Have a connection that answers: the old one when it is still alive, else a new one."""
        if self._smtp is not None and (self._sent >= _MOST_PER_CONNECTION or not self._cleared(self._smtp)):
            self.close()
        if self._smtp is None:
            self._smtp = open_session(self._account)
            self._sent = 0

    def close(self) -> None:
        """QUIT, best effort."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if smtp.sock is not None:
                smtp.sock.settimeout(min(5, self._account.timeout))
                smtp.quit()
        smtp.close()

    def send(
        self,
        *,
        sender: str,
        recipient: str,
        raw: bytes,
        before_data: Callable[[], None],
        copies: Sequence[str] = (),
    ) -> str:
        """Hand the message over; the server's words on taking it are returned. For whom of `copies` it was
        not taken stands in `refused` afterwards: `recipient` alone decides whether it goes.

        `sender` is the envelope's, "" for automatic mail (RFC 3834 section 3.3); a provider that insists on
        its own address gets the user name instead. `before_data` is called once the recipient is accepted,
        with nothing but the DATA command after it; what it raises comes out unchanged, and nothing was sent.

        Raises PermanentError (this message or recipient: never again), TransientError (again later), and
        AccountError (a person is needed), all three when the message was surely not taken;
        UnknownOutcomeError when perhaps it was.
        """
        self.connect()
        smtp = self._smtp
        assert smtp is not None
        content = _LINE_END.sub(b"\r\n", raw)
        addressed = envelope(
            smtp, self._account, sender=sender, recipient=recipient, content=content, copies=copies
        )
        self.refused = []
        with self._translated():
            self._address(smtp, addressed)
        try:
            before_data()
        except BaseException:
            self._drop()
            raise
        with self._translated():
            self._offer(smtp, content)
        return self._conclude(smtp)

    def _address(self, smtp: smtplib.SMTP, addressed: Envelope) -> None:
        code, reply = smtp.docmd(addressed.mail_from)
        if code >= 500 and addressed.mail_from_login:
            code, reply = smtp.docmd(addressed.mail_from_login)
        if code != 250:
            raise refusal(Step.MAIL, code, reply, self._account)
        code, reply = smtp.docmd(addressed.rcpt_to)
        if code not in (250, 251, 252):
            raise refusal(Step.RCPT, code, reply, self._account)
        for email, command in addressed.copies_to:
            code, reply = smtp.docmd(command)
            if code not in (250, 251, 252):
                self.refused.append((email, f"{code} {text_of(reply)}"))

    def _offer(self, smtp: smtplib.SMTP, content: bytes) -> None:
        """Everything but the final dot: until that is sent, the server must not take the message."""
        code, reply = smtp.docmd("DATA")
        if code != 354:
            raise refusal(Step.DATA, code, reply, self._account)
        smtp.send(re.sub(rb"(?m)^\.", b"..", content))  # RFC 5321 section 4.5.2
        if not content.endswith(b"\r\n"):
            smtp.send(b"\r\n")

    def _conclude(self, smtp: smtplib.SMTP) -> str:
        """The final dot and its answer. Whatever breaks in here, nobody knows what became of the message."""
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._account.timeout * _PATIENCE_AFTER_DATA)
            smtp.send(b".\r\n")
            code, reply = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._account.timeout)
        except BaseException as error:
            self._drop()
            if not isinstance(error, smtplib.SMTPException | OSError):
                raise
            raise UnknownOutcomeError(
                f"{self._account} took the message but did not confirm it: {text_of(error)}."
            ) from error
        self._sent += 1
        if 200 <= code < 300:
            return text_of(reply)
        if not 400 <= code < 600:
            self._drop()
            raise UnknownOutcomeError(f"{self._account} answered {code} to the message: {text_of(reply)}.")
        if code == 421:
            self._drop()
        raise refusal(Step.CONTENT, code, reply, self._account)

    def _cleared(self, smtp: smtplib.SMTP) -> bool:
        """Whether the connection is alive, and free of what the last message may have left behind."""
        try:
            return smtp.rset()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise smtp_failure(error, self._account) from error

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
