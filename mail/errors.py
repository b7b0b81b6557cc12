"""Errors of the wires, named after what the caller does next. Translated once, where the socket is."""


class MailError(Exception):
    """Something went wrong between us and a mail server; `str()` is a sentence for a person."""


class TransientError(MailError):
    """Try again later: the network, a time-out, a 4xx answer, throttling.

    `retry_after` is in seconds, None when the server did not say; `part` as in `AccountError`, "" when no
    setting is suspected.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, part: str = "") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.part = part


class PermanentError(MailError):
    """Do not try again: this message or this recipient was refused (5xx).

    `code` is the reply code, 0 when we refused it ourselves; `status` the enhanced one (RFC 3463), "" when
    not given; `recipient_refused` tells a bad address from a bad message.
    """

    def __init__(
        self, message: str, *, code: int = 0, status: str = "", recipient_refused: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.recipient_refused = recipient_refused


class AccountError(MailError):
    """The mailbox itself needs a person: wrong password, unknown folder, TLS that cannot be verified.

    `part` says which of the settings to look at.
    """

    def __init__(self, message: str, *, part: str) -> None:
        super().__init__(message)
        self.part = part  # "connect", "tls", "login", "authorisation_code", "folder", "sender"


class UnknownOutcomeError(MailError):
    """The line went dead between DATA and the server's answer: it may or may not have been taken."""
