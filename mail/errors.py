"""Errors of the wires, named after what the caller does next. Translated once, where the socket is."""


class MailError(Exception):
    """Something went wrong between us and a mail server; `str()` is a sentence for a person."""


class TransientError(MailError):
    """Try again later: the network, a time-out, a 4xx answer, throttling."""


class PermanentError(MailError):
    """Do not try again: this message or this recipient was refused (5xx)."""


class AccountError(MailError):
    """The mailbox itself needs a person: wrong password, unknown folder, TLS that cannot be verified.

    `part` says which of the settings to look at.
    """

    def __init__(self, message: str, *, part: str) -> None:
        super().__init__(message)
        self.part = part  # "connect", "tls", "login", "authorisation_code", "folder", "sender"


class UnknownOutcomeError(MailError):
    """The line went dead between DATA and the server's answer: it may or may not have been taken."""
