"""Refusals of the product, named after the answer they become. `str()` is a sentence for the page."""


class DeskError(Exception):
    """Nothing was changed."""


class NotFoundError(DeskError):
    """404: there is no such thing."""


class ConflictError(DeskError):
    """409: not any more, or not in this state."""


class UnconfirmedError(ConflictError):
    """409, and possible all the same: done when somebody says that she means it."""


class InvalidError(DeskError):
    """422: the form says something impossible; `field` is the input to look at."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
