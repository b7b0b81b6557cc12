"""Refusals of the product, named after the answer they become. `str()` is a sentence for the page."""

from collections.abc import Sequence


class DeskError(Exception):
    """Nothing was changed. `field` is the input to look at, where there is one."""

    def __init__(self, message: str = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFoundError(DeskError):
    """404: there is no such thing."""


class ConflictError(DeskError):
    """409: not any more, or not in this state."""


class UnconfirmedError(ConflictError):
    """409, and possible all the same: done when somebody says that she means it."""


class InvalidError(DeskError):
    """422: the form says something impossible, or several such things: then `together` made it."""

    def __init__(self, message: str, *, field: str = "", others: Sequence["InvalidError"] = ()) -> None:
        super().__init__(message, field=field)
        self._others = tuple(others)

    @property
    def complaints(self) -> tuple["InvalidError", ...]:
        """One for each field to look at."""
        return self._others or (self,)


def together(complaints: Sequence[InvalidError]) -> InvalidError:
    """One refusal for everything that is wrong with a form: the first complaint about each field."""
    by_field: dict[str, InvalidError] = {}
    for complaint in complaints:
        by_field.setdefault(complaint.field, complaint)
    first, *others = by_field.values()
    if not others:
        return first
    said = "; ".join(str(complaint) for complaint in by_field.values())
    return InvalidError(said, field=first.field, others=tuple(by_field.values()))
