"""What a key for the API may do; the words stand in tables and on the command line."""

from enum import StrEnum


class Scope(StrEnum):
    READ_ORDERS = "orders:read"
    WRITE_ORDERS = "orders:write"  # and read them

    def allows(self, wanted: "Scope") -> bool:
        """Whether a key of this scope may do that."""
        return self is wanted or (self is Scope.WRITE_ORDERS and wanted is Scope.READ_ORDERS)
